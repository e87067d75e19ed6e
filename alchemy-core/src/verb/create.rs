//! `create` and `create_many`.

use super::{about, now};
use crate::error::{Error, Result};
use crate::model::{Model, NewRow, Row, check_lengths};
use crate::session::Executor;
use crate::statement::{Insert, rows_per_statement};

/// Inserts a row and returns it as the database has it.
pub(crate) async fn create<M: Model, E: Executor>(executor: &mut E, mut new: M::New) -> Result<M> {
    new.fill();
    check_lengths(M::META, &new)?;
    let insert = Insert { meta: M::META, rows: vec![&new], now: now() };
    let rows = executor.load(&insert, M::read).await.map_err(about(M::META))?;
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
        let rows: Vec<&dyn Row> = chunk.iter().map(|new| new as &dyn Row).collect();
        let insert = Insert { meta: M::META, rows, now };
        let rows = executor.load(&insert, M::read).await.map_err(about(M::META))?;
        created.extend(in_order_of(chunk, rows));
    }
    Ok(created)
}

/// Puts returned rows into the order of what was inserted: no database promises one for `RETURNING`, though all keep
/// it today.
fn in_order_of<M: Model>(news: &[M::New], mut rows: Vec<M>) -> Vec<M> {
    let in_order =
        news.iter().zip(&rows).all(|(new, row)| new.id().is_none_or(|id| id == row.id())) && news.len() == rows.len();
    if in_order {
        return rows;
    }
    let mut ordered = Vec::with_capacity(rows.len());
    for new in news {
        let Some(id) = new.id() else { continue };
        if let Some(place) = rows.iter().position(|row| row.id() == id) {
            ordered.push(rows.swap_remove(place));
        }
    }
    ordered.append(&mut rows);
    ordered
}
