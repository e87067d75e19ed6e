//! `delete`.

use super::{Sink, about};
use crate::error::{Error, Result};
use crate::model::ModelMeta;
use crate::session::Executor;
use crate::statement::{BindKey, Condition, Delete, Select};

/// Deletes a row and reads it as it was.
pub(crate) async fn delete<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    key: &dyn BindKey,
    rows: &mut dyn Sink,
) -> Result<()> {
    let delete = Delete { meta, condition: Condition::Key(key) };
    if executor.dialect().returning() {
        executor.load(&delete, &mut |row| rows.read(row)).await.map_err(about(meta))?;
        return if rows.len() == 0 { Err(Error::not_found(meta.name)) } else { Ok(()) };
    }
    // Locked before it is read, so that what is returned is what is deleted.
    let mut select = Select::new(meta, Condition::Key(key));
    select.for_update = true;
    executor.load(&select, &mut |row| rows.read(row)).await.map_err(about(meta))?;
    if rows.len() == 0 {
        return Err(Error::not_found(meta.name));
    }
    executor.execute(&delete).await.map_err(about(meta)).map(drop)
}
