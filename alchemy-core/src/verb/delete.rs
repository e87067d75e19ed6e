//! `delete`.

use super::about;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::session::Executor;
use crate::statement::{Condition, Delete, Key};

/// Deletes a row and returns it as it was.
pub(crate) async fn delete<M: Model, E: Executor>(executor: &mut E, id: &M::Id) -> Result<M> {
    let key = Key::<M>(id);
    let delete = Delete { meta: M::META, condition: Condition::Key(&key) };
    let rows = executor.load(&delete, M::read).await.map_err(about(M::META))?;
    rows.into_iter().next().ok_or_else(|| Error::not_found(M::META.name))
}
