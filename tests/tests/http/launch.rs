//! What stops a launch, what guards share, and who waits for whom.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use alchemy_core::filter::all;
use alchemy_rocket::core::engine::Engines;
use alchemy_rocket::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use rocket::error::ErrorKind;
use rocket::fairing::AdHoc;
use rocket::futures::future::join;
use rocket::local::{asynchronous, blocking};
use rocket::outcome::IntoOutcome;
use rocket::request::{FromRequest, Outcome};
use rocket::tokio::io::{AsyncReadExt, AsyncWriteExt};
use rocket::tokio::net::TcpStream;
use rocket::tokio::spawn;
use rocket::tokio::sync::{Barrier, Notify, oneshot};
use rocket::tokio::task::{spawn_blocking, yield_now};
use rocket::tokio::time::sleep;

use crate::app::{AuthorService, Note, NoteService, body, config, launch, new_author, silent};

database_tests! {
    a_program_without_the_fairing_is_not_launched,
    a_guard_for_a_database_that_is_not_there_stops_the_launch,
    a_model_for_a_database_that_is_not_there_stops_the_launch,
    a_bind_key_twice_stops_the_launch,
    a_database_that_cannot_be_reached_stops_the_launch,
    one_database_answers_for_every_bind_key,
    sessions_are_told_apart_by_bind_key,
    all_guards_of_a_request_share_a_session,
    async requests_do_not_share_a_session,
    a_request_that_waits_in_the_database_holds_up_nothing_else,
    a_request_that_waits_for_a_connection_holds_up_nothing_else,
    async a_request_in_flight_at_shutdown_is_finished,
}

#[get("/session")]
fn of_session(session: Session) -> String {
    session.bind_key().to_owned()
}

#[get("/session/second")]
fn of_second_session(session: Session<Note>) -> String {
    session.bind_key().to_owned()
}

#[get("/service")]
fn of_service(authors: AuthorService) -> String {
    authors.session().bind_key().to_owned()
}

#[get("/service/second")]
fn of_second_service(notes: NoteService) -> String {
    notes.session().bind_key().to_owned()
}

struct Third;

impl BindKey for Third {
    fn bind_key() -> &'static str {
        "third"
    }
}

#[get("/session/third")]
fn of_third_session(session: Session<Third>) -> String {
    session.bind_key().to_owned()
}

/// Why a program is not launched: the kind, and what Rocket names as the cause.
#[track_caller]
fn refusal(rocket: Rocket<Build>) -> (&'static str, Vec<String>) {
    let error = match blocking::Client::untracked(rocket) {
        Ok(_) => panic!("the program was launched"),
        Err(error) => error,
    };
    match error.kind() {
        ErrorKind::SentinelAborts(guards) => {
            ("guards", guards.iter().map(|guard| format!("{guard:?}")).collect())
        }
        ErrorKind::FailedFairings(fairings) => {
            ("fairings", fairings.iter().map(|fairing| fairing.name.to_owned()).collect())
        }
        other => panic!("{other}"),
    }
}

/// The fairing has stopped the launch.
#[track_caller]
fn assert_fairing_fails(alchemy: Alchemy) {
    assert_eq!(refusal(silent().attach(alchemy)), ("fairings", vec!["Alchemy".to_owned()]));
}

fn a_program_without_the_fairing_is_not_launched(db: TestDatabase) {
    for route in
        [routes![of_session], routes![of_second_session], routes![of_service], routes![of_second_service]]
    {
        let uri = route[0].uri.to_string();
        let (kind, guards) = refusal(silent().mount("/", route.clone()));
        assert_eq!((kind, guards.len()), ("guards", 1), "{uri}: {guards:?}");
        launch(silent().mount("/", route).attach(Alchemy::new(config(&db))));
    }
}

fn second(db: &TestDatabase, bind_key: &str) -> Config {
    config(db).bind_key(bind_key)
}

fn a_guard_for_a_database_that_is_not_there_stops_the_launch(db: TestDatabase) {
    let other = db.another();
    let alchemy = Alchemy::new(config(&db)).with(second(&other, "other").create_all(false));
    for route in [routes![of_second_session], routes![of_second_service], routes![of_third_session]] {
        let uri = route[0].uri.to_string();
        let (kind, guards) = refusal(silent().mount("/", route).attach(alchemy.clone()));
        assert_eq!((kind, guards.len()), ("guards", 1), "{uri}: {guards:?}");
    }
    // With several databases, `default` must exist to be asked for.
    let without_default =
        Alchemy::new(second(&db, "second").create_all(false)).with(second(&other, "other").create_all(false));
    let (kind, guards) = refusal(silent().mount("/", routes![of_session]).attach(without_default));
    assert_eq!((kind, guards.len()), ("guards", 1), "{guards:?}");
}

fn a_model_for_a_database_that_is_not_there_stops_the_launch(db: TestDatabase) {
    let other = db.another();
    assert_fairing_fails(Alchemy::new(config(&db)).with(second(&other, "other")));
}

fn a_bind_key_twice_stops_the_launch(db: TestDatabase) {
    let other = db.another();
    assert_fairing_fails(Alchemy::new(config(&db)).with(config(&other)));
    // Nothing was created before that was seen.
    assert!(db.connect().try_execute("SELECT * FROM authors").is_err());
}

fn a_database_that_cannot_be_reached_stops_the_launch(db: TestDatabase) {
    assert_fairing_fails(Alchemy::new(Config::new(format!("{}/not/there", db.url()))));
    assert_fairing_fails(Alchemy::new(Config::new("oracle://localhost/authors")));
    assert_fairing_fails(Alchemy::new(Config::new("")));
    assert_fairing_fails(Alchemy::new(Config::named("not_configured")));
    assert_fairing_fails(Alchemy::new(config(&db).pool_size(0)));
}

#[track_caller]
fn answer(client: &blocking::Client, uri: &str) -> String {
    client.get(uri.to_owned()).dispatch().into_string().expect("a body")
}

fn one_database_answers_for_every_bind_key(db: TestDatabase) {
    let all_guards = routes![of_session, of_second_session, of_service, of_second_service, of_third_session];
    for key in ["default", "main"] {
        let alchemy = Alchemy::new(config(&db).bind_key(key));
        let client = launch(silent().mount("/", all_guards.clone()).attach(alchemy));
        for uri in ["/session", "/session/second", "/service", "/service/second", "/session/third"] {
            assert_eq!(answer(&client, uri), key, "{uri}");
        }
    }
}

fn sessions_are_told_apart_by_bind_key(db: TestDatabase) {
    let other = db.another();
    let alchemy = Alchemy::new(config(&db)).with(second(&other, "second"));
    let guards = routes![of_session, of_second_session, of_service, of_second_service];
    let client = launch(silent().mount("/", guards).attach(alchemy));
    for (uri, key) in [
        ("/session", "default"),
        ("/session/second", "second"),
        ("/service", "default"),
        ("/service/second", "second"),
    ] {
        assert_eq!(answer(&client, uri), key, "{uri}");
    }
}

/// A guard of the program's own, which reads with the request's session.
struct Counted(i64);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Counted {
    type Error = alchemy_core::Error;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let count = async {
            let session = alchemy_rocket::session(request, "default")?;
            AuthorService::new(session).count(all()).await
        };
        count.await.map(Self).or_error(Status::InternalServerError)
    }
}

#[post("/shared")]
async fn shared(
    counted: Counted,
    authors: AuthorService,
    same: AuthorService,
    session: Session,
    request_session: Session<Third>,
) -> Result<Json<Vec<i64>>> {
    authors.create(new_author("Ann")).await?;
    // What one has written the others see, before it is committed.
    let seen = same.count(all()).await?;
    let also = AuthorService::new(request_session.into_inner()).count(all()).await?;
    let sent = i64::try_from(session.stats().statements).expect("a small number");
    Ok(Json(vec![counted.0, seen, also, sent]))
}

fn all_guards_of_a_request_share_a_session(db: TestDatabase) {
    let client = launch(silent().mount("/", routes![shared]).attach(Alchemy::new(config(&db).pool_size(1))));
    let create = if db.backend() == Backend::Mysql { 2 } else { 1 };
    for before in 0..3 {
        let seen = body(client.post("/shared").dispatch());
        assert_eq!(seen, serde_json::json!([before, before + 1, before + 1, 3 + create]));
    }
}

/// Reads once, waits until the other request has, too, and tells how much its session has done.
#[get("/alone")]
async fn alone(barrier: &State<Barrier>, authors: AuthorService) -> Result<String> {
    authors.count(all()).await?;
    barrier.wait().await;
    Ok(authors.session().stats().statements.to_string())
}

async fn requests_do_not_share_a_session(db: TestDatabase) {
    let rocket = silent().mount("/", routes![alone]).manage(Barrier::new(2));
    let rocket = rocket.attach(Alchemy::new(config(&db)));
    let client = asynchronous::Client::untracked(rocket).await.expect("a program that launches");
    let get = || async { client.get("/alone").dispatch().await.into_string().await };
    let (one, other) = join(get(), get()).await;
    assert_eq!((one.as_deref(), other.as_deref()), (Some("1"), Some("1")));
}

#[get("/ping")]
fn ping() -> &'static str {
    "pong"
}

/// Whether the handler below has begun.
struct Begun(Arc<AtomicBool>);

#[post("/waits")]
async fn waits(begun: &State<Begun>, authors: AuthorService) -> Result<Status> {
    begun.0.store(true, Ordering::SeqCst);
    authors.create(new_author("Ann")).await?;
    Ok(Status::Created)
}

/// A program on one thread.
fn on_one_thread(test: impl Future<Output = ()>) {
    let runtime = rocket::tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(test);
}

async fn assert_answers(client: &asynchronous::Client) {
    let response = client.get("/ping").dispatch().await;
    assert_eq!(response.into_string().await.as_deref(), Some("pong"));
    yield_now().await;
}

/// Answers pings until something has happened, which it must within a minute.
async fn ping_until(client: &asynchronous::Client, happened: impl Fn() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < Duration::from_secs(60), "it did not happen");
        assert_answers(client).await;
    }
}

fn a_request_that_waits_in_the_database_holds_up_nothing_else(db: TestDatabase) {
    let begun = Arc::new(AtomicBool::new(false));
    let config = config(&db).engine(|engine| engine.busy_timeout(Duration::from_secs(60)));
    let rocket = silent().mount("/", routes![ping, waits]).manage(Begun(begun.clone()));
    let rocket = rocket.attach(Alchemy::new(config));
    let (lock, unlock) = match db.backend() {
        Backend::Sqlite => ("BEGIN IMMEDIATE", "ROLLBACK"),
        Backend::Postgres => ("BEGIN; LOCK TABLE authors", "ROLLBACK"),
        Backend::Mysql => ("LOCK TABLES authors WRITE", "UNLOCK TABLES"),
    };
    // The servers tell who waits for a lock. In SQLite a connection waits by itself.
    let waiting = || match db.backend() {
        Backend::Sqlite => true,
        Backend::Postgres => {
            db.number(
                "SELECT count(*) FROM pg_stat_activity \
                 WHERE datname = current_database() AND wait_event_type = 'Lock'",
            ) == 1
        }
        Backend::Mysql => {
            db.number(
                "SELECT count(*) FROM information_schema.processlist \
                 WHERE db = DATABASE() AND state LIKE 'Waiting for table metadata lock%'",
            ) == 1
        }
    };
    on_one_thread(async {
        let client = asynchronous::Client::untracked(rocket).await.expect("a program that launches");
        let mut other = db.connect();
        other.execute(lock);
        let answered = Cell::new(false);
        let slow = async {
            let status = client.post("/waits").dispatch().await.status();
            answered.set(true);
            status
        };
        let quick = async {
            ping_until(&client, || begun.load(Ordering::SeqCst) && waiting()).await;
            for _ in 0..20 {
                assert_answers(&client).await;
            }
            // The other connection still has the lock, so it cannot have been answered, nor refused yet.
            assert!(!answered.get());
            other.execute(unlock);
        };
        let (status, ()) = join(slow, quick).await;
        assert_eq!(status, Status::Created);
    });
    assert_eq!(db.number("SELECT count(*) FROM authors"), 1);
}

fn a_request_that_waits_for_a_connection_holds_up_nothing_else(db: TestDatabase) {
    let begun = Arc::new(AtomicBool::new(false));
    let config = config(&db).pool_size(1).acquire_timeout(Duration::from_secs(60));
    let rocket = silent().mount("/", routes![ping, waits]).manage(Begun(begun.clone()));
    let rocket = rocket.attach(Alchemy::new(config));
    on_one_thread(async {
        let client = asynchronous::Client::untracked(rocket).await.expect("a program that launches");
        let engine =
            client.rocket().state::<Engines>().and_then(|engines| engines.get("default").ok().cloned());
        let holder = alchemy_core::session::AsyncSession::new(engine.expect("an engine"));
        AuthorService::new(holder.clone()).create(new_author("Bob")).await.expect("the only connection");
        let answered = Cell::new(false);
        let slow = async {
            let status = client.post("/waits").dispatch().await.status();
            answered.set(true);
            status
        };
        let quick = async {
            ping_until(&client, || begun.load(Ordering::SeqCst)).await;
            for _ in 0..20 {
                assert_answers(&client).await;
            }
            assert!(!answered.get());
            holder.commit().await.expect("a commit");
        };
        let (status, ()) = join(slow, quick).await;
        assert_eq!(status, Status::Created);
    });
    assert_eq!(db.texts("SELECT name FROM authors ORDER BY name"), ["Ann", "Bob"]);
}

/// Where a slow request and its test wait for each other.
#[derive(Default)]
struct Gate {
    reached: Notify,
    open: Notify,
}

impl Gate {
    async fn pass(&self) {
        self.reached.notify_one();
        self.open.notified().await;
    }
}

/// A guard that takes its time.
struct Passed;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Passed {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        request.rocket().state::<Arc<Gate>>().expect("a gate").pass().await;
        Outcome::Success(Self)
    }
}

/// Waits before there is a session.
#[post("/slow/guard")]
async fn slow_guard(_passed: Passed, authors: AuthorService) -> Result<Status> {
    authors.create(new_author("guard")).await?;
    Ok(Status::Created)
}

/// Waits before its session has done anything.
#[post("/slow/idle")]
async fn slow_idle(authors: AuthorService, gate: &State<Arc<Gate>>) -> Result<Status> {
    gate.pass().await;
    authors.create(new_author("idle")).await?;
    Ok(Status::Created)
}

/// Waits between two writes.
#[post("/slow/busy")]
async fn slow_busy(authors: AuthorService, gate: &State<Arc<Gate>>) -> Result<Status> {
    authors.create(new_author("busy")).await?;
    gate.pass().await;
    authors.create(new_author("busy still")).await?;
    Ok(Status::Created)
}

async fn a_request_in_flight_at_shutdown_is_finished(db: TestDatabase) {
    for slow in ["guard", "idle", "busy"] {
        let gate = Arc::new(Gate::default());
        // A server, because a local client has no request under way when it is terminated. What it may take is far
        // more than it needs.
        let figment = rocket::Config::figment()
            .merge(("log_level", "off"))
            .merge(("address", "127.0.0.1"))
            .merge(("port", 0))
            .merge(("shutdown.ctrlc", false))
            .merge(("shutdown.grace", 60));
        let (lift_off, port) = oneshot::channel();
        let lift_off = Mutex::new(Some(lift_off));
        let rocket = rocket::custom(figment)
            .mount("/", routes![slow_guard, slow_idle, slow_busy])
            .manage(Arc::clone(&gate))
            .attach(Alchemy::new(config(&db)))
            .attach(AdHoc::on_liftoff("Port", move |rocket| {
                let lift_off = lift_off.lock().expect("a lock").take().expect("one lift-off");
                lift_off.send(rocket.config().port).expect("the test waits");
                Box::pin(async {})
            }));
        let rocket = rocket.ignite().await.expect("a program that launches");
        let shutdown = rocket.shutdown();
        let engine = rocket.state::<Engines>().and_then(|engines| engines.get("default").ok().cloned());
        let engine = engine.expect("an engine");
        let server = spawn(rocket.launch());
        let port = port.await.expect("a port");

        let mut client = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
        let request = format!("POST /slow/{slow} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        client.write_all(request.as_bytes()).await.expect("a request that is sent");
        gate.reached.notified().await;
        shutdown.notify();
        // Enough for a pool to be closed under the request, if anything did that.
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(300) && engine.pool_state().max > 0 {
            sleep(Duration::from_millis(5)).await;
        }
        gate.open.notify_one();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 201 "), "{slow}: {answer}");

        // Nothing needs the pool any more.
        let start = Instant::now();
        while engine.pool_state().max > 0 {
            assert!(start.elapsed() < Duration::from_secs(50), "the pool was not closed");
            sleep(Duration::from_millis(5)).await;
        }
        server.abort();
    }
    let names = spawn_blocking(move || db.texts("SELECT name FROM authors ORDER BY name"));
    assert_eq!(names.await.expect("names"), ["busy", "busy still", "guard", "idle"]);
}
