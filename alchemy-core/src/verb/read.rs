//! `get`, `list`, `count` and their kin.

use diesel::QueryResult;
use diesel::sql_types::{BigInt, Bool};

use super::about;
use crate::error::{Error, Result};
use crate::filter::{Criteria, Filters};
use crate::model::{Model, ModelMeta, RowReader};
use crate::session::Executor;
use crate::statement::{Condition, Count, Exists, Key, Select};

/// The row with a key.
pub(crate) async fn get<M: Model, E: Executor>(executor: &mut E, id: &M::Id) -> Result<M> {
    let key = Key::<M>(id);
    let select = Select::new(M::META, Condition::Key(&key));
    let rows = executor.load(&select, M::read).await.map_err(about(M::META))?;
    rows.into_iter().next().ok_or_else(|| Error::not_found(M::META.name))
}

/// The only row that matches.
pub(crate) async fn get_one<M: Model, E: Executor>(executor: &mut E, filters: &Filters<M>) -> Result<M> {
    get_one_or_none(executor, filters).await?.ok_or_else(|| Error::not_found(M::META.name))
}

/// The only row that matches, if there is one.
pub(crate) async fn get_one_or_none<M: Model, E: Executor>(
    executor: &mut E,
    filters: &Filters<M>,
) -> Result<Option<M>> {
    let criteria = filters.criteria();
    // Two are enough to know that there are too many.
    let select = Select::new(M::META, Condition::Where(criteria.condition(M::META))).limit(2);
    let mut rows = executor.load(&select, M::read).await.map_err(about(M::META))?;
    let row = rows.pop();
    if rows.is_empty() { Ok(row) } else { Err(Error::multiple_rows(M::META.name)) }
}

/// The rows that match, in the order and of the page asked for.
pub(crate) async fn list<M: Model, E: Executor>(executor: &mut E, filters: &Filters<M>) -> Result<Vec<M>> {
    list_columns::<M, M, E>(executor, filters, None, M::read).await
}

/// The same, reading some columns only.
pub(crate) async fn list_columns<M: Model, T: Send, E: Executor>(
    executor: &mut E,
    filters: &Filters<M>,
    columns: Option<&'static [usize]>,
    read: fn(&mut RowReader<'_>) -> QueryResult<T>,
) -> Result<Vec<T>> {
    let select = page::<M>(filters, columns);
    executor.load(&select, read).await.map_err(about(M::META))
}

/// The rows of a page, and how many match in all.
pub(crate) async fn list_and_count<M: Model, T: Send, E: Executor>(
    executor: &mut E,
    filters: &Filters<M>,
    columns: Option<&'static [usize]>,
    read: fn(&mut RowReader<'_>) -> QueryResult<T>,
) -> Result<(Vec<T>, i64)> {
    let mut select = page::<M>(filters, columns);
    let Some(page) = filters.page() else {
        // Without a page all rows come, and counting them is free.
        let rows = executor.load(&select, read).await.map_err(about(M::META))?;
        let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        return Ok((rows, total));
    };
    select.total = true;
    let mut total = None;
    let rows = executor
        .load(&select, |row| {
            total = Some(row.next::<BigInt, i64>()?);
            read(row)
        })
        .await
        .map_err(about(M::META))?;
    let total = match total {
        Some(total) => total,
        None if page.offset == 0 && page.limit > 0 => 0,
        // No row came that could have carried the number.
        None => count(executor, filters.criteria(), M::META).await?,
    };
    Ok((rows, total))
}

/// How many rows match, whatever the page.
pub(crate) async fn count<E: Executor>(
    executor: &mut E,
    criteria: &Criteria,
    meta: &'static ModelMeta,
) -> Result<i64> {
    let count = Count { meta, condition: Condition::Where(criteria.condition(meta)) };
    let rows = executor.load(&count, |row| row.next::<BigInt, i64>()).await.map_err(about(meta))?;
    Ok(rows.into_iter().next().unwrap_or_default())
}

/// Whether a row matches.
pub(crate) async fn exists<E: Executor>(
    executor: &mut E,
    criteria: &Criteria,
    meta: &'static ModelMeta,
) -> Result<bool> {
    let exists = Exists { meta, condition: Condition::Where(criteria.condition(meta)) };
    let rows = executor.load(&exists, |row| row.next::<Bool, bool>()).await.map_err(about(meta))?;
    Ok(rows.into_iter().next().unwrap_or_default())
}

fn page<'a, M: Model>(filters: &'a Filters<M>, columns: Option<&'static [usize]>) -> Select<'a> {
    let criteria = filters.criteria();
    let order = criteria.order(M::META);
    let mut select = Select::new(M::META, Condition::Where(criteria.condition(M::META)));
    select.columns = columns;
    select.order = (!order.is_empty()).then_some(order);
    select.page = filters.page();
    select
}
