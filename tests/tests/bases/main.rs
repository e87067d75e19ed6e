//! Every base, on every database: its table is created, and its rows are written and read with plain Diesel.

mod generated_keys;
mod keys;
mod roles;
mod several_keys;
mod views;

use alchemy_core::prelude::*;
use alchemy_tests::TestDatabase;

fn open(db: &TestDatabase) -> Engine {
    let engine = Engine::connect(EngineConfig::new(db.url()).pool_size(2)).unwrap();
    engine.create_all().unwrap();
    engine
}
