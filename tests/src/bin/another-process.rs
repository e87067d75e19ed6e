//! What a test has another process do beside it: `another-process lock` or `another-process create`, on the database
//! whose URL is in `ALCHEMY_TESTS_URL`.
//!
//! It says `ready` on a line of its own, and goes on when it is given a line.

use std::env;
use std::io::{self, Write};

use alchemy_core::prelude::*;
use alchemy_tests::{Backend, Connection};

#[path = "../../tests/common/mod.rs"]
mod common;

fn main() {
    let task = env::args().nth(1).expect("a task");
    // Not an argument, for it may hold a password.
    let url = env::var("ALCHEMY_TESTS_URL").expect("a URL in ALCHEMY_TESTS_URL");
    match task.as_str() {
        "lock" => lock(&url),
        "create" => create(url),
        task => panic!("there is no task `{task}`"),
    }
}

/// Holds the lock of a file, and then keeps what it has written.
fn lock(url: &str) {
    let mut connection = Connection::open(Backend::Sqlite, url).expect("the file");
    connection.execute("BEGIN IMMEDIATE; INSERT INTO authors (id, name) VALUES (x'00', 'theirs')");
    ready();
    connection.execute("COMMIT");
}

/// Makes the tables of the suites' models.
fn create(url: String) {
    ready();
    // Without a connection that the pool makes beside: libpq does not bear the end of a process meanwhile.
    let engine = Engine::connect(EngineConfig::new(url).min_idle(0)).expect("the database");
    engine.create_all().expect("the tables");
}

fn ready() {
    io::stdout().write_all(b"ready\n").expect("somebody listens");
    io::stdout().flush().expect("somebody listens");
    // Its end is as good as a line: who started this is gone.
    io::stdin().lines().next();
}
