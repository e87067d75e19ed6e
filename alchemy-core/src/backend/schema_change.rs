//! Changing a schema while others may want to.

use diesel::QueryResult;
use diesel::connection::TransactionManager;

use super::AnyConnection;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use super::schema_lock::{LockError, SchemaLock};

/// How long others are waited for.
#[cfg(any(feature = "postgres", feature = "mysql"))]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// Runs statements that change the schema, one process at a time, and all or none where the database can do that:
/// MariaDB commits each by itself.
pub(crate) fn change_schema(
    connection: &mut AnyConnection,
    change: impl FnOnce(&mut AnyConnection) -> QueryResult<()>,
) -> QueryResult<()> {
    match connection {
        // Its transactions that write keep one another out.
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => in_transaction(connection, "BEGIN IMMEDIATE", change),
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(_) => {
            locked(connection, |connection| in_transaction(connection, "BEGIN", change))
        }
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(_) => locked(connection, change),
    }
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn locked(
    connection: &mut AnyConnection,
    change: impl FnOnce(&mut AnyConnection) -> QueryResult<()>,
) -> QueryResult<()> {
    let lock = SchemaLock::acquire(connection, PATIENCE, || {}).map_err(|error| match error {
        LockError::Database(error) => error,
        LockError::File(..) | LockError::Taken => diesel::result::Error::DatabaseError(
            diesel::result::DatabaseErrorKind::SerializationFailure,
            Box::new("another process is changing the schema".to_owned()),
        ),
    })?;
    let result = change(connection);
    let released = lock.release(connection);
    result.and(released)
}

#[allow(dead_code)] // with MariaDB alone
fn in_transaction(
    connection: &mut AnyConnection,
    begin: &str,
    change: impl FnOnce(&mut AnyConnection) -> QueryResult<()>,
) -> QueryResult<()> {
    connection.begin(begin)?;
    match change(connection) {
        Ok(()) => AnyConnection::commit_transaction(connection),
        Err(error) => {
            // Where even that fails, the first error says why.
            let _ = AnyConnection::rollback_transaction(connection);
            Err(error)
        }
    }
}
