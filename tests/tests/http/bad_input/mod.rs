//! What clients may get wrong: the answer says what is wrong, and no row has changed.

mod bodies;
mod queries;
mod values;

use alchemy_rocket::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use rocket::local::blocking::{Client, LocalRequest};
use serde_json::{Value, json};

use crate::app::{assert_problem, client, config, create, launch, rows, service, text};

database_tests! {
    an_error_of_the_program_says_nothing_of_itself,
}

/// Ann, who has written a book, and Bob, who has not.
struct Library {
    db: TestDatabase,
    client: Client,
    ann: Value,
    bob: Value,
    book: Value,
    rows: Vec<String>,
}

const NOWHERE: &str = "00000000-0000-0000-0000-000000000000";

impl Library {
    fn open(db: TestDatabase) -> Self {
        let client = client(&db);
        let ann = create(&client, "/authors", &json!({ "name": "Ann", "dob": "1908-10-12" }));
        let bob = create(&client, "/authors", &json!({ "name": "Bob" }));
        let book =
            json!({ "author_id": ann["id"], "isbn": "1", "text": "Once", "pages": 3, "price": "9.99" });
        let book = create(&client, "/books", &book);
        let rows = rows(&db);
        assert_eq!(rows.len(), 3, "{rows:?}");
        Self { db, client, ann, bob, book, rows }
    }

    fn post<'c>(&'c self, place: &'c str, body: impl AsRef<[u8]>) -> LocalRequest<'c> {
        self.client.post(place).body(body)
    }

    /// A request that changes Ann or her book.
    fn patch(&self, row: &Value, body: impl AsRef<[u8]>) -> LocalRequest<'_> {
        let place = if *row == self.book { "/books" } else { "/authors" };
        self.client.patch(format!("{place}/{}", text(row, "id"))).body(body)
    }

    /// A book of Ann's, with some members of its own.
    fn new_book(&self, members: &Value) -> String {
        let mut book = json!({ "author_id": self.ann["id"], "isbn": "2", "text": "" });
        for (name, value) in members.as_object().expect("members") {
            book[name] = value.clone();
        }
        book.to_string()
    }

    /// Sends a request that is refused, by a problem with exactly this in it, and changes nothing.
    #[track_caller]
    fn refuses<'a>(
        &self,
        request: LocalRequest<'_>,
        status: u16,
        detail: &'a str,
        field: impl Into<Option<&'a str>>,
    ) {
        assert_problem(request.dispatch(), status, detail, field);
        assert_eq!(rows(&self.db), self.rows, "a row has changed");
    }
}

fn an_error_of_the_program_says_nothing_of_itself(db: TestDatabase) {
    // The tables were never made.
    let client = launch(service().attach(Alchemy::new(config(&db).create_all(false))));
    let place = format!("/authors/{NOWHERE}");
    for request in [
        client.get("/authors"),
        client.get(&place),
        client.post("/authors").json(&json!({ "name": "Ann" })),
        client.patch(&place).json(&json!({ "name": "Ann" })),
        client.delete(&place),
    ] {
        assert_problem(request.dispatch(), 500, None, None);
    }
}
