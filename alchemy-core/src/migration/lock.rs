//! One process at a time.

use std::time::Duration;

use diesel::connection::SimpleConnection;

use super::{MigrationError, Result};
use crate::backend::{AnyConnection, LockError, SchemaLock, classify::classify, lift_timeout};
use crate::engine::Engine;

/// Does something that no other process may do to the database meanwhile; `waits` is called once there is somebody to wait
/// for. Blocks.
///
/// # Errors
/// [`MigrationError::Locked`] after so long, and whatever the work returns.
pub(crate) fn locked<T>(
    engine: &Engine,
    patience: Duration,
    waits: impl FnOnce(),
    work: impl FnOnce(&mut AnyConnection) -> Result<T>,
) -> Result<T> {
    engine.on_connection(|connection| {
        let lock = match SchemaLock::acquire(connection, patience, waits) {
            Ok(lock) => lock,
            Err(error) => return Err(refused(connection, error)),
        };
        let locked = Locked { connection, lock: Some(lock) };
        if let Err(error) = lift_timeout(locked.connection) {
            return Err(classify(locked.connection, error).into());
        }
        let done = work(locked.connection)?;
        locked.release()?;
        Ok(done)
    })
}

fn refused(connection: &mut AnyConnection, error: LockError) -> MigrationError {
    match error {
        LockError::Database(error) => classify(connection, error).into(),
        LockError::File(path, source) => MigrationError::File { path, action: "written", source },
        LockError::Taken => MigrationError::Locked,
    }
}

/// Gives the lock back however the work ends, and leaves no transaction behind where it panics.
struct Locked<'a> {
    connection: &'a mut AnyConnection,
    lock: Option<SchemaLock>,
}

impl Locked<'_> {
    fn release(mut self) -> Result<()> {
        let Some(lock) = self.lock.take() else { return Ok(()) };
        let released = lock.release(self.connection);
        released.map_err(|error| classify(self.connection, error).into())
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        let Some(lock) = self.lock.take() else { return };
        if std::thread::panicking() {
            let _ = self.connection.batch_execute("ROLLBACK");
        }
        // What went wrong before is told already, and the lock ends with the connection at the latest.
        let _ = lock.release(self.connection);
    }
}
