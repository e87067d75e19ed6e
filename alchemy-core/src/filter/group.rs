//! Conditions put together, of which some are known by name only.

use super::{Filter, FilterError, Filters, IntoFilters};
use crate::error::Result;
use crate::model::Model;

/// Conditions that a row must match together, or one of which it must match.
///
/// A member is anything that gives a condition: a filter that names its field as text, a [`Filter`], an expression of
/// Diesel, another group. An ordering or a page has no place in one and is an error. Without members a group of
/// [`and_`](FilterGroup::and_) matches every row, one of [`or_`](FilterGroup::or_) none.
///
/// ```
/// # use alchemy_core::prelude::*;
/// # #[derive(Debug, Clone, UuidBase)]
/// # #[alchemy(table = "authors")]
/// # pub struct Author { pub id: Uuid, pub name: String, pub email: Option<String>, pub dob: Option<NaiveDate> }
/// use alchemy_core::filter::{FilterGroup, NullFilter};
///
/// let group = FilterGroup::or_()
///     .with(SearchFilter::new("name", "ann"))
///     .with(FilterGroup::and_().with(NullFilter::new("email")).with(Author::DOB.is_not_null()));
/// let filter: Filter<Author> = group.resolve()?;
/// # let _ = filter;
/// # Ok::<(), Error>(())
/// ```
#[must_use = "it is a condition once it is resolved, or given where filters are asked for"]
pub struct FilterGroup<M> {
    any: bool,
    condition: Result<Filter<M>>,
}

impl<M: Model> FilterGroup<M> {
    /// A row must match all members.
    pub fn and_() -> Self {
        Self { any: false, condition: Ok(Filter::everything()) }
    }

    /// A row must match one member or more.
    pub fn or_() -> Self {
        Self { any: true, condition: Ok(Filter::nothing()) }
    }

    /// Adds a member. What is wrong with it is said when the group is resolved.
    pub fn with(self, member: impl IntoFilters<M>) -> Self {
        let condition = self.condition.and_then(|group| {
            let member = member.into_condition()?;
            let predicate = match self.any {
                true => group.predicate.or(member.predicate),
                false => group.predicate.and(member.predicate),
            };
            Ok(Filter::new(predicate))
        });
        Self { any: self.any, condition }
    }

    /// The condition.
    ///
    /// # Errors
    /// The first that a member had: a field that does not exist, a value that does not fit, an ordering, a page.
    pub fn resolve(self) -> Result<Filter<M>> {
        self.condition
    }
}

/// The condition of filters that are nothing else.
pub(super) fn condition_only<M: Model>(filters: Filters<M>) -> Result<Filter<M>, FilterError> {
    let criteria = filters.criteria();
    if criteria.page.is_some() {
        return Err(FilterError::UnexpectedPage);
    }
    if !criteria.order.is_empty() {
        return Err(FilterError::UnexpectedOrder);
    }
    Ok(filters.condition())
}

impl<M> Clone for FilterGroup<M> {
    fn clone(&self) -> Self {
        Self { any: self.any, condition: self.condition.clone() }
    }
}

impl<M> std::fmt::Debug for FilterGroup<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = if self.any { "or_" } else { "and_" };
        f.debug_tuple("FilterGroup").field(&name).field(&self.condition).finish()
    }
}
