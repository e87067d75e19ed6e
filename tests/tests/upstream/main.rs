//! The acceptance cases of Advanced Alchemy that touch bases, verbs, filters and services, on every database.
//!
//! Each case names the test that it stands for: the file in Advanced Alchemy's `tests/` and its line, of revision
//! `2accd6e1` (of release 1.8.2 for `test_sqlquery_service.py` after 203, `test_service_to_model_flow.py`, and
//! `test_exceptions.py` after 31). Where upstream's own answer is a fault, the case asserts the right one and says so.
//!
//! | upstream | here |
//! |---|---|
//! | `integration/test_repository.py` | [`repository`], [`deletes`], [`partial_updates`], [`composite_keys`] |
//! | `integration/test_filters.py` | [`filters`], [`multi_filter`] |
//! | `integration/test_operations.py` | [`operations`] |
//! | `integration/test_unique_mixin.py` | [`unique_mixin`] |
//! | `integration/test_sqlquery_service.py` | [`sqlquery_service`] |
//! | `integration/test_bigint_identity.py` | [`bigint_identity`] |
//! | `unit/test_service_to_model_flow.py` | [`to_model_flow`] |
//! | `unit/test_exceptions.py` | [`exceptions`] |
//! | `unit/test_extensions/*/test_providers.py` | [`providers`] |
//! | the changelog's faults that were mended | [`changelog`] |
//! | faults that are there still | [`known_bugs`] |

mod authors;
mod bigint_identity;
mod changelog;
mod composite_keys;
mod deletes;
mod exceptions;
mod filters;
mod known_bugs;
mod movies;
mod multi_filter;
mod operations;
mod partial_updates;
mod providers;
mod repository;
mod sqlquery_service;
mod to_model_flow;
mod unique_mixin;

use alchemy_core::model::JsonMap;
use alchemy_core::prelude::*;
use alchemy_tests::TestDatabase;

/// An engine on the test's database, with the tables of the models of a bind key.
fn open(db: &TestDatabase, bind_key: &str) -> Engine {
    let config = EngineConfig::new(db.url()).bind_key(bind_key).pool_size(2);
    let engine = Engine::connect(config).expect("the database is there");
    engine.create_all().expect("the tables are made");
    engine
}

/// [`open`], from where nothing may block.
async fn open_async(db: &TestDatabase, bind_key: &'static str) -> Engine {
    let db = db.clone();
    rocket::tokio::task::spawn_blocking(move || open(&db, bind_key)).await.expect("the engine is opened")
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

/// A JSON object.
fn map(value: serde_json::Value) -> JsonMap {
    match value {
        serde_json::Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}
