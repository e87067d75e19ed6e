//! A condition, orderings and a page, put together.

use std::marker::PhantomData;

use super::page::Page;
use super::{Criteria, Filter, FilterError, IntoFilter, Keyset, LimitOffset, OrderBy, Paged};
use crate::model::Model;

/// What a list takes: conditions, all of which a row must match, orderings, and a page.
///
/// ```
/// # use alchemy_core::prelude::*;
/// # #[derive(Debug, Clone, UuidBase)]
/// # #[alchemy(table = "authors")]
/// # pub struct Author { pub id: Uuid, pub name: String, pub email: Option<String>, pub dob: Option<NaiveDate> }
/// let filters = Filters::new()
///     .filter(Author::NAME.icontains("ann"))
///     .order_by(Author::DOB.desc())
///     .limit_offset(LimitOffset::new(20, 0));
/// assert_eq!(filters.page(), Some(LimitOffset::new(20, 0)));
/// ```
pub struct Filters<M> {
    criteria: Criteria,
    model: PhantomData<fn() -> M>,
}

/// No condition, no ordering and no page, for any model; see [`all`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct All;

/// Every row: what a list, a count or the like takes where nothing is asked for.
#[must_use]
pub const fn all() -> All {
    All
}

impl<M: Model> Filters<M> {
    /// No condition, no ordering and no page.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a condition; rows must match all that were added.
    #[must_use]
    pub fn filter(mut self, condition: impl IntoFilter<M>) -> Self {
        let predicate = std::mem::take(&mut self.criteria.predicate);
        self.criteria.predicate = predicate.and(condition.into_filter().predicate);
        self
    }

    /// Adds an ordering, which applies to rows that are equal by those added before.
    #[must_use]
    pub fn order_by(mut self, order: OrderBy<M>) -> Self {
        self.criteria.order.push(order.term);
        self
    }

    /// Asks for a page, in place of any that was asked for before.
    #[must_use]
    pub fn limit_offset(mut self, page: LimitOffset) -> Self {
        self.criteria.page = Some(Page::Offset(page));
        self.criteria.is_page_implied = false;
        self
    }

    /// Asks for a page by the row beside it, in place of any page that was asked for before. Such a page is read by
    /// `list_page`.
    #[must_use]
    pub fn keyset(mut self, page: Keyset) -> Self {
        self.criteria.page = Some(Page::Keyset(page));
        self.criteria.is_page_implied = false;
        self
    }

    /// Asks for the same page by the row beside it where it is the first, so that a handler can turn pages by cursors
    /// with the parameters that [`from_params`](Self::from_params) reads. `list_page` does so itself.
    ///
    /// # Errors
    /// When there is no page, or one after the first that a number of rows is to find.
    ///
    /// ```
    /// # use alchemy_core::prelude::*;
    /// # use alchemy_core::filter::{Keyset, ParamLimits};
    /// # #[derive(Debug, Clone, UuidBase)]
    /// # #[alchemy(table = "authors")]
    /// # pub struct Author { pub id: Uuid, #[alchemy(sort)] pub name: String }
    /// let read = |query: &[(&'static str, &'static str)]| {
    ///     Filters::<Author>::from_params(query.iter().copied(), &ParamLimits::default())?.into_keyset()
    /// };
    /// assert_eq!(read(&[("pageSize", "5")])?.keyset_page(), Some(&Keyset::first(5)));
    /// assert!(read(&[("pageSize", "5"), ("currentPage", "2")]).is_err());
    /// # Ok::<(), alchemy_core::filter::FilterError>(())
    /// ```
    pub fn into_keyset(mut self) -> Result<Self, FilterError> {
        self.criteria.page = Some(Page::Keyset(self.criteria.keyset()?));
        Ok(self)
    }

    /// Adds the conditions and orderings of `other`; its page, where one was asked for, takes the place of this one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        let predicate = std::mem::take(&mut self.criteria.predicate);
        self.criteria.predicate = predicate.and(other.criteria.predicate);
        self.criteria.order.extend(other.criteria.order);
        if other.criteria.page.is_some() && !(other.criteria.is_page_implied && self.criteria.page.is_some())
        {
            self.criteria.page = other.criteria.page;
            self.criteria.is_page_implied = other.criteria.is_page_implied;
        }
        self.criteria.varies |= other.criteria.varies;
        self
    }

    /// The condition: that of all that were added together.
    #[must_use]
    pub fn condition(&self) -> Filter<M> {
        Filter::new(self.criteria.predicate.clone())
    }

    /// The page that was asked for by a number of rows before it.
    #[must_use]
    pub fn page(&self) -> Option<LimitOffset> {
        match self.criteria.page {
            Some(Page::Offset(page)) => Some(page),
            _ => None,
        }
    }

    /// The page that was asked for by a row beside it.
    #[must_use]
    pub fn keyset_page(&self) -> Option<&Keyset> {
        match &self.criteria.page {
            Some(Page::Keyset(page)) => Some(page),
            _ => None,
        }
    }

    /// What the statements need.
    pub(crate) fn criteria(&self) -> &Criteria {
        &self.criteria
    }

    pub(super) fn from_criteria(criteria: Criteria) -> Self {
        Self { criteria, model: PhantomData }
    }
}

impl<M: Model> From<Filter<M>> for Filters<M> {
    fn from(filter: Filter<M>) -> Self {
        Self::from_criteria(Criteria { predicate: filter.predicate, ..Criteria::default() })
    }
}

impl<M: Model> Paged for Filters<M> {
    fn page(&self) -> Option<LimitOffset> {
        Filters::page(self)
    }
}

impl<M> Default for Filters<M> {
    fn default() -> Self {
        Self { criteria: Criteria::default(), model: PhantomData }
    }
}

impl<M> Clone for Filters<M> {
    fn clone(&self) -> Self {
        Self { criteria: self.criteria.clone(), model: PhantomData }
    }
}

impl<M> std::fmt::Debug for Filters<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Criteria { predicate, order, page, .. } = &self.criteria;
        f.debug_struct("Filters")
            .field("condition", predicate)
            .field("order", order)
            .field("page", page)
            .finish()
    }
}
