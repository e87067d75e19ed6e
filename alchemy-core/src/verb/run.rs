//! What verbs do with statements.

use super::upsert::Drafts;
use super::{Sink, about};
use crate::error::{Error, Result};
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

/// Inserts or changes rows that are matched by some columns, and does so again where one that it would have matched came in
/// between and was met by another unique constraint; see [`insert_races`](crate::backend::Dialect::insert_races).
///
/// Nothing else tells such a row from one that is another's, so that the error of the latter comes of the last attempt. The
/// first verb of a transaction needs no savepoint to be undone.
pub(super) async fn unless_raced<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    drafts: &dyn Drafts,
    target: &[usize],
    mut work: impl AsyncFnMut(&mut E) -> Result<()>,
) -> Result<()> {
    /// More than one for rows that go again in between.
    const ATTEMPTS: usize = 3;

    if !executor.dialect().insert_races() || !has_other_unique(meta, drafts, target) {
        return work(executor).await;
    }
    for attempt in 1.. {
        let first = executor.can_begin_again();
        let done = if first { work(executor).await } else { atomically(executor, true, &mut work).await };
        match done {
            Err(Error::Duplicate(_)) if attempt < ATTEMPTS && first => executor.begin_again().await?,
            Err(Error::Duplicate(_)) if attempt < ATTEMPTS => {}
            done => return done,
        }
    }
    Ok(())
}

/// Whether rows have a unique constraint besides the one that they are matched by, and values in it that others may have.
fn has_other_unique(meta: &'static ModelMeta, drafts: &dyn Drafts, target: &[usize]) -> bool {
    let is_target = |columns: &[usize]| {
        columns.len() == target.len() && columns.iter().all(|column| target.contains(column))
    };
    let gives = |place| meta.primary_key.iter().all(|&column| drafts.given(place)[column]);
    meta.uniques.iter().any(|unique| !is_target(unique.columns))
        || !is_target(meta.primary_key) && (0..drafts.count()).any(gives)
}
