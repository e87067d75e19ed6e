//! The harness of the end-to-end suite: each case runs on each database that is compiled in, each test in a database of
//! its own.
//!
//! A case is a function that takes a [`TestDatabase`], and is listed in [`database_tests!`]:
//!
//! ```
//! use alchemy_tests::{TestDatabase, database_tests};
//!
//! database_tests! {
//!     a_row_is_counted,
//!     async a_row_is_counted_while_others_wait,
//!     sessions_have_numbers: [postgres, mysql],
//! }
//!
//! fn a_row_is_counted(db: TestDatabase) {
//!     db.admin("CREATE TABLE authors (id INTEGER PRIMARY KEY)");
//!     db.admin("INSERT INTO authors VALUES (1)");
//!     assert_eq!(db.number("SELECT count(*) FROM authors"), 1);
//! }
//!
//! async fn a_row_is_counted_while_others_wait(db: TestDatabase) {
//!     a_row_is_counted(db);
//! }
//!
//! fn sessions_have_numbers(db: TestDatabase) {
//!     assert!(db.sessions().iter().all(|number| *number > 0));
//! }
//! # fn main() {}
//! ```
//!
//! `cargo test -p alchemy-tests` runs them on SQLite, with no set-up. With the features `postgres` and `mysql` a server
//! must be there: the one that `ALCHEMY_POSTGRES_URL` or `ALCHEMY_MYSQL_URL` names, or one at the default local port
//! that lets its administrator in without a password. A test whose server is not there fails; it is never skipped.
//! `cargo xtask test` finds or starts the servers first.

#[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
compile_error!("the suite needs a database: enable one of the features `sqlite`, `postgres` and `mysql`");

mod cases;
pub mod connection;
mod database;
mod report;
pub mod server;
mod slots;

pub use cases::{run, run_async};
pub use connection::Connection;
pub use database::TestDatabase;
pub use server::PrivateServer;
pub use xtask::Backend;
