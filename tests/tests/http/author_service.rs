//! The author service end to end.

use alchemy_tests::{TestDatabase, database_tests};
use chrono::{DateTime, Utc};
use rocket::http::Status;
use rocket::local::blocking::Client;
use serde_json::{Value, json};

use crate::app::{assert_problem, body, client, create, encoded, rows, text};

database_tests! {
    create_answers_201_with_the_place_of_the_row_and_the_row,
    create_takes_an_id_of_the_client,
    get_answers_the_row,
    patch_tells_omitted_null_and_value_apart,
    an_empty_patch_changes_nothing,
    a_patch_moves_the_time_of_the_last_change,
    delete_answers_204_and_afterwards_nothing_is_there,
    a_list_is_items_limit_offset_and_total,
    a_list_goes_through_pages_without_gaps,
    a_list_takes_every_parameter,
    a_list_takes_a_search_as_it_is_written,
    a_list_of_an_audited_model_knows_when,
    the_service_says_that_it_is_well,
}

fn create_answers_201_with_the_place_of_the_row_and_the_row(db: TestDatabase) {
    let client = client(&db);
    let response =
        client.post("/authors").json(&json!({ "name": "Ann Petry", "dob": "1908-10-12" })).dispatch();
    assert_eq!(response.status(), Status::Created);
    let location = response.headers().get_one("Location").map(str::to_owned);
    assert_eq!(response.content_type(), Some(rocket::http::ContentType::JSON));
    let author = body(response);
    let id = text(&author, "id");
    assert_eq!(author, json!({ "id": id, "name": "Ann Petry", "dob": "1908-10-12" }));
    assert_eq!(location, Some(format!("/authors/{id}")));
    assert_eq!(db.texts("SELECT name FROM authors"), ["Ann Petry"]);

    // What need not be there may be left out, or null.
    for sent in [json!({ "name": "Bob" }), json!({ "name": "Bob", "dob": null })] {
        let author = create(&client, "/authors", &sent);
        assert_eq!(author, json!({ "id": text(&author, "id"), "name": "Bob", "dob": null }));
    }
    assert_eq!(db.number("SELECT count(*) FROM authors"), 3);
}

fn create_takes_an_id_of_the_client(db: TestDatabase) {
    let client = client(&db);
    let id = "0191d6c8-6a2b-7c3d-8e4f-5a6b7c8d9e0f";
    let author = create(&client, "/authors", &json!({ "id": id, "name": "Ann" }));
    assert_eq!(text(&author, "id"), id);
    assert_eq!(client.get(format!("/authors/{id}")).dispatch().into_json(), Some(author));
}

fn get_answers_the_row(db: TestDatabase) {
    let client = client(&db);
    let ann = create(&client, "/authors", &json!({ "name": "Ann", "dob": "1990-02-28" }));
    create(&client, "/authors", &json!({ "name": "Bob" }));
    let response = client.get(format!("/authors/{}", text(&ann, "id"))).dispatch();
    assert_eq!(response.status(), Status::Ok);
    assert_eq!(body(response), ann);
}

fn patch_tells_omitted_null_and_value_apart(db: TestDatabase) {
    let client = client(&db);
    let ann = create(&client, "/authors", &json!({ "name": "Ann", "dob": "1990-02-28" }));
    let bob = create(&client, "/authors", &json!({ "name": "Bob", "dob": "1980-01-01" }));
    let id = text(&ann, "id");
    let steps = [
        (json!({ "name": "Anna" }), json!({ "id": id, "name": "Anna", "dob": "1990-02-28" })),
        (json!({ "dob": null }), json!({ "id": id, "name": "Anna", "dob": null })),
        (json!({ "dob": "1991-03-01" }), json!({ "id": id, "name": "Anna", "dob": "1991-03-01" })),
        (json!({ "name": "Ann", "dob": null }), json!({ "id": id, "name": "Ann", "dob": null })),
        (json!({ "name": "" }), json!({ "id": id, "name": "", "dob": null })),
    ];
    for (changes, expected) in steps {
        let response = client.patch(format!("/authors/{id}")).json(&changes).dispatch();
        assert_eq!(response.status(), Status::Ok, "{changes}");
        assert_eq!(body(response), expected, "{changes}");
        assert_eq!(client.get(format!("/authors/{id}")).dispatch().into_json(), Some(expected), "{changes}");
    }
    assert_eq!(client.get(format!("/authors/{}", text(&bob, "id"))).dispatch().into_json(), Some(bob));
}

fn an_empty_patch_changes_nothing(db: TestDatabase) {
    let client = client(&db);
    let ann = create(&client, "/authors", &json!({ "name": "Ann", "dob": "1990-02-28" }));
    let book = create(&client, "/books", &json!({ "author_id": ann["id"], "isbn": "1", "text": "" }));
    let before = rows(&db);
    for (place, row) in [("/authors", &ann), ("/books", &book)] {
        let response = client.patch(format!("{place}/{}", text(row, "id"))).json(&json!({})).dispatch();
        assert_eq!(response.status(), Status::Ok);
        assert_eq!(&body(response), row);
    }
    assert_eq!(rows(&db), before);
}

fn a_patch_moves_the_time_of_the_last_change(db: TestDatabase) {
    let client = client(&db);
    let ann = create(&client, "/authors", &json!({ "name": "Ann" }));
    let book = create(&client, "/books", &json!({ "author_id": ann["id"], "isbn": "1", "text": "" }));
    assert_eq!(book["created_at"], book["updated_at"]);
    let changed =
        client.patch(format!("/books/{}", text(&book, "id"))).json(&json!({ "pages": 3 })).dispatch();
    let changed = body(changed);
    assert_eq!(changed["pages"], 3);
    assert_eq!(changed["created_at"], book["created_at"]);
    assert!(moment(&changed, "updated_at") > moment(&book, "updated_at"), "{changed}");
}

fn moment(row: &Value, member: &str) -> DateTime<Utc> {
    text(row, member).parse().expect("a moment")
}

fn delete_answers_204_and_afterwards_nothing_is_there(db: TestDatabase) {
    let client = client(&db);
    let ann = create(&client, "/authors", &json!({ "name": "Ann" }));
    create(&client, "/authors", &json!({ "name": "Bob" }));
    let place = format!("/authors/{}", text(&ann, "id"));
    let response = client.delete(&place).dispatch();
    assert_eq!(response.status(), Status::NoContent);
    assert_eq!(response.into_bytes(), None);
    for gone in
        [client.get(&place), client.delete(&place), client.patch(&place).json(&json!({ "name": "A" }))]
    {
        assert_problem(gone.dispatch(), 404, "no Author was found", None);
    }
    assert_eq!(db.texts("SELECT name FROM authors"), ["Bob"]);
}

/// Ann 1990, Bob, Cid 1985, Dan 1990 and Eve.
fn five_authors(client: &Client) -> Vec<Value> {
    let authors = [
        ("Ann", Some("1990-01-01")),
        ("Bob", None),
        ("Cid", Some("1985-05-05")),
        ("Dan", Some("1990-01-01")),
        ("Eve", None),
    ];
    authors.map(|(name, dob)| create(client, "/authors", &json!({ "name": name, "dob": dob }))).into()
}

/// The names on the page that a query asks for, and how many match in all.
#[track_caller]
fn list(client: &Client, query: &str) -> (Vec<String>, i64) {
    let response = client.get(format!("/authors?{query}")).dispatch();
    let status = response.status();
    let page = body(response);
    assert_eq!(status, Status::Ok, "{query}: {page}");
    let items = page["items"].as_array().expect("items");
    (
        items.iter().map(|item| text(item, "name").to_owned()).collect(),
        page["total"].as_i64().expect("a total"),
    )
}

fn a_list_is_items_limit_offset_and_total(db: TestDatabase) {
    let client = client(&db);
    let response = client.get("/authors").dispatch();
    assert_eq!(response.status(), Status::Ok);
    assert_eq!(body(response), json!({ "items": [], "limit": 20, "offset": 0, "total": 0 }));

    let authors = five_authors(&client);
    let page = body(client.get("/authors?orderBy=name&sortOrder=asc&pageSize=2&currentPage=2").dispatch());
    assert_eq!(page, json!({ "items": [authors[2], authors[3]], "limit": 2, "offset": 2, "total": 5 }));
    let past_the_end = body(client.get("/authors?pageSize=2&currentPage=9").dispatch());
    assert_eq!(past_the_end, json!({ "items": [], "limit": 2, "offset": 16, "total": 5 }));
    let largest = body(client.get("/authors?pageSize=100").dispatch());
    assert_eq!((&largest["limit"], &largest["total"]), (&json!(100), &json!(5)));
    // The last page that can be counted to.
    let far = body(client.get("/authors?pageSize=100&currentPage=92233720368547758").dispatch());
    assert_eq!((&far["items"], &far["total"]), (&json!([]), &json!(5)));
}

fn a_list_goes_through_pages_without_gaps(db: TestDatabase) {
    let client = client(&db);
    // All are equal by name, so that only the key tells them apart.
    for _ in 0..45 {
        create(&client, "/authors", &json!({ "name": "Ann" }));
    }
    let mut ids = Vec::new();
    for (page, expected) in [(1, 20), (2, 20), (3, 5), (4, 0)] {
        let page = body(client.get(format!("/authors?orderBy=name&currentPage={page}")).dispatch());
        let items = page["items"].as_array().expect("items");
        assert_eq!((items.len(), &page["total"]), (expected, &json!(45)));
        ids.extend(items.iter().map(|item| text(item, "id").to_owned()));
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 45);
}

fn a_list_takes_every_parameter(db: TestDatabase) {
    let client = client(&db);
    let authors = five_authors(&client);
    let id = |index: usize| text(&authors[index], "id");
    let (ann, bob) = (id(0), id(1));
    let cases: &[(&str, &[&str])] = &[
        ("orderBy=name&sortOrder=asc", &["Ann", "Bob", "Cid", "Dan", "Eve"]),
        ("orderBy=name&sortOrder=DESC", &["Eve", "Dan", "Cid", "Bob", "Ann"]),
        ("orderBy=name", &["Eve", "Dan", "Cid", "Bob", "Ann"]),
        ("", &["Eve", "Dan", "Cid", "Bob", "Ann"]),
        ("orderBy=dob&sortOrder=asc&dobIn=1985-05-05&dobIn=1990-01-01&nameNotIn=Dan", &["Cid", "Ann"]),
        ("searchString=an&sortOrder=asc", &["Dan"]),
        ("searchString=AN&sortOrder=asc", &[]),
        ("searchString=AN&searchIgnoreCase=true&sortOrder=asc", &["Ann", "Dan"]),
        ("searchString=AN&searchIgnoreCase=false", &[]),
        ("searchString=&sortOrder=asc", &["Ann", "Bob", "Cid", "Dan", "Eve"]),
        ("searchString=%20&sortOrder=asc", &["Ann", "Bob", "Cid", "Dan", "Eve"]),
        ("name=Ann", &["Ann"]),
        ("name=ann", &[]),
        ("name=Nobody", &[]),
        ("nameIn=Ann&nameIn=Eve&nameIn=Nobody&sortOrder=asc", &["Ann", "Eve"]),
        ("nameIn=Nobody", &[]),
        ("nameNotIn=Ann&nameNotIn=Bob&sortOrder=asc", &["Cid", "Dan", "Eve"]),
        ("dob=1990-01-01&sortOrder=asc", &["Ann", "Dan"]),
        ("dobIn=1985-05-05", &["Cid"]),
        ("dobIn=1990-01-01&searchString=D", &["Dan"]),
        (&format!("ids={ann},{bob}&sortOrder=asc"), &["Ann", "Bob"]),
        (&format!("ids={ann}&ids={bob}&sortOrder=asc"), &["Ann", "Bob"]),
        (&format!("ids={ann}&name=Bob"), &[]),
        ("ids=00000000-0000-0000-0000-000000000000", &[]),
    ];
    for (query, expected) in cases {
        let total = i64::try_from(expected.len()).expect("few");
        let expected: Vec<String> = expected.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(list(&client, query), (expected.clone(), total), "{query}");
        // The total is that of all pages.
        let (first, all) = list(&client, &format!("{query}&pageSize=1"));
        assert_eq!((first.as_slice(), all), (&expected[..expected.len().min(1)], total), "{query}");
    }
}

fn a_list_takes_a_search_as_it_is_written(db: TestDatabase) {
    let client = client(&db);
    let names =
        ["100% Ann", "a_b", "axb", r"back\slash", "O'Hara", "quote\"d", "`tick`", "Ünal", "emoji 🦀", "[a]"];
    for name in names {
        create(&client, "/authors", &json!({ "name": name }));
    }
    let cases: &[(&str, &[&str])] = &[
        ("%", &["100% Ann"]),
        ("_", &["a_b"]),
        ("a_b", &["a_b"]),
        (r"\", &[r"back\slash"]),
        (r"k\s", &[r"back\slash"]),
        ("'", &["O'Hara"]),
        ("\"", &["quote\"d"]),
        ("`", &["`tick`"]),
        ("🦀", &["emoji 🦀"]),
        ("🐙", &[]),
        ("[a]", &["[a]"]),
        ("nal", &["Ünal"]),
        ("*", &[]),
        ("?", &[]),
        ("'; DROP TABLE authors; --", &[]),
        ("' OR '1'='1", &[]),
    ];
    for (search, expected) in cases {
        for ignore_case in [false, true] {
            let query = format!("searchString={}&searchIgnoreCase={ignore_case}", encoded(search));
            assert_eq!(list(&client, &query).0, *expected, "{search}, ignoring case: {ignore_case}");
        }
    }
    for name in names {
        assert_eq!(list(&client, &format!("name={}", encoded(name))), (vec![name.to_owned()], 1));
        assert_eq!(list(&client, &format!("nameIn={}", encoded(name))), (vec![name.to_owned()], 1));
    }
}

fn a_list_of_an_audited_model_knows_when(db: TestDatabase) {
    let client = client(&db);
    let ann = create(&client, "/authors", &json!({ "name": "Ann" }));
    let book = |isbn: &str| {
        create(&client, "/books", &json!({ "author_id": ann["id"], "isbn": isbn, "text": "", "pages": 7 }))
    };
    let (first, second) = (book("1"), book("2"));
    let (early, late) = (text(&first, "created_at"), text(&second, "created_at"));
    assert!(moment(&first, "created_at") < moment(&second, "created_at"), "{early} {late}");
    let cases: [(String, &[&str]); 7] = [
        (format!("createdBefore={late}"), &["1"]),
        (format!("createdBefore={early}"), &[]),
        (format!("createdAfter={early}"), &["2"]),
        (format!("updatedAfter={early}&updatedBefore={late}"), &[]),
        ("createdAfter=2000-01-01&sortOrder=asc".to_owned(), &["1", "2"]),
        (format!("authorId={}&pages=7&sortOrder=asc", text(&ann, "id")), &["1", "2"]),
        ("pagesNotIn=7".to_owned(), &[]),
    ];
    for (query, expected) in cases {
        let page = body(client.get(format!("/books?{query}")).dispatch());
        let isbns: Vec<_> =
            page["items"].as_array().expect("items").iter().map(|book| text(book, "isbn")).collect();
        assert_eq!(isbns, expected, "{query}: {page}");
    }
}

fn the_service_says_that_it_is_well(db: TestDatabase) {
    let client = client(&db);
    let response = client.get("/health").dispatch();
    assert_eq!(response.status(), Status::Ok);
    assert_eq!(body(response), json!({ "status": "ok", "databases": { "default": "ok" } }));
}
