//! What clients see and what databases keep when something breaks, on real servers: connections killed, servers
//! stopped, pools exhausted, handlers that panic, commits that fail, deadlocks, locked files.

mod classification;
mod commits;
#[path = "../common/mod.rs"]
mod common;
mod connecting;
mod connections;
mod locks;
mod panics;
mod pool;
mod process;
mod program;
mod restarts;
mod settings;
mod tables;

use std::thread;
use std::time::{Duration, Instant};

use alchemy_core::prelude::*;
use alchemy_tests::TestDatabase;
use common::AuthorChangeset;
use diesel::RunQueryDsl;
use diesel::sql_query;
use rocket::serde::json::json;

/// Far longer than anything here takes, on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for something that must happen.
#[track_caller]
fn eventually(what: &str, mut happened: impl FnMut() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < PATIENCE, "{what} did not happen");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Kills every connection to the database, and waits until they are gone.
fn kill_all(db: &TestDatabase) {
    let killed = db.sessions();
    assert!(!killed.is_empty(), "there is no connection to kill");
    killed.iter().for_each(|session| db.kill(*session));
    eventually("the end of the connections", || {
        db.sessions().iter().all(|session| !killed.contains(session))
    });
}

fn rows(db: &TestDatabase) -> i64 {
    db.number("SELECT count(*) FROM authors")
}

fn names(db: &TestDatabase) -> Vec<String> {
    db.texts("SELECT name FROM authors ORDER BY name")
}

fn connect(db: &TestDatabase, set: impl FnOnce(EngineConfig) -> EngineConfig) -> Engine {
    let engine = Engine::connect(set(EngineConfig::new(db.url()))).expect("the database is there");
    engine.create_all().expect("the tables are made");
    engine
}

fn run(session: &Session, statement: impl Into<String>) -> Result<usize> {
    session.run(|connection| sql_query(statement.into()).execute(connection))
}

fn renamed(name: &str) -> AuthorChangeset {
    serde_json::from_value(json!({ "name": name })).expect("a changeset")
}
