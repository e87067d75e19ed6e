//! Changing a schema while others may want to.

use diesel::QueryResult;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
use diesel::connection::TransactionManager;

use super::AnyConnection;

/// Runs statements that change the schema, one process at a time, and all or none where the database can do that:
/// MariaDB commits each by itself.
pub(crate) fn change_schema(
    connection: &mut AnyConnection,
    change: impl FnOnce(&mut AnyConnection) -> QueryResult<()>,
) -> QueryResult<()> {
    match connection {
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => {
            connection.begin("BEGIN IMMEDIATE")?;
            finish(connection, change)
        }
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(_) => {
            connection.begin("BEGIN")?;
            finish(connection, |connection| {
                super::postgres::lock_schema(connection)?;
                change(connection)
            })
        }
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(mysql) => {
            super::mysql::lock_schema(mysql)?;
            let result = change(connection);
            #[allow(irrefutable_let_patterns)] // Not with another database compiled in.
            if let AnyConnection::Mysql(mysql) = connection {
                let unlocked = super::mysql::unlock_schema(mysql);
                return result.and(unlocked);
            }
            result
        }
    }
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
fn finish(
    connection: &mut AnyConnection,
    change: impl FnOnce(&mut AnyConnection) -> QueryResult<()>,
) -> QueryResult<()> {
    match change(connection) {
        Ok(()) => AnyConnection::commit_transaction(connection),
        Err(error) => {
            // Where even that fails, the first error says why.
            let _ = AnyConnection::rollback_transaction(connection);
            Err(error)
        }
    }
}
