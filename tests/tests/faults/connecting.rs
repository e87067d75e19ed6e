//! Connecting: passwords that are right, wrong and never shown, and hosts that do not answer.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use alchemy_core::backend::AnyConnection;
use alchemy_core::prelude::*;
use alchemy_rocket::{Alchemy, Config};
use alchemy_tests::{Backend, Connection, PrivateServer, TestDatabase, database_tests};
use diesel::Connection as _;

use crate::{PATIENCE, eventually};

database_tests! {
    a_password_with_a_hash_sign_reaches_the_server: [postgres],
    a_wrong_password_is_refused_and_never_shown: [postgres, mysql],
    a_host_that_does_not_listen_is_a_connection_error: [postgres, mysql],
    a_host_that_never_answers_is_a_connection_error_in_bounded_time: [postgres, mysql],
    a_password_that_the_driver_would_repeat_is_not_shown: [postgres],
}

const PASSWORD: &str = "s3cret-and-never-shown";

/// What `Engine::connect` says against a URL that nobody answers as they should.
#[track_caller]
fn refused(config: EngineConfig) -> Error {
    let shown = format!("{config:?}");
    assert!(!shown.contains("s3"), "{shown}");
    let start = Instant::now();
    let error = Engine::connect(config).unwrap_err();
    assert!(start.elapsed() < PATIENCE, "connecting took {:?}", start.elapsed());
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    assert_eq!(error.to_string(), "the database cannot be reached");
    for shown in [
        format!("{error:?}"),
        format!("{:?}", error.driver_error()),
        format!(
            "{:?}",
            Alchemy::new(Config::from(EngineConfig::new(format!("postgres://ann:{PASSWORD}@127.0.0.1/x"))),)
        ),
    ] {
        assert!(!shown.contains("s3"), "{shown}");
    }
    error
}

fn url(backend: Backend, user: &str, password: &str, address: &str, database: &str) -> String {
    let scheme = if backend == Backend::Postgres { "postgres" } else { "mysql" };
    format!("{scheme}://{user}:{password}@{address}/{database}")
}

/// Has PostgreSQL ask a user `ann`, and only her, for a password.
fn ask_for_password(db: &TestDatabase, password: &str) {
    db.admin(&format!("CREATE ROLE ann LOGIN SUPERUSER PASSWORD '{password}'"));
    let file = db.texts("SELECT current_setting('hba_file')").remove(0);
    db.admin(&format!(
        "COPY (VALUES ('host all ann 127.0.0.1/32 scram-sha-256'), ('host all all 127.0.0.1/32 trust')) \
         TO '{file}'; SELECT pg_reload_conf()"
    ));
}

fn a_password_with_a_hash_sign_reaches_the_server(shared: TestDatabase) {
    let server = PrivateServer::start(shared.backend());
    let db = server.database();
    let parts: url::Url = db.url().parse().expect("a URL");
    let address = format!("127.0.0.1:{}", parts.port().expect("a port"));
    let database = parts.path().trim_start_matches('/');
    ask_for_password(&db, "a#b?c");
    let wrong = url(db.backend(), "ann", "a%23b", &address, database);
    eventually("reading the file", || Connection::open(db.backend(), &wrong).is_err());

    let url = url(db.backend(), "ann", "a#b?c", &address, database);
    Engine::connect(EngineConfig::new(url)).unwrap().ping().unwrap();
}

fn a_wrong_password_is_refused_and_never_shown(shared: TestDatabase) {
    let server = PrivateServer::start(shared.backend());
    let db = server.database();
    let parts: url::Url = db.url().parse().expect("a URL");
    let address = format!("127.0.0.1:{}", parts.port().expect("a port"));
    let database = parts.path().trim_start_matches('/');
    if db.backend() == Backend::Postgres {
        ask_for_password(&db, "right");
        let wrong = url(db.backend(), "ann", "wrong", &address, database);
        eventually("reading the file", || Connection::open(db.backend(), &wrong).is_err());
    } else {
        db.admin("CREATE USER ann@'%' IDENTIFIED BY 'right'; GRANT ALL ON *.* TO ann@'%'");
    }

    let error = refused(EngineConfig::new(url(db.backend(), "ann", PASSWORD, &address, database)));
    let said = error.driver_error().expect("the driver's words").to_string();
    assert!(said.contains("ann"), "{said}");

    let engine =
        Engine::connect(EngineConfig::new(url(db.backend(), "ann", "right", &address, database))).unwrap();
    let shown = format!("{engine:?} {:?}", engine.session());
    assert!(!shown.contains("right"), "{shown}");
    engine.ping().unwrap();
}

fn a_host_that_does_not_listen_is_a_connection_error(db: TestDatabase) {
    // Bound and let go, so that nobody listens there.
    let address =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    refused(EngineConfig::new(url(db.backend(), "ann", PASSWORD, &address.to_string(), "library")));
}

fn a_host_that_never_answers_is_a_connection_error_in_bounded_time(db: TestDatabase) {
    // The system takes the connection, and nobody ever reads from it.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    let config = EngineConfig::new(url(db.backend(), "ann", PASSWORD, &address, "library"));
    refused(config.acquire_timeout(Duration::from_secs(1)));
}

fn a_password_that_the_driver_would_repeat_is_not_shown(db: TestDatabase) {
    for url in [
        // No valid escape, which the driver says by quoting it.
        url(db.backend(), "ann", "s3%zzcret", "127.0.0.1:1", "library"),
        "postgres://127.0.0.1:1/library?password=s3%zzcret".to_owned(),
        // What follows the colon is a port to the driver.
        url(db.backend(), "ann", "s3cret/x", "127.0.0.1:1", "library"),
        url(db.backend(), "ann", "12/s3cret", "127.0.0.1:1", "library"),
        "postgres://ann:s3cret".to_owned(),
    ] {
        // What the pool logs when it connects again is this.
        let error = AnyConnection::establish(&url).err().expect("nobody is there").to_string();
        assert!(!error.contains("s3"), "{error}");
        refused(EngineConfig::new(url));
    }
    // Not a URL, but what its driver takes too.
    for url in ["host=127.0.0.1 password=s3cret", "ann:s3cret@127.0.0.1/library", "postgres:s3cret@127.0.0.1"]
    {
        let config = EngineConfig::new(url);
        let shown = format!("{config:?}");
        let error = Engine::connect(config).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(!format!("{error} {error:?} {shown}").contains("s3"), "{error:?} {shown}");
    }
}
