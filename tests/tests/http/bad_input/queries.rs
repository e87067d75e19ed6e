//! Addresses and queries: rows that are missing, ids that are none, parameters, pages and orders.

use alchemy_core::filter::all;
use alchemy_rocket::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use serde_json::json;

use super::{Library, NOWHERE};
use crate::app::{
    Author, AuthorService, assert_problem, body, config, create, encoded, launch, service, text,
};

database_tests! {
    a_missing_row_is_not_found_by_any_verb,
    a_bad_uuid_in_the_address_is_refused,
    a_bad_list_of_ids_is_refused,
    an_unknown_query_parameter_is_refused,
    a_parameter_of_a_wrong_form_is_refused,
    a_page_that_there_cannot_be_is_refused,
    the_page_of_a_refused_query_has_no_rows,
    an_order_that_is_not_offered_is_refused,
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
        "name_In",
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
        "current-page",
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
        ("/authors?currentPage=1&current_page=1", "`current_page` was given more than once", "current_page"),
        (
            "/authors?cursor=a&currentPage=1",
            "`currentPage` must be left out where there is a `cursor`",
            "currentPage",
        ),
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
    // One of several.
    let either = format!("/books?authorId={author}&authorId=1");
    library.refuses(library.client.get(either), 400, "`authorId` must be a UUID", "authorId");
    // Bytes that are no text.
    for name in
        ["searchString", "name", "nameIn", "dob", "ids", "orderBy", "currentPage", "filters", "cursor"]
    {
        for bytes in ["%FF%FE", "a%C3", "%EF%BF%BD"] {
            let request = library.client.get(format!("/authors?{name}={bytes}"));
            library.refuses(request, 400, &format!("`{name}` must be a text in UTF-8"), name);
        }
    }
    let request = library.client.get("/authors?na%FFme=Ann");
    library.refuses(request, 400, "unknown parameter `na\u{fffd}me`", "na\u{fffd}me");
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
