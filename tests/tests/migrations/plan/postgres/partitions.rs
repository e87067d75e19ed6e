//! Tables whose rows are in partitions.

use alchemy_core::migration::schema::{Index, IndexPart};
use alchemy_core::migration::{Schema, plan};
use alchemy_tests::{TestDatabase, database_tests};

use super::{change, there_and_back, warnings};
use crate::random::place::Place;

database_tests! {
    an_index_comes_to_a_table_with_partitions: [postgres],
    partitions_that_do_not_come_back_are_warned_of: [postgres],
}

const TABLES: &str = "CREATE TABLE parted (id INT, at DATE NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE part PARTITION OF parted FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
    CREATE TABLE plain (id INT, at DATE NOT NULL)";

fn an_index_comes_to_a_table_with_partitions(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(TABLES);
    let indexed = |schema: &mut Schema| {
        for table in &mut schema.tables {
            let mut index = Index::default();
            index.name = format!("ix_{}_id", table.name);
            index.parts.push(IndexPart::column("id"));
            table.indexes.push(index);
        }
    };
    let mut wanted = place.live();
    indexed(&mut wanted);
    let revision = change(&place, indexed);
    let online: Vec<_> = revision.up.online.iter().map(|statement| statement.sql.as_str()).collect();
    assert_eq!(online, ["CREATE INDEX CONCURRENTLY \"ix_plain_id\" ON \"plain\" (\"id\")"]);
    assert!(warnings(&revision.up).contains("ATTACH PARTITION"), "{revision:#?}");
    there_and_back(&mut place, &revision, |place| drop(place.assert_is(&wanted, "")), |_| {});
}

fn partitions_that_do_not_come_back_are_warned_of(db: TestDatabase) {
    let place = Place::open(&db);
    db.admin(TABLES);
    let plan = plan(&place.live(), &Schema::default(), place.dialect).expect("tables can be dropped");
    let warnings = warnings(&plan);
    let said: Vec<_> = warnings.lines().filter(|line| line.contains("partitions")).collect();
    assert_eq!(said, ["The way back makes `parted` without partitions, so that it takes no rows."]);
}
