//! What filters match, what databases refuse, and what `create_all` makes, on every database.

mod by_name;
mod constraints;
mod exists;
mod keyset;
mod multi;
mod operators;
mod order;
mod params;
mod random;
mod schema;

use alchemy_core::prelude::*;
use alchemy_tests::TestDatabase;

/// A row with a column of each kind that filters compare, most of them nullable. `number` tells rows apart.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "things", bind_key = "things")]
struct Thing {
    id: Uuid,
    number: i32,
    /// Lower-case letters only: their order is the same in every collation.
    name: String,
    code: Option<String>,
    label: Option<String>,
    size: Option<i32>,
    large: Option<i64>,
    ratio: Option<f64>,
    single: Option<f32>,
    amount: Option<BigDecimal>,
    day: Option<NaiveDate>,
    moment: Option<DateTime<Utc>>,
    clock: Option<NaiveTime>,
    link: Option<Uuid>,
    flag: Option<bool>,
}

/// An engine on the test's database, with the tables of the models of a bind key.
fn open(db: &TestDatabase, bind_key: &str) -> Engine {
    let config = EngineConfig::new(db.url()).bind_key(bind_key).pool_size(2);
    let engine = Engine::connect(config).expect("the database is there");
    engine.create_all().expect("the tables are made");
    engine
}

/// The numbers of the rows that match, in the order of their numbers.
fn found(service: &ThingService, filter: Filter<Thing>) -> Vec<i32> {
    let filters = Filters::new().filter(filter).order_by(Thing::NUMBER.asc());
    numbers(service.list(filters).expect("the filter fits the table"))
}

fn numbers(things: Vec<Thing>) -> Vec<i32> {
    things.into_iter().map(|thing| thing.number).collect()
}
