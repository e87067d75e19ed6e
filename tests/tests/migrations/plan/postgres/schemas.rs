//! Tables of other schemas that foreign keys refer to.

use alchemy_tests::{TestDatabase, database_tests};

use super::{change, there_and_back};
use crate::random::place::Place;

database_tests! {
    a_table_that_is_found_by_its_name_is_called_by_that_alone: [postgres],
    a_table_that_is_not_is_called_by_its_schema_too: [postgres],
}

/// `t`, with a foreign key to a table of another schema.
fn tables(other: &str) -> String {
    format!(
        "CREATE TABLE {other} (id INT PRIMARY KEY);
         CREATE TABLE t (id INT PRIMARY KEY, o INT CONSTRAINT fk REFERENCES {other})"
    )
}

fn a_table_that_is_found_by_its_name_is_called_by_that_alone(db: TestDatabase) {
    db.admin(
        "CREATE SCHEMA own; DO $$BEGIN
             EXECUTE format('ALTER DATABASE %I SET search_path = own, public', current_database());
         END$$",
    );
    db.admin(&tables("public.users"));
    let place = Place::open(&db);
    let live = place.live();
    assert_eq!(live.tables.len(), 1);
    assert_eq!(live.tables[0].foreign_keys[0].target, "users");
}

fn a_table_that_is_not_is_called_by_its_schema_too(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin("CREATE SCHEMA \"else.where\"");
    db.admin(&tables("\"else.where\".\"o\"\"o\""));
    let revision = change(&place, |wanted| wanted.tables[0].foreign_keys.clear());
    let references = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'fk'";
    assert_eq!(db.texts(references), ["FOREIGN KEY (o) REFERENCES \"else.where\".\"o\"\"o\"(id)"]);
    let back = |_: &Place| assert_eq!(db.texts(references).len(), 1);
    there_and_back(&mut place, &revision, |_| assert_eq!(db.texts(references), [""; 0]), back);
}
