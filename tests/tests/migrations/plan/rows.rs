//! What becomes of rows, and of what stands around a table, when it changes.

use alchemy_core::migration::schema::{Column, Generation};
use alchemy_core::migration::{Plan, Schema, plan};
use alchemy_tests::{Backend, TestDatabase, database_tests};

use super::cases::{base, foreign_key, optional, required, table};
use crate::random::place::Place;

database_tests! {
    rows_get_values_in_columns_that_need_some,
    numbers_go_on_after_those_that_are_there,
    what_stands_around_a_rebuilt_table_stays: [sqlite],
    a_rebuild_that_would_leave_rows_that_refer_to_nothing_fails: [sqlite],
    tables_in_a_circle_go,
    rows_go_with_the_names_that_are_passed_on,
    a_swap_of_names_is_none_unless_a_plan_is_asked_for_it,
}

pub(super) fn change(place: &mut Place, change: impl FnOnce(&mut Schema)) -> Plan {
    let live = place.live();
    let mut wanted = live.clone();
    change(&mut wanted);
    let plan = plan(&live, &wanted, place.dialect).expect("the difference can be told");
    place.run(&plan);
    place.assert_is(&wanted, "");
    plan
}

fn rows_get_values_in_columns_that_need_some(db: TestDatabase) {
    let mut place = Place::open(&db);
    place.build(&base(place.backend));
    db.admin("INSERT INTO authors (id, name) VALUES (1, 'Ann'), (2, 'Bob')");
    let uuid = if place.backend == Backend::Postgres { "UUID" } else { "BINARY(16)" };
    let plan = change(&mut place, |wanted| {
        let columns = [
            required("nick", "VARCHAR(20)"),
            required("place", "INTEGER"),
            required("happy", "BOOLEAN"),
            required("dob", "DATE"),
            required("token", uuid),
        ];
        wanted.tables[0].columns.extend(columns);
    });
    let warnings: Vec<_> = plan.statements.iter().filter_map(|statement| statement.warning.clone()).collect();
    let warnings = warnings.join("\n");
    assert!(warnings.contains("The rows that are there get '1970-01-01' in `authors.dob`"), "{warnings}");
    let same = "nick = '' AND place = 0 AND dob = '1970-01-01' AND NOT happy";
    assert_eq!(db.number(&format!("SELECT count(*) FROM authors WHERE {same}")), 2);
    let given = db.connect().try_execute("INSERT INTO authors (id, name) VALUES (3, 'Eve')");
    assert!(given.is_err(), "the values were for the rows that were there");
}

fn numbers_go_on_after_those_that_are_there(db: TestDatabase) {
    let mut place = Place::open(&db);
    let mut schema = base(place.backend);
    if place.backend == Backend::Sqlite {
        schema.tables[0].columns[0].sql_type = "INTEGER".to_owned();
    }
    place.build(&schema);
    db.admin("INSERT INTO authors (id, name) VALUES (1, 'Ann'), (7, 'Bob')");
    let ways = match place.backend {
        Backend::Sqlite => vec![Generation::Identity],
        Backend::Postgres => vec![Generation::Sequence, Generation::Identity, Generation::IdentityAlways],
        Backend::Mysql => vec![Generation::Sequence],
    };
    for (next, way) in (8..).zip(ways) {
        change(&mut place, |wanted| wanted.tables[0].columns[0].generated = Some(way));
        db.admin("INSERT INTO authors (name) VALUES ('Eve')");
        assert_eq!(db.number("SELECT max(id) FROM authors"), next);
    }
    change(&mut place, |wanted| wanted.tables[0].columns[0].generated = None);
}

fn what_stands_around_a_rebuilt_table_stays(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, boss INTEGER REFERENCES people (id) ON DELETE CASCADE,
             name TEXT, twice INTEGER GENERATED ALWAYS AS (id * 2) STORED);
         CREATE TABLE things (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES people (id) ON DELETE CASCADE);
         CREATE TABLE words (word TEXT PRIMARY KEY, length INTEGER) WITHOUT ROWID;
         CREATE TABLE log (line TEXT);
         CREATE INDEX by_name ON people (name DESC) WHERE name IS NOT NULL;
         CREATE VIEW names AS SELECT id, name FROM people;
         CREATE TRIGGER owned AFTER INSERT ON things BEGIN INSERT INTO log SELECT name FROM people WHERE id = new.owner; END;
         CREATE TRIGGER born AFTER INSERT ON people BEGIN INSERT INTO log VALUES ('born ' || new.name); END;
         INSERT INTO people (id, boss, name) VALUES (1, NULL, 'Ann'), (2, 1, 'Bob'), (9, 1, 'Eve');
         DELETE FROM people WHERE id = 9;
         INSERT INTO things VALUES (1, 1), (2, 2);
         INSERT INTO words VALUES ('one', 3);
         DELETE FROM log",
    );
    let plan = change(&mut place, |wanted| {
        for table in &mut wanted.tables {
            table
                .columns
                .iter_mut()
                .filter(|column| matches!(column.name.as_str(), "name" | "length"))
                .for_each(|column| column.nullable = false);
        }
    });
    assert!(!plan.in_transaction);
    let texts = |query: &str| db.texts(query);
    assert_eq!(texts("SELECT name || twice FROM people ORDER BY id"), ["Ann2", "Bob4"]);
    assert_eq!(texts("SELECT name FROM names ORDER BY id"), ["Ann", "Bob"]);
    assert_eq!(texts("SELECT word || length FROM words"), ["one3"]);
    assert_eq!(db.number("SELECT count(*) FROM things"), 2);
    assert_eq!(texts("SELECT line FROM log"), [""; 0]);
    db.admin("INSERT INTO people (boss, name) VALUES (2, 'Joe'); INSERT INTO things VALUES (3, 10)");
    assert_eq!(texts("SELECT line FROM log"), ["born Joe", "Joe"]);
    assert_eq!(db.number("SELECT max(id) FROM people"), 10);
    db.admin("PRAGMA foreign_keys = ON; DELETE FROM people WHERE id = 1");
    assert_eq!(db.number("SELECT (SELECT count(*) FROM people) + (SELECT count(*) FROM things)"), 0);
    assert_eq!(db.number("SELECT count(*) FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID'"), 1);
    assert_eq!(db.number("SELECT count(*) FROM sqlite_master WHERE name LIKE 'new_%'"), 0);
}

fn a_rebuild_that_would_leave_rows_that_refer_to_nothing_fails(db: TestDatabase) {
    let mut place = Place::open(&db);
    let mut schema = base(place.backend);
    let key = schema.tables[1].foreign_keys.pop().expect("books have authors");
    place.build(&schema);
    db.admin("INSERT INTO books (id, title, author_id) VALUES (1, 'One', 5)");
    let before = place.live();
    schema.tables[1].foreign_keys.push(key);
    let plan = plan(&before, &schema, place.dialect).expect("the difference can be told");
    let script: String = plan.statements.iter().map(|statement| format!("{};\n", statement.sql)).collect();
    let mut connection = db.connect();
    let error = connection.try_execute(&script).expect_err("the author is not there");
    assert_eq!(error, "CHECK constraint failed: rows that refer to nothing");
    connection.execute("ROLLBACK");
    assert_eq!(place.live(), before);
    assert_eq!(db.number("SELECT count(*) FROM books"), 1);
}

fn tables_in_a_circle_go(db: TestDatabase) {
    let mut place = Place::open(&db);
    let mut schema = base(place.backend);
    for (name, other) in [("heads", "tails"), ("tails", "heads")] {
        let columns: Vec<Column> = vec![required("id", "BIGINT"), optional("other", "BIGINT")];
        let mut made = table(name, columns, "id");
        made.options.clone_from(&schema.tables[0].options);
        made.foreign_keys.push(foreign_key(name, "other", other));
        schema.tables.push(made);
    }
    place.build(&schema);
    db.admin(
        "INSERT INTO heads VALUES (1, NULL); INSERT INTO tails VALUES (1, 1); UPDATE heads SET other = 1;
         INSERT INTO authors (id, name) VALUES (1, 'Ann')",
    );
    change(&mut place, |wanted| {
        wanted.tables.retain(|table| table.name == "authors" || table.name == "books")
    });
    assert_eq!(db.number("SELECT count(*) FROM authors"), 1);
}

/// Tables and columns of these names, renamed from the others.
fn named(place: &Place, names: [&str; 2], before: Option<[&str; 2]>) -> Schema {
    let mut schema = base(place.backend);
    for (at, name) in names.into_iter().enumerate() {
        let mut made = table(name, vec![required("id", "BIGINT")], "id");
        made.options.clone_from(&schema.tables[0].options);
        made.renamed_from = before.map(|names| names[at].to_owned());
        schema.tables.push(made);
        let mut column = optional(name, "INTEGER");
        column.renamed_from = before.map(|names| names[at].to_owned());
        schema.tables[0].columns.push(column);
    }
    schema
}

fn rows_go_with_the_names_that_are_passed_on(db: TestDatabase) {
    let mut place = Place::open(&db);
    let schema = named(&place, ["a", "b"], None);
    place.build(&schema);
    db.admin(
        "INSERT INTO a VALUES (1); INSERT INTO b VALUES (2), (3);
         INSERT INTO authors (id, name, a, b) VALUES (1, 'Ann', 4, 5)",
    );
    let wanted = named(&place, ["b", "c"], Some(["a", "b"]));
    // The second time there is nothing to do.
    for _ in 0..2 {
        let live = place.live();
        let plan = plan(&live, &place.wanted(&live, &wanted), place.dialect).expect("the difference is told");
        place.run(&plan);
        place.assert_is(&wanted, "");
        assert_eq!(db.number("SELECT (SELECT count(*) FROM b) * 10 + (SELECT count(*) FROM c)"), 12);
        assert_eq!(db.number("SELECT count(*) FROM authors WHERE b = 4 AND c = 5"), 1);
    }
}

fn a_swap_of_names_is_none_unless_a_plan_is_asked_for_it(db: TestDatabase) {
    let mut place = Place::open(&db);
    let schema = named(&place, ["a", "b"], None);
    place.build(&schema);
    db.admin(
        "INSERT INTO a VALUES (1); INSERT INTO b VALUES (2), (3);
         INSERT INTO authors (id, name, a, b) VALUES (1, 'Ann', 4, 5)",
    );
    // Models that say so say the same afterwards.
    let swap = named(&place, ["a", "b"], Some(["b", "a"]));
    place.assert_is(&swap, "");
    let live = place.live();
    let mut wanted = place.wanted(&live, &swap);
    for table in &mut wanted.tables {
        let other = |name: &str| if name == "a" { "b".to_owned() } else { "a".to_owned() };
        let is_one = |name: &str| name == "a" || name == "b";
        table.renamed_from = is_one(&table.name).then(|| other(&table.name));
        if let (Some(before), Some(key)) = (&table.renamed_from, &mut table.primary_key) {
            key.name = key.name.take().map(|_| format!("pk_{before}"));
        }
        let columns = table.columns.iter_mut().filter(|column| is_one(&column.name));
        columns.for_each(|column| column.renamed_from = Some(other(&column.name)));
    }
    let plan = plan(&live, &wanted, place.dialect).expect("the difference can be told");
    place.run(&plan);
    assert_eq!(db.number("SELECT (SELECT count(*) FROM a) * 10 + (SELECT count(*) FROM b)"), 21);
    assert_eq!(db.number("SELECT count(*) FROM authors WHERE a = 5 AND b = 4"), 1);
}
