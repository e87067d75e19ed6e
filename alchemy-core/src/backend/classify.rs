//! Turns driver errors into [`Error`]s, by code.

use std::sync::Arc;

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};

use super::{AnyConnection, Dialect};
use crate::error::{Detail, Error};

/// What kind of error a database reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Duplicate,
    ForeignKey,
    Check,
    NotNull,
    InvalidValue,
    Retryable,
    #[allow(dead_code)] // not with SQLite alone
    Timeout,
    Connection,
    ReadOnly,
    #[allow(dead_code)] // MariaDB's only
    MultipleRows,
    #[allow(dead_code)] // MariaDB's only
    NoSuchIndex,
    Other,
}

/// A value that its column cannot hold, found while it was bound.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct OutOfRange {
    /// Shown to clients.
    pub(crate) reason: String,
    /// The field of the model, once it is known.
    pub(crate) field: Option<&'static str>,
}

/// Says which field an [`OutOfRange`] is about.
pub(crate) fn at_field(error: DieselError, field: &'static str) -> DieselError {
    let DieselError::SerializationError(source) = error else { return error };
    DieselError::SerializationError(match source.downcast::<OutOfRange>() {
        Ok(mut fault) => {
            fault.field.get_or_insert(field);
            fault
        }
        Err(source) => source,
    })
}

/// Classifies an error of a statement that ran on the connection.
pub(crate) fn classify(connection: &mut AnyConnection, error: DieselError) -> Error {
    let class = match &error {
        DieselError::NotFound => return Error::NotFound(Box::default()),
        DieselError::SerializationError(source) => match source.downcast_ref::<OutOfRange>() {
            Some(OutOfRange { reason, field: Some(field) }) => {
                return Error::invalid_value(*field, format!("is refused: {reason}"));
            }
            Some(OutOfRange { reason, field: None }) => {
                let message = Some(reason.clone().into());
                return Error::InvalidValue(Box::new(Detail { message, ..Detail::default() }));
            }
            None => Class::Other,
        },
        DieselError::DatabaseError(kind, information) => class_of(connection, kind, &**information),
        DieselError::BrokenTransactionManager => Class::Connection,
        DieselError::RollbackErrorOnCommit { commit_error, .. } => match &**commit_error {
            DieselError::DatabaseError(kind, information) => class_of(connection, kind, &**information),
            _ => Class::Other,
        },
        _ => Class::Other,
    };
    let (constraint, field) = match &error {
        DieselError::DatabaseError(_, information) => named(connection.dialect(), class, &**information),
        _ => (None, None),
    };
    let detail = Box::new(Detail { constraint, field, source: Some(Arc::new(error)), ..Detail::default() });
    match class {
        Class::Duplicate => Error::Duplicate(detail),
        Class::ForeignKey => Error::ForeignKey(detail),
        Class::Check => Error::Check(detail),
        Class::NotNull => Error::NotNull(detail),
        Class::InvalidValue => Error::InvalidValue(detail),
        Class::Retryable => Error::Retryable(detail),
        Class::Timeout => Error::Timeout(detail),
        Class::Connection => Error::Connection(detail),
        Class::ReadOnly => Error::ReadOnly(detail),
        Class::MultipleRows => Error::MultipleRows(detail),
        Class::NoSuchIndex => {
            Error::Unsupported { feature: "an index of that name", backend: connection.dialect().name() }
        }
        Class::Other => Error::Database(detail),
    }
}

/// An error of connecting.
pub(crate) fn connection_error(message: &str) -> Error {
    // The driver's text may repeat the URL; it goes to the log of whoever asks for the source, not to clients.
    let source =
        DieselError::DatabaseError(DatabaseErrorKind::UnableToSendCommand, Box::new(message.to_owned()));
    Error::Connection(Box::new(Detail { source: Some(Arc::new(source)), ..Detail::default() }))
}

fn class_of(
    connection: &mut AnyConnection,
    kind: &DatabaseErrorKind,
    information: &dyn DatabaseErrorInformation,
) -> Class {
    match kind {
        DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ExclusionViolation => Class::Duplicate,
        DatabaseErrorKind::ForeignKeyViolation | DatabaseErrorKind::RestrictViolation => Class::ForeignKey,
        DatabaseErrorKind::NotNullViolation => Class::NotNull,
        DatabaseErrorKind::CheckViolation => Class::Check,
        DatabaseErrorKind::SerializationFailure => Class::Retryable,
        DatabaseErrorKind::ReadOnlyTransaction => Class::ReadOnly,
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => Class::Connection,
        _ => unclassified(connection, information.message()),
    }
}

/// Asks the database's own module about an error that Diesel has no kind for.
#[allow(unused_variables)]
fn unclassified(connection: &mut AnyConnection, message: &str) -> Class {
    let class = match connection {
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => super::sqlite::class(message),
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(_) => super::postgres::class(message),
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(connection) => match super::mysql::last_error(connection, message) {
            Some(errno) => super::mysql::class(errno),
            // It does not answer any more.
            None => Some(Class::Connection),
        },
    };
    class.unwrap_or(Class::Other)
}

/// The constraint and the column that the database names; several columns with commas between them. Only PostgreSQL
/// has fields for them.
#[allow(unused_variables)]
fn named(
    dialect: Dialect,
    class: Class,
    information: &dyn DatabaseErrorInformation,
) -> (Option<String>, Option<String>) {
    let own = |name: &str| name.to_owned();
    match dialect {
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite if matches!(class, Class::Duplicate | Class::NotNull) => {
            let columns = super::sqlite::violated_columns(information.message());
            (None, (!columns.is_empty()).then(|| columns.join(", ")))
        }
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite if class == Class::Check => {
            (super::sqlite::violated_check(information.message()).map(own), None)
        }
        #[cfg(feature = "mysql")]
        Dialect::Mysql => match class {
            Class::Duplicate | Class::ForeignKey | Class::Check => {
                (super::mysql::violated_constraint(information.message()).map(own), None)
            }
            Class::NotNull | Class::InvalidValue => {
                (None, super::mysql::violated_column(information.message()).map(own))
            }
            _ => (None, None),
        },
        _ => (information.constraint_name().map(own), information.column_name().map(own)),
    }
}
