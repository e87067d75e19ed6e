//! Bodies: what is no JSON, what has a wrong type, what is not there or must not be.

use alchemy_rocket::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::RunQueryDsl;
use diesel::sql_query;
use serde_json::json;

use super::{Library, NOWHERE};
use crate::app::{assert_problem, body, config, create, launch, rows, service, text};

database_tests! {
    a_body_that_is_no_json_is_refused,
    a_value_of_a_wrong_type_is_refused,
    a_text_that_is_too_long_is_refused,
    a_field_that_is_not_there_is_refused,
    a_patch_cannot_touch_the_key_or_the_audit_columns,
    a_null_in_a_required_column_is_refused,
    a_body_over_the_limit_is_refused,
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

fn a_body_over_the_limit_is_refused(db: TestDatabase) {
    let library = Library::open(db);
    let long = library.new_book(&json!({ "text": "x".repeat(1 << 20) }));
    library.refuses(library.post("/books", &long), 413, "the body is larger than 1MiB", None);
    library.refuses(library.patch(&library.book, &long), 413, "the body is larger than 1MiB", None);
}
