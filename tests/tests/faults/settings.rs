//! Limits and settings that a database is told, or is not.

use std::time::{Duration, Instant};

use alchemy_core::engine::Synchronous;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, PrivateServer, TestDatabase, database_tests};
use diesel::prelude::*;
use diesel::sql_query;

use crate::common::{AuthorService, new_author};
use crate::{PATIENCE, connect, names, run};

database_tests! {
    a_statement_that_runs_too_long_is_stopped_and_the_session_goes_on: [postgres, mysql],
    a_setting_that_was_not_asked_for_stays_as_the_server_has_it: [postgres, mysql],
    a_timeout_below_a_millisecond_is_not_none: [postgres, mysql],
    commits_to_a_file_are_on_the_disk: [sqlite],
    a_database_in_memory_is_one_whatever_its_url_looks_like: [sqlite],
}

fn a_statement_that_runs_too_long_is_stopped_and_the_session_goes_on(db: TestDatabase) {
    let engine = connect(&db, |config| config.pool_size(1).statement_timeout(Duration::from_millis(200)));
    let session = engine.session();
    let slow = match db.backend() {
        Backend::Postgres => "SELECT pg_sleep(600)",
        _ => "SELECT SLEEP(600)",
    };
    let start = Instant::now();
    AuthorService::new(session.clone()).create(new_author("lost")).unwrap();
    let error = run(&session, slow).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    session.rollback().unwrap();
    let error = session.read(|connection| sql_query(slow).execute(connection)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    assert!(start.elapsed() < PATIENCE, "the statements were not stopped");

    AuthorService::new(session.clone()).create(new_author("next")).unwrap();
    session.commit().unwrap();
    assert_eq!(names(&db), ["next"]);
    assert_eq!(engine.pool_state().connections, 1);
}

/// What a connection of the engine's says of itself.
#[track_caller]
fn setting(engine: &Engine, expression: &str) -> String {
    #[derive(QueryableByName)]
    struct Setting {
        #[diesel(sql_type = diesel::sql_types::Text)]
        value: String,
    }
    let query = format!("SELECT CAST({expression} AS CHAR(60)) AS value");
    let row = engine.session().read(|connection| sql_query(query).get_result::<Setting>(connection)).unwrap();
    row.value.trim_end().to_owned()
}

fn a_setting_that_was_not_asked_for_stays_as_the_server_has_it(shared: TestDatabase) {
    let server = PrivateServer::start(shared.backend());
    let db = server.database();
    let timeout = |engine: &Engine| match db.backend() {
        Backend::Postgres => setting(engine, "current_setting('statement_timeout')"),
        _ => setting(engine, "@@SESSION.max_statement_time"),
    };
    let engine = |url: String, set: fn(EngineConfig) -> EngineConfig| {
        Engine::connect(set(EngineConfig::new(url))).unwrap()
    };
    if db.backend() == Backend::Mysql {
        db.admin("SET GLOBAL max_statement_time = 7");
        assert_eq!(timeout(&engine(db.url().to_owned(), |config| config)), "7.000000");
        let asked =
            engine(db.url().to_owned(), |config| config.statement_timeout(Duration::from_millis(2_500)));
        assert_eq!(timeout(&asked), "2.500000");
        return;
    }

    db.admin(
        "DO $$ BEGIN EXECUTE format('ALTER ROLE %I SET statement_timeout = 7000', current_user); END $$",
    );
    let name = |engine: &Engine| setting(engine, "current_setting('application_name')");
    let plain = engine(db.url().to_owned(), |config| config);
    assert_eq!((timeout(&plain), name(&plain)), ("7s".to_owned(), "alchemy".to_owned()));
    let separator = if db.url().contains('?') { '&' } else { '?' };
    let url = format!(
        "{}{separator}options=-c%20statement_timeout%3D5000&application_name=from%20the%20URL",
        db.url()
    );
    let by_url = engine(url.clone(), |config| config);
    assert_eq!((timeout(&by_url), name(&by_url)), ("5s".to_owned(), "from the URL".to_owned()));
    let asked = engine(url.clone(), |config| {
        config.statement_timeout(Duration::from_secs(3)).application_name("asked for")
    });
    assert_eq!((timeout(&asked), name(&asked)), ("3s".to_owned(), "asked for".to_owned()));
    let without = engine(url, |config| config.statement_timeout(Duration::ZERO));
    assert_eq!(timeout(&without), "0");
}

fn a_timeout_below_a_millisecond_is_not_none(db: TestDatabase) {
    let config = EngineConfig::new(db.url()).statement_timeout(Duration::from_secs(60));
    let exact = Engine::connect(config.clone()).unwrap();
    let short = Engine::connect(config.statement_timeout(Duration::from_micros(59_999_001))).unwrap();
    let expression = match db.backend() {
        Backend::Postgres => "current_setting('statement_timeout')",
        _ => "@@SESSION.max_statement_time",
    };
    let expected = if db.backend() == Backend::Postgres { "1min" } else { "60.000000" };
    assert_eq!([setting(&exact, expression), setting(&short, expression)], [expected; 2]);
}

fn commits_to_a_file_are_on_the_disk(db: TestDatabase) {
    let synchronous = |engine: &Engine| setting(engine, "(SELECT synchronous FROM pragma_synchronous)");
    // 2 is `FULL`: in WAL mode, `NORMAL` would not outlive a loss of power.
    assert_eq!(synchronous(&connect(&db, |config| config)), "2");
    assert_eq!(synchronous(&connect(&db, |config| config.synchronous(Synchronous::Normal))), "1");
}

fn a_database_in_memory_is_one_whatever_its_url_looks_like(_: TestDatabase) {
    for url in ["sqlite::memory:", "sqlite:file:shelf?mode=memory", "sqlite://shelf?mode=memory"] {
        let engine = Engine::connect(EngineConfig::new(url).pool_size(3)).unwrap();
        assert_eq!(engine.pool_state().max, 1, "{url}");
        engine.create_all().unwrap();
        let session = engine.session();
        AuthorService::new(session.clone()).create(new_author("kept")).unwrap();
        session.commit().unwrap();
        // A failure of the engine's own work does not take the database with it.
        engine.ping().unwrap();
        let count = AuthorService::new(engine.session()).count(alchemy_core::filter::all()).unwrap();
        assert_eq!(count, 1, "{url}");
    }
    assert!(!std::path::Path::new("shelf").exists());
}
