//! `update`.

use super::read::get;
use super::{about, now};
use crate::error::{Error, Result};
use crate::model::{ChangeRow, Model, check_lengths};
use crate::session::Executor;
use crate::statement::{Condition, Key, Update};

/// Changes a row and returns it as the database has it. Without changes it is read only.
pub(crate) async fn update<M: Model, E: Executor>(
    executor: &mut E,
    id: &M::Id,
    changes: &M::Changeset,
) -> Result<M> {
    if changes.is_empty() {
        return get(executor, id).await;
    }
    check_lengths(M::META, changes)?;
    let key = Key::<M>(id);
    let update = Update { meta: M::META, changes, condition: Condition::Key(&key), now: now() };
    if executor.dialect().returning() {
        let rows = executor.load(&update, M::read).await.map_err(about(M::META))?;
        return rows.into_iter().next().ok_or_else(|| Error::not_found(M::META.name));
    }
    // The row stays locked by this transaction, so that what is read is what was written.
    match executor.execute(&update).await.map_err(about(M::META))? {
        0 => Err(Error::not_found(M::META.name)),
        _ => get(executor, id).await,
    }
}
