//! Pages that are found by a row rather than by a number of rows.
//!
//! # What comes after a row
//! The rows after one with the values `v1, v2, …` in an order by `c1, c2, …` are those that come later by `c1`, and of
//! those that are equal by `c1` those that come later by `c2`, and so on. `NULL` is equal to itself and smaller than
//! every value:
//!
//! | | value | `NULL` |
//! |---|---|---|
//! | ascending, later | `c > v` | `c IS NOT NULL` |
//! | ascending, later or equal | `c >= v` | always |
//! | descending, later | `c < v OR c IS NULL` | never |
//! | descending, later or equal | `c <= v OR c IS NULL` | `c IS NULL` |
//!
//! The condition is `c1 later or equal AND (c1 later OR (c2 later or equal AND (c2 later OR …)))`: each value is bound
//! twice, directions may be mixed, and a database can begin with the range of `c1` in an index.

use super::order::OrderTerm;
use super::predicate::{Comparison, Predicate};
use super::{Criteria, Cursor, FilterError, Filters, IntoFilters, SortOrder, Value};
use crate::backend::Dialect;
use crate::error::Result;
use crate::model::{ColumnKind, Model, ModelMeta};

/// A page that begins after a row, wherever that row is by now, or ends before it.
///
/// However many rows there are before it, reading it takes as long as reading the first, if there is an index for the
/// order; only in a descending order by a nullable column, PostgreSQL and SQLite read over those rows. And each row is on
/// one page, whatever other rows come and go while a client turns the pages.
///
/// The order is the one that the filters ask for, and that of the primary key among rows which are equal by it. It may
/// be of several columns, of mixed directions, and of nulls. Columns of JSON and of types of the user's own cannot be
/// in it, and of a text only what fits a [`Cursor`]. Nor can a row be found whose number is infinite or none at all: a
/// page after which there are more rows must not end at one.
///
/// ```
/// # use alchemy_core::prelude::*;
/// # use alchemy_core::filter::{Cursor, Keyset};
/// # #[derive(Debug, Clone, UuidBase)]
/// # #[alchemy(table = "authors")]
/// # pub struct Author { pub id: Uuid, pub name: String, pub dob: Option<NaiveDate> }
/// # fn page(cursor: Option<Cursor>) -> Filters<Author> {
/// let page = match cursor {
///     Some(cursor) => Keyset::at(20, cursor),
///     None => Keyset::first(20),
/// };
/// Filters::new().order_by(Author::DOB.desc()).keyset(page)
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyset {
    limit: i64,
    start: Start,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Start {
    First,
    Last,
    At(Cursor),
}

/// A place in an order, between two rows: the values of a row that is beside it, and on which side of it rows are read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    /// The values of the columns that are ordered by.
    pub(crate) values: Vec<Option<Value>>,
    /// Whether the rows before it are read, and not those after it.
    pub(crate) backwards: bool,
    /// Whether the row itself belongs to them.
    pub(crate) inclusive: bool,
}

impl Keyset {
    /// The first `limit` rows.
    #[must_use]
    pub const fn first(limit: i64) -> Self {
        Self { limit, start: Start::First }
    }

    /// The last `limit` rows.
    #[must_use]
    pub const fn last(limit: i64) -> Self {
        Self { limit, start: Start::Last }
    }

    /// At most `limit` rows, those that a cursor leads to: `next` or `previous` of another page.
    #[must_use]
    pub fn at(limit: i64, cursor: impl Into<Cursor>) -> Self {
        Self { limit, start: Start::At(cursor.into()) }
    }

    /// How many rows at most.
    #[must_use]
    pub const fn limit(&self) -> i64 {
        self.limit
    }

    /// The cursor that leads to the page.
    #[must_use]
    pub const fn cursor(&self) -> Option<&Cursor> {
        match &self.start {
            Start::At(cursor) => Some(cursor),
            Start::First | Start::Last => None,
        }
    }

    /// Whether it is the last page that is asked for.
    pub(crate) fn is_last(&self) -> bool {
        self.start == Start::Last
    }
}

impl<M: Model> IntoFilters<M> for Keyset {
    fn into_filters(self) -> Result<Filters<M>> {
        Ok(Filters::new().keyset(self))
    }
}

impl Criteria {
    /// The same for the rows beyond a place, in an order that is [total](total_order), and without a page. Read
    /// backwards the rows come in the opposite order.
    pub(crate) fn beyond(
        &self,
        meta: &'static ModelMeta,
        order: &[OrderTerm],
        place: Option<&Place>,
        backwards: bool,
    ) -> Self {
        let turn = |term: &OrderTerm| if backwards { term.reversed() } else { *term };
        let order: Vec<_> = order.iter().map(turn).collect();
        let predicate = match place {
            Some(place) => self.predicate.clone().and(beyond(meta, &order, place)),
            None => self.predicate.clone(),
        };
        Self { predicate, order, page: None, is_page_implied: false, varies: self.varies }
    }
}

/// The order that tells all rows apart: what is asked for, and after it the primary key, in the direction of the term
/// before it.
///
/// # Errors
/// When a column cannot be ordered by here, or the rows cannot be told apart.
pub(crate) fn total_order(
    meta: &'static ModelMeta,
    asked: &[OrderTerm],
) -> Result<Vec<OrderTerm>, FilterError> {
    let direction = asked.last().map_or(SortOrder::Asc, |term| term.order);
    let key = meta.primary_key.iter().map(|&column| OrderTerm { column, order: direction });
    let mut order: Vec<OrderTerm> = Vec::new();
    for term in asked.iter().copied().chain(key) {
        if order.iter().any(|earlier| earlier.column == term.column) {
            continue;
        }
        let column = &meta.columns[term.column];
        if matches!(column.kind, ColumnKind::Json | ColumnKind::Custom) {
            return Err(FilterError::NotSortable { field: column.field.to_owned(), allowed: Vec::new() });
        }
        order.push(term);
    }
    if tells_rows_apart(meta, &order) {
        return Ok(order);
    }
    Err(FilterError::invalid_value(
        "order",
        format!("by fields that tell the rows of `{}` apart, as it has no primary key", meta.name),
    ))
}

/// Whether a primary key or a unique constraint without nulls is in the order.
fn tells_rows_apart(meta: &ModelMeta, order: &[OrderTerm]) -> bool {
    let ordered = |&column: &usize| order.iter().any(|term| term.column == column);
    let unique = |columns: &[usize]| {
        !columns.is_empty() && columns.iter().all(|column| ordered(column) && !meta.columns[*column].nullable)
    };
    unique(meta.primary_key) || meta.uniques.iter().any(|constraint| unique(constraint.columns))
}

/// Refuses a value by which rows cannot be found again.
///
/// MariaDB orders by the beginnings of texts (`max_sort_length`), and would have rows before this one that are greater
/// than it. What is no number is bound to no statement: the databases do not agree on how it compares.
///
/// # Errors
/// [`FilterError::TooLong`] or [`FilterError::InvalidValue`], naming the field.
pub(crate) fn check_sorted(
    meta: &'static ModelMeta,
    order: &[OrderTerm],
    values: &[Option<Value>],
    dialect: Dialect,
) -> Result<(), FilterError> {
    // 4096 bytes, as each connection has it, of which no collation takes more than 16 for a character.
    const MAX: usize = 255;

    let found = |is: &dyn Fn(&Value) -> bool| {
        let mut values = order.iter().zip(values);
        let term = values.find(|(_, value)| value.as_ref().is_some_and(is)).map(|(term, _)| term);
        term.map(|term| meta.columns[term.column].field)
    };
    let endless = |value: &Value| match value {
        Value::Float(number) => !number.is_finite(),
        Value::Double(number) => !number.is_finite(),
        _ => false,
    };
    if let Some(field) = found(&endless) {
        return Err(FilterError::invalid_value(field, "finite in a row at which a page ends"));
    }
    let long = |value: &Value| match value {
        Value::Text(text) => text.chars().nth(MAX).is_some(),
        Value::Binary(bytes) => bytes.len() > MAX * 4,
        _ => false,
    };
    if dialect != Dialect::Mysql {
        return Ok(());
    }
    match found(&long) {
        Some(field) => Err(FilterError::TooLong { what: field.to_owned(), max: MAX }),
        None => Ok(()),
    }
}

/// The rows of which `order` reads as those beyond a place.
fn beyond(meta: &ModelMeta, order: &[OrderTerm], place: &Place) -> Predicate {
    // Those that are equal by all terms.
    let equal = if place.inclusive { Predicate::Everything } else { Predicate::Nothing };
    order.iter().zip(&place.values).rev().fold(equal, |beyond, (term, value)| match beyond {
        Predicate::Everything => later(meta, *term, value, true),
        Predicate::Nothing => later(meta, *term, value, false),
        beyond => {
            let strictly = later(meta, *term, value, false);
            later(meta, *term, value, true).and(strictly.or(beyond))
        }
    })
}

/// The rows that come later by one term, or are equal by it where that is asked for.
fn later(meta: &ModelMeta, term: OrderTerm, value: &Option<Value>, or_equal: bool) -> Predicate {
    let column = term.column;
    let null = |negated| Predicate::Null { column, negated };
    match (term.order, value) {
        (SortOrder::Asc, Some(value)) => {
            let comparison = if or_equal { Comparison::Ge } else { Comparison::Gt };
            Predicate::compare(column, comparison, value.clone())
        }
        (SortOrder::Asc, None) if or_equal => Predicate::Everything,
        (SortOrder::Asc, None) => null(true),
        (SortOrder::Desc, Some(value)) => {
            let comparison = if or_equal { Comparison::Le } else { Comparison::Lt };
            let smaller = Predicate::compare(column, comparison, value.clone());
            if meta.columns[column].nullable { smaller.or(null(false)) } else { smaller }
        }
        (SortOrder::Desc, None) if or_equal => null(false),
        (SortOrder::Desc, None) => Predicate::Nothing,
    }
}
