//! What requests send to the database.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use alchemy_rocket::Alchemy;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use rocket::fairing::AdHoc;
use rocket::local::blocking::{Client, LocalRequest};
use serde_json::json;

use crate::app::{body, config, create, launch, service, text};

database_tests! {
    each_request_sends_the_fewest_statements,
    a_request_that_is_refused_before_the_database_sends_nothing,
    a_request_that_the_database_refuses_is_rolled_back,
}

/// The first words of the statements sent, by the address that they were sent to.
static SENT: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());

fn sent() -> MutexGuard<'static, BTreeMap<String, Vec<String>>> {
    SENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Watches one connection.
#[derive(Default)]
struct Recorder {
    address: String,
}

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            // Without its parameters, to which the engine adds.
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                url.split('?').next().unwrap_or_default().clone_into(&mut self.address);
            }
            InstrumentationEvent::StartQuery { query, .. } => {
                if let Some(statements) = sent().get_mut(&self.address) {
                    let query = query.to_string();
                    statements.push(query.split_whitespace().next().unwrap_or_default().to_owned());
                }
            }
            _ => {}
        }
    }
}

/// The service on a database whose statements are recorded.
struct Watched {
    client: Client,
    address: String,
}

impl Watched {
    fn new(db: &TestDatabase) -> Self {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| {
            set_default_instrumentation(|| Some(Box::new(Recorder::default())))
                .expect("a lock that is not poisoned");
        });
        let address = db.url().split('?').next().unwrap_or_default();
        let address = address.trim_start_matches("sqlite://").to_owned();
        sent().insert(address.clone(), Vec::new());
        // Before the session ends: it holds a connection then, if it has a transaction.
        let counts = AdHoc::on_response("Counts", |request, response| {
            Box::pin(async move {
                let session = alchemy_rocket::session(request, "default").expect("the request's session");
                response.set_raw_header("Statements", session.stats().statements.to_string());
                response.set_raw_header("In-Transaction", (!session.is_idle()).to_string());
            })
        });
        let client = launch(service().attach(counts).attach(Alchemy::new(config(db))));
        Self { client, address }
    }

    /// Sends a request, and checks its status, what its session counted, and what was sent.
    #[track_caller]
    fn expect(&self, request: LocalRequest<'_>, status: u16, counted: usize, statements: &[&str]) {
        self.sent();
        let what = format!("{} {}", request.method(), request.uri());
        let response = request.dispatch();
        assert_eq!(response.status().code, status, "{what}");
        assert_eq!(self.sent(), statements, "{what}");
        let header = |name: &str| response.headers().get_one(name).map(str::to_owned);
        assert_eq!(header("Statements"), Some(counted.to_string()), "{what}");
        let in_transaction = statements.first() == Some(&"BEGIN");
        assert_eq!(header("In-Transaction"), Some(in_transaction.to_string()), "{what}");
    }

    /// What was sent since the last call.
    fn sent(&self) -> Vec<String> {
        sent().get_mut(&self.address).map(std::mem::take).expect("it is watched")
    }
}

fn each_request_sends_the_fewest_statements(db: TestDatabase) {
    let watched = Watched::new(&db);
    let client = &watched.client;
    let ann = create(client, "/authors", &json!({ "name": "Ann" }));
    let place = format!("/authors/{}", text(&ann, "id"));
    let nowhere = "/authors/00000000-0000-0000-0000-000000000000";
    // Those that write return the row too, but on MariaDB.
    let mariadb = db.backend() == Backend::Mysql;
    let written = |statement| {
        if mariadb {
            vec!["BEGIN", statement, "SELECT", "COMMIT"]
        } else {
            vec!["BEGIN", statement, "COMMIT"]
        }
    };
    let count = if mariadb { 2 } else { 1 };

    watched.expect(client.post("/authors").json(&json!({ "name": "Bob" })), 201, count, &written("INSERT"));
    watched.expect(client.get(&place), 200, 1, &["SELECT"]);
    watched.expect(client.get(nowhere), 404, 1, &["SELECT"]);
    watched.expect(client.get("/authors"), 200, 1, &["SELECT"]);
    watched.expect(client.get("/authors?searchString=n&nameIn=Ann&orderBy=dob"), 200, 1, &["SELECT"]);
    watched.expect(client.get("/authors?currentPage=9"), 200, 2, &["SELECT", "SELECT"]);
    watched.expect(client.patch(&place).json(&json!({ "name": "Anna" })), 200, count, &written("UPDATE"));
    watched.expect(client.patch(&place).json(&json!({})), 200, 1, &["SELECT"]);
    watched.expect(client.patch(nowhere).json(&json!({})), 404, 1, &["SELECT"]);
    let missing = ["BEGIN", "UPDATE", "ROLLBACK"];
    watched.expect(client.patch(nowhere).json(&json!({ "name": "Anna" })), 404, 1, &missing);
    if mariadb {
        // Locked before it is read, so that what is returned is what is deleted.
        watched.expect(client.delete(&place), 204, 2, &["BEGIN", "SELECT", "DELETE", "COMMIT"]);
        watched.expect(client.delete(&place), 404, 1, &["BEGIN", "SELECT", "ROLLBACK"]);
    } else {
        watched.expect(client.delete(&place), 204, 1, &["BEGIN", "DELETE", "COMMIT"]);
        watched.expect(client.delete(&place), 404, 1, &["BEGIN", "DELETE", "ROLLBACK"]);
    }
}

fn a_request_that_is_refused_before_the_database_sends_nothing(db: TestDatabase) {
    let watched = Watched::new(&db);
    let client = &watched.client;
    let ann = create(client, "/authors", &json!({ "name": "Ann" }));
    let place = format!("/authors/{}", text(&ann, "id"));
    watched.expect(client.get("/authors?nmae=Ann"), 400, 0, &[]);
    watched.expect(client.get("/authors/1"), 422, 0, &[]);
    watched.expect(client.get("/nowhere"), 404, 0, &[]);
    watched.expect(client.post("/authors").body("{"), 400, 0, &[]);
    watched.expect(client.post("/authors").json(&json!({ "nmae": "Ann" })), 422, 0, &[]);
    watched.expect(client.patch(&place).json(&json!({ "id": ann["id"] })), 422, 0, &[]);
    let too_long = json!({ "name": "x".repeat(101) });
    for request in [client.post("/authors").json(&too_long), client.patch(&place).json(&too_long)] {
        watched.sent();
        assert_eq!(request.dispatch().status().code, 422);
        let sent = watched.sent();
        assert!(sent.iter().all(|word| ["BEGIN", "ROLLBACK"].contains(&word.as_str())), "{sent:?}");
    }
}

fn a_request_that_the_database_refuses_is_rolled_back(db: TestDatabase) {
    let watched = Watched::new(&db);
    let client = &watched.client;
    let ann = create(client, "/authors", &json!({ "name": "Ann" }));
    watched.expect(client.post("/authors").json(&ann), 409, 1, &["BEGIN", "INSERT", "ROLLBACK"]);
    assert_eq!(body(client.get("/authors").dispatch())["total"], 1);
}
