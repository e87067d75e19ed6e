//! `list_page`: pages that are found by a row.

use std::borrow::Cow;

use diesel::QueryResult;

use super::read::Reading;
use super::{Sink, about};
use crate::error::Result;
use crate::filter::{
    Criteria, CursorKey, CursorOf, FilterError, OrderTerm, Place, Value, check_sorted, total_order,
};
use crate::model::{ColumnKind, ModelMeta, RowReader};
use crate::schema::CursorPage;
use crate::session::Executor;
use crate::statement::Select;

/// What a page is besides its rows.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    limit: i64,
    next: Option<String>,
    previous: Option<String>,
    /// Whether the rows were read in the opposite order.
    reversed: bool,
}

impl Ends {
    /// The page of these rows, as they were read.
    pub(crate) fn page<T>(self, mut rows: Vec<T>) -> CursorPage<T> {
        if self.reversed {
            rows.reverse();
        }
        CursorPage { items: rows, next: self.next, previous: self.previous, limit: self.limit }
    }
}

/// Reads a page, of all columns or of some, and what leads to the pages beside it: 1 statement.
#[allow(clippy::too_many_arguments)] // Each is something else that a list is made of.
pub(crate) async fn page<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    criteria: &Criteria,
    reading: Reading,
    columns: Option<&'static [usize]>,
    key: &CursorKey,
    rows: &mut dyn Sink,
    ends: &mut Ends,
) -> Result<()> {
    let keyset = criteria.keyset()?;
    let order = total_order(meta, &criteria.order)?;
    let cursors = CursorOf { key, meta, order: &order, dialect: executor.dialect() };
    let place = keyset.cursor().map(|cursor| cursors.open(cursor)).transpose()?;
    let backwards = place.as_ref().map_or(keyset.is_last(), |place| place.backwards);

    let beyond = criteria.beyond(meta, &order, place.as_ref(), backwards);
    let mut window = Window::new(rows, keyset.limit());
    // One more than the page has, to know whether there are more.
    let limit = keyset.limit().saturating_add(1);
    read_sorted(executor, meta, &beyond, reading, columns, limit, &mut window).await?;

    let Window { first, last, more, .. } = window;
    let seal = |values: Values, backwards: bool| -> Result<String, FilterError> {
        check_sorted(meta, &order, &values, executor.dialect())?;
        cursors.seal(&Place { values, backwards, inclusive: false })
    };
    let onwards = match last.filter(|_| more) {
        Some(values) => Some(seal(values, backwards)?),
        None => None,
    };
    let back = match place {
        Some(place) => match first.and_then(|values| seal(values, !backwards).ok()) {
            Some(cursor) => Some(cursor),
            // Where no row lies beyond the place any more, or the first is too long to be found again, the other side of
            // the place itself is what lies behind.
            None => {
                let inclusive = !place.inclusive;
                Some(cursors.seal(&Place { backwards: !backwards, inclusive, ..place })?)
            }
        },
        None => None,
    };
    let (next, previous) = if backwards { (back, onwards) } else { (onwards, back) };
    *ends = Ends { limit: keyset.limit(), next, previous, reversed: backwards };
    Ok(())
}

/// Reads the first rows in a [total order](total_order): all columns, or some.
pub(super) async fn read_sorted<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    criteria: &Criteria,
    reading: Reading,
    columns: Option<&'static [usize]>,
    limit: i64,
    window: &mut Window<'_>,
) -> Result<()> {
    if let Some(lock) = reading.lock {
        lock.check(executor.dialect())?;
    }
    criteria.check(meta, executor.dialect())?;
    let columns = window.find(meta, &criteria.order, columns);
    let mut select = Select::new(reading.of(meta, criteria)).limit(limit).lock(reading.lock);
    select.columns = columns.as_deref();
    select.order = Some(criteria.order(meta));
    executor.load(&select, &mut |row| window.read(row)).await.map_err(about(meta))
}

/// The values of the columns that are ordered by.
pub(super) type Values = Vec<Option<Value>>;

/// Passes on as many rows as a page has, and keeps the places of the first and the last of them.
pub(super) struct Window<'a> {
    rows: &'a mut dyn Sink,
    limit: usize,
    /// Where in a row the columns are that are ordered by.
    sorted: Vec<(usize, ColumnKind)>,
    read: usize,
    /// The values of the first row.
    pub(super) first: Option<Values>,
    /// The values of the last row of a full page.
    pub(super) last: Option<Values>,
    /// Whether there was a row more.
    pub(super) more: bool,
}

impl<'a> Window<'a> {
    pub(super) fn new(rows: &'a mut dyn Sink, limit: i64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Self { rows, limit, sorted: Vec::new(), read: 0, first: None, last: None, more: false }
    }

    /// How many rows were passed on.
    pub(super) fn len(&self) -> usize {
        self.read
    }

    /// Finds the columns that are ordered by, which are read after those that are asked for where they are not among
    /// them.
    fn find(
        &mut self,
        meta: &'static ModelMeta,
        order: &[OrderTerm],
        columns: Option<&'static [usize]>,
    ) -> Option<Cow<'static, [usize]>> {
        let mut columns = columns.map(Cow::Borrowed);
        self.sorted = order
            .iter()
            .map(|term| {
                let at = match &mut columns {
                    None => term.column,
                    Some(columns) => {
                        columns.iter().position(|&column| column == term.column).unwrap_or_else(|| {
                            columns.to_mut().push(term.column);
                            columns.len() - 1
                        })
                    }
                };
                (at, meta.columns[term.column].kind)
            })
            .collect();
        columns
    }

    fn read(&mut self, row: &mut RowReader<'_>) -> QueryResult<()> {
        if self.read == self.limit {
            self.more = true;
            return Ok(());
        }
        self.read += 1;
        if self.read == 1 {
            self.first = Some(self.values(row)?);
        }
        if self.read == self.limit {
            self.last = Some(self.values(row)?);
        }
        self.rows.read(row)
    }

    fn values(&self, row: &RowReader<'_>) -> QueryResult<Values> {
        self.sorted.iter().map(|&(at, kind)| row.value(at, kind)).collect()
    }
}
