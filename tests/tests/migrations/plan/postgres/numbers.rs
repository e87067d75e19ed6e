//! Sequences that are there before a column has them.

use alchemy_core::migration::schema::Generation;
use alchemy_core::migration::{Schema, plan};
use alchemy_tests::{TestDatabase, database_tests};

use super::{change, there_and_back};
use crate::random::place::Place;

database_tests! {
    a_sequence_of_nobody_becomes_the_columns: [postgres],
    a_sequence_that_a_default_takes_numbers_of_becomes_the_columns: [postgres],
    a_sequence_that_others_take_numbers_of_stays: [postgres],
    a_sequence_is_never_moved_back: [postgres],
    an_identity_goes_on_in_a_sequence_of_nobody: [postgres],
}

/// What gives the first column of the first table its numbers.
fn numbered(generated: Generation) -> impl Fn(&mut Schema) {
    move |wanted| {
        let id = &mut wanted.tables[0].columns[0];
        id.generated = Some(generated.clone());
        id.default = None;
    }
}

fn a_sequence_of_nobody_becomes_the_columns(db: TestDatabase) {
    let mut place = Place::open(&db);
    // As Advanced Alchemy's `BigIntBase` has them.
    db.admin(
        "CREATE SEQUENCE sales_id_seq; CREATE TABLE sales (id BIGINT PRIMARY KEY, copies INT);
         INSERT INTO sales VALUES (nextval('sales_id_seq'), 1), (nextval('sales_id_seq'), 2)",
    );
    let before = place.live();
    assert_eq!(before.tables[0].columns[0].sequence.as_deref(), Some("sales_id_seq"));
    let revision = change(&place, numbered(Generation::Sequence));
    let wanted = {
        let mut wanted = before.clone();
        numbered(Generation::Sequence)(&mut wanted);
        wanted
    };
    let there = |place: &Place| {
        place.assert_is(&wanted, "");
        db.admin(
            "INSERT INTO sales (copies) VALUES (3); INSERT INTO sales VALUES (nextval('sales_id_seq'), 4)",
        );
    };
    let back = |_: &Place| {
        assert!(db.connect().try_execute("INSERT INTO sales (copies) VALUES (5)").is_err());
        db.admin("INSERT INTO sales VALUES (nextval('sales_id_seq'), 6)");
    };
    there_and_back(&mut place, &revision, there, back);
    assert_eq!(db.number("SELECT max(id) FROM sales"), 8);
    assert_eq!(db.number("SELECT count(*) FROM sales"), 8);
}

fn a_sequence_that_a_default_takes_numbers_of_becomes_the_columns(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE SEQUENCE \"All sales\" START 100; CREATE SEQUENCE sales_id_seq;
         CREATE TABLE sales (id BIGINT PRIMARY KEY DEFAULT nextval('\"All sales\"'), copies INT)",
    );
    for generation in [Generation::Sequence, Generation::Identity] {
        let revision = change(&place, numbered(generation));
        let insert = |_: &Place| db.admin("INSERT INTO sales (copies) VALUES (1)");
        there_and_back(&mut place, &revision, insert, insert);
    }
    assert_eq!(db.number("SELECT min(id) FROM sales"), 100);
    assert_eq!(db.number("SELECT max(id) FROM sales"), 107);
    assert_eq!(db.number("SELECT count(*) FROM sales"), 8);
}

fn a_sequence_that_others_take_numbers_of_stays(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE SEQUENCE shared; CREATE TABLE a (id BIGINT PRIMARY KEY DEFAULT nextval('shared'));
         CREATE TABLE b (id BIGINT PRIMARY KEY DEFAULT nextval('shared'));
         CREATE TABLE owner (b_id BIGINT PRIMARY KEY); CREATE SEQUENCE owner_b_id_seq OWNED BY owner.b_id",
    );
    let live = place.live();
    assert!(live.tables.iter().flat_map(|table| &table.columns).all(|column| column.sequence.is_none()));
    let revision = change(&place, numbered(Generation::Sequence));
    let shared = |_: &Place| db.admin("INSERT INTO b DEFAULT VALUES");
    there_and_back(&mut place, &revision, shared, shared);
}

fn a_sequence_is_never_moved_back(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE SEQUENCE t_id_seq; SELECT setval('t_id_seq', 20); CREATE TABLE t (id BIGINT PRIMARY KEY, a INT);
         INSERT INTO t VALUES (7)",
    );
    let run = |place: &mut Place, generation| {
        let live = place.live();
        let mut wanted = live.clone();
        numbered(generation)(&mut wanted);
        let plan = plan(&live, &wanted, place.dialect).expect("the difference can be told");
        place.run(&plan);
        place.assert_is(&wanted, "");
        db.admin("INSERT INTO t (a) VALUES (1)");
        let last = db.number("SELECT max(id) FROM t");
        db.admin("DELETE FROM t WHERE a = 1");
        last
    };
    // Each goes on where the one before was, whatever is in the table.
    for (generation, last) in [
        (Generation::Sequence, 21),
        (Generation::Identity, 22),
        (Generation::Sequence, 23),
        (Generation::IdentityAlways, 24),
    ] {
        assert_eq!(run(&mut place, generation), last);
    }
}

fn an_identity_goes_on_in_a_sequence_of_nobody(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE SEQUENCE t_id_seq; CREATE TABLE t (id INT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a INT);
         INSERT INTO t (a) VALUES (1), (2); DELETE FROM t",
    );
    let revision = change(&place, numbered(Generation::Sequence));
    let insert = |_: &Place| db.admin("INSERT INTO t (a) VALUES (3)");
    there_and_back(&mut place, &revision, insert, insert);
    assert_eq!(db.number("SELECT (min(id) * 10 + max(id))::bigint FROM t"), 36);
}
