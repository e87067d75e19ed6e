//! The schema that a database has.

use super::Schema;
use crate::backend::{self, Dialect, classify::classify};
use crate::engine::Engine;
use crate::error::Result;

/// The tables that a database has, without those of migrations, the database's own, and the ones named in `ignored`.
/// Blocks.
///
/// # Errors
/// What the database reports.
pub fn live(engine: &Engine, ignored: &[String]) -> Result<Schema> {
    engine.on_connection(|connection| {
        backend::inspect(connection, ignored).map_err(|error| classify(connection, error))
    })
}

/// A schema with its defaults, checks and computed columns in the words in which the database repeats them. Blocks.
///
/// The database is asked by means of temporary tables, which need no right to change its schema.
///
/// # Errors
/// What the database reports.
pub fn in_own_words(engine: &Engine, schema: &Schema) -> Result<Schema> {
    engine.on_connection(|connection| {
        backend::in_own_words(connection, schema).map_err(|error| classify(connection, error))
    })
}

/// A type by the name that a database reports it under, so that two are the same where it takes them for the same:
/// `VARCHAR(5)` and `character varying(5)` on PostgreSQL.
#[must_use]
pub fn canonical_type(dialect: Dialect, sql_type: &str) -> String {
    backend::canonical_type(dialect, sql_type)
}
