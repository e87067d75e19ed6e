//! What several suites share.

#![allow(dead_code, unreachable_pub)] // each suite uses a part

use alchemy_core::prelude::*;
use alchemy_tests::TestDatabase;

/// The model of the example.
#[derive(Debug, Clone, PartialEq, Serialize, UuidBase, Service)]
#[alchemy(table = "authors")]
pub struct Author {
    pub id: Uuid,
    #[alchemy(max_length = 100, search, sort, filter)]
    pub name: String,
    #[alchemy(sort, filter)]
    pub dob: Option<NaiveDate>,
}

/// An author to be.
pub fn new_author(name: &str) -> NewAuthor {
    NewAuthor { id: None, name: name.to_owned(), dob: None }
}

/// An engine on the test's database, with the tables of all models.
pub fn open(db: &TestDatabase) -> Engine {
    let engine = Engine::connect(EngineConfig::new(db.url()).pool_size(4)).expect("the database is there");
    engine.create_all().expect("the tables are made");
    engine
}

pub fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}
