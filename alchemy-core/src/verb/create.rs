//! `create` and `create_many`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{about, now};
use crate::error::{Error, Result};
use crate::model::{Model, NewRow, Row, check_lengths};
use crate::session::Executor;
use crate::statement::{BindKey, Condition, Insert, Key, Select, rows_per_statement};

/// Inserts a row and returns it as the database has it.
pub(crate) async fn create<M: Model, E: Executor>(executor: &mut E, mut new: M::New) -> Result<M> {
    new.fill();
    check_lengths(M::META, &new)?;
    let rows = insert::<M, E>(executor, std::slice::from_ref(&new), now()).await?;
    rows.into_iter().next().ok_or_else(|| Error::not_found(M::META.name))
}

/// Inserts rows, all or none, and returns them in the same order.
pub(crate) async fn create_many<M: Model, E: Executor>(executor: &mut E, mut news: Vec<M::New>) -> Result<Vec<M>> {
    for new in &mut news {
        new.fill();
        check_lengths(M::META, new)?;
    }
    let per_statement = rows_per_statement(M::META, executor.dialect());
    let several = news.len() > per_statement;
    if several {
        executor.savepoint().await?;
    }
    let result = insert_chunks(executor, &news, per_statement).await;
    if several {
        let ended = executor.end_savepoint(result.is_ok()).await;
        return result.and_then(|rows| ended.map(|()| rows));
    }
    result
}

async fn insert_chunks<M: Model, E: Executor>(
    executor: &mut E,
    news: &[M::New],
    per_statement: usize,
) -> Result<Vec<M>> {
    let now = now();
    let mut created = Vec::with_capacity(news.len());
    for chunk in news.chunks(per_statement) {
        let rows = insert::<M, E>(executor, chunk, now).await?;
        created.extend(in_order_of(chunk, rows));
    }
    Ok(created)
}

/// Inserts rows with one statement and returns them, in the database's order.
async fn insert<M: Model, E: Executor>(executor: &mut E, news: &[M::New], now: DateTime<Utc>) -> Result<Vec<M>> {
    let rows: Vec<&dyn Row> = news.iter().map(|new| new as &dyn Row).collect();
    let insert = Insert { meta: M::META, rows, now };
    if executor.dialect().returning() {
        return executor.load(&insert, M::read).await.map_err(about(M::META));
    }
    executor.execute(&insert).await.map_err(about(M::META))?;
    let ids: Vec<M::Id> = news.iter().filter_map(NewRow::id).collect();
    let keys: Vec<Key<'_, M>> = ids.iter().map(Key).collect();
    let keys: Vec<&dyn BindKey> = keys.iter().map(|key| key as &dyn BindKey).collect();
    let select = Select::new(M::META, Condition::Keys(&keys));
    executor.load(&select, M::read).await.map_err(about(M::META))
}

/// Puts rows that were inserted into the order of what they were made of; databases promise none.
fn in_order_of<M: Model>(news: &[M::New], rows: Vec<M>) -> Vec<M> {
    if news.iter().zip(&rows).all(|(new, row)| new.id().is_none_or(|id| id == row.id())) {
        return rows;
    }
    let mut by_id: HashMap<M::Id, M> = rows.into_iter().map(|row| (row.id(), row)).collect();
    news.iter().filter_map(|new| by_id.remove(&new.id()?)).collect()
}
