//! Reading the tables of a database.

use diesel::QueryResult;

use super::{AnyConnection, Dialect};
use crate::migration::Schema;

/// The tables of a database, without those of migrations themselves, the database's own, and `ignored`.
pub(crate) fn inspect(connection: &mut AnyConnection, ignored: &[String]) -> QueryResult<Schema> {
    let _ = (connection, ignored);
    Ok(Schema::default())
}

/// A schema with its defaults, checks and computed columns in the words in which the database repeats them.
pub(crate) fn in_own_words(connection: &mut AnyConnection, schema: &Schema) -> QueryResult<Schema> {
    let _ = connection;
    Ok(schema.clone())
}

/// A type by the name that a database reports it under, so that two are the same where it takes them for the same.
pub(crate) fn canonical_type(dialect: Dialect, sql_type: &str) -> String {
    let _ = dialect;
    sql_type.to_owned()
}
