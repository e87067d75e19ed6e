//! Conditions and orderings made from the handles of columns.

use super::predicate::{Comparison, Place, Predicate};
use super::{Filter, NullableOperand, Operand, OrderBy, SortOrder, TextColumn};
use crate::model::{Column, Model};

/// Conditions.
impl<M: Model, T> Column<M, T> {
    /// The column is equal to the value; `None` asks for `NULL`.
    #[must_use]
    pub fn eq(self, value: impl NullableOperand<T>) -> Filter<M> {
        Filter::new(Predicate::equal(self.index(), value.into_nullable_operand(), false))
    }

    /// The column is not equal to the value; `NULL` is not equal to any value. `None` asks for any value but `NULL`.
    #[must_use]
    pub fn ne(self, value: impl NullableOperand<T>) -> Filter<M> {
        Filter::new(Predicate::equal(self.index(), value.into_nullable_operand(), true))
    }

    /// The column is greater than the value.
    #[must_use]
    pub fn gt(self, value: impl Operand<T>) -> Filter<M> {
        self.compare(Comparison::Gt, value)
    }

    /// The column is greater than the value or equal to it.
    #[must_use]
    pub fn ge(self, value: impl Operand<T>) -> Filter<M> {
        self.compare(Comparison::Ge, value)
    }

    /// The column is less than the value.
    #[must_use]
    pub fn lt(self, value: impl Operand<T>) -> Filter<M> {
        self.compare(Comparison::Lt, value)
    }

    /// The column is less than the value or equal to it.
    #[must_use]
    pub fn le(self, value: impl Operand<T>) -> Filter<M> {
        self.compare(Comparison::Le, value)
    }

    /// The column is within the bounds, which are included.
    #[must_use]
    pub fn between(self, low: impl Operand<T>, high: impl Operand<T>) -> Filter<M> {
        let (low, high) = (low.into_operand(), high.into_operand());
        Filter::new(Predicate::Between { column: self.index(), low, high })
    }

    /// The column is equal to one of the values; `None` among them asks for `NULL` as well. Without values, no row
    /// matches.
    #[must_use]
    pub fn is_in<V: NullableOperand<T>>(self, values: impl IntoIterator<Item = V>) -> Filter<M> {
        self.one_of(values, false)
    }

    /// The column is equal to none of the values, or is `NULL` unless `None` is among them. Without values, every
    /// row matches.
    #[must_use]
    pub fn not_in<V: NullableOperand<T>>(self, values: impl IntoIterator<Item = V>) -> Filter<M> {
        self.one_of(values, true)
    }

    /// The column is `NULL`.
    #[must_use]
    pub fn is_null(self) -> Filter<M> {
        Filter::new(Predicate::Null { column: self.index(), negated: false })
    }

    /// The column is not `NULL`.
    #[must_use]
    pub fn is_not_null(self) -> Filter<M> {
        Filter::new(Predicate::Null { column: self.index(), negated: true })
    }

    fn compare(self, comparison: Comparison, value: impl Operand<T>) -> Filter<M> {
        Filter::new(Predicate::compare(self.index(), comparison, value.into_operand()))
    }

    fn one_of<V: NullableOperand<T>>(self, values: impl IntoIterator<Item = V>, negated: bool) -> Filter<M> {
        let values = values.into_iter().map(V::into_nullable_operand);
        Filter::new(Predicate::one_of(self.index(), values, negated))
    }
}

/// Matches of a part of a text. The text is taken as it is: `%` and `_` have no special meaning.
impl<M: Model, T: TextColumn> Column<M, T> {
    /// The column contains the text, in the same case.
    #[must_use]
    pub fn contains(self, text: impl AsRef<str>) -> Filter<M> {
        self.text(Place::Anywhere, text.as_ref(), false)
    }

    /// The column contains the text, in any case.
    #[must_use]
    pub fn icontains(self, text: impl AsRef<str>) -> Filter<M> {
        self.text(Place::Anywhere, text.as_ref(), true)
    }

    /// The column begins with the text, in the same case.
    #[must_use]
    pub fn starts_with(self, text: impl AsRef<str>) -> Filter<M> {
        self.text(Place::Start, text.as_ref(), false)
    }

    /// The column begins with the text, in any case.
    #[must_use]
    pub fn istarts_with(self, text: impl AsRef<str>) -> Filter<M> {
        self.text(Place::Start, text.as_ref(), true)
    }

    /// The column ends with the text, in the same case.
    #[must_use]
    pub fn ends_with(self, text: impl AsRef<str>) -> Filter<M> {
        self.text(Place::End, text.as_ref(), false)
    }

    /// The column ends with the text, in any case.
    #[must_use]
    pub fn iends_with(self, text: impl AsRef<str>) -> Filter<M> {
        self.text(Place::End, text.as_ref(), true)
    }

    fn text(self, place: Place, text: &str, ignore_case: bool) -> Filter<M> {
        Filter::new(Predicate::text(self.index(), place, text, ignore_case))
    }
}

/// Orderings.
impl<M: Model, T> Column<M, T> {
    /// Smallest first.
    #[must_use]
    pub fn asc(self) -> OrderBy<M> {
        OrderBy::new(self, SortOrder::Asc)
    }

    /// Greatest first.
    #[must_use]
    pub fn desc(self) -> OrderBy<M> {
        OrderBy::new(self, SortOrder::Desc)
    }
}
