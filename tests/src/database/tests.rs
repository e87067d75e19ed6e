use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::*;
use crate::{PrivateServer, database_tests};

database_tests! {
    a_database_is_empty_and_takes_any_text,
    databases_of_tests_do_not_see_each_other,
    a_database_is_dropped_when_its_test_panics,
    a_database_is_dropped_under_an_open_transaction,
    a_killed_connection_is_gone: [postgres, mysql],
    many_databases_are_made_at_once,
    async an_async_case_runs_on_several_threads,
    a_private_server_keeps_committed_rows_through_a_crash: [postgres, mysql],
}

fn a_database_is_empty_and_takes_any_text(db: TestDatabase) {
    let tables = match db.backend() {
        Backend::Sqlite => "SELECT count(*) FROM sqlite_schema",
        Backend::Postgres => "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'",
        Backend::Mysql => "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE()",
    };
    assert_eq!(db.number(tables), 0);
    db.admin("CREATE TABLE words (word VARCHAR(20)); INSERT INTO words VALUES ('naïve 🦀')");
    assert_eq!(db.texts("SELECT word FROM words"), ["naïve 🦀"]);
}

fn databases_of_tests_do_not_see_each_other(db: TestDatabase) {
    let other = db.another();
    assert_ne!(db.url(), other.url());
    db.admin("CREATE TABLE words (word VARCHAR(20))");
    assert!(other.connect().try_execute("SELECT * FROM words").is_err());
}

/// Whether the database of a value that is gone is still there.
fn exists(witness: &TestDatabase, name: &str) -> bool {
    let count = match witness.backend() {
        Backend::Sqlite => return Path::new(name.trim_start_matches("sqlite://")).exists(),
        Backend::Postgres => format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'"),
        Backend::Mysql => {
            format!("SELECT count(*) FROM information_schema.schemata WHERE schema_name = '{name}'")
        }
    };
    witness.number(&count) == 1
}

fn a_database_is_dropped_when_its_test_panics(db: TestDatabase) {
    let mut name = String::new();
    let result = catch_unwind(AssertUnwindSafe(|| {
        let doomed = db.another();
        doomed.admin("CREATE TABLE words (word VARCHAR(20))");
        name = doomed.0.name().to_owned();
        assert!(exists(&db, &name));
        // Not by `panic!`, whose message would look like a failure in the output.
        std::panic::resume_unwind(Box::new(()));
    }));
    assert!(result.is_err());
    assert!(!exists(&db, &name));
}

fn a_database_is_dropped_under_an_open_transaction(db: TestDatabase) {
    let doomed = db.another();
    doomed.admin("CREATE TABLE words (word VARCHAR(20))");
    let name = doomed.0.name().to_owned();
    let mut open = doomed.connect();
    open.execute("BEGIN; INSERT INTO words VALUES ('held')");
    drop(doomed);
    assert!(!exists(&db, &name));
}

fn a_killed_connection_is_gone(db: TestDatabase) {
    assert!(db.sessions().is_empty());
    let mut first = db.connect();
    let _second = db.connect();
    assert_eq!(db.sessions().len(), 2);
    assert_eq!(db.kill_all(), 2);
    assert!(first.try_execute("SELECT 1").is_err());
    db.kill(db.number(match db.backend() {
        Backend::Postgres => "SELECT pg_backend_pid()::int8",
        _ => "SELECT CAST(CONNECTION_ID() AS SIGNED)",
    }));
}

fn many_databases_are_made_at_once(db: TestDatabase) {
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let db = db.clone();
            thread::spawn(move || {
                let own = db.another();
                own.admin("CREATE TABLE words (word VARCHAR(20))");
                own.url().to_owned()
            })
        })
        .collect();
    let urls: HashSet<String> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(urls.len(), 8);
}

async fn an_async_case_runs_on_several_threads(db: TestDatabase) {
    // Four tasks that wait for each other on their threads: fewer threads would never get past it.
    let arrived = std::sync::Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let arrived = arrived.clone();
            tokio::spawn(async move {
                arrived.fetch_add(1, Ordering::SeqCst);
                while arrived.load(Ordering::SeqCst) < 4 {
                    thread::yield_now();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    db.admin("CREATE TABLE words (word VARCHAR(20))");
}

fn a_private_server_keeps_committed_rows_through_a_crash(db: TestDatabase) {
    let mut server = PrivateServer::start(db.backend());
    let own = server.database();
    own.admin("CREATE TABLE words (word VARCHAR(20)); INSERT INTO words VALUES ('kept')");
    server.crash();
    assert!(Connection::open(own.backend(), own.url()).is_err());
    server.restart();
    assert_eq!(own.texts("SELECT word FROM words"), ["kept"]);
    server.stop();
    assert!(Connection::open(own.backend(), own.url()).is_err());
    server.restart();
    assert_eq!(own.texts("SELECT word FROM words"), ["kept"]);
}
