//! What a change leaves as it was, and what it warns of where it cannot.

use alchemy_core::migration::schema::{Column, Generation};
use alchemy_core::migration::{Plan, Schema, plan, revision};
use alchemy_tests::{TestDatabase, database_tests};

use super::cases::required;
use crate::random::place::Place;

database_tests! {
    a_check_in_a_columns_definition_stays_with_it: [mysql],
    a_check_in_a_columns_definition_goes_from_it: [mysql],
    a_check_in_the_definition_of_a_column_that_goes_stays: [mysql],
    what_else_a_column_says_stays: [mysql],
    a_timestamp_comes: [mysql],
    a_copy_is_warned_of: [mysql],
    lost_digits_are_warned_of: [postgres, mysql],
    an_index_that_is_not_valid_is_not_there: [postgres],
    a_default_that_differs_by_row_is_warned_of: [postgres],
    numbers_below_zero_become_an_identity: [postgres],
    what_else_an_index_says_stays: [postgres],
    an_index_that_includes_a_column_that_goes_stays: [postgres],
    what_does_not_come_back_is_warned_of: [postgres],
}

/// A change of what is there, and that nothing is left to do then.
fn change(place: &mut Place, change: impl FnOnce(&mut Schema)) -> Plan {
    let live = place.live();
    let mut wanted = live.clone();
    change(&mut wanted);
    let wanted = place.wanted(&live, &wanted);
    let plan = plan(&live, &wanted, place.dialect).expect("the difference can be told");
    place.run(&plan);
    place.assert_is(&wanted, "");
    plan
}

fn column<'a>(schema: &'a mut Schema, name: &str) -> &'a mut Column {
    let columns = &mut schema.tables[0].columns;
    columns.iter_mut().find(|column| column.name == name).expect("the column is there")
}

fn warnings(plan: &Plan) -> String {
    let statements = plan.statements.iter().chain(&plan.online);
    statements.filter_map(|statement| statement.warning.clone()).collect::<Vec<_>>().join("\n")
}

fn is_refused(db: &TestDatabase, statement: &str) {
    assert!(db.connect().try_execute(statement).is_err(), "{statement}");
}

fn a_check_in_a_columns_definition_stays_with_it(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin("CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT CHECK (a < b))");
    change(&mut place, |wanted| column(wanted, "b").sql_type = "BIGINT".to_owned());
    is_refused(&db, "INSERT INTO t VALUES (1, 2, 1)");
    db.admin("INSERT INTO t VALUES (1, 1, 2)");
}

fn a_check_in_a_columns_definition_goes_from_it(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin("CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT CHECK (a < b))");
    change(&mut place, |wanted| wanted.tables[0].checks.clear());
    db.admin("INSERT INTO t VALUES (1, 2, 1)");
}

fn a_check_in_the_definition_of_a_column_that_goes_stays(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin("CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT CHECK (a > 0))");
    change(&mut place, |wanted| wanted.tables[0].columns.retain(|column| column.name != "b"));
    is_refused(&db, "INSERT INTO t VALUES (1, 0)");
}

fn what_else_a_column_says_stays(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT INVISIBLE DEFAULT 3 COMMENT 'it''s, (a)' CHECK (a > 0),
             s INT AS (id + 1) STORED COMMENT 'x')",
    );
    let before = place.live();
    let mut wanted = before.clone();
    column(&mut wanted, "a").sql_type = "BIGINT".to_owned();
    wanted.tables[0].columns.pop();
    let revision = revision(&before, &wanted, place.dialect).expect("the difference can be told");
    place.run(&revision.up);
    let shown = "SELECT concat(column_name, ': ', column_comment, ', ', extra) FROM information_schema.columns \
                 WHERE table_schema = DATABASE() AND table_name = 't' ORDER BY ordinal_position";
    assert_eq!(db.texts(shown), ["id: , ", "a: it's, (a), INVISIBLE"]);
    place.run(&revision.down);
    assert_eq!(place.live(), before);
    let table = &before.tables[0];
    assert_eq!(table.columns[1].options, "INVISIBLE COMMENT 'it''s, (a)'");
    place.clear();
    place.build(&before);
    assert_eq!(place.live(), before);
}

fn a_timestamp_comes(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin("CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1)");
    change(&mut place, |wanted| wanted.tables[0].columns.push(required("at", "TIMESTAMP")));
    assert_eq!(db.texts("SELECT CAST(at AS CHAR) FROM t"), ["1970-01-02 00:00:00"]);
}

fn a_copy_is_warned_of(db: TestDatabase) {
    let place = Place::open(&db);
    db.admin("CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE t (id INT, p INT REFERENCES p (id), PRIMARY KEY (id))");
    let live = place.live();
    let copied = |wanted: &Schema, from: &Schema| {
        let plan = plan(from, wanted, place.dialect).expect("the difference can be told");
        warnings(&plan).contains("MariaDB copies `t`")
    };
    let changed = |change: &dyn Fn(&mut Schema)| {
        let mut wanted = live.clone();
        change(&mut wanted);
        wanted
    };
    let without_key = changed(&|wanted| wanted.tables[1].foreign_keys.clear());
    assert!(copied(&live, &without_key), "a foreign key that comes");
    assert!(!copied(&without_key, &live), "a foreign key that goes");
    assert!(
        copied(&changed(&|wanted| wanted.tables[1].primary_key = None), &live),
        "a primary key that goes"
    );
    for (default, expected) in [("uuid()", true), ("current_timestamp()", false), ("'uuid()'", false)] {
        let wanted = changed(&|wanted| {
            let mut column = required("x", "VARCHAR(40)");
            column.default = Some(default.to_owned());
            wanted.tables[1].columns.push(column);
        });
        assert_eq!(copied(&wanted, &live), expected, "{default}");
    }
    let stored = changed(&|wanted| {
        let mut column = required("x", "INT");
        column.generated = Some(Generation::Computed { expression: "id + 1".to_owned(), stored: true });
        wanted.tables[1].columns.push(column);
    });
    assert!(copied(&stored, &live), "a column that is computed and kept");
}

fn lost_digits_are_warned_of(db: TestDatabase) {
    let mut place = Place::open(&db);
    let (long, short) = match db.backend() {
        alchemy_tests::Backend::Mysql => ("DATETIME(6)", "DATETIME"),
        _ => ("TIMESTAMP", "TIMESTAMP(0)"),
    };
    db.admin(&format!("CREATE TABLE t (id INT PRIMARY KEY, at {long})"));
    let plan = change(&mut place, |wanted| column(wanted, "at").sql_type = short.to_owned());
    assert!(warnings(&plan).contains("values of `t.at` cannot be turned into"), "{plan:#?}");
    let plan = change(&mut place, |wanted| column(wanted, "at").sql_type = long.to_owned());
    assert!(!warnings(&plan).contains("cannot be turned into"), "{plan:#?}");
}

fn an_index_that_is_not_valid_is_not_there(db: TestDatabase) {
    let place = Place::open(&db);
    db.admin("CREATE TABLE t (id INT PRIMARY KEY, a INT); INSERT INTO t VALUES (1, 1), (2, 1)");
    let without = place.live();
    is_refused(&db, "CREATE UNIQUE INDEX CONCURRENTLY \"a b\" ON t (a)");
    assert_eq!(db.number("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), 1);
    assert_eq!(place.live(), without);
    db.admin("DROP INDEX \"a b\"; DELETE FROM t WHERE id = 2");
    db.admin("CREATE UNIQUE INDEX \"a b\" ON t (a)");
    let with = place.live();
    let plan = plan(&without, &with, place.dialect).expect("the difference can be told");
    let said = "before trying again: DROP INDEX CONCURRENTLY IF EXISTS \"a b\".";
    assert!(warnings(&plan).contains(said), "{plan:#?}");
}

fn a_default_that_differs_by_row_is_warned_of(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin("CREATE TABLE t (id INT PRIMARY KEY)");
    for (default, expected) in [
        ("gen_random_uuid()::text", true),
        ("clock_timestamp()::text", true),
        ("now()::text", false),
        ("'random()'", false),
        ("('x'::varchar(20))", false),
    ] {
        let plan = change(&mut place, |wanted| {
            let mut column = required(&format!("c{}", wanted.tables[0].columns.len()), "TEXT");
            column.default = Some(default.to_owned());
            wanted.tables[0].columns.push(column);
        });
        assert_eq!(warnings(&plan).contains("PostgreSQL writes `t` anew"), expected, "{default}");
    }
}

fn numbers_below_zero_become_an_identity(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin("CREATE TABLE t (id BIGINT PRIMARY KEY, a INT); INSERT INTO t VALUES (-5, 0)");
    for way in [Generation::Identity, Generation::Sequence] {
        change(&mut place, |wanted| column(wanted, "id").generated = Some(way));
        db.admin("INSERT INTO t (a) VALUES (1)");
        assert_eq!(db.number("SELECT max(id) FROM t"), 1);
        db.admin("DELETE FROM t WHERE id = 1");
        change(&mut place, |wanted| column(wanted, "id").generated = None);
    }
}

fn what_else_an_index_says_stays(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT);
         CREATE UNIQUE INDEX ix ON t (a) INCLUDE (b) NULLS NOT DISTINCT WITH (fillfactor = 70) WHERE id > 0",
    );
    let before = place.live();
    assert_eq!(before.tables[0].indexes[0].options, "INCLUDE (b) NULLS NOT DISTINCT WITH (fillfactor='70')");
    let mut wanted = before.clone();
    wanted.tables[0].indexes.clear();
    let revision = revision(&before, &wanted, place.dialect).expect("the difference can be told");
    place.run(&revision.up);
    assert_ne!(place.live(), before);
    place.run(&revision.down);
    assert_eq!(place.live(), before);
}

fn an_index_that_includes_a_column_that_goes_stays(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin("CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT); CREATE INDEX ix ON t (a) INCLUDE (b)");
    change(&mut place, |wanted| wanted.tables[0].columns.retain(|column| column.name != "b"));
    assert_eq!(place.live().tables[0].indexes.len(), 1);
}

fn what_does_not_come_back_is_warned_of(db: TestDatabase) {
    let place = Place::open(&db);
    db.admin(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT, EXCLUDE USING btree (a WITH =),
             CONSTRAINT once UNIQUE NULLS NOT DISTINCT (a));
         ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0) NOT VALID;
         CREATE TABLE plain (id INT PRIMARY KEY, a INT UNIQUE);
         COMMENT ON COLUMN t.a IS 'x'; COMMENT ON TABLE t IS 'y';
         GRANT SELECT ON t TO PUBLIC; ALTER TABLE t ENABLE ROW LEVEL SECURITY;
         CREATE POLICY own ON t USING (a = 1);
         CREATE TRIGGER same BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    );
    let live = place.live();
    let warned = |change: &dyn Fn(&mut Schema)| {
        let mut wanted = live.clone();
        change(&mut wanted);
        let plan = plan(&live, &wanted, place.dialect).expect("the difference can be told");
        let warnings = warnings(&plan);
        let lines = warnings.lines().filter(|line| line.starts_with("The way back")).map(str::to_owned);
        lines.collect::<Vec<_>>()
    };
    assert_eq!(
        warned(&|wanted| wanted.tables.clear()),
        [
            "The way back does not bring back its comment, its row level security, that `once` is UNIQUE NULLS NOT DISTINCT \
          (a), that `positive` is NOT VALID, the comment on `a`, the exclusion constraint `t_a_excl`, the policy `own`, the \
          rights that others have to it, the trigger `same`."
        ]
    );
    assert_eq!(
        warned(&|wanted| wanted.tables[1].uniques.clear()),
        ["The way back does not bring back that `once` is UNIQUE NULLS NOT DISTINCT (a)."]
    );
    assert_eq!(warned(&|wanted| drop(wanted.tables.remove(0))), [""; 0]);
}
