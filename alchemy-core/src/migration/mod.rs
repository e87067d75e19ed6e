//! Migrations: the folder of them, which of them a database has, and new ones made from models.
//!
//! [`Schema`] is what a database's tables are, as plain data; it is made of models, or read from a database. The
//! difference of two is a [`Plan`]: the statements that turn one into the other. Folders, files and the table of versions
//! are those of Diesel's command line, so that either may go on where the other stopped.

mod error;
pub mod folder;
mod history;
mod lock;
pub(crate) mod plan;
pub mod schema;
mod script;

pub use self::error::{MigrationError, Result};
pub use self::plan::{Plan, Revision, Statement, adopt, backwards, plan, revision};
pub use self::schema::Schema;
