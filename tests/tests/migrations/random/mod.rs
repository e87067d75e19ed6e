//! From any schema to any other, and back, with rows in the tables.
//!
//! `ALCHEMY_RANDOM_SEED` and `ALCHEMY_RANDOM_PAIRS` say which pairs of schemas, and how many; a failure prints the seed of
//! its pair, which then comes first.

mod generate;
mod number;
pub(crate) mod place;
mod rows;

use alchemy_core::migration::{Migrations, Schema, Target, folder, revision};
use alchemy_tests::{TestDatabase, database_tests};

use self::generate::Pair;
use self::number::Random;
use self::place::{Place, in_order};
use self::rows::{insert, values};
use crate::folders::Folder;

database_tests! {
    any_schema_becomes_any_other_and_comes_back,
    any_schema_becomes_any_other_and_comes_back_once_more,
}

fn any_schema_becomes_any_other_and_comes_back(db: TestDatabase) {
    run(&db, 0);
}

/// Beside the first: half the pairs each.
fn any_schema_becomes_any_other_and_comes_back_once_more(db: TestDatabase) {
    run(&db, 1);
}

fn run(db: &TestDatabase, half: u64) {
    let from_environment = |name| std::env::var(name).ok().and_then(|value: String| value.parse().ok());
    let seed: u64 = from_environment("ALCHEMY_RANDOM_SEED").unwrap_or(4);
    let pairs: u64 = from_environment("ALCHEMY_RANDOM_PAIRS").unwrap_or(200);
    let another = db.another();
    let mut places = [Place::open(db), Place::open(&another)];
    let mut statements = 0;
    for pair in (0..pairs).filter(|pair| pair % 2 == half) {
        let seed = seed + pair;
        let _shown = ShownOnPanic(seed);
        statements += there_and_back(&mut places, Pair::random(&mut Random::new(seed), db.backend()));
    }
    assert!(pairs < 100 || statements > pairs, "{statements} statements for {pairs} pairs");
}

/// Prints the seed of a pair that a test panics at.
struct ShownOnPanic(u64);

impl Drop for ShownOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("at ALCHEMY_RANDOM_SEED={}", self.0);
        }
    }
}

fn there_and_back([place, fresh]: &mut [Place; 2], pair: Pair) -> u64 {
    place.build(&pair.from);
    insert(&mut place.connection, &pair);
    let before = place.assert_is(&pair.from, "");
    let wanted = place.wanted(&before, &pair.to);
    let revision = revision(&before, &wanted, place.dialect).expect("the difference can be told");
    let count = revision.up.statements.len() + revision.down.statements.len();
    let kept = values(&mut place.connection, &pair, |columns| &columns.0);

    let migrations = revision.migrations("random", place.dialect);
    let script = |way: fn(&folder::Revision) -> &str| migrations.iter().map(way).collect::<String>();
    let folder = Folder::new();
    folder::write(folder.path(), &migrations).expect("the migrations are written");
    let runner = Migrations::new(&place.engine, folder.path());
    let run =
        runner.upgrade(&Target::Head).unwrap_or_else(|error| panic!("{error}\n{}", script(|one| &one.up)));
    assert_eq!(run.len(), migrations.len());
    let up = script(|one| &one.up);
    let there = place.assert_is(&pair.to, &up);
    assert_eq!(values(&mut place.connection, &pair, |columns| &columns.1), kept, "after:\n{up}");

    fresh.build(&pair.to);
    assert_eq!(without_names(there), without_names(fresh.live()), "a new database differs; after:\n{up}");
    fresh.clear();

    let down = script(|one| &one.down);
    let run = runner.downgrade(&Target::Base).unwrap_or_else(|error| panic!("{error}\n{down}"));
    assert_eq!(run.len(), migrations.len());
    let back = place.assert_is(&pair.from, &down);
    assert_eq!(in_order(back), in_order(before), "the way back leads elsewhere:\n{down}");
    assert_eq!(values(&mut place.connection, &pair, |columns| &columns.0), kept, "after:\n{down}");
    place.clear();
    count as u64
}

fn without_names(schema: Schema) -> Schema {
    let mut schema = in_order(schema);
    for table in &mut schema.tables {
        table.primary_key.iter_mut().for_each(|key| key.name = None);
        table.uniques.iter_mut().for_each(|unique| unique.name = None);
        table.foreign_keys.iter_mut().for_each(|key| key.name = None);
        table.foreign_keys.sort_by_key(|key| format!("{key:?}"));
        table.checks.iter_mut().for_each(|check| check.name = None);
        table.checks.sort_by_key(|check| check.expression.clone());
        table.indexes.iter_mut().for_each(|index| index.name.clear());
        table.indexes.sort_by_key(|index| format!("{index:?}"));
    }
    schema
}
