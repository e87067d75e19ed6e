//! Batches of which each row succeeds or fails by itself.

use super::atomically;
use crate::error::{Error, ErrorKind, Result};
use crate::session::Executor;

/// What is done to each of some rows.
pub(crate) trait Batch {
    /// How many rows there are.
    fn count(&self) -> usize;

    /// Does it to all of them, with few statements.
    async fn all<E: Executor>(&mut self, executor: &mut E) -> Result<()>;

    /// Does it to one.
    async fn one<E: Executor>(&mut self, executor: &mut E, place: usize) -> Result<()>;

    /// Takes the error of one.
    fn failed(&mut self, place: usize, error: Error);
}

/// Does it to all rows at once, and where that fails to each in a savepoint of its own, so that those which fail leave
/// nothing behind and the others stay; and in one around these, for what fails as a whole.
///
/// # Errors
/// What is not about a row: a lost connection, a lock that was not to be had. Nothing was done then.
pub(crate) async fn each<E: Executor, B: Batch>(executor: &mut E, batch: &mut B) -> Result<()> {
    let count = batch.count();
    if count > 1 {
        match atomically(executor, true, async |executor| batch.all(executor).await).await {
            Err(error) if is_about_a_row(&error) => {}
            result => return result,
        }
    }
    atomically(executor, count > 1, async |executor| one_by_one(executor, batch).await).await
}

async fn one_by_one<E: Executor, B: Batch>(executor: &mut E, batch: &mut B) -> Result<()> {
    for place in 0..batch.count() {
        match atomically(executor, true, async |executor| batch.one(executor, place).await).await {
            Ok(()) => {}
            Err(error) if is_about_a_row(&error) => batch.failed(place, error),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn is_about_a_row(error: &Error) -> bool {
    use ErrorKind::{Check, Duplicate, ForeignKey, InvalidValue, MultipleRows, NotFound, NotNull, Stale};
    matches!(
        error.kind(),
        NotFound | MultipleRows | Duplicate | ForeignKey | Check | NotNull | Stale | InvalidValue
    )
}
