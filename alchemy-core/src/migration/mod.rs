//! Migrations: the folder of them, which of them a database has, and new ones made from models.
//!
//! [`Schema`] is what a database's tables are, as plain data; it is made of models, or read from a database. The
//! difference of two is a [`Plan`]: the statements that turn one into the other. Folders, files and the table of versions
//! are those of Diesel's command line, so that either may go on where the other stopped.

mod compare;
mod embedded;
mod error;
pub mod folder;
pub(crate) mod history;
mod lock;
mod losses;
pub(crate) mod plan;
mod run;
pub mod schema;
pub mod script;
pub(crate) mod sql_file;
mod target;

pub use self::compare::{Comparison, compare};
pub use self::error::{FailedStatement, Kept, MigrationError, Result};
pub use self::folder::Migration;
pub use self::plan::{Plan, Revision, Statement, adopt, backwards, plan, revision};
pub use self::run::{Applied, Checksum, Direction, Entry, Event, Migrations, State};
pub use self::schema::Schema;
pub use self::target::{ParseTargetError, Target};
pub use diesel_migrations::{self, EmbeddedMigrations};
