//! Databases as Advanced Alchemy 1.8 makes them: its own DDL and rows, word for word.

use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::json;

use crate::open;

database_tests! {
    a_database_of_advanced_alchemy_is_opened,
    a_database_of_ours_is_one_that_advanced_alchemy_opens,
}

#[derive(Debug, Clone, PartialEq, UuidAuditBase, Service)]
#[alchemy(table = "publishers")]
struct Publisher {
    id: Uuid,
    #[alchemy(max_length = 80, unique)]
    name: String,
    /// SQLAlchemy reads it in every query of its own.
    #[alchemy(skip(create, update))]
    sa_orm_sentinel: Option<i32>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, UuidAuditBase, Service)]
#[alchemy(table = "books", unique(title, edition))]
struct Book {
    id: Uuid,
    #[alchemy(max_length = 200)]
    title: String,
    edition: i32,
    #[alchemy(max_length = 20, index)]
    isbn: Option<String>,
    published: Option<NaiveDate>,
    available: bool,
    #[alchemy(precision = 10, scale = 2)]
    price: BigDecimal,
    details: serde_json::Value,
    opens: NaiveTime,
    #[alchemy(foreign_key(Publisher, on_delete = cascade))]
    publisher_id: Uuid,
    #[alchemy(skip(create, update))]
    sa_orm_sentinel: Option<i32>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// What `create_all` of Advanced Alchemy sends.
fn tables(backend: Backend) -> String {
    let (uuid, time, json) = match backend {
        Backend::Postgres => ("UUID", "TIMESTAMP WITH TIME ZONE", "JSONB"),
        Backend::Sqlite | Backend::Mysql => ("BINARY(16)", "DATETIME", "JSON"),
    };
    format!(
        "CREATE TABLE publishers (
            id {uuid} NOT NULL,
            name VARCHAR(80) NOT NULL,
            sa_orm_sentinel INTEGER,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            CONSTRAINT pk_publishers PRIMARY KEY (id),
            CONSTRAINT uq_publishers_name UNIQUE (name)
        );
        CREATE TABLE books (
            id {uuid} NOT NULL,
            title VARCHAR(200) NOT NULL,
            edition INTEGER NOT NULL,
            isbn VARCHAR(20),
            published DATE,
            available BOOLEAN NOT NULL,
            price NUMERIC(10, 2) NOT NULL,
            details {json} NOT NULL,
            opens TIME NOT NULL,
            publisher_id {uuid} NOT NULL,
            sa_orm_sentinel INTEGER,
            created_at {time} NOT NULL,
            updated_at {time} NOT NULL,
            CONSTRAINT pk_books PRIMARY KEY (id),
            CONSTRAINT uq_books_title UNIQUE (title, edition),
            CONSTRAINT fk_books_publisher_id_publishers FOREIGN KEY(publisher_id) REFERENCES publishers (id)
                ON DELETE CASCADE
        );
        CREATE INDEX ix_books_isbn ON books (isbn);"
    )
}

/// A publisher and a book as SQLAlchemy stores them.
fn rows(backend: Backend) -> String {
    let uuid = |hex: &str| match backend {
        Backend::Postgres => format!("'{hex}'"),
        Backend::Sqlite | Backend::Mysql => format!("X'{hex}'"),
    };
    let (ace, dune) = (uuid("6C744F6F9CE6466386A03E311AB2D25C"), uuid("BFD279E5E4EE402C98F16B9613EC294B"));
    let (time, opens) = match backend {
        Backend::Sqlite => ("'2026-11-22 15:33:43.731715'", "'09:30:00.000000'"),
        Backend::Postgres => ("'2026-11-22 15:33:43.731715+00'", "'09:30:00'"),
        // Its own type has no fractions of a second.
        Backend::Mysql => ("'2026-11-22 15:33:43'", "'09:30:00'"),
    };
    format!(
        "INSERT INTO publishers (id, name, created_at, updated_at) VALUES ({ace}, 'Ace', {time}, {time});
         INSERT INTO books (id, title, edition, isbn, published, available, price, details, opens, publisher_id,
            created_at, updated_at)
         VALUES ({dune}, 'Dune', 1, '123', '1965-08-01', true, 12.50, '{{\"pages\": 412}}', {opens}, {ace}, {time},
            {time});"
    )
}

fn a_database_of_advanced_alchemy_is_opened(db: TestDatabase) {
    for statement in
        (tables(db.backend()) + &rows(db.backend())).split(';').filter(|part| !part.trim().is_empty())
    {
        db.admin(statement);
    }
    let engine = Engine::connect(EngineConfig::new(db.url()).pool_size(2)).unwrap();
    let session = engine.session();
    let (publishers, books) = (PublisherService::new(session.clone()), BookService::new(session.clone()));
    let dune = books.get_one(Book::TITLE.eq("Dune")).unwrap();
    let micros = if db.backend() == Backend::Mysql { "" } else { ".731715" };
    let time: DateTime<Utc> = format!("2026-11-22T15:33:43{micros}Z").parse().unwrap();
    let expected = Book {
        id: "bfd279e5-e4ee-402c-98f1-6b9613ec294b".parse().unwrap(),
        title: "Dune".into(),
        edition: 1,
        isbn: Some("123".into()),
        published: Some("1965-08-01".parse().unwrap()),
        available: true,
        price: "12.50".parse().unwrap(),
        details: json!({"pages": 412}),
        opens: "09:30:00".parse().unwrap(),
        publisher_id: "6c744f6f-9ce6-4663-86a0-3e311ab2d25c".parse().unwrap(),
        sa_orm_sentinel: None,
        created_at: time,
        updated_at: time,
    };
    assert_eq!(dune, expected);
    // What is equal in both is found by its value, and the constraints are known by their names.
    assert_eq!(books.get_one(Book::OPENS.eq(dune.opens)).unwrap().id, dune.id);
    assert_eq!(books.get_one(Book::CREATED_AT.eq(time)).unwrap().id, dune.id);
    let again = NewBook { id: None, isbn: None, ..NewBook::from(dune.clone()) };
    let error = session.transaction(|_| books.create(again.clone())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Duplicate);
    let second = books.create(NewBook { edition: 2, ..again }).unwrap();
    assert_eq!(second.edition, 2);
    assert_eq!(publishers.delete(dune.publisher_id).unwrap().name, "Ace");
    assert_eq!(books.count(alchemy_core::filter::all()).unwrap(), 0);
}

fn a_database_of_ours_is_one_that_advanced_alchemy_opens(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let ace =
        PublisherService::new(session.clone()).create(NewPublisher { id: None, name: "Ace".into() }).unwrap();
    BookService::new(session.clone())
        .create(NewBook {
            id: None,
            title: "Dune".into(),
            edition: 1,
            isbn: None,
            published: Some("1965-08-01".parse().unwrap()),
            available: true,
            price: "12.50".parse().unwrap(),
            details: json!({"pages": 412}),
            opens: "09:30:00".parse().unwrap(),
            publisher_id: ace.id,
        })
        .unwrap();
    session.commit().unwrap();
    if db.backend() == Backend::Sqlite {
        // SQLAlchemy reads these texts with formats of its own; the servers' types leave no choice.
        let stored = db.texts(
            "SELECT typeof(id) || ' ' || length(id) || ' ' || published || ' ' || opens || ' ' || available || ' '
                || typeof(price) || ' ' || (created_at GLOB '????-??-?? ??:??:??.??????') FROM books",
        );
        assert_eq!(stored, ["blob 16 1965-08-01 09:30:00.000000 1 real 1"]);
    }
    let names = match db.backend() {
        Backend::Sqlite => "SELECT count(*) FROM sqlite_master WHERE name = 'ix_books_isbn'
            OR (sql LIKE '%\"pk_books\"%\"uq_books_title\"%\"fk_books_publisher_id_publishers\"%')",
        Backend::Postgres => "SELECT count(*) FROM (SELECT conname FROM pg_constraint UNION ALL
            SELECT indexname FROM pg_indexes WHERE indexname LIKE 'ix%') AS names
            WHERE conname IN ('pk_books', 'ix_books_isbn', 'uq_books_title', 'fk_books_publisher_id_publishers')",
        Backend::Mysql => "SELECT count(DISTINCT name) FROM (SELECT constraint_name AS name FROM
            information_schema.table_constraints WHERE table_schema = DATABASE() UNION ALL SELECT index_name FROM
            information_schema.statistics WHERE table_schema = DATABASE()) AS names
            WHERE name IN ('PRIMARY', 'ix_books_isbn', 'uq_books_title', 'fk_books_publisher_id_publishers')",
    };
    assert_eq!(db.number(names), if db.backend() == Backend::Sqlite { 2 } else { 4 });
}
