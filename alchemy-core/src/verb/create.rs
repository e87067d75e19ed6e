//! `create` and `create_many`.

use std::ops::Range;

use chrono::{DateTime, Utc};

use super::{Sink, about, atomically, load, now, select, slug};
use crate::backend::Dialect;
use crate::error::{Error, Result};
use crate::model::{ModelMeta, NewRow, Row, Scope};
use crate::session::Executor;
use crate::statement::{BindKey, Condition, Insert, Selection, key_of, rows_that_fit};

/// New rows, whatever the model.
pub(crate) trait NewRows: Send + Sync {
    fn count(&self) -> usize;

    fn row(&self, place: usize) -> &dyn Row;

    /// The row's key, where it is known before the row is inserted.
    fn key(&self, place: usize) -> Option<Box<dyn BindKey>>;
}

impl<N: NewRow> NewRows for &[N] {
    fn count(&self) -> usize {
        self.len()
    }

    fn row(&self, place: usize) -> &dyn Row {
        &self[place]
    }

    fn key(&self, place: usize) -> Option<Box<dyn BindKey>> {
        key_of(&self[place])
    }
}

/// Inserts rows, all or none, and reads them as the database has them, in its own order.
pub(crate) async fn create<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    rows: &mut dyn Sink,
) -> Result<()> {
    if slug::is_missing(meta, news) {
        return slug::create(executor, meta, news, rows).await;
    }
    create_plainly(executor, meta, news, rows).await
}

/// [`create`], where no row lacks a slug.
pub(super) async fn create_plainly<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    rows: &mut dyn Sink,
) -> Result<()> {
    if news.count() == 0 {
        return Ok(());
    }
    let first = chunk(executor.dialect(), meta, news, 0);
    if first.end == news.count() {
        return insert(executor, meta, news, first, now(), rows).await;
    }
    atomically(executor, true, async |executor| insert_chunks(executor, meta, news, first, rows).await).await
}

async fn insert_chunks<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    mut next: Range<usize>,
    rows: &mut dyn Sink,
) -> Result<()> {
    let now = now();
    while !next.is_empty() {
        let end = next.end;
        insert(executor, meta, news, next, now, rows).await?;
        next = chunk(executor.dialect(), meta, news, end);
    }
    Ok(())
}

/// The rows from `start` on that go into one statement. Where the database makes keys, they are rows that have one or
/// rows that get one: MariaDB tells the keys of the latter only where it made all of a statement's.
pub(super) fn chunk(
    dialect: Dialect,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    start: usize,
) -> Range<usize> {
    let mut end = news.count();
    if let [key] = meta.primary_key
        && meta.columns[*key].generated.is_some()
        && start < end
    {
        let has_key = news.row(start).has(*key);
        end = (start..end).find(|&place| news.row(place).has(*key) != has_key).unwrap_or(end);
    }
    start..start + rows_that_fit(meta, dialect, (start..end).map(|place| news.row(place)))
}

/// Inserts rows with one statement.
async fn insert<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    chunk: Range<usize>,
    now: DateTime<Utc>,
    rows: &mut dyn Sink,
) -> Result<()> {
    let insert = Insert::new(meta, chunk.clone().map(|place| news.row(place)).collect(), now);
    if executor.dialect().returning() {
        return load(executor, meta, &insert, rows).await;
    }
    check_readable(meta, news, chunk.clone())?;
    executor.execute(&insert).await.map_err(about(meta))?;
    read_back(executor, meta, news, chunk, rows).await
}

/// Refuses rows that could not be read back by their keys once they are inserted, where the database cannot return them:
/// it tells the numbers that it makes, but not what a column's default made.
pub(super) fn check_readable(
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    mut chunk: Range<usize>,
) -> Result<()> {
    let generated = meta.primary_key.iter().any(|&column| meta.columns[column].generated.is_some());
    if generated || chunk.all(|place| news.key(place).is_some()) {
        return Ok(());
    }
    Err(Error::Unsupported {
        feature: "keys made by the default of a column",
        backend: Dialect::Mysql.name(),
    })
}

/// Reads rows that were inserted by the last statement, where it could not return them.
pub(super) async fn read_back<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    chunk: Range<usize>,
    rows: &mut dyn Sink,
) -> Result<()> {
    let count = i64::try_from(chunk.len()).unwrap_or(i64::MAX);
    let keys: Option<Vec<_>> = chunk.map(|place| news.key(place)).collect();
    let keys: Option<Vec<&dyn BindKey>> = keys.as_ref().map(|keys| keys.iter().map(|key| &**key).collect());
    let condition = match &keys {
        Some(keys) => match keys.as_slice() {
            [key] => Condition::Key(*key),
            keys => Condition::Keys(keys),
        },
        None => Condition::LastInserted(&count),
    };
    // A row that a trigger or a default marked as deleted was inserted as well.
    let selection = Selection::new(meta, condition).within(Scope::WithDeleted);
    // What a transaction inserted it sees, locked or not.
    select(executor, selection, None, rows).await
}
