//! Names of constraints and indexes that are passed on.

use alchemy_core::migration::schema::{IndexPart, Table};
use alchemy_tests::{TestDatabase, database_tests};

use super::{change, there_and_back};
use crate::random::place::Place;

database_tests! {
    a_constraint_comes_by_the_name_that_another_had: [postgres],
    an_index_comes_by_the_name_that_another_had: [postgres],
    constraints_and_indexes_trade_names: [postgres],
}

/// Makes the change, there and back; returns the detours that the way there takes.
fn detours(place: &mut Place, tables: impl Fn(&mut Vec<Table>)) -> Vec<String> {
    let mut wanted = place.live();
    tables(&mut wanted.tables);
    let revision = change(place, |schema| tables(&mut schema.tables));
    there_and_back(place, &revision, |place| drop(place.assert_is(&wanted, "")), |_| {});
    let statements = revision.up.statements.into_iter().filter(|statement| statement.summary.is_empty());
    statements.map(|statement| statement.sql).collect()
}

fn a_constraint_comes_by_the_name_that_another_had(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin("CREATE TABLE u (id INT PRIMARY KEY, a INT, b INT, CONSTRAINT uq_u_a UNIQUE (a))");
    let detours = detours(&mut place, |tables| {
        let mut pair = tables[0].uniques[0].clone();
        pair.columns.push("b".to_owned());
        tables[0].uniques[0].name = Some("by_a".to_owned());
        tables[0].uniques[0].is_named = true;
        tables[0].uniques.push(pair);
    });
    assert_eq!(detours, [""; 0]);
}

fn an_index_comes_by_the_name_that_another_had(db: TestDatabase) {
    let mut place = Place::open(&db);
    // Those of all tables share their names with each other and with keys; a check shares its with none of them.
    db.admin(
        "CREATE TABLE u (id INT PRIMARY KEY, a INT, CONSTRAINT second CHECK (a > 0));
         CREATE TABLE t (id INT PRIMARY KEY, a INT CONSTRAINT second UNIQUE); CREATE INDEX first ON u (a)",
    );
    let detours = detours(&mut place, |tables| {
        let mut index = tables[1].indexes[0].clone();
        tables[1].indexes[0].name = "second".to_owned();
        tables[1].indexes[0].is_named = true;
        tables[0].uniques[0].name = Some("third".to_owned());
        tables[0].uniques[0].is_named = true;
        index.parts = vec![IndexPart::column("id")];
        tables[1].indexes.push(index);
    });
    assert_eq!(detours, [""; 0]);
}

fn constraints_and_indexes_trade_names(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT CONSTRAINT first UNIQUE, b INT CONSTRAINT second UNIQUE,
             old_first INT CONSTRAINT old_first CHECK (old_first > 0));
         CREATE TABLE u (a INT, b INT); CREATE INDEX \"A\" ON u (a); CREATE INDEX \"B\" ON u (b)",
    );
    let detours = detours(&mut place, |tables| {
        let [first, second] = tables[0].uniques.as_mut_slice() else { panic!("there are two") };
        std::mem::swap(&mut first.name, &mut second.name);
        let [first, second] = tables[1].indexes.as_mut_slice() else { panic!("there are two") };
        std::mem::swap(&mut first.name, &mut second.name);
        tables[0].uniques.iter_mut().for_each(|unique| unique.is_named = true);
        tables[1].indexes.iter_mut().for_each(|index| index.is_named = true);
    });
    assert_eq!(
        detours,
        [
            "ALTER TABLE \"t\" RENAME CONSTRAINT \"first\" TO \"old_first_\"",
            "ALTER INDEX \"A\" RENAME TO \"old_A\""
        ]
    );
}
