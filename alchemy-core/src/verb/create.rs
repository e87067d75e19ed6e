//! `create` and `create_many`.

use std::collections::HashMap;
use std::hash::Hash;

use chrono::{DateTime, Utc};

use super::{Sink, about, now};
use crate::error::Result;
use crate::model::{Model, ModelMeta, NewRow, Row, check_lengths as check_row};
use crate::session::Executor;
use crate::statement::{BindKey, Condition, Insert, OwnedKey, Select, rows_per_statement};

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
    let per_statement = rows_per_statement(meta, executor.dialect());
    if news.count() <= per_statement {
        return insert(executor, meta, news, 0..news.count(), now(), rows).await;
    }
    executor.savepoint().await?;
    let result = insert_chunks(executor, meta, news, per_statement, rows).await;
    let ended = executor.end_savepoint(result.is_ok()).await;
    result.and(ended)
}

/// Rows that were inserted, in the order of what they were made of; databases promise none.
pub(crate) fn in_order_of<M: Model>(news: &[M::New], rows: Vec<M>) -> Vec<M> {
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
    per_statement: usize,
    rows: &mut dyn Sink,
) -> Result<()> {
    let now = now();
    for start in (0..news.count()).step_by(per_statement) {
        let chunk = start..news.count().min(start + per_statement);
        insert(executor, meta, news, chunk, now, rows).await?;
    }
    Ok(())
}

/// Inserts rows with one statement.
async fn insert<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    chunk: std::ops::Range<usize>,
    now: DateTime<Utc>,
    rows: &mut dyn Sink,
) -> Result<()> {
    let insert = Insert { meta, rows: chunk.clone().map(|place| news.row(place)).collect(), now };
    if executor.dialect().returning() {
        return executor.load(&insert, &mut |row| rows.read(row)).await.map_err(about(meta));
    }
    executor.execute(&insert).await.map_err(about(meta))?;
    let keys: Vec<_> = chunk.filter_map(|place| news.key(place)).collect();
    let select = Select::new(meta, Condition::Keys(&keys));
    executor.load(&select, &mut |row| rows.read(row)).await.map_err(about(meta))
}
