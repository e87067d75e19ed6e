//! `get`, `list`, `count` and their kin.

use diesel::sql_types::{BigInt, Bool};

use super::{Sink, about};
use crate::error::{Error, Result};
use crate::filter::Criteria;
use crate::model::{ModelMeta, RowReader};
use crate::session::Executor;
use crate::statement::{BindKey, Condition, Count, Exists, Keep, Select};

/// The row with a key.
pub(crate) async fn get<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    key: &dyn BindKey,
    rows: &mut dyn Sink,
) -> Result<()> {
    let select = Select::new(meta, Condition::Key(key));
    executor.load(&select, &mut |row| rows.read(row)).await.map_err(about(meta))?;
    if rows.len() == 0 { Err(Error::not_found(meta.name)) } else { Ok(()) }
}

/// The only row that matches, if there is one.
pub(crate) async fn get_one_or_none<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    criteria: &Criteria,
    rows: &mut dyn Sink,
) -> Result<()> {
    criteria.check(meta, executor.dialect())?;
    // Two are enough to know that there are too many.
    let select = Select::new(meta, Condition::Where(criteria.condition(meta))).limit(2);
    executor.load(&select, &mut |row| rows.read(row)).await.map_err(about(meta))?;
    if rows.len() > 1 { Err(Error::multiple_rows(meta.name)) } else { Ok(()) }
}

/// The rows that match, in the order and of the page asked for; all columns, or some.
pub(crate) async fn list<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    criteria: &Criteria,
    columns: Option<&'static [usize]>,
    rows: &mut dyn Sink,
) -> Result<()> {
    criteria.check(meta, executor.dialect())?;
    let select = page(meta, criteria, columns);
    executor.load(&select, &mut |row| rows.read(row)).await.map_err(about(meta))
}

/// The same, and how many match in all.
pub(crate) async fn list_and_count<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    criteria: &Criteria,
    columns: Option<&'static [usize]>,
    rows: &mut dyn Sink,
    total: &mut i64,
) -> Result<()> {
    criteria.check(meta, executor.dialect())?;
    let mut select = page(meta, criteria, columns);
    let Some(page) = criteria.page else {
        // Without a page all rows come, and counting them is free.
        executor.load(&select, &mut |row| rows.read(row)).await.map_err(about(meta))?;
        *total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        return Ok(());
    };
    if !criteria.fits_twice(executor.dialect()) {
        executor.load(&select, &mut |row| rows.read(row)).await.map_err(about(meta))?;
        return count(executor, meta, criteria, total).await;
    }
    select.total = true;
    let mut read = |row: &mut RowReader<'_>| {
        *total = row.next::<BigInt, i64>()?;
        rows.read(row)
    };
    executor.load(&select, &mut read).await.map_err(about(meta))?;
    if rows.len() > 0 || (page.offset == 0 && page.limit > 0) {
        return Ok(());
    }
    // No row came that could have carried the number.
    count(executor, meta, criteria, total).await
}

/// How many rows match, whatever the page.
pub(crate) async fn count<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    criteria: &Criteria,
    number: &mut i64,
) -> Result<()> {
    criteria.check(meta, executor.dialect())?;
    let condition = Condition::Where(criteria.condition(meta));
    let count = Count { meta, condition, keep: Keep::default() };
    let mut read = |row: &mut RowReader<'_>| {
        *number = row.next::<BigInt, i64>()?;
        Ok(())
    };
    executor.load(&count, &mut read).await.map_err(about(meta))
}

/// Whether a row matches.
pub(crate) async fn exists<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    criteria: &Criteria,
    found: &mut bool,
) -> Result<()> {
    criteria.check(meta, executor.dialect())?;
    let condition = Condition::Where(criteria.condition(meta));
    let exists = Exists { meta, condition, keep: Keep::default() };
    let mut read = |row: &mut RowReader<'_>| {
        *found = row.next::<Bool, bool>()?;
        Ok(())
    };
    executor.load(&exists, &mut read).await.map_err(about(meta))
}

fn page<'a>(
    meta: &'static ModelMeta,
    criteria: &'a Criteria,
    columns: Option<&'static [usize]>,
) -> Select<'a> {
    let order = criteria.order(meta);
    let mut select = Select::new(meta, Condition::Where(criteria.condition(meta)));
    select.columns = columns;
    select.order = (!order.is_empty()).then_some(order);
    select.page = criteria.page;
    select
}
