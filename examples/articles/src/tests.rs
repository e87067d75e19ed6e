//! The service as a client sees it.

use rocket::http::{ContentType, Status};
use rocket::local::blocking::{Client, LocalResponse};
use rocket::serde::json::{Value, json};

fn client() -> Client {
    Client::tracked(super::service("sqlite::memory:".to_owned())).expect("the service starts")
}

fn body(response: LocalResponse<'_>) -> Value {
    response.into_json().expect("a JSON body")
}

fn create(client: &Client, title: &str) -> Value {
    let article = json!({"title": title, "text": "…"}).to_string();
    let response = client.post("/articles").header(ContentType::JSON).body(article).dispatch();
    assert_eq!(response.status(), Status::Created);
    body(response)
}

#[test]
fn an_article_is_found_by_the_slug_of_its_title() {
    let client = client();
    let first = create(&client, "Stanisław Lem: Солярис");
    assert_eq!(first["slug"], "stanislaw-lem-soliaris");
    let second = create(&client, "Stanislaw Lem, Soliaris");
    assert!(second["slug"].as_str().is_some_and(|slug| slug.starts_with("stanislaw-lem-soliaris-")));
    let found = body(client.get("/articles/stanislaw-lem-soliaris").dispatch());
    assert_eq!(found["id"], first["id"]);
}

#[test]
fn of_two_who_change_the_same_version_one_is_refused() {
    let client = client();
    create(&client, "Hello");
    let patch = |text: &str| {
        let changes = json!({"version": 1, "text": text}).to_string();
        client.patch("/articles/hello").header(ContentType::JSON).body(changes).dispatch()
    };
    let first = patch("first");
    assert_eq!(first.status(), Status::Ok);
    assert_eq!(body(first)["version"], 2);
    let second = patch("second");
    assert_eq!(second.status(), Status::Conflict);
    assert_eq!(body(second)["detail"], "somebody else changed the article; read it again");
    assert_eq!(body(client.get("/articles/hello").dispatch())["text"], "first");
}

#[test]
fn a_deleted_article_is_gone_until_it_is_restored() {
    let client = client();
    create(&client, "Hello");
    assert_eq!(client.delete("/articles/hello").dispatch().status(), Status::NoContent);
    let gone = client.get("/articles/hello").dispatch();
    assert_eq!(gone.status(), Status::NotFound);
    assert_eq!(body(gone)["detail"], "no such article");
    assert_eq!(client.post("/articles/hello/restore").dispatch().status(), Status::Ok);
    assert_eq!(client.get("/articles/hello").dispatch().status(), Status::Ok);
}

#[test]
fn pages_follow_one_another_by_their_cursors() {
    let client = client();
    for title in ["A", "B", "C", "D", "E"] {
        create(&client, title);
    }
    let page = |cursor: &str| {
        body(client.get(format!("/articles?orderBy=title&sortOrder=asc&pageSize=2{cursor}")).dispatch())
    };
    let titles = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().into_iter().flatten();
        items.filter_map(|item| item["title"].as_str().map(str::to_owned)).collect()
    };
    let follow = |link: &Value| page(&format!("&cursor={}", link.as_str().expect("there is a page")));
    let first = page("");
    assert_eq!((titles(&first), &first["previous"]), (vec!["A".to_owned(), "B".to_owned()], &Value::Null));
    let second = follow(&first["next"]);
    assert_eq!(titles(&second), ["C", "D"]);
    let third = follow(&second["next"]);
    assert_eq!((titles(&third), &third["next"]), (vec!["E".to_owned()], &Value::Null));
    assert_eq!(titles(&follow(&third["previous"])), ["C", "D"]);
    let forged = client.get("/articles?cursor=AAAA").dispatch();
    assert_eq!(forged.status(), Status::BadRequest);
    assert_eq!(body(forged)["field"], "cursor");
}
