//! `create` and `create_many`.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use chrono::{DateTime, Utc};

use super::{Sink, about, now};
use crate::backend::Dialect;
use crate::error::Result;
use crate::model::{ModelMeta, NewRow, Row, Writable, check_row};
use crate::session::Executor;
use crate::statement::{BindKey, Condition, Insert, OwnedKey, Select, rows_that_fit};

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
        Some(Box::new(OwnedKey::<N::Model>(self[place].id()?)))
    }
}

/// Checks the lengths of new rows' texts, before a transaction is begun for them.
pub(crate) fn check_lengths(meta: &'static ModelMeta, news: &dyn NewRows) -> Result<()> {
    (0..news.count()).try_for_each(|place| check_row(meta, news.row(place)))
}

/// Inserts rows, all or none, and reads them as the database has them, in its own order.
pub(crate) async fn create<E: Executor>(
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
    executor.savepoint().await?;
    let result = insert_chunks(executor, meta, news, first, rows).await;
    let ended = executor.end_savepoint(result.is_ok()).await;
    result.and(ended)
}

/// Rows that were inserted, in the order of what they were made of; databases promise none.
pub(crate) fn in_order_of<M: Writable>(news: &[M::New], rows: Vec<M>) -> Vec<M> {
    let mut wanted = Vec::with_capacity(news.len());
    for new in news {
        wanted.push(new.id());
    }
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.push(row.id());
    }
    let Some(places) = places(&wanted, &found) else { return rows };
    let mut unordered = Vec::with_capacity(rows.len());
    for row in rows {
        unordered.push(Some(row));
    }
    let mut ordered = Vec::with_capacity(unordered.len());
    for place in places {
        if let Some(row) = unordered[place].take() {
            ordered.push(row);
        }
    }
    ordered
}

/// Where each of the keys wanted was found; `None` where they were found in order.
fn places<I: Eq + Hash>(wanted: &[Option<I>], found: &[I]) -> Option<Vec<usize>> {
    if wanted.iter().zip(found).all(|(wanted, found)| wanted.as_ref().is_none_or(|wanted| wanted == found)) {
        return None;
    }
    let by_key: HashMap<&I, usize> = found.iter().enumerate().map(|(place, key)| (key, place)).collect();
    Some(wanted.iter().filter_map(|key| by_key.get(key.as_ref()?).copied()).collect())
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

/// The rows from `start` on that go into one statement.
fn chunk(dialect: Dialect, meta: &'static ModelMeta, news: &dyn NewRows, start: usize) -> Range<usize> {
    let rest = start..news.count();
    start..start + rows_that_fit(meta, dialect, rest.map(|place| news.row(place)))
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
        return executor.load(&insert, &mut |row| rows.read(row)).await.map_err(about(meta));
    }
    executor.execute(&insert).await.map_err(about(meta))?;
    let keys: Vec<_> = chunk.filter_map(|place| news.key(place)).collect();
    let select = Select::new(meta, Condition::Keys(&keys));
    executor.load(&select, &mut |row| rows.read(row)).await.map_err(about(meta))
}
