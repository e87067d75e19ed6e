//! What clients may get wrong: the answer says what is wrong, and no row has changed.

use alchemy_core::filter::all;
use alchemy_rocket::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use diesel::RunQueryDsl;
use diesel::sql_query;
use rocket::local::blocking::{Client, LocalRequest};
use serde_json::{Value, json};

use crate::app::{
    Author, AuthorService, assert_problem, body, client, config, create, encoded, launch, rows, service, text,
};

database_tests! {
    a_body_that_is_no_json_is_refused,
    a_value_of_a_wrong_type_is_refused,
    a_text_that_is_too_long_is_refused,
    a_field_that_is_not_there_is_refused,
    a_patch_cannot_touch_the_key_or_the_audit_columns,
    a_null_in_a_required_column_is_refused,
    a_key_that_is_there_is_a_conflict,
    a_reference_to_nothing_is_a_conflict,
    a_row_that_is_referred_to_stays,
    a_check_that_fails_is_a_conflict,
    a_value_that_a_column_cannot_hold_is_refused,
    a_number_of_a_billion_digits_is_refused,
    a_body_over_the_limit_is_refused,
    a_missing_row_is_not_found_by_any_verb,
    a_bad_uuid_in_the_address_is_refused,
    a_bad_list_of_ids_is_refused,
    an_unknown_query_parameter_is_refused,
    a_parameter_of_a_wrong_form_is_refused,
    a_page_that_there_cannot_be_is_refused,
    the_page_of_a_refused_query_has_no_rows,
    an_order_that_is_not_offered_is_refused,
    a_text_of_any_characters_comes_back_as_it_went,
    a_text_with_nul_is_kept_whole_or_refused,
    a_text_of_a_megabyte_is_kept,
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
const REFERENCE: &str = "a record that is referred to is missing, or still in use";

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

/// The field that a refusal is about: the first that it names.
fn named(detail: &str) -> Option<&str> {
    detail.split('`').nth(1)
}

fn a_body_that_is_no_json_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    let cases: &[(&[u8], &str)] = &[
        (b"", "EOF while parsing a value at line 1 column 0"),
        (b"{", "EOF while parsing an object at line 1 column 1"),
        (b"{\"name\": \"Ann\"", "EOF while parsing an object at line 1 column 14"),
        (b"{\"name\": \"Ann\"} x", "trailing characters at line 1 column 17"),
        (b"{\"name\": 'Ann'}", "expected value at line 1 column 10"),
        (b"{name: \"Ann\"}", "key must be a string at line 1 column 2"),
        (b"{\"name\": \"Ann\",}", "trailing comma at line 1 column 16"),
        (b"{\"name\": \"\xff\"}", "invalid unicode code point at line 1 column 11"),
        (b"{\"name\": \"\\ud800\"}", "unexpected end of hex escape at line 1 column 17"),
        (
            b"{\"name\": \"a\nb\"}",
            "control character (\\u0000-\\u001F) found while parsing a string at line 2 column 0",
        ),
        (b"name=Ann", "expected ident at line 1 column 2"),
        (b"\xef\xbb\xbf{}", "expected value at line 1 column 1"),
    ];
    for (body, detail) in cases {
        library.refuses(library.post("/authors", body), 400, detail, None);
        library.refuses(library.patch(&library.ann, body), 400, detail, None);
    }
}

fn a_value_of_a_wrong_type_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    let whole: &[(&str, &str)] = &[
        ("[]", "invalid type: sequence, expected the fields of "),
        ("null", "invalid type: null, expected the fields of "),
        ("1", "invalid type: integer `1`, expected the fields of "),
        ("\"Ann\"", "invalid type: string \"Ann\", expected the fields of "),
    ];
    for (sent, detail) in whole {
        for (request, payload) in [
            (library.post("/authors", sent), "NewAuthor"),
            (library.patch(&library.ann, sent), "AuthorChangeset"),
        ] {
            let response = request.dispatch();
            assert_eq!(response.status(), Status::UnprocessableEntity);
            let problem = body(response);
            assert!(
                text(&problem, "detail").starts_with(&format!("{detail}{payload} at line 1")),
                "{problem}"
            );
        }
    }

    let fields: &[(&str, &str)] = &[
        (r#"{"name": 1}"#, "`name`: invalid type: integer `1`, expected a string at line 1 column 10"),
        (r#"{"name": ["Ann"]}"#, "`name`: invalid type: sequence, expected a string at line 1 column 9"),
        (r#"{"name": {}}"#, "`name`: invalid type: map, expected a string at line 1 column 9"),
        (r#"{"name": true}"#, "`name`: invalid type: boolean `true`, expected a string at line 1 column 13"),
        (
            r#"{"dob": 1990}"#,
            "`dob`: invalid type: integer `1990`, expected a formatted date string at line 1 column 12",
        ),
        (r#"{"dob": "1990"}"#, "`dob`: premature end of input at line 1 column 14"),
        (r#"{"dob": "12.10.1908"}"#, "`dob`: input contains invalid characters at line 1 column 20"),
        (r#"{"dob": "1990-02-30"}"#, "`dob`: input is out of range at line 1 column 20"),
        (r#"{"dob": "1990-01-01T00:00:00"}"#, "`dob`: trailing input at line 1 column 29"),
        (r#"{"dob": ""}"#, "`dob`: premature end of input at line 1 column 10"),
    ];
    for (body, detail) in fields {
        library.refuses(library.post("/authors", body), 422, detail, named(detail));
        library.refuses(library.patch(&library.ann, body), 422, detail, named(detail));
    }
    let id = "`id`: UUID parsing failed: invalid length: found 1 at line 1 column 10";
    library.refuses(library.post("/authors", r#"{"id": "1", "name": "Ann"}"#), 422, id, named(id));

    let of_books: &[(&str, &str)] = &[
        (r#"{"pages": "3"}"#, "`pages`: invalid type: string \"3\", expected i32 at line 1 column 13"),
        (
            r#"{"pages": 1.5}"#,
            "`pages`: invalid type: floating point `1.5`, expected i32 at line 1 column 13",
        ),
        (
            r#"{"pages": 2147483648}"#,
            "`pages`: invalid value: integer `2147483648`, expected i32 at line 1 column 20",
        ),
        (
            r#"{"pages": -2147483649}"#,
            "`pages`: invalid value: integer `-2147483649`, expected i32 at line 1 column 21",
        ),
        (r#"{"printed": "2024-01-01"}"#, "`printed`: premature end of input at line 1 column 24"),
    ];
    for (body, detail) in of_books {
        library.refuses(library.post("/books", body), 422, detail, named(detail));
        library.refuses(library.patch(&library.book, body), 422, detail, named(detail));
    }
    library.refuses(
        library.patch(&library.book, r#"{"weight": 1e400}"#),
        400,
        "number out of range at line 1 column 16",
        None,
    );
}

fn a_text_that_is_too_long_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    let detail = "`name` must be at most 100 characters long";
    for name in ["x".repeat(101), "🦀".repeat(101), "x".repeat(500_000)] {
        let sent = json!({ "name": name }).to_string();
        library.refuses(library.post("/authors", &sent), 422, detail, "name");
        library.refuses(library.patch(&library.ann, &sent), 422, detail, "name");
    }
    let isbn = json!({ "isbn": "9".repeat(21) });
    let detail = "`isbn` must be at most 20 characters long";
    library.refuses(library.post("/books", library.new_book(&isbn)), 422, detail, "isbn");
    library.refuses(library.patch(&library.book, isbn.to_string()), 422, detail, "isbn");

    // Characters count, not bytes.
    let longest = "🦀".repeat(100);
    assert_eq!(text(&create(&library.client, "/authors", &json!({ "name": longest })), "name"), longest);
}

fn a_field_that_is_not_there_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    let detail = "unknown field `nmae`, expected one of `id`, `name`, `dob` at line 1 column 22";
    library.refuses(
        library.post("/authors", r#"{"name":"Ann","nmae":1}"#),
        422,
        &detail.replace("22", "20"),
        "nmae",
    );
    let detail = "unknown field `nmae`, expected `name` or `dob` at line 1 column 7";
    library.refuses(library.patch(&library.ann, r#"{"nmae":"Ann"}"#), 422, detail, named(detail));
    let detail = "duplicate field `name` at line 1 column 18";
    library.refuses(library.post("/authors", r#"{"name":"a","name":"b"}"#), 422, detail, named(detail));
    library.refuses(library.patch(&library.ann, r#"{"name":"a","name":"b"}"#), 422, detail, named(detail));
    let detail = "missing field `name` at line 1 column 2";
    library.refuses(library.post("/authors", "{}"), 422, detail, named(detail));
    let detail = "missing field `name` at line 1 column 20";
    library.refuses(library.post("/authors", r#"{"dob":"1990-01-01"}"#), 422, detail, named(detail));
}

fn a_patch_cannot_touch_the_key_or_the_audit_columns(db: TestDatabase) {
    let library = Library::open(db);
    let author = json!({ "id": NOWHERE, "name": "Moved" }).to_string();
    let detail = "unknown field `id`, expected `name` or `dob` at line 1 column 5";
    library.refuses(library.patch(&library.ann, author), 422, detail, named(detail));
    // Nor to what it is already.
    let same = json!({ "id": library.ann["id"] }).to_string();
    library.refuses(library.patch(&library.ann, same), 422, detail, named(detail));

    let fields = "`author_id`, `isbn`, `text`, `pages`, `price`, `weight`, `printed`, `extra`";
    for (name, value) in
        [("id", NOWHERE), ("created_at", "2000-01-01T00:00:00Z"), ("updated_at", "2000-01-01T00:00:00Z")]
    {
        let sent = json!({ name: value }).to_string();
        let column = 3 + name.len();
        let detail = format!("unknown field `{name}`, expected one of {fields} at line 1 column {column}");
        library.refuses(library.patch(&library.book, sent), 422, &detail, named(&detail));
        if name != "id" {
            let sent = library.new_book(&json!({ name: value }));
            let response = library.post("/books", sent).dispatch();
            assert_eq!(response.status(), Status::UnprocessableEntity);
            let problem = body(response);
            let start = format!("unknown field `{name}`, expected one of `id`, {fields} at line 1 column ");
            assert!(text(&problem, "detail").starts_with(&start), "{problem}");
        }
    }
    assert_eq!(rows(&library.db), library.rows);
}

/// A mistake of the program's: its own query leaves out what a column needs.
#[post("/nameless")]
async fn nameless(session: Session) -> Result<Status> {
    let statement = match session.dialect() {
        alchemy_core::backend::Dialect::Postgres => {
            "INSERT INTO authors (id, name) VALUES ('00000000-0000-0000-0000-000000000000', NULL)"
        }
        _ => "INSERT INTO authors (id, name) VALUES (X'00000000000000000000000000000000', NULL)",
    };
    session.run(move |connection| sql_query(statement).execute(connection)).await?;
    Ok(Status::Created)
}

fn a_null_in_a_required_column_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    let detail = "`name`: invalid type: null, expected a string at line 1 column 12";
    library.refuses(library.post("/authors", r#"{"name":null}"#), 422, detail, "name");
    library.refuses(library.patch(&library.ann, r#"{"name":null}"#), 422, detail, "name");
    let sent = r#"{"name":null,"dob":null}"#;
    library.refuses(library.patch(&library.ann, sent), 422, detail, "name");

    // Where it gets as far as the database.
    let client = launch(service().mount("/", routes![nameless]).attach(Alchemy::new(config(&library.db))));
    assert_problem(client.post("/nameless").dispatch(), 409, "`name` must not be null", "name");
    assert_eq!(rows(&library.db), library.rows);
}

fn a_key_that_is_there_is_a_conflict(db: TestDatabase) {
    let mut library = Library::open(db);
    let again = json!({ "id": library.ann["id"], "name": "Again" }).to_string();
    let detail = "a record of Author with the same `id` already exists";
    library.refuses(library.post("/authors", again), 409, detail, "id");

    let detail = "a record of Book with the same `isbn` already exists";
    library.refuses(library.post("/books", library.new_book(&json!({ "isbn": "1" }))), 409, detail, "isbn");
    // The text of the value is part of what the databases say, which it must not lead astray.
    let tricky = "a' for key 'PRIMARY";
    let other = json!({ "author_id": library.bob["id"], "isbn": tricky, "text": "" });
    let other = create(&library.client, "/books", &other);
    library.rows = rows(&library.db);
    let again = library.new_book(&json!({ "isbn": tricky }));
    library.refuses(library.post("/books", again), 409, detail, "isbn");
    let changes = json!({ "isbn": tricky, "text": "moved" }).to_string();
    library.refuses(library.patch(&library.book, changes), 409, detail, "isbn");
    // To what it is already it may be changed.
    let same = json!({ "isbn": tricky }).to_string();
    let response = library.client.patch(format!("/books/{}", text(&other, "id"))).body(same).dispatch();
    assert_eq!(response.status(), Status::Ok);
}

fn a_reference_to_nothing_is_a_conflict(db: TestDatabase) {
    let library = Library::open(db);
    // SQLite does not say which constraint it was.
    let field = (library.db.backend() != Backend::Sqlite).then_some("author_id");
    let nowhere = json!({ "author_id": NOWHERE });
    library.refuses(library.post("/books", library.new_book(&nowhere)), 409, REFERENCE, field);
    library.refuses(library.patch(&library.book, nowhere.to_string()), 409, REFERENCE, field);
}

fn a_row_that_is_referred_to_stays(db: TestDatabase) {
    let library = Library::open(db);
    let place = format!("/authors/{}", text(&library.ann, "id"));
    library.refuses(library.client.delete(&place), 409, REFERENCE, None);
    // Without the book it goes.
    let book = format!("/books/{}", text(&library.book, "id"));
    assert_eq!(library.client.delete(book).dispatch().status(), Status::NoContent);
    assert_eq!(library.client.delete(place).dispatch().status(), Status::NoContent);
}

fn a_check_that_fails_is_a_conflict(db: TestDatabase) {
    let library = Library::open(db);
    for pages in [0, -1] {
        let sent = json!({ "pages": pages, "text": "moved" });
        library.refuses(
            library.post("/books", library.new_book(&sent)),
            409,
            "the data failed a check",
            None,
        );
        library.refuses(library.patch(&library.book, sent.to_string()), 409, "the data failed a check", None);
    }
}

/// Either the value is kept as it is, or it is refused as one that cannot be: which, is the database's matter.
#[track_caller]
fn kept_or_refused(library: &Library, member: &str, value: &str) {
    let case = format!("{} {member} {value}", library.db.backend());
    let mut sent = library.new_book(&json!({}));
    sent.truncate(sent.len() - 1);
    for request in [
        library.post("/books", format!("{sent},\"{member}\":{value}}}")),
        library.patch(&library.book, format!("{{\"{member}\":{value}}}")),
    ] {
        let before = rows(&library.db);
        let response = request.dispatch();
        let status = response.status().code;
        let answer = body(response);
        match status {
            200 | 201 => {
                let place = format!("/books/{}", text(&answer, "id"));
                let read = library.client.get(&place).dispatch();
                assert_eq!(read.status(), Status::Ok, "{case}");
                assert_eq!(body(read), answer, "{case}");
                assert_ne!(answer[member], Value::Null, "{case}: lost");
            }
            422 => assert_eq!(rows(&library.db), before, "{case}"),
            status => panic!("{case}: {status} {answer}"),
        }
        // The list can be read all the same.
        assert_eq!(library.client.get("/books").dispatch().status(), Status::Ok, "{case}");
        library.db.admin("DELETE FROM books WHERE isbn <> '1'");
    }
}

fn a_value_that_a_column_cannot_hold_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    for (member, values) in [
        (
            "price",
            &["\"123456.78\"", "\"1234567.89\"", "\"0.005\"", "\"-999999.99\"", "\"1e20\"", "\"1e-20\""][..],
        ),
        ("weight", &["3.4e38", "1e-46", "0.1"]),
        (
            "printed",
            &[
                "\"0001-01-01T00:00:00Z\"",
                "\"9999-12-31T23:59:59.999999Z\"",
                "\"2016-12-31T23:59:60Z\"",
                "\"+10000-01-01T00:00:00Z\"",
                "\"-0001-01-01T00:00:00Z\"",
                "\"+262142-01-01T00:00:00Z\"",
            ],
        ),
        (
            "extra",
            &[
                "{\"a\": \"\\u0000\"}",
                "{\"a\": [1, 2.5, null, \"🦀\"]}",
                "1e308",
                "\"\\u0000\"",
                "{\"\\u0000\": 1}",
            ],
        ),
    ] {
        for value in values {
            kept_or_refused(&library, member, value);
        }
    }
    for dob in ["0000-01-01", "0001-01-01", "9999-12-31", "+10000-01-01", "-0001-01-01", "+262142-12-31"] {
        let case = format!("{} {dob}", library.db.backend());
        let response = library.post("/authors", json!({ "name": "Old", "dob": dob }).to_string()).dispatch();
        let status = response.status().code;
        let answer = body(response);
        match status {
            201 => {
                assert_eq!(answer["dob"], dob, "{case}");
                let read = library.client.get(format!("/authors/{}", text(&answer, "id"))).dispatch();
                assert_eq!((read.status(), body(read)), (Status::Ok, answer), "{case}");
            }
            422 => {}
            status => panic!("{case}: {status} {answer}"),
        }
        assert_eq!(library.client.get("/authors").dispatch().status(), Status::Ok, "{case}");
    }
}

fn a_number_of_a_billion_digits_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    for price in ["1e1000000000", "-1e1000000000", "1e-1000000000", "1e9223372036854775807"] {
        for request in [
            library.post("/books", library.new_book(&json!({ "price": price }))),
            library.patch(&library.book, json!({ "price": price }).to_string()),
        ] {
            let response = request.dispatch();
            assert_eq!(response.status(), Status::UnprocessableEntity, "{price}");
            assert_eq!(rows(&library.db), library.rows, "{price}");
        }
    }
}

fn a_body_over_the_limit_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    let long = library.new_book(&json!({ "text": "x".repeat(1 << 20) }));
    library.refuses(library.post("/books", &long), 413, "the body is larger than 1MiB", None);
    library.refuses(library.patch(&library.book, &long), 413, "the body is larger than 1MiB", None);
}

fn a_missing_row_is_not_found_by_any_verb(db: TestDatabase) {
    let library = Library::open(db);
    for (place, model, changes) in
        [("/authors", "Author", json!({ "name": "Ann" })), ("/books", "Book", json!({ "pages": 1 }))]
    {
        let place = format!("{place}/{NOWHERE}");
        let detail = format!("no {model} was found");
        let client = &library.client;
        library.refuses(client.get(&place), 404, &detail, None);
        library.refuses(client.patch(&place).json(&changes), 404, &detail, None);
        library.refuses(client.patch(&place).json(&json!({})), 404, &detail, None);
        library.refuses(client.delete(&place), 404, &detail, None);
    }
}

fn a_bad_uuid_in_the_address_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    let detail = "a part of the address has the wrong form";
    let (client, id) = (&library.client, text(&library.ann, "id"));
    let bad = [
        "1",
        "ann",
        "null",
        "00000000-0000-0000-0000-00000000000g",
        "00000000-0000-0000-0000-0000000000000",
        "%00",
        "%FF",
        "%F0%9F%A6%80",
        "'%20OR%201=1",
        &format!("{id}%20"),
        &id.repeat(1000),
    ];
    for bad in bad {
        let place = format!("/authors/{bad}");
        library.refuses(client.get(&place), 422, detail, None);
        library.refuses(client.patch(&place).json(&json!({ "name": "A" })), 422, detail, None);
        library.refuses(client.delete(&place), 422, detail, None);
    }
}

fn a_bad_list_of_ids_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    let ann = text(&library.ann, "id");
    for ids in ["", "1", &format!("{ann},"), &format!("{ann},1"), &format!("{ann};{ann}"), "%00", "*"] {
        let request = library.client.get(format!("/authors?ids={ids}"));
        library.refuses(request, 400, "`ids` must be a UUID", "ids");
    }
    let request = library.client.get(format!("/authors?ids={ann}&ids=1"));
    library.refuses(request, 400, "`ids` must be a UUID", "ids");
    let many = vec![NOWHERE; 501].join(",");
    let detail = "`ids` has too many values: at most 500 are accepted";
    library.refuses(library.client.get(format!("/authors?ids={many}")), 400, detail, "ids");
}

fn an_unknown_query_parameter_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    let unknown = [
        "nmae",
        "Name",
        "NAME",
        "name__like",
        "name.like",
        "name[gt]",
        "name[]",
        "nameLike",
        "nameGt",
        "nameGte",
        "nameNe",
        "nameIs",
        "namein",
        "name_in",
        "in",
        "NotIn",
        "dob__gt",
        "dobBefore",
        "id",
        "idIn",
        "limit",
        "offset",
        "page",
        "order",
        "current_page",
        "createdBefore",
        "updated_after",
        "$where",
        "filter",
        "",
    ];
    for name in unknown {
        let request = library.client.get(format!("/authors?{}=1", encoded(name)));
        library.refuses(request, 400, &format!("unknown parameter `{name}`"), name);
        // Whatever else there is.
        let request = library.client.get(format!("/authors?name=Ann&{}=1&orderBy=name", encoded(name)));
        library.refuses(request, 400, &format!("unknown parameter `{name}`"), name);
    }
    // A field that is there, but not to be asked for: of a book the text, and the key by name.
    for name in ["text", "textIn", "isbn", "price", "extra", "createdAt"] {
        let request = library.client.get(format!("/books?{name}=1"));
        library.refuses(request, 400, &format!("unknown parameter `{name}`"), name);
    }
    // A long name is not given back whole.
    let long = "x".repeat(10_000);
    let request = library.client.get(format!("/authors?{long}=1"));
    let shown = "x".repeat(64);
    library.refuses(request, 400, &format!("unknown parameter `{shown}…`"), shown.as_str());
}

fn a_parameter_of_a_wrong_form_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    let author = text(&library.ann, "id").to_owned();
    let long = format!("/authors?searchString={}", "x".repeat(201));
    let cases: &[(&str, &str, &str)] = &[
        ("/authors?dob=yesterday", "`dob` must be a date (YYYY-MM-DD)", "dob"),
        ("/authors?dob=1990-02-30", "`dob` must be a date (YYYY-MM-DD)", "dob"),
        ("/authors?dob=", "`dob` must be a date (YYYY-MM-DD)", "dob"),
        ("/authors?dobIn=1990-01-01&dobIn=x", "`dobIn` must be a date (YYYY-MM-DD)", "dobIn"),
        ("/authors?dobIn=1990-01-01,1991-01-01", "`dobIn` must be a date (YYYY-MM-DD)", "dobIn"),
        ("/authors?dobNotIn=%27", "`dobNotIn` must be a date (YYYY-MM-DD)", "dobNotIn"),
        ("/authors?name=%00", "`name` must be a text without NUL characters", "name"),
        ("/authors?nameIn=a%00b", "`nameIn` must be a text without NUL characters", "nameIn"),
        ("/authors?searchString=%00", "`searchString` must be a text without NUL characters", "searchString"),
        (&long, "`searchString` is too long: at most 200 characters are accepted", "searchString"),
        (
            "/authors?searchString=a&searchIgnoreCase=yes",
            "`searchIgnoreCase` must be `true` or `false`",
            "searchIgnoreCase",
        ),
        ("/authors?name=a&name=b", "`name` was given more than once", "name"),
        ("/authors?searchString=a&searchString=b", "`searchString` was given more than once", "searchString"),
        ("/authors?pageSize=1&pageSize=2", "`pageSize` was given more than once", "pageSize"),
        ("/books?searchString=a", "`Book` cannot be searched", "Book"),
        ("/books?pages=many", "`pages` must be a 32-bit whole number", "pages"),
        ("/books?pages=2147483648", "`pages` must be a 32-bit whole number", "pages"),
        ("/books?authorId=1", "`authorId` must be a UUID", "authorId"),
        (
            "/books?createdBefore=yesterday",
            "`createdBefore` must be a date and time (YYYY-MM-DDTHH:MM:SSZ)",
            "createdBefore",
        ),
    ];
    for (address, detail, field) in cases {
        library.refuses(library.client.get(*address), 400, detail, *field);
    }
    let twice = format!("/books?authorId={author}&authorId={author}");
    library.refuses(library.client.get(twice), 400, "`authorId` was given more than once", "authorId");
    // Bytes that are no text are no error, and find nothing.
    let page = body(library.client.get("/authors?searchString=%FF%FE").dispatch());
    assert_eq!((&page["items"], &page["total"]), (&json!([]), &json!(0)));
}

fn a_page_that_there_cannot_be_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    let whole = "must be a whole number";
    let cases = [
        ("currentPage", "0", "is out of range"),
        ("currentPage", "-1", "is out of range"),
        ("currentPage", "9223372036854775807", "is out of range"),
        ("currentPage", "9223372036854775808", "is out of range"),
        ("currentPage", "99999999999999999999999999", "is out of range"),
        ("currentPage", "", whole),
        ("currentPage", "one", whole),
        ("currentPage", "1.5", whole),
        ("currentPage", "1e3", whole),
        ("currentPage", "%2B1", whole),
        ("currentPage", "1%20", whole),
        ("currentPage", "0x1", whole),
        ("currentPage", "%F0%9D%9F%99", whole),
        ("currentPage", "1;DROP%20TABLE%20books", whole),
        ("pageSize", "0", "must be between 1 and 100"),
        ("pageSize", "-1", "must be between 1 and 100"),
        ("pageSize", "101", "must be between 1 and 100"),
        ("pageSize", "9223372036854775808", "must be between 1 and 100"),
        ("pageSize", "all", whole),
        ("pageSize", "", whole),
    ];
    for (name, value, reason) in cases {
        let request = library.client.get(format!("/authors?{name}={value}"));
        library.refuses(request, 400, &format!("`{name}` {reason}"), name);
    }
}

/// Uses nothing of the filters but the page.
#[get("/paged?<filters..>")]
async fn paged(filters: Filters<Author>, authors: AuthorService) -> Result<Json<Vec<Author>>> {
    Ok(Json(match filters.page()? {
        Some(page) => authors.list(page).await?,
        None => authors.list(all()).await?,
    }))
}

/// As code does that is told only that there may be a page.
#[get("/generic?<filters..>")]
async fn generic(filters: Filters<Author>, authors: AuthorService) -> Result<Json<Vec<Author>>> {
    Ok(Json(match Paged::page(&filters) {
        Some(page) => authors.list(page).await?,
        None => authors.list(all()).await?,
    }))
}

fn the_page_of_a_refused_query_has_no_rows(db: TestDatabase) {
    let rocket = service().mount("/", routes![paged, generic]).attach(Alchemy::new(config(&db)));
    let client = launch(rocket);
    for name in ["Ann", "Bob", "Eve"] {
        create(&client, "/authors", &json!({ "name": name }));
    }
    for uri in ["/paged", "/generic"] {
        for (query, rows) in [("", 3), ("?currentPage=1&pageSize=2", 2), ("?currentPage=2&pageSize=2", 1)] {
            let listed = body(client.get(format!("{uri}{query}")).dispatch());
            assert_eq!(listed.as_array().map(Vec::len), Some(rows), "{uri}{query}");
        }
    }
    for (query, detail, field) in [
        ("bogus=1", "unknown parameter `bogus`", "bogus"),
        ("currentPage=1&pageSize=2&bogus=1", "unknown parameter `bogus`", "bogus"),
    ] {
        assert_problem(client.get(format!("/paged?{query}")).dispatch(), 400, detail, field);
        assert_eq!(body(client.get(format!("/generic?{query}")).dispatch()), json!([]), "{query}");
    }
}

fn an_order_that_is_not_offered_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    for field in ["id", "nmae", "Name", "name desc", "name;", "name,dob", "-name", "1", "", "(SELECT 1)"] {
        let detail = format!("cannot order by `{field}`: expected one of `name`, `dob`");
        let request = library.client.get(format!("/authors?orderBy={}", encoded(field)));
        if field == "(SELECT 1)" {
            // What the client sent itself; nothing of it has come near the database.
            let problem = body(request.dispatch());
            assert_eq!((&problem["status"], text(&problem, "detail")), (&json!(400), detail.as_str()));
        } else {
            library.refuses(request, 400, &detail, field);
        }
    }
    for field in ["text", "pages", "createdAt", "authorId"] {
        let detail = format!("cannot order by `{field}`: expected one of `isbn`");
        library.refuses(library.client.get(format!("/books?orderBy={field}")), 400, &detail, field);
    }
    for order in ["up", "ascending", "-1", "", "asc;", "asc,desc", "desc%20nulls%20first"] {
        let request = library.client.get(format!("/authors?orderBy=name&sortOrder={order}"));
        library.refuses(request, 400, "`sortOrder` must be `asc` or `desc`", "sortOrder");
    }
}

fn a_text_of_any_characters_comes_back_as_it_went(db: TestDatabase) {
    let library = Library::open(db);
    let texts = [
        "Robert'); DROP TABLE authors;--",
        "\"quoted\" 'single' `tick` [bracket]",
        r"back\slash \' \0 \\",
        "% _ %% __",
        "$1 ? :name @x {} {0}",
        "🦀👨‍👩‍👧‍👦 𝒜 𠜎",
        "مرحبا \u{202e}rtl",
        "e\u{301} é",
        "\t\n\r\u{b}\u{1b}\u{7f}\u{85}\u{feff}",
        "\u{fffd}\u{10ffff}",
        " leading and trailing ",
        "",
    ];
    for sent in texts {
        let created = create(&library.client, "/authors", &json!({ "name": sent }));
        assert_eq!(created["name"], sent);
        let place = format!("/authors/{}", text(&created, "id"));
        assert_eq!(body(library.client.get(&place).dispatch())["name"], sent);
        let found = body(library.client.get(format!("/authors?name={}", encoded(sent))).dispatch());
        assert_eq!((&found["total"], &found["items"][0]["id"]), (&json!(1), &created["id"]), "{sent:?}");
        let changed = library.client.patch(&place).json(&json!({ "name": format!("{sent}.") })).dispatch();
        assert_eq!(body(changed)["name"], format!("{sent}."));
    }
    assert_eq!(library.db.number("SELECT count(*) FROM authors"), 2 + 12);
    // Those who were there before are as they were.
    let there = rows(&library.db);
    assert!(library.rows.iter().all(|row| there.contains(row)), "{there:?}");
}

fn a_text_with_nul_is_kept_whole_or_refused(db: TestDatabase) {
    let library = Library::open(db);
    for name in ["\0", "a\0b", "\0\0", "Ann\0"] {
        let sent = json!({ "name": name });
        if library.db.backend() == Backend::Postgres {
            // It has no NUL in texts.
            let detail = "`name` is refused: PostgreSQL cannot store a text with a NUL character";
            library.refuses(library.post("/authors", sent.to_string()), 422, detail, "name");
            library.refuses(library.patch(&library.ann, sent.to_string()), 422, detail, "name");
            continue;
        }
        let created = create(&library.client, "/authors", &sent);
        assert_eq!(created["name"], name);
        let place = format!("/authors/{}", text(&created, "id"));
        assert_eq!(body(library.client.get(place).dispatch())["name"], name);
        let changed = body(library.patch(&library.bob, sent.to_string()).dispatch());
        assert_eq!(changed["name"], name);
    }
}

fn a_text_of_a_megabyte_is_kept(db: TestDatabase) {
    let library = Library::open(db);
    for (isbn, long) in [("a", "x".repeat(1_000_000)), ("b", "🦀".repeat(250_000))] {
        let book = json!({ "author_id": library.ann["id"], "isbn": isbn, "text": long });
        let created = create(&library.client, "/books", &book);
        assert!(created["text"] == long, "another text came back");
        let place = format!("/books/{}", text(&created, "id"));
        assert!(body(library.client.get(place).dispatch())["text"] == long, "another text was read");
        let changed = library.patch(&library.book, json!({ "text": long }).to_string()).dispatch();
        assert!(body(changed)["text"] == long, "another text was written");
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
