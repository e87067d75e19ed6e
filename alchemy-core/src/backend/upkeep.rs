//! What the reading and writing of many rows says to a database beyond statements on models: states of it that hold still,
//! rows that refer to later ones, and sequences.

use diesel::QueryResult;
use diesel::connection::{SimpleConnection, TransactionManager};

use super::{AnyConnection, Dialect, quote_identifier, quote_text};
use crate::model::ModelMeta;

/// Begins a transaction that sees one state of the database, whatever others write meanwhile, and locks nobody out.
pub(crate) fn begin_snapshot(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection.dialect() {
        Dialect::Sqlite => connection.begin("BEGIN"),
        Dialect::Postgres => connection.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        Dialect::Mysql => {
            connection.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
            connection.begin("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        }
    }
}

/// Ends the transaction that [`begin_snapshot`] began, or another, without keeping anything.
pub(crate) fn roll_back(connection: &mut AnyConnection) -> QueryResult<()> {
    AnyConnection::rollback_transaction(connection)
}

/// Whether all foreign keys can be made to wait for the commit, whatever was said when they were made.
pub(crate) const fn defers_any_foreign_key(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::Sqlite)
}

/// Whether a foreign key that is made to wait for the commit does.
pub(crate) const fn has_deferred_foreign_keys(dialect: Dialect) -> bool {
    !matches!(dialect, Dialect::Mysql)
}

/// Has the foreign keys wait for the commit of the transaction, where the database can do that with
/// [any](defers_any_foreign_key).
pub(crate) fn defer_foreign_keys(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection.dialect() {
        Dialect::Sqlite => connection.batch_execute("PRAGMA defer_foreign_keys = ON"),
        Dialect::Postgres | Dialect::Mysql => Ok(()),
    }
}

/// Has the keys that the database makes for a table go on after the greatest that was given to it: PostgreSQL's sequences
/// do not see those.
pub(crate) fn advance_keys(connection: &mut AnyConnection, model: &ModelMeta) -> QueryResult<()> {
    if connection.dialect() != Dialect::Postgres {
        return Ok(());
    }
    let table = quote_identifier(Dialect::Postgres, model.table);
    for column in model.columns.iter().filter(|column| column.generated.is_some()) {
        let name = quote_identifier(Dialect::Postgres, column.name);
        let literal = |text: &str| quote_text(Dialect::Postgres, text);
        connection.batch_execute(&format!(
            "SELECT setval(of.sequence, of.greatest) FROM (\
             SELECT pg_get_serial_sequence({}, {})::regclass AS sequence, (SELECT max({name}) FROM {table}) AS greatest\
             ) AS of WHERE of.greatest > coalesce(pg_sequence_last_value(of.sequence), 0)",
            literal(&table),
            literal(column.name),
        ))?;
    }
    Ok(())
}
