//! The program under test: authors as the README has them, books that refer to them, and notes that may live in a
//! database of their own.

#![allow(unreachable_pub)] // a test is not used by others

use alchemy_rocket::prelude::*;
use alchemy_tests::{Backend, TestDatabase};
use rocket::local::blocking::{Client, LocalResponse};
use serde_json::{Value, json};

#[derive(Debug, Clone, Serialize, UuidBase, Service)]
#[alchemy(table = "authors")]
pub struct Author {
    pub id: Uuid,
    #[alchemy(max_length = 100, search, sort, filter)]
    pub name: String,
    #[alchemy(sort, filter)]
    pub dob: Option<NaiveDate>,
}

/// What a list shows of an author.
#[derive(Debug, Serialize, Schema)]
#[schema(model = Author)]
pub struct AuthorSchema {
    pub name: String,
    pub id: Option<Uuid>,
    pub dob: Option<NaiveDate>,
}

#[derive(Debug, Clone, Serialize, UuidAuditBase, Service)]
#[alchemy(table = "books", check(name = "some_pages", "pages > 0"))]
pub struct Book {
    pub id: Uuid,
    #[alchemy(foreign_key(Author), filter)]
    pub author_id: Uuid,
    #[alchemy(max_length = 20, unique, sort)]
    pub isbn: String,
    /// Of any length.
    pub text: String,
    #[alchemy(filter)]
    pub pages: Option<i32>,
    #[alchemy(precision = 8, scale = 2)]
    pub price: Option<BigDecimal>,
    pub weight: Option<f32>,
    pub printed: Option<DateTime<Utc>>,
    pub extra: Option<Value>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Serialize, UuidBase, Service)]
#[alchemy(table = "notes", bind_key = "second")]
pub struct Note {
    pub id: Uuid,
    pub text: String,
}

/// Refers to a note that need not be there before the commit, on databases that can wait so long.
#[derive(Debug, Clone, Serialize, UuidBase, Service)]
#[alchemy(table = "replies", bind_key = "second")]
pub struct Reply {
    pub id: Uuid,
    #[alchemy(foreign_key(Note, deferred))]
    pub note_id: Uuid,
}

pub fn new_author(name: &str) -> NewAuthor {
    NewAuthor { id: None, name: name.to_owned(), dob: None }
}

#[get("/authors?<filters..>")]
async fn list_authors(
    filters: Filters<Author>,
    authors: AuthorService,
) -> Result<Json<OffsetPagination<AuthorSchema>>> {
    let (items, total) = authors.list_and_count(&filters).await?;
    Ok(Json(authors.to_schema_page(items, total, &filters)))
}

#[post("/authors", data = "<author>")]
async fn create_author(author: Json<NewAuthor>, authors: AuthorService) -> Result<Created<Json<Author>>> {
    let author = authors.create(author.into_inner()).await?;
    Ok(Created::new(uri!(get_author(author.id)).to_string()).body(Json(author)))
}

#[get("/authors/<id>")]
async fn get_author(id: Uuid, authors: AuthorService) -> Result<Json<Author>> {
    Ok(Json(authors.get(id).await?))
}

#[patch("/authors/<id>", data = "<changes>")]
async fn update_author(
    id: Uuid,
    changes: Json<AuthorChangeset>,
    authors: AuthorService,
) -> Result<Json<Author>> {
    Ok(Json(authors.update(id, changes.into_inner()).await?))
}

#[delete("/authors/<id>")]
async fn delete_author(id: Uuid, authors: AuthorService) -> Result<NoContent> {
    authors.delete(id).await?;
    Ok(NoContent)
}

#[get("/books?<filters..>")]
async fn list_books(filters: Filters<Book>, books: BookService) -> Result<Json<OffsetPagination<Book>>> {
    let (items, total) = books.list_and_count(&filters).await?;
    Ok(Json(OffsetPagination::new(items, total, &filters)))
}

#[post("/books", data = "<book>")]
async fn create_book(book: Json<NewBook>, books: BookService) -> Result<Created<Json<Book>>> {
    let book = books.create(book.into_inner()).await?;
    Ok(Created::new(uri!(get_book(book.id)).to_string()).body(Json(book)))
}

#[get("/books/<id>")]
async fn get_book(id: Uuid, books: BookService) -> Result<Json<Book>> {
    Ok(Json(books.get(id).await?))
}

#[patch("/books/<id>", data = "<changes>")]
async fn update_book(id: Uuid, changes: Json<BookChangeset>, books: BookService) -> Result<Json<Book>> {
    Ok(Json(books.update(id, changes.into_inner()).await?))
}

#[delete("/books/<id>")]
async fn delete_book(id: Uuid, books: BookService) -> Result<NoContent> {
    books.delete(id).await?;
    Ok(NoContent)
}

/// The database as the program's `default` one, committed by the answer's status.
pub fn config(db: &TestDatabase) -> Config {
    // Connections are never tested, so that only what requests do is sent.
    Config::new(db.url())
        .pool_size(2)
        .commit_mode(CommitMode::Autocommit)
        .create_all(true)
        .engine(|engine| engine.test_after(None))
}

/// A program that says nothing in the log.
pub fn silent() -> Rocket<Build> {
    rocket::custom(rocket::Config::figment().merge(("log_level", "off")))
}

/// The service of authors and books, without a database.
pub fn service() -> Rocket<Build> {
    silent()
        .mount("/", routes![list_authors, create_author, get_author, update_author, delete_author])
        .mount("/", routes![list_books, create_book, get_book, update_book, delete_book])
        .mount("/", health())
}

/// The service on a database.
pub fn client(db: &TestDatabase) -> Client {
    launch(service().attach(Alchemy::new(config(db))))
}

pub fn launch(rocket: Rocket<Build>) -> Client {
    Client::untracked(rocket).expect("a program that launches")
}

pub fn body(response: LocalResponse<'_>) -> Value {
    response.into_json().expect("a JSON body")
}

/// Creates a row and returns it.
#[track_caller]
pub fn create(client: &Client, collection: &str, row: &Value) -> Value {
    let response = client.post(collection.to_owned()).json(row).dispatch();
    let status = response.status();
    let body = body(response);
    assert_eq!(status, Status::Created, "{body}");
    body
}

/// The text of a member of a row.
#[track_caller]
pub fn text<'a>(row: &'a Value, member: &str) -> &'a str {
    row[member].as_str().unwrap_or_else(|| panic!("no text `{member}` in {row}"))
}

/// Checks the whole of a problem: the status, the type of the body, and every member of it. `field` is the extension
/// member of that name.
#[track_caller]
pub fn assert_problem<'a>(
    response: LocalResponse<'_>,
    status: u16,
    detail: impl Into<Option<&'a str>>,
    field: impl Into<Option<&'a str>>,
) {
    let (answered, media_type) = (response.status(), response.content_type());
    let problem: Value = response.into_json().unwrap_or_else(|| panic!("{answered} without a JSON body"));
    let mut expected = json!({ "type": "about:blank", "title": title(status), "status": status });
    for (member, value) in [("detail", detail.into()), ("field", field.into())] {
        if let Some(value) = value {
            expected[member] = value.into();
        }
    }
    assert_eq!((answered.code, &problem), (status, &expected));
    assert_eq!(media_type.map(|found| found.to_string()).as_deref(), Some("application/problem+json"));
    assert_no_sql(&problem);
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        404 => "Not Found",
        409 => "Conflict",
        413 => "Payload Too Large",
        422 => "Unprocessable Entity",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => panic!("no problem of these suites has the status {status}"),
    }
}

/// Nothing that a database said, and none of its names.
#[track_caller]
fn assert_no_sql(problem: &Value) {
    const WORDS: &[&str] = &[
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "WHERE",
        "VALUES",
        "CONSTRAINT",
        "SQLSTATE",
        "ERROR:",
        "authors",
        "books",
        "notes",
        "replies",
        "pk_",
        "uq_",
        "fk_",
        "ck_",
        "PRIMARY",
        "$1",
    ];
    for member in ["type", "title", "detail", "field"] {
        let text = problem[member].as_str().unwrap_or_default();
        // What the client itself sent may be repeated to it, cut and in backquotes.
        for word in WORDS {
            assert!(!text.contains(word), "`{word}` is in: {problem}");
        }
    }
}

/// Every row there is, with every column.
pub fn rows(db: &TestDatabase) -> Vec<String> {
    // PostgreSQL writes a UUID as text by itself; the others keep its bytes.
    let uuid = |column: &str| match db.backend() {
        Backend::Postgres => format!("CAST({column} AS TEXT)"),
        _ => format!("HEX({column})"),
    };
    let text = |column: &str| format!("COALESCE(CAST({column} AS CHAR(40)), 'NULL')");
    let authors = [uuid("id"), "name".to_owned(), text("dob")].join(", '|', ");
    let books = [
        uuid("id"),
        uuid("author_id"),
        "isbn".to_owned(),
        "text".to_owned(),
        text("pages"),
        text("price"),
        text("weight"),
        text("printed"),
        text("extra"),
        text("created_at"),
        text("updated_at"),
    ]
    .join(", '|', ");
    let mut rows = db.texts(&format!("SELECT CONCAT({authors}) FROM authors"));
    rows.extend(db.texts(&format!("SELECT CONCAT({books}) FROM books")));
    rows.sort();
    rows
}

/// A text as a part of a query string.
pub fn encoded(text: &str) -> String {
    rocket::http::RawStr::new(text).percent_encode().to_string()
}
