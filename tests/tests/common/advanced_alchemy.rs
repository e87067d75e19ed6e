//! Databases as Advanced Alchemy 1.8 makes them: its own DDL and rows, word for word.

#![allow(unreachable_pub)] // a module of the suites

use alchemy_core::prelude::*;
use alchemy_tests::Backend;

#[derive(Debug, Clone, PartialEq, UuidAuditBase, Service)]
#[alchemy(table = "publishers")]
pub struct Publisher {
    pub id: Uuid,
    #[alchemy(max_length = 80, unique)]
    pub name: String,
    /// SQLAlchemy reads it in every query of its own.
    #[alchemy(skip(create, update))]
    pub sa_orm_sentinel: Option<i32>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, UuidAuditBase, Service)]
#[alchemy(table = "books", unique(title, edition))]
pub struct Book {
    pub id: Uuid,
    #[alchemy(max_length = 200)]
    pub title: String,
    pub edition: i32,
    #[alchemy(max_length = 20, index)]
    pub isbn: Option<String>,
    pub published: Option<NaiveDate>,
    pub available: bool,
    #[alchemy(precision = 10, scale = 2)]
    pub price: BigDecimal,
    pub details: serde_json::Value,
    pub opens: NaiveTime,
    #[alchemy(foreign_key(Publisher, on_delete = cascade))]
    pub publisher_id: Uuid,
    #[alchemy(skip(create, update))]
    pub sa_orm_sentinel: Option<i32>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What `create_all` of Advanced Alchemy sends.
pub fn tables(backend: Backend) -> String {
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
pub fn rows(backend: Backend) -> String {
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
