//! `get`, `list`, `count` and their kin.

use diesel::sql_types::{BigInt, Bool};

use super::{Sink, about, load, select};
use crate::error::{Error, Result};
use crate::filter::Criteria;
use crate::model::{ModelMeta, RowReader, Scope};
use crate::session::Executor;
use crate::statement::{BindKey, Condition, Count, Exists, RowLock, Select, Selection};

/// How rows are read, whichever they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reading {
    /// Which of them are there.
    pub(crate) scope: Scope,
    /// How they are locked.
    pub(crate) lock: Option<RowLock>,
}

impl Reading {
    fn check<E: Executor>(self, executor: &E) -> Result<()> {
        self.lock.map_or(Ok(()), |lock| lock.check(executor.dialect()))
    }

    /// The rows that criteria match.
    pub(super) fn of<'a>(self, meta: &'static ModelMeta, criteria: &'a Criteria) -> Selection<'a> {
        Selection::new(meta, Condition::Where(criteria.condition(meta))).within(self.scope)
    }
}

/// The row with a key.
pub(crate) async fn get<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    key: &dyn BindKey,
    reading: Reading,
    rows: &mut dyn Sink,
) -> Result<()> {
    reading.check(executor)?;
    let selection = Selection::new(meta, Condition::Key(key)).within(reading.scope);
    select(executor, selection, reading.lock, rows).await?;
    if rows.len() == 0 { Err(Error::not_found(meta.name)) } else { Ok(()) }
}

/// The only row that matches, if there is one.
pub(crate) async fn get_one_or_none<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    criteria: &Criteria,
    reading: Reading,
    rows: &mut dyn Sink,
) -> Result<()> {
    reading.check(executor)?;
    criteria.check(meta, executor.dialect())?;
    // Two are enough to know that there are too many.
    let select = Select::new(reading.of(meta, criteria)).limit(2).lock(reading.lock);
    load(executor, meta, &select, rows).await?;
    if rows.len() > 1 { Err(Error::multiple_rows(meta.name)) } else { Ok(()) }
}

/// The rows that match, in the order and of the page asked for; all columns, or some.
pub(crate) async fn list<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    criteria: &Criteria,
    reading: Reading,
    columns: Option<&'static [usize]>,
    rows: &mut dyn Sink,
) -> Result<()> {
    reading.check(executor)?;
    criteria.check(meta, executor.dialect())?;
    let select = page(meta, criteria, reading, columns)?;
    load(executor, meta, &select, rows).await
}

/// The same, and how many match in all.
pub(crate) async fn list_and_count<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    criteria: &Criteria,
    reading: Reading,
    columns: Option<&'static [usize]>,
    rows: &mut dyn Sink,
    total: &mut i64,
) -> Result<()> {
    reading.check(executor)?;
    criteria.check(meta, executor.dialect())?;
    let mut select = page(meta, criteria, reading, columns)?;
    let Some(page) = select.page else {
        // Without a page all rows come, and counting them is free.
        load(executor, meta, &select, rows).await?;
        *total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        return Ok(());
    };
    if !criteria.fits_twice(executor.dialect()) {
        load(executor, meta, &select, rows).await?;
        return count(executor, meta, criteria, reading.scope, total).await;
    }
    select.total = true;
    let mut read = |row: &mut RowReader<'_>| {
        *total = row.next::<BigInt, i64>()?;
        rows.read(row)
    };
    executor.load(&select, &mut read).await.map_err(about(meta))?;
    if rows.len() > 0 || (page.offset == 0 && page.limit > 0 && reading.lock.is_none()) {
        return Ok(());
    }
    // No row came that could have carried the number.
    count(executor, meta, criteria, reading.scope, total).await
}

/// How many rows match, whatever the page.
pub(crate) async fn count<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    criteria: &Criteria,
    scope: Scope,
    number: &mut i64,
) -> Result<()> {
    criteria.check(meta, executor.dialect())?;
    let count = Count::new(Reading { scope, lock: None }.of(meta, criteria));
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
    scope: Scope,
    found: &mut bool,
) -> Result<()> {
    criteria.check(meta, executor.dialect())?;
    let selection = Reading { scope, lock: None }.of(meta, criteria);
    let mut read = |row: &mut RowReader<'_>| {
        *found = row.next::<Bool, bool>()?;
        Ok(())
    };
    executor.load(&Exists::new(selection), &mut read).await.map_err(about(meta))
}

fn page<'a>(
    meta: &'static ModelMeta,
    criteria: &'a Criteria,
    reading: Reading,
    columns: Option<&'static [usize]>,
) -> Result<Select<'a>> {
    let order = criteria.order(meta);
    let mut select = Select::new(reading.of(meta, criteria)).lock(reading.lock);
    select.columns = columns;
    select.order = (!order.is_empty()).then_some(order);
    select.page = criteria.limit_offset()?;
    Ok(select)
}
