//! What is said above a statement.

use alchemy_core::migration::Schema;
use alchemy_tests::{TestDatabase, database_tests};

use super::{change, warnings};
use crate::random::place::Place;

database_tests! {
    documents_that_lose_something_are_warned_of: [postgres],
    an_exclusion_that_goes_with_a_column_is_warned_of: [postgres],
    what_keeps_a_column_from_changing_is_warned_of: [postgres],
    how_a_foreign_key_that_goes_was_checked_is_warned_of: [postgres],
}

/// What a change warns of that has some words in it.
fn warned(place: &Place, words: &str, made: impl FnOnce(&mut Schema)) -> Vec<String> {
    let warnings = warnings(&change(place, made).up);
    warnings.lines().filter(|line| line.contains(words)).map(str::to_owned).collect()
}

/// Drops a column of the first table.
fn drops(name: &str) -> impl Fn(&mut Schema) {
    move |wanted| wanted.tables[0].columns.retain(|column| column.name != name)
}

fn documents_that_lose_something_are_warned_of(db: TestDatabase) {
    let place = Place::open(&db);
    db.admin("CREATE TABLE t (id INT PRIMARY KEY, a JSON, b JSONB)");
    let becomes = |column: usize, sql_type: &'static str| {
        move |wanted: &mut Schema| wanted.tables[0].columns[column].sql_type = sql_type.to_owned()
    };
    assert_eq!(
        warned(&place, "lose", becomes(1, "JSONB")),
        [
            "The documents in `t.a` lose the order of their keys, and of those that are the same all but the last."
        ]
    );
    assert_eq!(warned(&place, "lose", becomes(2, "JSON")), [""; 0]);
}

fn an_exclusion_that_goes_with_a_column_is_warned_of(db: TestDatabase) {
    let place = Place::open(&db);
    db.admin(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, c INT,
             CONSTRAINT apart EXCLUDE USING btree (a WITH =, (b + 1) WITH =))",
    );
    let lost = ["The way back does not bring back the exclusion constraint `apart`."];
    for column in ["a", "b"] {
        assert_eq!(warned(&place, "The way back", drops(column)), lost, "{column}");
    }
    assert_eq!(warned(&place, "The way back", drops("c")), [""; 0]);
    assert_eq!(warned(&place, "The way back", |wanted| wanted.tables.clear()), lost);
}

fn what_keeps_a_column_from_changing_is_warned_of(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, c INT, d INT);
         CREATE VIEW \"V\" AS SELECT a FROM t; CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
         CREATE VIEW n AS SELECT count(*) AS n FROM t; CREATE POLICY own ON t USING (d = 1);
         CREATE TRIGGER same BEFORE UPDATE OF c ON t
             FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    );
    let bigger = |name: &'static str| {
        move |wanted: &mut Schema| {
            let columns = wanted.tables[0].columns.iter_mut();
            columns
                .filter(|column| column.name == name)
                .for_each(|column| column.sql_type = "BIGINT".to_owned());
        }
    };
    for (column, users) in [
        ("a", "the materialized view `m`, the view `\"V\"`"),
        ("b", "the materialized view `m`"),
        ("c", "the trigger `same`"),
        ("d", "the policy `own`"),
    ] {
        let said = [format!(
            "This fails while `t.{column}` is used by {users}: drop that before, and make it again afterwards."
        )];
        assert_eq!(warned(&place, "is used by", bigger(column)), said);
        assert_eq!(warned(&place, "is used by", drops(column)), said);
        for sql in ["ALTER COLUMN {} TYPE BIGINT", "DROP COLUMN {}"] {
            let sql = format!("ALTER TABLE t {}", sql.replace("{}", column));
            assert!(db.connect().try_execute(&sql).is_err(), "{sql}");
        }
    }
    let views = "the materialized view `m`, the view `\"V\"`, the view `n`";
    assert_eq!(
        warned(&place, "is used by", |wanted| wanted.tables.clear()),
        [format!("This fails while `t` is used by {views}: drop that before, and make it again afterwards.")]
    );
    db.admin("DROP VIEW \"V\", n; DROP MATERIALIZED VIEW m; DROP TRIGGER same ON t; DROP POLICY own ON t");
    let revision = change(&place, bigger("a"));
    assert!(!warnings(&revision.up).contains("is used by"), "{revision:#?}");
    place.run(&revision.up);
}

fn how_a_foreign_key_that_goes_was_checked_is_warned_of(db: TestDatabase) {
    let place = Place::open(&db);
    db.admin(
        "CREATE TABLE p (a INT, b INT, PRIMARY KEY (a, b));
         CREATE TABLE t (a INT, b INT, CONSTRAINT k FOREIGN KEY (a, b) REFERENCES p MATCH FULL DEFERRABLE)",
    );
    let how = "that `k` is DEFERRABLE INITIALLY IMMEDIATE, that `k` is MATCH FULL.";
    assert_eq!(
        warned(&place, "bring back", |wanted| wanted.tables[1].foreign_keys.clear()),
        [format!("The way back does not bring back {how}")]
    );
    let both = |wanted: &mut Schema| {
        wanted.tables.iter_mut().for_each(|table| table.columns[0].sql_type = "BIGINT".to_owned());
    };
    assert_eq!(warned(&place, "bring back", both), [format!("What adds it again does not bring back {how}")]);
}
