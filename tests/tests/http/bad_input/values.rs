//! Values: what conflicts with other rows, what a column cannot hold, and what looks bad but is kept.

use alchemy_rocket::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::{Value, json};

use super::{Library, NOWHERE};
use crate::app::{body, create, encoded, rows, text};

database_tests! {
    a_key_that_is_there_is_a_conflict,
    a_reference_to_nothing_is_a_conflict,
    a_row_that_is_referred_to_stays,
    a_check_that_fails_is_a_conflict,
    a_value_that_a_column_cannot_hold_is_refused,
    a_number_of_a_billion_digits_is_refused,
    a_text_of_any_characters_comes_back_as_it_went,
    a_text_with_nul_is_kept_whole_or_refused,
    a_text_of_a_megabyte_is_kept,
}

const REFERENCE: &str = "a record that is referred to is missing, or still in use";

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
        "\u{fffe}\u{10ffff}",
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
