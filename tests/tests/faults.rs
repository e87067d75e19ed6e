//! What clients see and what databases keep when something breaks, on real servers: connections killed, servers
//! stopped, pools exhausted, handlers that panic, commits that fail, deadlocks, locked files.

mod common;

use std::future::Future;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use alchemy_core::backend::{AnyConnection, Dialect};
use alchemy_core::engine::{IsolationLevel, Synchronous};
use alchemy_core::prelude::*;
use alchemy_rocket::{Alchemy, CommitMode, Config, Json};
use alchemy_tests::{Backend, Connection, PrivateServer, TestDatabase, database_tests};
use common::{Author, AuthorChangeset, AuthorService, NewAuthor, authors, new_author, open};
use diesel::Connection as _;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use rocket::fairing::AdHoc;
use rocket::futures::future::join_all;
use rocket::http::Status;
use rocket::local::asynchronous::{Client, LocalRequest, LocalResponse};
use rocket::response::status::Created;
use rocket::serde::json::{Value, json};
use rocket::tokio::sync::{Barrier, Notify};
use rocket::{State, get, post, put, routes};

database_tests! {
    async a_connection_killed_between_two_statements_keeps_nothing_and_is_a_503: [postgres, mysql],
    async a_connection_killed_before_the_commit_arrives_is_never_a_2xx: [postgres, mysql],
    async a_connection_that_dies_inside_the_commit_is_never_a_2xx: [postgres],
    async connections_that_died_in_the_pool_are_found_before_they_are_used: [postgres, mysql],
    one_dead_connection_makes_the_pool_test_the_others: [postgres, mysql],
    a_connection_lost_inside_a_savepoint_ends_the_whole_unit_of_work: [postgres, mysql],
    async a_handler_that_ignores_a_connection_lost_inside_a_savepoint_gets_no_2xx: [postgres, mysql],
    async a_server_stopped_and_started_loses_no_confirmed_row: [postgres, mysql],
    a_ping_over_a_dead_connection_has_it_replaced: [postgres, mysql],
    a_closed_engine_lets_the_work_under_way_come_to_its_end,
    a_full_pool_is_a_503_after_a_bounded_wait_and_recovers,
    requests_that_wait_for_a_connection_occupy_no_blocking_thread,
    writers_that_wait_for_each_other_keep_no_reader_waiting: [sqlite],
    async a_handler_that_panics_after_a_write_is_rolled_back,
    async a_panic_among_the_users_own_queries_is_rolled_back,
    async a_deferred_foreign_key_that_fails_at_commit_is_a_409: [sqlite, postgres],
    async a_deferred_unique_constraint_that_fails_at_commit_is_a_409: [postgres],
    a_deferred_constraint_that_fails_at_commit_leaves_the_session_usable: [sqlite, postgres],
    a_serialization_failure_at_commit_is_retryable: [postgres],
    async of_two_requests_that_deadlock_one_is_a_503_and_the_other_wins: [postgres, mysql],
    a_deadlock_inside_a_savepoint_never_loses_what_was_written_before_it: [postgres, mysql],
    a_deadlock_that_the_users_own_code_hides_is_no_commit: [postgres, mysql],
    a_failed_statement_that_the_users_own_code_hides_is_no_commit: [postgres],
    a_lock_that_is_not_released_in_time_is_retryable: [postgres, mysql],
    an_error_after_warnings_is_classified_by_itself: [mysql],
    errors_are_classified_however_a_statement_was_sent,
    a_file_locked_by_another_process_is_a_503_for_writes_and_still_read: [sqlite],
    a_write_waits_for_the_lock_of_another_process: [sqlite],
    a_statement_that_runs_too_long_is_stopped_and_the_session_goes_on: [postgres, mysql],
    a_setting_that_was_not_asked_for_stays_as_the_server_has_it: [postgres, mysql],
    a_timeout_below_a_millisecond_is_not_none: [postgres, mysql],
    a_password_with_a_hash_sign_reaches_the_server: [postgres],
    commits_to_a_file_are_on_the_disk: [sqlite],
    a_database_in_memory_is_one_whatever_its_url_looks_like: [sqlite],
    writing_in_a_read_only_transaction_is_an_error_of_its_own: [postgres, mysql],
    writing_to_a_read_only_file_is_an_error_of_its_own: [sqlite],
    a_wrong_password_is_refused_and_never_shown: [postgres, mysql],
    a_host_that_does_not_listen_is_a_connection_error: [postgres, mysql],
    a_host_that_never_answers_is_a_connection_error_in_bounded_time: [postgres, mysql],
    a_password_that_the_driver_would_repeat_is_not_shown: [postgres],
    tables_are_created_by_several_threads_at_once,
    tables_are_created_by_several_processes_at_once,
}

/// Far longer than anything here takes, on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// What handlers and tests tell each other.
struct Signals {
    reached: Notify,
    go: Notify,
    both: Barrier,
    entered: AtomicUsize,
}

impl Signals {
    fn of(client: &Client) -> &Self {
        client.rocket().state::<Self>().expect("signals")
    }

    /// Tells the test that a point was reached, and waits for it.
    async fn pause(&self) {
        self.reached.notify_one();
        self.go.notified().await;
    }

    /// Does something while a request pauses.
    async fn while_paused(&self, work: impl FnOnce() + Send + 'static) {
        self.reached.notified().await;
        blocking(work).await;
        self.go.notify_one();
    }
}

fn service(session: &alchemy_rocket::Session) -> AuthorService<AsyncSession> {
    AuthorService::new((**session).clone())
}

#[post("/authors", data = "<author>")]
async fn create(
    author: Json<NewAuthor>,
    session: alchemy_rocket::Session,
) -> alchemy_rocket::Result<Created<Json<Author>>> {
    let author = service(&session).create(author.into_inner()).await?;
    Ok(Created::new(format!("/authors/{}", author.id)).body(Json(author)))
}

#[get("/authors")]
async fn total(session: alchemy_rocket::Session, signals: &State<Signals>) -> alchemy_rocket::Result<String> {
    signals.entered.fetch_add(1, Ordering::SeqCst);
    Ok(service(&session).count(alchemy_core::filter::all()).await?.to_string())
}

/// Writes, waits, writes again.
#[post("/authors/two")]
async fn create_two(
    session: alchemy_rocket::Session,
    signals: &State<Signals>,
) -> alchemy_rocket::Result<Status> {
    service(&session).create(new_author("first")).await?;
    signals.pause().await;
    service(&session).create(new_author("second")).await?;
    Ok(Status::Created)
}

/// Writes, and tries to write more in a savepoint, whose failure it ignores.
#[post("/authors/best-effort")]
async fn create_with_best_effort(
    session: alchemy_rocket::Session,
    signals: &State<Signals>,
) -> alchemy_rocket::Result<Status> {
    service(&session).create(new_author("outer")).await?;
    let inner: Result<Author> = session
        .transaction(async |session| {
            signals.pause().await;
            AuthorService::new(session.clone()).create(new_author("inner")).await
        })
        .await;
    assert!(inner.is_err(), "there was no fault");
    Ok(Status::Created)
}

#[post("/authors/panic")]
async fn create_and_panic(session: alchemy_rocket::Session) -> alchemy_rocket::Result<Status> {
    service(&session).create(new_author("lost")).await?;
    panic!("on purpose, in a handler")
}

#[post("/authors/panic-in-a-query")]
async fn create_and_panic_in_a_query(session: alchemy_rocket::Session) -> alchemy_rocket::Result<Status> {
    service(&session).create(new_author("lost")).await?;
    session.run::<(), _>(|_| panic!("on purpose, among queries")).await?;
    Ok(Status::Created)
}

/// Renames one author, waits until another request has renamed one too, and renames the other.
#[put("/authors/<first>/<second>/<name>")]
async fn rename_two(
    first: Uuid,
    second: Uuid,
    name: &str,
    session: alchemy_rocket::Session,
    signals: &State<Signals>,
) -> alchemy_rocket::Result<Status> {
    service(&session).update(first, renamed(name)).await?;
    signals.both.wait().await;
    service(&session).update(second, renamed(name)).await?;
    Ok(Status::Ok)
}

/// Runs a statement of the test.
#[post("/execute", data = "<statement>")]
async fn execute(statement: String, session: alchemy_rocket::Session) -> alchemy_rocket::Result<Status> {
    session.run(move |connection| sql_query(statement).execute(connection)).await?;
    Ok(Status::Created)
}

fn renamed(name: &str) -> AuthorChangeset {
    serde_json::from_value(json!({ "name": name })).expect("a changeset")
}

/// A program on the test's database. A request with the header `Pause` pauses between its handler and its commit.
async fn launch(
    db: &TestDatabase,
    set: impl Fn(EngineConfig) -> EngineConfig + Send + Sync + 'static,
) -> Client {
    let config = Config::new(db.url()).engine(set).commit_mode(CommitMode::Autocommit).create_all(true);
    let signals = Signals {
        reached: Notify::new(),
        go: Notify::new(),
        both: Barrier::new(2),
        entered: AtomicUsize::new(0),
    };
    let pause = AdHoc::on_response("Pause", |request, _| {
        Box::pin(async move {
            if let Some(signals) = request.rocket().state::<Signals>()
                && request.headers().contains("Pause")
            {
                signals.pause().await;
            }
        })
    });
    let rocket = rocket::custom(rocket::Config::figment().merge(("log_level", "off")))
        .manage(signals)
        .attach(pause)
        .attach(Alchemy::new(config))
        .mount(
            "/",
            routes![
                create,
                total,
                create_two,
                create_with_best_effort,
                create_and_panic,
                create_and_panic_in_a_query,
                rename_two,
                execute
            ],
        );
    Client::untracked(rocket).await.expect("a program that launches")
}

fn engine_of(client: &Client) -> Engine {
    let engines = client.rocket().state::<Engines>().expect("engines");
    engines.get("default").expect("the engine").clone()
}

/// A response as a client sees it.
#[derive(Debug, PartialEq)]
struct Answer {
    status: u16,
    retry_after: Option<String>,
    location: bool,
    body: Value,
}

impl Answer {
    async fn of(response: LocalResponse<'_>) -> Self {
        let header = |name| response.headers().get_one(name).map(str::to_owned);
        let (retry_after, location) = (header("Retry-After"), header("Location").is_some());
        let status = response.status().code;
        let text = response.into_string().await.unwrap_or_default();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self { status, retry_after, location, body }
    }

    fn problem(status: u16, retry_after: Option<&str>, detail: &str) -> Self {
        let title = Status::new(status).reason_lossy();
        let mut body = json!({ "type": "about:blank", "title": title, "status": status });
        if !detail.is_empty() {
            body["detail"] = detail.into();
        }
        Self { status, retry_after: retry_after.map(str::to_owned), location: false, body }
    }

    fn lost_connection() -> Self {
        Self::problem(503, Some("1"), "the database cannot be reached")
    }

    fn lost_at_commit() -> Self {
        let detail =
            "the connection to the database broke during commit; whether the changes were kept is unknown";
        Self::problem(503, None, detail)
    }

    fn busy() -> Self {
        Self::problem(503, Some("1"), "the database was busy; the request may succeed when sent again")
    }
}

async fn send(request: LocalRequest<'_>) -> Answer {
    let response = rocket::tokio::time::timeout(PATIENCE, request.dispatch()).await;
    Answer::of(response.expect("an answer in bounded time")).await
}

/// Sends a request that must succeed.
async fn works(client: &Client, name: &str) {
    let answer = send(client.post("/authors").json(&json!({ "name": name }))).await;
    assert_eq!((answer.status, answer.location), (201, true), "{answer:?}");
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    rocket::tokio::task::spawn_blocking(work).await.expect("no panic")
}

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

// Connections.

async fn a_connection_killed_between_two_statements_keeps_nothing_and_is_a_503(db: TestDatabase) {
    let client = launch(&db, |engine| engine).await;
    let server = db.clone();
    let (answer, ()) = rocket::tokio::join!(
        send(client.post("/authors/two")),
        Signals::of(&client).while_paused(move || kill_all(&server)),
    );
    assert_eq!(answer, Answer::lost_connection());
    assert_eq!(rows(&db), 0);
    works(&client, "next").await;
    assert_eq!(names(&db), ["next"]);
}

async fn a_connection_killed_before_the_commit_arrives_is_never_a_2xx(db: TestDatabase) {
    let client = launch(&db, |engine| engine).await;
    let server = db.clone();
    let request = client.post("/authors").json(&json!({ "name": "lost" }));
    let (answer, ()) = rocket::tokio::join!(
        send(request.header(rocket::http::Header::new("Pause", "1"))),
        Signals::of(&client).while_paused(move || kill_all(&server)),
    );
    assert_eq!(answer, Answer::lost_at_commit());
    assert_eq!(rows(&db), 0);
    works(&client, "next").await;
    assert_eq!(names(&db), ["next"]);
}

async fn a_connection_that_dies_inside_the_commit_is_never_a_2xx(db: TestDatabase) {
    let client = launch(&db, |engine| engine).await;
    db.admin(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$; \
         CREATE CONSTRAINT TRIGGER die AFTER INSERT ON authors DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW WHEN (NEW.name = 'lost') EXECUTE FUNCTION die()",
    );
    let answer = send(client.post("/authors").json(&json!({ "name": "lost" }))).await;
    assert_eq!(answer, Answer::lost_at_commit());
    assert_eq!(rows(&db), 0);
    works(&client, "next").await;
    assert_eq!(names(&db), ["next"]);
}

async fn connections_that_died_in_the_pool_are_found_before_they_are_used(db: TestDatabase) {
    let client = launch(&db, |engine| engine.test_after(Some(Duration::ZERO))).await;
    for round in ["one", "two", "three"] {
        works(&client, round).await;
        let server = db.clone();
        blocking(move || kill_all(&server)).await;
    }
    assert_eq!(send(client.get("/authors")).await.body, 3);
}

fn one_dead_connection_makes_the_pool_test_the_others(db: TestDatabase) {
    // So long that time alone has none of them tested.
    let engine = connect(&db, |config| config.pool_size(4).test_after(Some(PATIENCE * 10)));
    let sessions: Vec<_> = (0..4).map(|_| engine.session()).collect();
    for session in &sessions {
        AuthorService::new(session.clone()).create(new_author("before")).unwrap();
    }
    sessions.iter().for_each(|session| session.commit().unwrap());
    assert_eq!(engine.pool_state().idle, 4);
    kill_all(&db);

    let create = || AuthorService::new(engine.session()).create(new_author("after")).map(drop);
    assert_eq!(create().unwrap_err().kind(), ErrorKind::Connection);
    for _ in 0..4 {
        create().unwrap();
    }
}

fn a_connection_lost_inside_a_savepoint_ends_the_whole_unit_of_work(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("outer")).unwrap();
    let lost = session.transaction(|_| {
        kill_all(&db);
        service.create(new_author("inner"))
    });
    assert_eq!(lost.unwrap_err().kind(), ErrorKind::Connection);

    // Whoever goes on after that error must learn that the outer row is gone.
    assert_eq!(service.create(new_author("later")).unwrap_err().kind(), ErrorKind::Connection);
    assert_eq!(session.commit().unwrap_err().kind(), ErrorKind::Connection);
    assert_eq!(rows(&db), 0);
    service.create(new_author("next")).unwrap();
    session.commit().unwrap();
    assert_eq!(names(&db), ["next"]);
}

async fn a_handler_that_ignores_a_connection_lost_inside_a_savepoint_gets_no_2xx(db: TestDatabase) {
    let client = launch(&db, |engine| engine).await;
    let server = db.clone();
    let (answer, ()) = rocket::tokio::join!(
        send(client.post("/authors/best-effort")),
        Signals::of(&client).while_paused(move || kill_all(&server)),
    );
    let detail =
        "the transaction was rolled back because a statement in it failed: the database cannot be reached";
    assert_eq!(answer, Answer::problem(503, Some("1"), detail));
    assert_eq!(rows(&db), 0);
    works(&client, "next").await;
}

async fn a_server_stopped_and_started_loses_no_confirmed_row(shared: TestDatabase) {
    let mut server = {
        let backend = shared.backend();
        blocking(move || PrivateServer::start(backend)).await
    };
    let db = server.database();
    let client = launch(&db, |engine| engine.acquire_timeout(Duration::from_secs(2))).await;
    let (stop, confirmed) = (AtomicBool::new(false), AtomicUsize::new(0));

    let requests = join_all((0..6).map(|worker| {
        let (client, stop, confirmed) = (&client, &stop, &confirmed);
        async move {
            let (mut kept, mut others) = (Vec::new(), Vec::new());
            for round in 0.. {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let name = format!("{worker}-{round}");
                let answer = send(client.post("/authors").json(&json!({ "name": name }))).await;
                if answer.status == 201 {
                    kept.push(name);
                    confirmed.fetch_add(1, Ordering::SeqCst);
                } else {
                    others.push(answer);
                }
            }
            (kept, others)
        }
    }));
    let faults = async {
        let more = async |rows| {
            let before = confirmed.load(Ordering::SeqCst);
            let start = Instant::now();
            while confirmed.load(Ordering::SeqCst) < before + rows {
                assert!(start.elapsed() < PATIENCE, "requests do not succeed again");
                rocket::tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        more(20).await;
        for crash in [false, true] {
            server = blocking(move || {
                if crash {
                    server.crash()
                } else {
                    server.stop()
                }
                thread::sleep(Duration::from_millis(300));
                server.restart();
                server
            })
            .await;
            more(20).await;
        }
        stop.store(true, Ordering::SeqCst);
        server
    };
    let (results, _server) = rocket::tokio::join!(requests, faults);

    let mut kept = Vec::new();
    let mut unavailable = 0;
    for (names, others) in results {
        kept.extend(names);
        for answer in others {
            assert_eq!(answer.status, 503, "{answer:?}");
            unavailable += 1;
        }
    }
    assert!(unavailable > 0, "no request met the fault");
    let there = names(&db);
    let lost: Vec<_> = kept.iter().filter(|name| there.binary_search(name).is_err()).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

// The pool.

/// Runs a future on a runtime that has one thread for work that blocks.
fn with_one_blocking_thread(work: impl Future<Output = ()>) {
    let mut builder = rocket::tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).max_blocking_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_secs(5));
}

fn a_ping_over_a_dead_connection_has_it_replaced(db: TestDatabase) {
    let engine = connect(&db, |config| config.pool_size(1).test_after(None));
    for _ in 0..2 {
        engine.ping().unwrap();
        kill_all(&db);
        assert_eq!(engine.ping().unwrap_err().kind(), ErrorKind::Connection);
    }
    engine.ping().unwrap();
    kill_all(&db);
    assert_eq!(engine.create_all().unwrap_err().kind(), ErrorKind::Connection);
    engine.create_all().unwrap();
}

fn a_closed_engine_lets_the_work_under_way_come_to_its_end(db: TestDatabase) {
    let engine = connect(&db, |config| config.pool_size(2));
    let (idle, busy) = (engine.session(), engine.session());
    AuthorService::new(busy.clone()).create(new_author("begun before")).unwrap();
    engine.close();

    assert_eq!(engine.ping().unwrap_err().to_string(), "the engine `default` is closed");
    busy.commit().unwrap();
    drop(busy);
    let late = engine.session();
    for (session, name) in [(&idle, "begun after"), (&late, "opened after")] {
        AuthorService::new(session.clone()).create(new_author(name)).unwrap();
        session.commit().unwrap();
    }
    drop(idle);
    // A handle keeps nothing open, wherever it is from.
    let handle = late.engine().clone();
    assert_eq!(handle.pool_state().max, 2);
    drop(late);

    for engine in [engine, handle] {
        let error = AuthorService::new(engine.session()).create(new_author("refused")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed, "{error:?}");
        assert_eq!(engine.create_all().unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!((engine.pool_state().max, engine.pool_state().connections), (0, 0));
        assert!(engine.lease().is_err());
    }
    assert_eq!(names(&db), ["begun after", "begun before", "opened after"]);

    // Somebody who has no session yet but will.
    let engine = connect(&db, |config| config);
    let lease = engine.lease().unwrap();
    engine.close();
    AuthorService::new(engine.session()).count(alchemy_core::filter::all()).unwrap();
    drop(lease);
    let error = AuthorService::new(engine.session()).count(alchemy_core::filter::all()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed, "{error:?}");
}

fn a_full_pool_is_a_503_after_a_bounded_wait_and_recovers(db: TestDatabase) {
    with_one_blocking_thread(async {
        let timeout = Duration::from_millis(200);
        let client =
            launch(&db, move |engine| engine.pool_size(1).acquire_timeout(timeout).busy_timeout(timeout))
                .await;
        let signals = Signals::of(&client);
        let (holder, ()) = rocket::tokio::join!(send(client.post("/authors/two")), async {
            signals.reached.notified().await;
            let full = || Answer::problem(503, Some("1"), "no database connection became free in time");
            assert_eq!(send(client.get("/authors")).await, full());
            let create = client.post("/authors").json(&json!({ "name": "refused" }));
            // SQLite's writers wait for each other before they wait for a connection.
            let refused = if db.backend() == Backend::Sqlite { Answer::busy() } else { full() };
            assert_eq!(send(create).await, refused);
            signals.go.notify_one();
        });
        assert_eq!(holder.status, 201);
        works(&client, "third").await;
    });
    assert_eq!(names(&db), ["first", "second", "third"]);
}

fn requests_that_wait_for_a_connection_occupy_no_blocking_thread(db: TestDatabase) {
    const WAITING: usize = 50;
    with_one_blocking_thread(async {
        let client = launch(&db, |engine| engine.pool_size(1).acquire_timeout(PATIENCE)).await;
        let signals = Signals::of(&client);
        let (holder, waiting) = rocket::tokio::join!(send(client.post("/authors/two")), async {
            signals.reached.notified().await;
            let waiting = join_all((0..WAITING).map(|_| send(client.get("/authors"))));
            let release = async {
                while signals.entered.load(Ordering::SeqCst) < WAITING {
                    rocket::tokio::task::yield_now().await;
                }
                signals.go.notify_one();
            };
            rocket::tokio::join!(waiting, release).0
        });
        // With the only thread taken by one that waits, the holder's second write and commit would come too late.
        assert_eq!(holder.status, 201);
        for answer in waiting {
            assert_eq!((answer.status, answer.body), (200, json!(2)));
        }
    });
}

fn writers_that_wait_for_each_other_keep_no_reader_waiting(db: TestDatabase) {
    // More than there are connections.
    const WAITING: usize = 12;
    with_one_blocking_thread(async {
        let client =
            launch(&db, |engine| engine.pool_size(2).acquire_timeout(PATIENCE).busy_timeout(PATIENCE)).await;
        let signals = Signals::of(&client);
        let (holder, answers) = rocket::tokio::join!(send(client.post("/authors/two")), async {
            signals.reached.notified().await;
            let create = || send(client.post("/authors").json(&json!({ "name": "waits" })));
            let read = async {
                // The holder goes on only after this.
                assert_eq!(send(client.get("/authors")).await.body, 0);
                signals.go.notify_one();
            };
            rocket::tokio::join!(join_all((0..WAITING).map(|_| create())), read).0
        });
        assert_eq!(holder.status, 201);
        for answer in answers {
            assert_eq!(answer.status, 201, "{answer:?}");
        }
    });
    assert_eq!(names(&db).len(), 2 + WAITING);
}

// Panics.

async fn panics_are_rolled_back(db: &TestDatabase, address: &'static str) {
    let client = launch(db, |engine| engine.pool_size(1)).await;
    for _ in 0..3 {
        assert_eq!(send(client.post(address)).await, Answer::problem(500, None, ""));
        assert_eq!(rows(db), 0);
    }
    works(&client, "next").await;
    assert_eq!(names(db), ["next"]);
    let engine = engine_of(&client);
    eventually("the connection's return", || {
        let state = engine.pool_state();
        (state.connections, state.idle) == (1, 1)
    });
}

async fn a_handler_that_panics_after_a_write_is_rolled_back(db: TestDatabase) {
    panics_are_rolled_back(&db, "/authors/panic").await;
}

async fn a_panic_among_the_users_own_queries_is_rolled_back(db: TestDatabase) {
    panics_are_rolled_back(&db, "/authors/panic-in-a-query").await;
}

// Commits.

const DANGLING: &str = "INSERT INTO links (author) VALUES (1)";

fn with_deferred_foreign_key(db: &TestDatabase) {
    db.admin(
        "CREATE TABLE targets (id INTEGER PRIMARY KEY); \
         CREATE TABLE links (author INTEGER REFERENCES targets (id) DEFERRABLE INITIALLY DEFERRED)",
    );
}

async fn a_deferred_foreign_key_that_fails_at_commit_is_a_409(db: TestDatabase) {
    let client = launch(&db, |engine| engine.pool_size(1)).await;
    with_deferred_foreign_key(&db);
    let answer = send(client.post("/execute").body(DANGLING)).await;
    assert_eq!(
        answer,
        Answer::problem(409, None, "a record that is referred to is missing, or still in use")
    );
    assert_eq!(db.number("SELECT count(*) FROM links"), 0);
    works(&client, "next").await;
}

async fn a_deferred_unique_constraint_that_fails_at_commit_is_a_409(db: TestDatabase) {
    let client = launch(&db, |engine| engine.pool_size(1)).await;
    db.admin("CREATE TABLE places (place INTEGER UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    let answer = send(client.post("/execute").body("INSERT INTO places VALUES (1), (1)")).await;
    assert_eq!(answer, Answer::problem(409, None, "a record with the same key already exists"));
    assert_eq!(db.number("SELECT count(*) FROM places"), 0);
    works(&client, "next").await;
}

fn a_deferred_constraint_that_fails_at_commit_leaves_the_session_usable(db: TestDatabase) {
    let engine = connect(&db, |config| config.pool_size(1));
    with_deferred_foreign_key(&db);
    let session = engine.session();
    AuthorService::new(session.clone()).create(new_author("lost")).unwrap();
    run(&session, DANGLING).unwrap();
    let error = session.commit().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKey, "{error:?}");
    assert!(!session.in_transaction());
    assert_eq!(rows(&db), 0);
    AuthorService::new(session.clone()).create(new_author("next")).unwrap();
    session.commit().unwrap();
    assert_eq!(names(&db), ["next"]);
}

// Locks.

fn a_serialization_failure_at_commit_is_retryable(db: TestDatabase) {
    let engine = connect(&db, |config| config.isolation_level(IsolationLevel::Serializable));
    let services = [0, 1].map(|_| AuthorService::new(engine.session()));
    // Each writes what the other has seen to be missing.
    for service in &services {
        assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 0);
    }
    for (service, name) in services.iter().zip(["first", "second"]) {
        service.create(new_author(name)).unwrap();
    }
    services[0].session().commit().unwrap();
    let error = services[1].session().commit().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Retryable, "{error:?}");
    assert_eq!(names(&db), ["first"]);
    // It succeeds when it is run again.
    assert_eq!(services[1].count(alchemy_core::filter::all()).unwrap(), 1);
    services[1].create(new_author("second")).unwrap();
    services[1].session().commit().unwrap();
}

async fn of_two_requests_that_deadlock_one_is_a_503_and_the_other_wins(db: TestDatabase) {
    let client = launch(&db, |engine| engine).await;
    let engine = engine_of(&client);
    let [one, two] = blocking(move || {
        let session = engine.session();
        let ids = [0, 1].map(|_| AuthorService::new(session.clone()).create(new_author("old")).unwrap().id);
        session.commit().unwrap();
        ids
    })
    .await;
    let (left, right) = rocket::tokio::join!(
        send(client.put(format!("/authors/{one}/{two}/left"))),
        send(client.put(format!("/authors/{two}/{one}/right"))),
    );
    let (winner, loser) = if left.status == 200 { ("left", right) } else { ("right", left) };
    assert_eq!(loser, Answer::busy());
    assert_eq!(names(&db), [winner, winner]);
    works(&client, "next").await;
}

/// Makes the session the victim of a deadlock: `step` is its statement that closes the circle.
fn deadlock<R>(session: &Session, step: impl FnOnce(Uuid) -> R) -> R {
    let rival = AuthorService::new(session.engine().session());
    let mine = rival.create(new_author("mine")).unwrap().id;
    let others = rival.create(new_author("others")).unwrap().id;
    let many = rival.create_many((0..20).map(|_| new_author("many"))).unwrap();
    rival.session().commit().unwrap();

    // Who has changed least is MariaDB's victim, who has waited for this long PostgreSQL's.
    if session.dialect() == Dialect::Postgres {
        run(rival.session(), "SET LOCAL deadlock_timeout = '10min'").unwrap();
    }
    for id in many.iter().map(|author| author.id).chain([others]) {
        rival.update(id, renamed("rival's")).unwrap();
    }
    AuthorService::new(session.clone()).update(mine, renamed("mine too")).unwrap();
    let waiting = thread::spawn(move || {
        rival.update(mine, renamed("rival's"))?;
        rival.session().rollback()
    });
    let result = step(others);
    waiting.join().expect("no panic").expect("the rival wins");
    result
}

fn a_deadlock_inside_a_savepoint_never_loses_what_was_written_before_it(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("outer")).unwrap();
    let error = session
        .transaction(|session| {
            let service = AuthorService::new(session.clone());
            deadlock(session, |others| service.update(others, renamed("too late")))
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Retryable, "{error:?}");

    let later = service.create(new_author("later"));
    let committed = session.commit();
    let kept = db.number("SELECT count(*) FROM authors WHERE name IN ('outer', 'later')");
    match db.backend() {
        // The savepoint gives up what the deadlock ended.
        Backend::Postgres => {
            later.unwrap();
            committed.unwrap();
            assert_eq!(kept, 2);
        }
        // The whole transaction is gone, savepoints included.
        _ => {
            assert_eq!(later.unwrap_err().kind(), ErrorKind::Retryable);
            assert_eq!(committed.unwrap_err().kind(), ErrorKind::Retryable);
            assert_eq!(kept, 0);
        }
    }
    assert_eq!(db.number("SELECT count(*) FROM authors WHERE name IN ('mine too', 'too late')"), 0);
}

fn a_deadlock_that_the_users_own_code_hides_is_no_commit(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("outer")).unwrap();
    let hidden = deadlock(&session, |others| {
        session.run(|connection| {
            let update = diesel::update(authors::table.find(others)).set(authors::name.eq("too late"));
            Ok(update.execute(connection).is_err())
        })
    });
    assert!(hidden.unwrap(), "there was a deadlock");
    let error = session.commit().unwrap_err();
    assert!(matches!(error, Error::Aborted(_)), "{error:?}");
    assert_eq!(db.number("SELECT count(*) FROM authors WHERE name IN ('outer', 'mine too', 'too late')"), 0);
}

fn a_failed_statement_that_the_users_own_code_hides_is_no_commit(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("lost")).unwrap();
    let hidden =
        session.run(|connection| Ok(sql_query("SELECT 1 FROM nowhere").execute(connection).is_err()));
    assert!(hidden.unwrap());
    // PostgreSQL answers `COMMIT` with a rollback that looks like a success.
    let error = session.commit().unwrap_err();
    assert!(matches!(error, Error::Aborted(_)), "{error:?}");
    assert_eq!(rows(&db), 0);

    // What a savepoint of the user's own took back is no harm.
    service.create(new_author("kept")).unwrap();
    session
        .run(|connection| {
            let nested =
                connection.transaction(|connection| sql_query("SELECT 1 FROM nowhere").execute(connection));
            assert!(nested.is_err());
            Ok(())
        })
        .unwrap();
    session.commit().unwrap();
    assert_eq!(names(&db), ["kept"]);
}

fn a_lock_that_is_not_released_in_time_is_retryable(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = AuthorService::new(session.clone());
    let id = service.create(new_author("old")).unwrap().id;
    session.commit().unwrap();
    let holder = engine.session();
    AuthorService::new(holder.clone()).update(id, renamed("held")).unwrap();

    let soon = match db.backend() {
        Backend::Postgres => "SET LOCAL lock_timeout = '100ms'",
        _ => "SET SESSION innodb_lock_wait_timeout = 1",
    };
    run(&session, soon).unwrap();
    service.create(new_author("before")).unwrap();
    let error = service.update(id, renamed("new")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Retryable, "{error:?}");
    assert!(matches!(session.commit().unwrap_err(), Error::Aborted(_)));
    assert_eq!(names(&db), ["old"]);

    holder.rollback().unwrap();
    service.update(id, renamed("new")).unwrap();
    session.commit().unwrap();
    assert_eq!(names(&db), ["new"]);
}

fn an_error_after_warnings_is_classified_by_itself(db: TestDatabase) {
    for warnings in [1, 3, 100] {
        let engine = open(&db);
        let session = engine.session();
        let service = AuthorService::new(session.clone());
        service.create_many((0..warnings).map(|_| new_author("no number"))).unwrap();
        session.commit().unwrap();
        let mut holder = db.connect();
        holder.execute("BEGIN; UPDATE authors SET dob = '2000-01-01' ORDER BY id DESC LIMIT 1");

        run(&session, "SET SESSION innodb_lock_wait_timeout = 1").unwrap();
        // Each row warns that its name is cut to become a number, until the locked one comes.
        let error =
            run(&session, "SELECT id FROM authors WHERE name + 0 = 0 ORDER BY id FOR UPDATE").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Retryable, "after {warnings} rows: {error:?}");
        session.rollback().unwrap();
        holder.execute("ROLLBACK; DELETE FROM authors");
    }
}

fn errors_are_classified_however_a_statement_was_sent(db: TestDatabase) {
    let session = open(&db).session();
    db.admin(
        "CREATE TABLE parents (id INTEGER PRIMARY KEY); \
         CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, age INTEGER, \
         CONSTRAINT adult CHECK (age >= 18), CONSTRAINT known FOREIGN KEY (parent) REFERENCES parents (id)); \
         INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1, 1, 18)",
    );
    for (statement, kind) in [
        ("INSERT INTO children VALUES (1, 1, 18)", ErrorKind::Duplicate),
        ("INSERT INTO children VALUES (2, 2, 18)", ErrorKind::ForeignKey),
        ("INSERT INTO children VALUES (2, 1, 17)", ErrorKind::Check),
        ("INSERT INTO children VALUES (2, NULL, 18)", ErrorKind::NotNull),
        ("DELETE FROM parents", ErrorKind::ForeignKey),
        ("SELECT nothing FROM nowhere", ErrorKind::Database),
    ] {
        let prepared = run(&session, statement).unwrap_err();
        session.rollback().unwrap();
        let sent = session.run(|connection| connection.batch_execute(statement)).unwrap_err();
        session.rollback().unwrap();
        assert_eq!((prepared.kind(), sent.kind()), (kind, kind), "{statement}: {prepared:?}, {sent:?}");
    }
}

/// This test program once more, to do one thing beside the test; see [`another_process`].
struct Process {
    child: Child,
    input: Option<ChildStdin>,
}

impl Process {
    /// Starts it, and waits until it says that it is ready.
    fn start(task: &str, url: &str) -> Self {
        let program = std::env::current_exe().expect("the path of this program");
        let mut child = Command::new(program)
            .args(["another_process", "--exact", "--ignored", "--nocapture"])
            .env("ALCHEMY_FAULTS_TASK", task)
            .env("ALCHEMY_FAULTS_URL", url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines();
        let ready = lines.by_ref().any(|line| line.is_ok_and(|line| line == "ready"));
        assert!(ready, "the process ended before it was ready");
        // What it says after that is nobody's business, but must not fill the pipe.
        thread::spawn(move || lines.for_each(drop));
        let input = child.stdin.take();
        Self { child, input }
    }

    /// Lets it go on.
    fn go(&mut self) {
        let mut input = self.input.take().expect("it waits");
        input.write_all(b"\n").expect("it listens");
    }

    /// Waits until it has ended well.
    #[track_caller]
    fn succeeds(mut self) {
        let status = self.child.wait().expect("it is ours");
        assert!(status.success(), "{status}");
    }
}

/// Not a test: what the tests above run in a process of its own.
#[test]
#[ignore = "run by other tests"]
fn another_process() {
    let (Ok(task), Ok(url)) = (std::env::var("ALCHEMY_FAULTS_TASK"), std::env::var("ALCHEMY_FAULTS_URL"))
    else {
        return;
    };
    let ready = || {
        // On a line of its own: the test harness may have begun one.
        std::io::stdout().write_all(b"\nready\n").expect("somebody listens");
        std::io::stdout().flush().expect("somebody listens");
        // Its end is as good as a line: who started this is gone.
        std::io::stdin().lines().next();
    };
    if task == "lock" {
        let mut connection = Connection::open(Backend::Sqlite, &url).expect("the file");
        connection.execute("BEGIN IMMEDIATE; INSERT INTO authors (id, name) VALUES (x'00', 'theirs')");
        ready();
        connection.execute("COMMIT");
    } else {
        ready();
        // Without a connection that the pool makes beside: libpq does not bear the end of a process meanwhile.
        let engine = Engine::connect(EngineConfig::new(url).min_idle(0)).expect("the database");
        engine.create_all().expect("the tables");
    }
}

fn a_file_locked_by_another_process_is_a_503_for_writes_and_still_read(db: TestDatabase) {
    let timeout = Duration::from_millis(300);
    let runtime = rocket::tokio::runtime::Runtime::new().expect("a runtime");
    let client = runtime.block_on(launch(&db, move |config| config.busy_timeout(timeout)));
    let engine = engine_of(&client);
    let service = AuthorService::new(engine.session());
    let mut other = Process::start("lock", db.url());

    let start = Instant::now();
    let error = service.create(new_author("refused")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Retryable, "{error:?}");
    assert!(start.elapsed() >= timeout, "it did not wait");
    runtime.block_on(async {
        let create = client.post("/authors").json(&json!({ "name": "refused" }));
        assert_eq!(send(create).await, Answer::busy());
        assert_eq!(send(client.get("/authors")).await.body, 0);
    });
    assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 0);

    other.go();
    other.succeeds();
    service.create(new_author("ours")).unwrap();
    service.session().commit().unwrap();
    runtime.block_on(works(&client, "ours too"));
    assert_eq!(names(&db), ["ours", "ours too", "theirs"]);
}

fn a_write_waits_for_the_lock_of_another_process(db: TestDatabase) {
    let engine = connect(&db, |config| config.busy_timeout(PATIENCE));
    let mut other = Process::start("lock", db.url());
    let writer = thread::spawn(move || {
        let service = AuthorService::new(engine.session());
        service.create(new_author("ours")).and_then(|_| service.session().commit())
    });
    // So that the write is likely under way; it succeeds in any case.
    thread::sleep(Duration::from_millis(50));
    other.go();
    other.succeeds();
    writer.join().expect("no panic").unwrap();
    assert_eq!(names(&db), ["ours", "theirs"]);
}

// Limits that a database is told.

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

/// Has PostgreSQL ask a user `ann`, and only her, for a password.
fn ask_for_password(db: &TestDatabase, password: &str) {
    db.admin(&format!("CREATE ROLE ann LOGIN SUPERUSER PASSWORD '{password}'"));
    let file = db.texts("SELECT current_setting('hba_file')").remove(0);
    db.admin(&format!(
        "COPY (VALUES ('host all ann 127.0.0.1/32 scram-sha-256'), ('host all all 127.0.0.1/32 trust')) \
         TO '{file}'; SELECT pg_reload_conf()"
    ));
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

fn writing_in_a_read_only_transaction_is_an_error_of_its_own(db: TestDatabase) {
    let engine = connect(&db, |config| config.pool_size(1));
    let session = engine.session();
    let transactions = |what: &str| {
        let set = match db.backend() {
            Backend::Postgres => format!("SET SESSION CHARACTERISTICS AS TRANSACTION {what}"),
            _ => format!("SET SESSION TRANSACTION {what}"),
        };
        session.read(|connection| connection.batch_execute(&set)).unwrap();
    };
    transactions("READ ONLY");
    let service = AuthorService::new(session.clone());
    let error = service.create(new_author("refused")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error:?}");
    session.rollback().unwrap();
    assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 0);
    // Not through a prepared statement either.
    let error = session.run(|connection| connection.batch_execute("DELETE FROM authors")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error:?}");
    session.rollback().unwrap();

    transactions("READ WRITE");
    service.create(new_author("next")).unwrap();
    session.commit().unwrap();
    assert_eq!(names(&db), ["next"]);
}

fn writing_to_a_read_only_file_is_an_error_of_its_own(db: TestDatabase) {
    drop(open(&db));
    let engine = Engine::connect(EngineConfig::new(format!("{}?mode=ro", db.url()))).unwrap();
    let service = AuthorService::new(engine.session());
    let error = service.create(new_author("refused")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error:?}");
    assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 0);
}

// Connecting.

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

fn tables_are_created_by_several_threads_at_once(db: TestDatabase) {
    let start = Arc::new(std::sync::Barrier::new(6));
    let threads: Vec<_> = (0..6)
        .map(|_| {
            let (start, url) = (Arc::clone(&start), db.url().to_owned());
            thread::spawn(move || {
                start.wait();
                Engine::connect(EngineConfig::new(url).pool_size(2))?.create_all()
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic").unwrap();
    }
    assert_eq!(rows(&db), 0);
}

fn tables_are_created_by_several_processes_at_once(db: TestDatabase) {
    let mut processes: Vec<_> = (0..4).map(|_| Process::start("create", db.url())).collect();
    processes.iter_mut().for_each(Process::go);
    processes.into_iter().for_each(Process::succeeds);
    assert_eq!(rows(&db), 0);
}
