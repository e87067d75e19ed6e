//! What verbs do with statements.

use super::{Sink, about};
use crate::error::Result;
use crate::model::ModelMeta;
use crate::session::Executor;
use crate::statement::{RowLock, Select, Selection, Statement};

/// Runs a statement and reads the rows that it returns.
pub(super) async fn load<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    statement: &dyn Statement,
    rows: &mut dyn Sink,
) -> Result<()> {
    executor.load(statement, &mut |row| rows.read(row)).await.map_err(about(meta))
}

/// Reads all columns of the rows of a selection, and locks them where that is asked for.
pub(super) async fn select<E: Executor>(
    executor: &mut E,
    selection: Selection<'_>,
    lock: Option<RowLock>,
    rows: &mut dyn Sink,
) -> Result<()> {
    load(executor, selection.meta, &Select::new(selection).lock(lock), rows).await
}

/// Does something as a whole: where it takes several statements, in a savepoint that is given up when one fails.
pub(crate) async fn atomically<E: Executor>(
    executor: &mut E,
    several: bool,
    work: impl AsyncFnOnce(&mut E) -> Result<()>,
) -> Result<()> {
    if !several {
        return work(executor).await;
    }
    executor.savepoint().await?;
    match work(executor).await {
        Ok(()) => executor.end_savepoint(true).await,
        Err(error) => match executor.end_savepoint(false).await {
            // The savepoint went with the transaction; this says why.
            Err(ended) if !error.is_retryable() => Err(ended),
            _ => Err(error),
        },
    }
}
