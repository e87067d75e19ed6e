//! The program under test: authors, written and read by handlers that wait, fail and panic as a test asks them to.

#![allow(unreachable_pub)] // a test is not used by others

use std::sync::atomic::{AtomicUsize, Ordering};

use alchemy_core::prelude::*;
use alchemy_rocket::{Alchemy, CommitMode, Config, Json};
use alchemy_tests::TestDatabase;
use diesel::RunQueryDsl;
use diesel::sql_query;
use rocket::fairing::AdHoc;
use rocket::http::Status;
use rocket::local::asynchronous::{Client, LocalRequest, LocalResponse};
use rocket::response::status::Created;
use rocket::serde::json::{Value, json};
use rocket::tokio::sync::{Barrier, Notify};
use rocket::{State, get, post, put, routes};

use crate::common::{Author, AuthorService, NewAuthor, new_author};
use crate::{PATIENCE, renamed};

/// What handlers and tests tell each other.
pub struct Signals {
    pub reached: Notify,
    pub go: Notify,
    both: Barrier,
    pub entered: AtomicUsize,
}

impl Signals {
    pub fn of(client: &Client) -> &Self {
        client.rocket().state::<Self>().expect("signals")
    }

    /// Tells the test that a point was reached, and waits for it.
    async fn pause(&self) {
        self.reached.notify_one();
        self.go.notified().await;
    }

    /// Does something while a request pauses.
    pub async fn while_paused(&self, work: impl FnOnce() + Send + 'static) {
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

/// A program on the test's database. A request with the header `Pause` pauses between its handler and its commit.
pub async fn launch(
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

pub fn engine_of(client: &Client) -> Engine {
    let engines = client.rocket().state::<Engines>().expect("engines");
    engines.get("default").expect("the engine").clone()
}

/// A response as a client sees it.
#[derive(Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    retry_after: Option<String>,
    location: bool,
    pub body: Value,
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

    pub fn problem(status: u16, retry_after: Option<&str>, detail: &str) -> Self {
        let title = Status::new(status).reason_lossy();
        let mut body = json!({ "type": "about:blank", "title": title, "status": status });
        if !detail.is_empty() {
            body["detail"] = detail.into();
        }
        Self { status, retry_after: retry_after.map(str::to_owned), location: false, body }
    }

    pub fn lost_connection() -> Self {
        Self::problem(503, Some("1"), "the database cannot be reached")
    }

    pub fn lost_at_commit() -> Self {
        let detail =
            "the connection to the database broke during commit; whether the changes were kept is unknown";
        Self::problem(503, None, detail)
    }

    pub fn busy() -> Self {
        Self::problem(503, Some("1"), "the database was busy; the request may succeed when sent again")
    }
}

pub async fn send(request: LocalRequest<'_>) -> Answer {
    let response = rocket::tokio::time::timeout(PATIENCE, request.dispatch()).await;
    Answer::of(response.expect("an answer in bounded time")).await
}

/// Sends a request that must succeed.
pub async fn works(client: &Client, name: &str) {
    let answer = send(client.post("/authors").json(&json!({ "name": name }))).await;
    assert_eq!((answer.status, answer.location), (201, true), "{answer:?}");
}

pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    rocket::tokio::task::spawn_blocking(work).await.expect("no panic")
}
