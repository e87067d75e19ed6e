//! `update`.

use super::read::get;
use super::{Sink, about, now};
use crate::error::{Error, Result};
use crate::model::{ModelMeta, Row};
use crate::session::Executor;
use crate::statement::{BindKey, Condition, Keep, Update};

/// Changes a row and reads it as the database has it. Without changes it is read only.
pub(crate) async fn update<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    key: &dyn BindKey,
    changes: &dyn Row,
    rows: &mut dyn Sink,
) -> Result<()> {
    if !(0..meta.columns.len()).any(|column| changes.has(column)) {
        return get(executor, meta, key, rows).await;
    }
    let update = Update { meta, changes, condition: Condition::Key(key), now: now(), keep: Keep::default() };
    if executor.dialect().returning() {
        executor.load(&update, &mut |row| rows.read(row)).await.map_err(about(meta))?;
        return if rows.len() == 0 { Err(Error::not_found(meta.name)) } else { Ok(()) };
    }
    // The row stays locked by this transaction, so that what is read is what was written.
    match executor.execute(&update).await.map_err(about(meta))? {
        0 => Err(Error::not_found(meta.name)),
        _ => get(executor, meta, key, rows).await,
    }
}
