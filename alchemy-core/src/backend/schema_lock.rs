//! One process at a time that changes a schema.
//!
//! A lock is asked for again and again, and never waited for inside the database: whoever waits in a statement of
//! PostgreSQL has a snapshot, and `CREATE INDEX CONCURRENTLY` waits for all of those to end.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use diesel::QueryResult;

use super::AnyConnection;

/// How long is waited before asking again.
const PAUSE: Duration = Duration::from_millis(50);

/// The right to change the schema of a connection's database.
///
/// On PostgreSQL and MariaDB it belongs to the connection, and ends with it; on SQLite it is the lock of a file beside the
/// database's, which the system takes back from a process that dies.
#[derive(Debug)]
pub(crate) struct SchemaLock {
    #[cfg(feature = "sqlite")]
    file: Option<super::sqlite_lock::LockFile>,
}

/// Why there is no lock to be had.
#[derive(Debug)]
pub(crate) enum LockError {
    /// What the database reports.
    Database(diesel::result::Error),
    /// A file that cannot be locked.
    #[allow(dead_code)] // SQLite's only
    File(PathBuf, std::io::Error),
    /// Someone else has it, all the time.
    Taken,
}

impl SchemaLock {
    /// Waits for the right; `waits` is called once, as soon as somebody else is found to have it.
    pub(crate) fn acquire(
        connection: &mut AnyConnection,
        patience: Duration,
        waits: impl FnOnce(),
    ) -> Result<Self, LockError> {
        let start = Instant::now();
        let mut waits = Some(waits);
        loop {
            if let Some(lock) = Self::try_acquire(connection)? {
                return Ok(lock);
            }
            if let Some(waits) = waits.take() {
                waits();
            }
            if start.elapsed() >= patience {
                return Err(LockError::Taken);
            }
            thread::sleep(PAUSE.min(patience));
        }
    }

    fn try_acquire(connection: &mut AnyConnection) -> Result<Option<Self>, LockError> {
        match connection {
            #[cfg(feature = "sqlite")]
            AnyConnection::Sqlite(sqlite) => {
                let Some(path) = super::sqlite_lock::path(sqlite)? else {
                    return Ok(Some(Self { file: None }));
                };
                match super::sqlite_lock::LockFile::try_lock(&path) {
                    Ok(file) => Ok(file.map(|file| Self { file: Some(file) })),
                    Err(error) => Err(LockError::File(path, error)),
                }
            }
            #[cfg(feature = "postgres")]
            AnyConnection::Postgres(postgres) => {
                Ok(super::postgres::try_lock_schema(postgres)?.then(Self::of_connection))
            }
            #[cfg(feature = "mysql")]
            AnyConnection::Mysql(mysql) => {
                Ok(super::mysql::try_lock_schema(mysql)?.then(Self::of_connection))
            }
        }
    }

    #[cfg(any(feature = "postgres", feature = "mysql"))]
    fn of_connection() -> Self {
        Self {
            #[cfg(feature = "sqlite")]
            file: None,
        }
    }

    /// Gives the right back.
    pub(crate) fn release(self, connection: &mut AnyConnection) -> QueryResult<()> {
        match connection {
            #[cfg(feature = "sqlite")]
            AnyConnection::Sqlite(_) => {
                drop(self.file);
                Ok(())
            }
            #[cfg(feature = "postgres")]
            AnyConnection::Postgres(postgres) => super::postgres::unlock_schema(postgres),
            #[cfg(feature = "mysql")]
            AnyConnection::Mysql(mysql) => super::mysql::unlock_schema(mysql),
        }
    }
}

impl From<diesel::result::Error> for LockError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error)
    }
}
