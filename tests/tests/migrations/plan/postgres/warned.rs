//! What is said above a statement.

use alchemy_core::migration::Schema;
use alchemy_tests::{TestDatabase, database_tests};

use super::{change, warnings};
use crate::random::place::Place;

database_tests! {
    documents_that_lose_something_are_warned_of: [postgres],
    an_exclusion_that_goes_with_a_column_is_warned_of: [postgres],
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
