//! The health check.

use std::collections::BTreeMap;
use std::time::Duration;

use alchemy_core::{Error, Result};
use rocket::futures::future::join_all;
use rocket::http::{Method, Status};
use rocket::route::{Handler, Outcome, Route};
use rocket::tokio::task::spawn_blocking;
use rocket::tokio::time::timeout;
use rocket::{Data, Request};
use serde::Serialize;

use crate::Json;
use crate::databases::{Database, Databases};
use crate::error::full_text;

/// How long one database may take to answer.
const WAIT: Duration = Duration::from_secs(2);

/// The route `GET /health`, to be mounted where it suits.
///
/// Answers 200 and `{"status":"ok","databases":{"default":"ok"}}` when every database answers within two seconds, and
/// 503 with `"unavailable"` for each that does not. The reasons are in the log.
///
/// ```
/// let rocket = rocket::build().mount("/", alchemy_rocket::health());
/// ```
#[must_use]
pub fn health() -> Vec<Route> {
    let mut route = Route::new(Method::Get, "/health", Health);
    route.name = Some("alchemy_health".into());
    vec![route]
}

#[derive(Clone)]
struct Health;

/// The answer.
#[derive(Serialize)]
struct Report {
    status: &'static str,
    databases: BTreeMap<String, &'static str>,
}

#[rocket::async_trait]
impl Handler for Health {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        let databases = match Databases::of(request.rocket()) {
            Ok(databases) => databases,
            Err(error) => return Outcome::from(request, crate::Error::from(error)),
        };
        let mut report = BTreeMap::new();
        let mut all_answer = true;
        for (bind_key, answers) in join_all(databases.iter().map(check)).await {
            all_answer &= answers;
            report.insert(bind_key, if answers { "ok" } else { "unavailable" });
        }
        let (status, word) =
            if all_answer { (Status::Ok, "ok") } else { (Status::ServiceUnavailable, "unavailable") };
        Outcome::from(request, (status, Json(Report { status: word, databases: report })))
    }
}

/// Whether a database answers in time, with its bind key.
async fn check(database: &Database) -> (String, bool) {
    let bind_key = database.engine.bind_key().to_owned();
    let answers = match timeout(WAIT, ping(database)).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            log::warn!("health: {bind_key}: {}", full_text(&error));
            false
        }
        Err(_) => {
            log::warn!("health: {bind_key}: no answer within {WAIT:?}");
            false
        }
    };
    (bind_key, answers)
}

async fn ping(database: &Database) -> Result<()> {
    let checked = database.checked.clone().lock_owned().await;
    let engine = database.engine.clone();
    let ping = spawn_blocking(move || {
        let result = engine.ping();
        drop(checked);
        result
    });
    ping.await.unwrap_or_else(|_| Err(Error::config("the check panicked")))
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use alchemy_core::engine::Engines;
    use rocket::local::asynchronous::Client;
    use serde_json::{Value, json};

    use super::*;
    use crate::{Alchemy, Config};

    async fn answer(client: &Client) -> (u16, Value) {
        let response = client.get("/health").dispatch().await;
        (response.status().code, response.into_json().await.expect("a JSON body"))
    }

    #[rocket::async_test]
    async fn each_database_is_asked() {
        let database = |key: &str| Config::new("sqlite::memory:").bind_key(key);
        let rocket = rocket::custom(rocket::Config::figment().merge(("log_level", "off")))
            .attach(Alchemy::new(database("default")).with(database("second")))
            .mount("/", health());
        let client = Client::tracked(rocket).await.expect("a valid rocket");
        let expected = json!({ "status": "ok", "databases": { "default": "ok", "second": "ok" } });
        assert_eq!(answer(&client).await, (200, expected));

        let engines = client.rocket().state::<Engines>().expect("engines");
        engines.get("second").expect("the second").close();
        let expected =
            json!({ "status": "unavailable", "databases": { "default": "ok", "second": "unavailable" } });
        assert_eq!(answer(&client).await, (503, expected));
    }

    #[rocket::async_test]
    async fn without_the_fairing_there_is_nothing_to_ask() {
        let rocket =
            rocket::custom(rocket::Config::figment().merge(("log_level", "off"))).mount("/", health());
        let client = Client::tracked(rocket).await.expect("a valid rocket");
        let expected = json!({ "type": "about:blank", "title": "Internal Server Error", "status": 500 });
        assert_eq!(answer(&client).await, (500, expected));
    }
}
