//! What SQLite would do to rows without a word.

use alchemy_core::migration::{Plan, plan};
use alchemy_core::prelude::*;
use alchemy_tests::{Connection, TestDatabase, database_tests};

use super::cases::base;
use super::rows::change;
use crate::random::place::{Place, text};

database_tests! {
    a_table_that_another_refers_to_is_not_dropped_with_its_rows: [sqlite],
    a_rebuild_that_takes_a_key_from_other_tables_fails: [sqlite],
    dates_and_points_in_time_become_each_other: [sqlite],
    what_a_copy_does_not_keep_is_said: [sqlite],
    texts_that_become_numbers_are_told_of: [sqlite],
    triggers_about_a_column_that_goes_are_told_of: [sqlite],
    columns_and_tables_that_triggers_and_views_mention_can_go: [sqlite],
    triggers_are_renamed_as_sqlite_does_it_where_their_table_is_made_anew: [sqlite],
    strict_tables_get_types_that_they_take: [sqlite],
    a_virtual_table_of_a_module_that_is_not_there_is_no_hindrance: [sqlite],
}

fn warnings(plan: &Plan) -> String {
    plan.statements.iter().filter_map(|statement| statement.warning.clone()).collect::<Vec<_>>().join("\n")
}

/// Runs a plan as it is run by whoever runs migrations, with foreign keys on.
fn try_run(db: &TestDatabase, plan: &Plan) -> Result<(), String> {
    let mut connection: Connection = db.connect();
    connection.execute("PRAGMA foreign_keys = ON");
    let script = text(&plan.statements);
    let result = if plan.in_transaction {
        connection.try_execute(&format!("BEGIN; {script} COMMIT"))
    } else {
        connection.try_execute(&script)
    };
    if result.is_err() {
        connection.execute("ROLLBACK");
    }
    result
}

fn a_table_that_another_refers_to_is_not_dropped_with_its_rows(db: TestDatabase) {
    let mut place = Place::open(&db);
    let schema = base(place.backend);
    place.build(&schema);
    db.admin(
        "CREATE TABLE mine (id INTEGER PRIMARY KEY, author_id BIGINT REFERENCES AUTHORS (id) ON DELETE CASCADE);
         INSERT INTO authors (id, name) VALUES (1, 'Ann');
         INSERT INTO books (id, title, author_id) VALUES (1, 'One', 1);
         INSERT INTO mine VALUES (1, 1)",
    );
    let mut live = place.live();
    live.tables.retain(|table| table.name != "mine");
    let (mut without_both, mut without_authors) = (live.clone(), live.clone());
    without_both.tables.clear();
    without_authors.tables.retain(|table| table.name == "books");
    without_authors.tables[0].foreign_keys.clear();
    for wanted in [without_both, without_authors] {
        let plan = plan(&live, &wanted, place.dialect).expect("the difference can be told");
        let error = try_run(&db, &plan).expect_err("`mine` refers to `authors`");
        assert_eq!(error, "CHECK constraint failed: tables that refer to a dropped one");
        assert_eq!(db.number("SELECT (SELECT count(*) FROM books) + (SELECT count(*) FROM mine)"), 2);
    }
    db.admin("DROP TABLE mine");
    change(&mut place, |wanted| wanted.tables.clear());
}

fn a_rebuild_that_takes_a_key_from_other_tables_fails(db: TestDatabase) {
    let mut place = Place::open(&db);
    let mut schema = base(place.backend);
    schema.tables[0].columns[0].sql_type = "VARCHAR(10)".to_owned();
    schema.tables[0].columns[0].collation = Some("NOCASE".to_owned());
    schema.tables[1].columns[2].sql_type = "VARCHAR(10)".to_owned();
    place.build(&schema);
    db.admin(
        "INSERT INTO authors (id, name) VALUES ('ann', 'Ann');
         INSERT INTO books (id, title, author_id) VALUES (1, 'One', 'ANN')",
    );
    let live = place.live();
    let mut wanted = live.clone();
    // 'ann' is not 'ANN' any more.
    wanted.tables[0].columns[0].collation = None;
    let plan = plan(&live, &wanted, place.dialect).expect("the difference can be told");
    let error = try_run(&db, &plan).expect_err("there is no such author");
    assert_eq!(error, "CHECK constraint failed: rows that refer to nothing");
    assert_eq!(place.live(), live);
    // What was wrong before is in the way of nothing that is not about keys.
    db.admin("PRAGMA foreign_keys = OFF; UPDATE books SET author_id = 'x'");
    change(&mut place, |wanted| wanted.tables[0].columns[1].nullable = true);
}

mod zoned {
    use alchemy_core::prelude::*;

    #[derive(Debug, Clone, UuidBase, Service)]
    #[alchemy(table = "moments", bind_key = "moments_zoned")]
    pub(super) struct Zoned {
        pub(super) id: Uuid,
        pub(super) at: DateTime<Utc>,
    }
}

mod plain {
    use alchemy_core::prelude::*;

    #[derive(Debug, Clone, UuidBase, Service)]
    #[alchemy(table = "moments", bind_key = "moments_plain")]
    pub(super) struct Plain {
        pub(super) id: Uuid,
        pub(super) at: NaiveDateTime,
    }
}

mod day {
    use alchemy_core::prelude::*;

    #[derive(Debug, Clone, UuidBase, Service)]
    #[alchemy(table = "moments", bind_key = "moments_day")]
    pub(super) struct Day {
        pub(super) id: Uuid,
        pub(super) at: NaiveDate,
    }
}

fn dates_and_points_in_time_become_each_other(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE TABLE moments (id BINARY(16) NOT NULL PRIMARY KEY, at DATE NOT NULL);
         INSERT INTO moments VALUES (randomblob(16), '2024-01-31')",
    );
    let there = change(&mut place, |wanted| {
        wanted.tables[0].columns[1].sql_type = "DATETIME".to_owned();
        let mut column = wanted.tables[0].columns[1].clone();
        column.name = "added".to_owned();
        wanted.tables[0].columns.push(column);
    });
    let said = warnings(&there);
    assert!(said.contains("The dates in `moments.at` become midnight in UTC"), "{said}");
    let session = place.engine.session();
    let zoned = zoned::ZonedService::new(session.clone()).list(Filters::new()).expect("the rows can be read");
    assert_eq!(zoned[0].at.to_rfc3339(), "2024-01-31T00:00:00+00:00");
    let plain = plain::PlainService::new(session.clone()).list(Filters::new()).expect("the rows can be read");
    assert_eq!(plain[0].at.to_string(), "2024-01-31 00:00:00");
    drop(session);
    assert_eq!(db.texts("SELECT added FROM moments"), ["1970-01-01 00:00:00+00:00"]);
    let back = change(&mut place, |wanted| wanted.tables[0].columns[1].sql_type = "DATE".to_owned());
    let said = warnings(&back);
    assert!(said.contains("The values of `moments.at` lose their time of day."), "{said}");
    let session = place.engine.session();
    let days = day::DayService::new(session.clone()).list(Filters::new()).expect("the rows can be read");
    assert_eq!(days[0].at.to_string(), "2024-01-31");
}

fn what_a_copy_does_not_keep_is_said(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE TABLE people (id INTEGER NOT NULL ON CONFLICT IGNORE, e TEXT, age INTEGER,
             UNIQUE (e COLLATE
                 NOCASE) ON CONFLICT REPLACE, PRIMARY KEY (id))",
    );
    let plan = change(&mut place, |wanted| wanted.tables[0].columns[2].nullable = false);
    let said = warnings(&plan);
    for part in ["id ON CONFLICT IGNORE", "UNIQUE (e COLLATE NOCASE) ON CONFLICT REPLACE"] {
        let sentence =
            format!("The copy of `people` is without this, write it in where it is to stay: {part}");
        assert!(said.lines().any(|line| line == sentence), "{said}");
    }
    let plan = change(&mut place, |wanted| wanted.tables[0].columns[2].nullable = true);
    assert!(!warnings(&plan).contains("without this"), "{}", warnings(&plan));
}

fn texts_that_become_numbers_are_told_of(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin("CREATE TABLE codes (code VARCHAR(10)); INSERT INTO codes VALUES ('007'), ('1e3'), ('x')");
    let there = change(&mut place, |wanted| wanted.tables[0].columns[0].sql_type = "INTEGER".to_owned());
    assert_eq!(db.texts("SELECT code || '' FROM codes ORDER BY 1"), ["1000", "7", "x"]);
    let said = warnings(&there);
    assert!(said.contains("Texts in `codes.code` that can be read as numbers become numbers"), "{said}");
    let back = change(&mut place, |wanted| wanted.tables[0].columns[0].sql_type = "VARCHAR(10)".to_owned());
    let said = warnings(&back);
    assert!(said.contains("The numbers among the values of `codes.code` become texts"), "{said}");
}

fn triggers_about_a_column_that_goes_are_told_of(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, nick TEXT, CHECK (nick <> ''));
         CREATE TABLE pets (id INTEGER PRIMARY KEY);
         CREATE TABLE log (line TEXT);
         CREATE TRIGGER renamed AFTER UPDATE OF name ON people BEGIN INSERT INTO log VALUES (new.name); END;
         CREATE TRIGGER born AFTER INSERT ON people BEGIN INSERT INTO log VALUES (new.nick); END;
         CREATE TRIGGER owned AFTER INSERT ON pets BEGIN INSERT INTO log SELECT nick FROM people; END",
    );
    let plan = change(&mut place, |wanted| {
        let people = wanted.tables.iter_mut().find(|table| table.name == "people").expect("people");
        people.columns.retain(|column| column.name != "nick");
        people.checks.clear();
    });
    let said = warnings(&plan);
    let sentence =
        "`people.nick` is mentioned by the trigger `born`, the trigger `owned`, which may fail from then on.";
    assert!(said.lines().any(|line| line == sentence), "{said}");
}

fn columns_and_tables_that_triggers_and_views_mention_can_go(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, nick TEXT);
         CREATE TABLE log (line TEXT);
         CREATE TRIGGER born AFTER INSERT ON people BEGIN INSERT INTO log VALUES (new.nick); END;
         CREATE VIEW nicks AS SELECT nick FROM people;
         INSERT INTO people VALUES (1, 'Ann', 'A')",
    );
    let plan = change(&mut place, |wanted| {
        let people = wanted.tables.iter_mut().find(|table| table.name == "people").expect("people");
        people.columns.retain(|column| column.name != "nick");
    });
    let said = warnings(&plan);
    let sentence =
        "`people.nick` is mentioned by the trigger `born`, the view `nicks`, which may fail from then on.";
    assert!(said.lines().any(|line| line == sentence), "{said}");
    assert_eq!(db.texts("SELECT name FROM people"), ["Ann"]);

    let plan = change(&mut place, |wanted| wanted.tables.retain(|table| table.name != "log"));
    let sentence = "`log` is mentioned by the trigger `born`, which may fail from then on.";
    assert!(warnings(&plan).lines().any(|line| line == sentence), "{}", warnings(&plan));
}

fn triggers_are_renamed_as_sqlite_does_it_where_their_table_is_made_anew(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);
         CREATE TABLE log (id INTEGER PRIMARY KEY, name TEXT);
         CREATE TRIGGER changed AFTER UPDATE OF name ON people BEGIN
             INSERT INTO log (name) SELECT NEW.name; UPDATE people SET name = upper(name) WHERE name = 'x'; END;
         INSERT INTO people VALUES (1, 'Ann', 30)",
    );
    let plan = change(&mut place, |wanted| {
        let people = wanted.tables.iter_mut().find(|table| table.name == "people").expect("people");
        people.columns[1].name = "title".to_owned();
        people.columns[1].renamed_from = Some("name".to_owned());
        people.columns[2].nullable = false;
    });
    assert!(plan.statements.iter().any(|statement| statement.sql.starts_with("CREATE TRIGGER")));
    db.admin("UPDATE people SET title = 'x'");
    assert_eq!(db.texts("SELECT name FROM log ORDER BY id")[0], "x");
    assert_eq!(db.texts("SELECT title FROM people"), ["X"]);
}

fn strict_tables_get_types_that_they_take(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT) STRICT; INSERT INTO people VALUES (1, 'Ann')",
    );
    let live = place.live();
    let mut wanted = live.clone();
    let people = &mut wanted.tables[0];
    people.options = String::new();
    people.columns[0].sql_type = "BIGINT".to_owned();
    people.columns[1].sql_type = "VARCHAR(50)".to_owned();
    people.columns[1].nullable = false;
    people.columns.push(super::cases::optional("dob", "DATE"));
    let wanted = place.wanted(&live, &wanted);
    let plan = plan(&live, &wanted, place.dialect).expect("the difference can be told");
    assert_eq!(
        plan.summaries().collect::<Vec<_>>(),
        ["makes `people.name` NOT NULL", "adds the column `people.dob`"]
    );
    place.run(&plan);
    place.assert_is(&wanted, "");
    assert!(place.live().tables[0].options.contains("STRICT"));
}

fn a_virtual_table_of_a_module_that_is_not_there_is_no_hindrance(db: TestDatabase) {
    let place = Place::open(&db);
    db.admin(
        "CREATE TABLE people (id INTEGER PRIMARY KEY);
         PRAGMA writable_schema = ON;
         INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql)
             VALUES ('table', 'words', 'words', 0, 'CREATE VIRTUAL TABLE words USING nosuch (word)');
         PRAGMA writable_schema = RESET",
    );
    let live = place.live();
    assert_eq!(live.tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), ["people"]);
}
