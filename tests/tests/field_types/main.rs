//! Every field type, on every database: what is written is what is read.

mod advanced_alchemy;
mod choices;
mod own_types;
mod types;

use alchemy_core::prelude::*;
use alchemy_tests::TestDatabase;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TextEnum)]
enum Colour {
    Red,
    DeepBlue,
}

fn open(db: &TestDatabase) -> Engine {
    let engine = Engine::connect(EngineConfig::new(db.url()).pool_size(2)).unwrap();
    engine.create_all().unwrap();
    engine
}
