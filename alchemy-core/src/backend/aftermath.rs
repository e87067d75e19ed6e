//! What an error leaves of the transaction in which it happened.

use diesel::result::Error::{BrokenTransactionManager, DatabaseError};

use super::Dialect;
use crate::error::Error;

/// Whether a statement's error leaves its transaction, or its innermost savepoint, unusable.
pub(crate) fn loses_transaction(dialect: Dialect, error: &Error) -> bool {
    if !matches!(error.driver_error(), Some(DatabaseError(..) | BrokenTransactionManager)) {
        // Found before anything was sent, or while a row was read.
        return matches!(error, Error::Connection(_));
    }
    match error {
        Error::Connection(_) => true,
        // A deadlock's victim has lost its transaction on every server; SQLite's busy statement has not.
        Error::Retryable(_) => dialect != Dialect::Sqlite,
        // A full disk and its like make SQLite roll back by itself: https://www.sqlite.org/lang_transaction.html
        Error::Database(_) => dialect != Dialect::Mysql,
        _ => dialect.error_aborts_transaction(),
    }
}

/// Whether an error ends the transaction as a whole, so that no savepoint brings any of it back.
pub(crate) fn loses_savepoints(dialect: Dialect, error: &Error) -> bool {
    match error {
        Error::Connection(_) => true,
        // A deadlock, or a lock wait where `innodb_rollback_on_timeout` is on.
        Error::Retryable(_) => dialect == Dialect::Mysql,
        _ => false,
    }
}

/// What stands for the error of a statement that doomed its transaction and was not handed on.
pub(crate) fn hidden(dialect: Dialect) -> Error {
    match dialect {
        // It does so after a deadlock only.
        Dialect::Mysql => Error::Retryable(Box::default()),
        Dialect::Sqlite | Dialect::Postgres => Error::Database(Box::default()),
    }
}
