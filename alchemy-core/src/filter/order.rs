//! Orderings.

use std::marker::PhantomData;

use super::{FilterError, by_name};
use crate::model::{Column, Model};

/// An ordering by one column.
///
/// `NULL` counts as smaller than every value, on every database: it comes first in ascending order, last in descending
/// order. An index for such an ordering of a nullable column on PostgreSQL says `NULLS FIRST`.
pub struct OrderBy<M> {
    pub(super) term: OrderTerm,
    model: PhantomData<fn() -> M>,
}

/// A direction of an ordering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortOrder {
    /// Smallest first.
    #[default]
    Asc,
    /// Greatest first.
    Desc,
}

/// An ordering without the model's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OrderTerm {
    pub(crate) column: usize,
    pub(crate) order: SortOrder,
}

impl OrderTerm {
    /// The same in the other direction.
    pub(crate) const fn reversed(self) -> Self {
        let order = match self.order {
            SortOrder::Asc => SortOrder::Desc,
            SortOrder::Desc => SortOrder::Asc,
        };
        Self { column: self.column, order }
    }
}

impl<M: Model> OrderBy<M> {
    /// Orders by a column; [`Column::asc`] and [`Column::desc`] are shorter.
    #[must_use]
    pub fn new<T>(column: Column<M, T>, order: SortOrder) -> Self {
        Self { term: OrderTerm { column: column.index(), order }, model: PhantomData }
    }

    /// Orders by a field that is known by name only.
    ///
    /// # Errors
    /// When the model has no such field.
    pub fn field(field: &str, order: SortOrder) -> Result<Self, FilterError> {
        let column = by_name::column(M::META, field)?;
        Ok(Self { term: OrderTerm { column, order }, model: PhantomData })
    }
}

impl SortOrder {
    /// Reads `asc` or `desc`, in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            _ if text.eq_ignore_ascii_case("asc") => Some(Self::Asc),
            _ if text.eq_ignore_ascii_case("desc") => Some(Self::Desc),
            _ => None,
        }
    }
}

impl<M> Clone for OrderBy<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for OrderBy<M> {}

impl<M> std::fmt::Debug for OrderBy<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("OrderBy").field(&self.term).finish()
    }
}
