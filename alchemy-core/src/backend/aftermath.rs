//! What an error leaves of the transaction in which it happened.

use diesel::result::Error::{BrokenTransactionManager, DatabaseError};

use super::{AnyConnection, Dialect};
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

/// Whether an error ended the transaction as a whole, so that no savepoint brings any of it back.
#[allow(unused_variables)] // Not with MariaDB.
pub(crate) fn loses_savepoints(connection: &mut AnyConnection, error: &Error) -> bool {
    match (error, connection) {
        (Error::Connection(_), _) => true,
        // A deadlock does. A lock that was not to be had does where `innodb_rollback_on_timeout` is on, and takes its
        // statement alone otherwise.
        #[cfg(feature = "mysql")]
        (Error::Retryable(_), AnyConnection::Mysql(connection)) => !super::mysql::in_transaction(connection),
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
