//! Reading the tables of a database.

// Each database needs other parts of the readers.
#![cfg_attr(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")), allow(dead_code))]

mod canonical;
#[cfg(any(feature = "sqlite", feature = "mysql"))]
mod create_table;
mod index;
#[cfg(any(feature = "sqlite", feature = "mysql"))]
mod mentions;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod trial;

use diesel::QueryResult;
use diesel::result::Error::DeserializationError;

use super::{AnyConnection, Dialect};
use crate::migration::Schema;
use crate::migration::schema::Table;

pub(crate) use self::canonical::canonical_type;

/// The tables in which versions of the schema are kept: Diesel's, Alchemy's own, and those of Alembic.
const OF_MIGRATIONS: [&str; 4] =
    ["__diesel_schema_migrations", "__alchemy_migrations", "alembic_version", "alembic_versions"];

/// The tables of a database, without those of migrations themselves, the database's own, and `ignored`.
pub(crate) fn inspect(connection: &mut AnyConnection, ignored: &[String]) -> QueryResult<Schema> {
    let dialect = connection.dialect();
    let is_same = |other: &str, name: &str| match dialect {
        Dialect::Sqlite => other.eq_ignore_ascii_case(name),
        Dialect::Postgres | Dialect::Mysql => other == name,
    };
    let is_wanted =
        |name: &str| !OF_MIGRATIONS.contains(&name) && !ignored.iter().any(|other| is_same(other, name));
    let mut tables = match connection {
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(connection) => sqlite::tables(connection, is_wanted)?,
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(connection) => postgres::tables(connection, is_wanted)?,
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(connection) => mysql::tables(connection, is_wanted)?,
    };
    tables.iter_mut().for_each(put_in_order);
    tables.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(Schema { tables })
}

/// A schema with its defaults, checks and computed columns in the words in which the database repeats them.
pub(crate) fn in_own_words(connection: &mut AnyConnection, schema: &Schema) -> QueryResult<Schema> {
    match connection {
        // It repeats what it was told.
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => Ok(schema.clone()),
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(connection) => postgres::in_own_words(connection, schema),
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(connection) => mysql::in_own_words(connection, schema),
    }
}

/// Puts what belongs to a table in the order that [`Table`] says.
fn put_in_order(table: &mut Table) {
    table.uniques.sort_by(|left, right| (&left.columns, &left.name).cmp(&(&right.columns, &right.name)));
    table.foreign_keys.sort_by(|left, right| (&left.columns, &left.name).cmp(&(&right.columns, &right.name)));
    table.checks.sort_by(|left, right| (&left.name, &left.expression).cmp(&(&right.name, &right.expression)));
    table.indexes.sort_by(|left, right| left.name.cmp(&right.name));
}

/// A definition that the database gave and that is not understood.
fn unreadable(what: &str, definition: &str) -> diesel::result::Error {
    DeserializationError(format!("the definition of {what} cannot be read: {definition}").into())
}
