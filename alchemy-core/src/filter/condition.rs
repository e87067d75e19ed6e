//! Conditions on the rows of a model.

use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use super::IntoFilter;
use super::predicate::Predicate;
use crate::model::Model;

/// A condition on the rows of `M`.
///
/// Made by the methods of [`Column`](crate::model::Column) (`Author::NAME.eq("Ann")`), by the filters that name
/// their field as text, or from an expression of Diesel; put together with [`and`](Filter::and), [`or`](Filter::or)
/// and [`not`](Filter::not), or with `&`, `|` and `!`.
///
/// It is an expression of Diesel itself, so that it can stand in the user's own queries:
///
/// ```
/// # use alchemy_core::prelude::*;
/// # #[derive(Debug, Clone, UuidBase)]
/// # #[alchemy(table = "authors")]
/// # pub struct Author { pub id: Uuid, pub name: String, pub email: Option<String>, pub dob: Option<NaiveDate> }
/// use alchemy_core::diesel::prelude::*;
///
/// let ann = Author::NAME.eq("Ann").or(authors::dob.is_null());
/// let query = authors::table.filter(ann).select(authors::id);
/// # let _ = query;
/// ```
///
/// There its type is `Nullable<Bool>`, for a comparison is neither true nor false of a row with `NULL` in the column.
/// Diesel's own `not()` leaves such rows out; negate with [`not`](Filter::not) or `!` before.
pub struct Filter<M> {
    pub(super) predicate: Predicate,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Filter<M> {
    pub(super) fn new(predicate: Predicate) -> Self {
        Self { predicate, model: PhantomData }
    }

    /// The condition that every row matches.
    #[must_use]
    pub fn everything() -> Self {
        Self::new(Predicate::Everything)
    }

    /// The condition that no row matches.
    #[must_use]
    pub fn nothing() -> Self {
        Self::new(Predicate::Nothing)
    }

    /// Matches the rows that all of the conditions match; every row where there are none.
    pub fn all_of(conditions: impl IntoIterator<Item = Self>) -> Self {
        let conditions = conditions.into_iter().map(|condition| condition.predicate);
        Self::new(conditions.fold(Predicate::Everything, Predicate::and))
    }

    /// Matches the rows that one of the conditions matches; no row where there are none.
    pub fn any_of(conditions: impl IntoIterator<Item = Self>) -> Self {
        let conditions = conditions.into_iter().map(|condition| condition.predicate);
        Self::new(conditions.fold(Predicate::Nothing, Predicate::or))
    }

    /// Matches the rows that both match.
    #[must_use]
    pub fn and(self, other: impl IntoFilter<M>) -> Self {
        Self::new(self.predicate.and(other.into_filter().predicate))
    }

    /// Matches the rows that one or both match.
    #[must_use]
    pub fn or(self, other: impl IntoFilter<M>) -> Self {
        Self::new(self.predicate.or(other.into_filter().predicate))
    }

    /// Matches the rows that this does not match, those with `NULL` in a column it looks at included.
    #[must_use]
    #[allow(clippy::should_implement_trait)] // It does; this spares an import of the trait.
    pub fn not(self) -> Self {
        Self::new(self.predicate.negate(M::META))
    }
}

impl<M: Model, R: IntoFilter<M>> BitAnd<R> for Filter<M> {
    type Output = Self;

    fn bitand(self, other: R) -> Self {
        self.and(other)
    }
}

impl<M: Model, R: IntoFilter<M>> BitOr<R> for Filter<M> {
    type Output = Self;

    fn bitor(self, other: R) -> Self {
        self.or(other)
    }
}

impl<M: Model> Not for Filter<M> {
    type Output = Self;

    fn not(self) -> Self {
        Self::not(self)
    }
}

impl<M> Clone for Filter<M> {
    fn clone(&self) -> Self {
        Self { predicate: self.predicate.clone(), model: PhantomData }
    }
}

impl<M> std::fmt::Debug for Filter<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Filter").field(&self.predicate).finish()
    }
}
