//! A service is tested on a database in memory.

use alchemy_rocket::prelude::*;
use rocket::local::blocking::{Client, LocalResponse};
use rocket::serde::json::{Value, json};

fn client() -> Client {
    let rocket = super::service(Alchemy::new(
        Config::new("sqlite::memory:").commit_mode(CommitMode::Autocommit).create_all(true),
    ));
    Client::tracked(rocket).expect("a service that launches")
}

fn body(response: LocalResponse<'_>) -> Value {
    response.into_json().expect("a JSON body")
}

#[test]
fn an_author_is_created_read_patched_and_deleted() {
    let client = client();

    let response =
        client.post("/authors").json(&json!({ "name": "Ann Petry", "dob": "1908-10-12" })).dispatch();
    assert_eq!(response.status(), Status::Created);
    let location = response.headers().get_one("Location").expect("a location").to_owned();
    let created = body(response);
    let id = created["id"].as_str().expect("an id");
    assert_eq!(location, format!("/authors/{id}"));
    assert_eq!(created, json!({ "id": id, "name": "Ann Petry", "dob": "1908-10-12" }));

    let response = client.get(&location).dispatch();
    assert_eq!(response.status(), Status::Ok);
    assert_eq!(body(response), created);

    // What is left out stays; null is a value.
    let response = client.patch(&location).json(&json!({ "dob": null })).dispatch();
    assert_eq!(response.status(), Status::Ok);
    assert_eq!(body(response), json!({ "id": id, "name": "Ann Petry", "dob": null }));

    let response = client.delete(&location).dispatch();
    assert_eq!(response.status(), Status::NoContent);
    assert_eq!(response.into_string(), None);
    let response = client.get(&location).dispatch();
    assert_eq!(response.status(), Status::NotFound);
    assert_eq!(
        body(response),
        json!({ "type": "about:blank", "title": "Not Found", "status": 404, "detail": "no Author was found" })
    );
}

#[test]
fn a_list_is_searched_sorted_and_paged() {
    let client = client();
    for name in ["Ann", "Anna", "Bob"] {
        let response = client.post("/authors").json(&json!({ "name": name })).dispatch();
        assert_eq!(response.status(), Status::Created);
    }

    let query =
        "/authors?searchString=an&searchIgnoreCase=true&orderBy=name&sortOrder=desc&pageSize=1&currentPage=2";
    let page = body(client.get(query).dispatch());
    assert_eq!((&page["limit"], &page["offset"], &page["total"]), (&json!(1), &json!(1), &json!(2)));
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(page["items"][0]["name"], "Ann");
}

#[test]
fn a_bad_request_says_what_is_wrong() {
    let client = client();
    let cases = [
        (client.get("/authors?nmae=Ann"), 400, "unknown parameter `nmae`"),
        (client.get("/authors?pageSize=101"), 400, "`pageSize` must be between 1 and 100"),
        (client.get("/authors/1"), 422, "a part of the address has the wrong form"),
        (client.post("/authors").body("{"), 400, "EOF while parsing an object at line 1 column 1"),
        (
            client.post("/authors").json(&json!({ "name": "x".repeat(101) })),
            422,
            "`name` must be at most 100 characters long",
        ),
    ];
    for (request, status, detail) in cases {
        let uri = request.uri().to_string();
        let response = request.dispatch();
        assert_eq!(response.headers().get_one("Content-Type"), Some("application/problem+json"), "{uri}");
        let problem = body(response);
        assert_eq!((&problem["status"], &problem["detail"]), (&json!(status), &json!(detail)), "{uri}");
    }
}
