//! `delete`.

use super::about;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::session::Executor;
use crate::statement::{Condition, Delete, Key, Select};

/// Deletes a row and returns it as it was.
pub(crate) async fn delete<M: Model, E: Executor>(executor: &mut E, id: &M::Id) -> Result<M> {
    let key = Key::<M>(id);
    let delete = Delete { meta: M::META, condition: Condition::Key(&key) };
    if executor.dialect().returning() {
        let rows = executor.load(&delete, M::read).await.map_err(about(M::META))?;
        return rows.into_iter().next().ok_or_else(|| Error::not_found(M::META.name));
    }
    // Locked before it is read, so that what is returned is what is deleted.
    let mut select = Select::new(M::META, Condition::Key(&key));
    select.for_update = true;
    let rows = executor.load(&select, M::read).await.map_err(about(M::META))?;
    let row = rows.into_iter().next().ok_or_else(|| Error::not_found(M::META.name))?;
    executor.execute(&delete).await.map_err(about(M::META))?;
    Ok(row)
}
