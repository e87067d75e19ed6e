//! What can be given where filters are asked for.

use std::any::Any;

use diesel::expression::{AppearsOnTable, Expression, NonAggregate};
use diesel::query_builder::QueryFragment;
use diesel::sql_types::{Bool, Nullable};

use super::diesel_condition::DieselCondition;
use super::predicate::Predicate;
use super::{
    All, BeforeAfter, BooleanFilter, ChoicesFilter, CollectionFilter, ComparisonFilter, Filter, FilterGroup,
    Filters, LimitOffset, MultiFilter, NotInCollectionFilter, NotInSearchFilter, NotNullFilter, NullFilter,
    OnBeforeAfter, OrderBy, SearchFilter,
};
use crate::backend::AnyBackend;
use crate::error::Result;
use crate::model::Model;

/// What can be turned into [`Filters`]: a [`Filter`], any boolean expression of Diesel on the model's table, a page,
/// an ordering, a filter that names its field as text, a group of those, a filter in JSON, [`Filters`] themselves,
/// which put several of these together, or [`all()`](super::all).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a filter for `{M}`",
    label = "expected a condition on the table of `{M}`, an ordering, a page, or `Filters<{M}>`",
    note = "conditions come from a model's columns, as in `Author::NAME.eq(\"Ann\")`, or from Diesel's, as in \
            `authors::name.eq(\"Ann\")`",
    note = "for every row there is `alchemy_core::filter::all()`"
)]
pub trait IntoFilters<M> {
    /// The filters.
    ///
    /// # Errors
    /// [`Error::Filter`](crate::Error::Filter) when a field that is named as text does not exist, a value does not
    /// fit its field, a page is negative, or related rows cannot be asked for in one statement.
    fn into_filters(self) -> Result<Filters<M>>;

    /// The condition, where nothing else is asked for.
    #[doc(hidden)]
    fn into_condition(self) -> Result<Filter<M>>
    where
        Self: Sized,
        M: Model,
    {
        Ok(super::group::condition_only(self.into_filters()?)?)
    }
}

/// What can be turned into a condition without fail: a [`Filter`], any boolean expression of Diesel on the model's
/// table, or [`all()`](super::all).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition on `{M}`",
    label = "expected a boolean expression on the table of `{M}`",
    note = "conditions come from a model's columns, as in `Author::NAME.eq(\"Ann\")`, or from Diesel's, as in \
            `authors::name.eq(\"Ann\")`"
)]
pub trait IntoFilter<M> {
    /// The condition.
    fn into_filter(self) -> Filter<M>;
}

/// The SQL types of conditions: `Bool` and `Nullable<Bool>`.
#[diagnostic::on_unimplemented(message = "an expression of `{Self}` is not a condition")]
pub trait BooleanExpression {}

impl BooleanExpression for Bool {}
impl BooleanExpression for Nullable<Bool> {}

impl<M, E> IntoFilter<M> for E
where
    M: Model,
    E: Expression
        + NonAggregate
        + AppearsOnTable<M::Table>
        + QueryFragment<AnyBackend>
        + Send
        + Sync
        + 'static,
    E::SqlType: BooleanExpression,
{
    fn into_filter(self) -> Filter<M> {
        // A `Filter` is an expression of Diesel, too, but one whose structure is worth keeping.
        let mut expression = Some(self);
        if let Some(filter) = (&mut expression as &mut dyn Any).downcast_mut::<Option<Filter<M>>>() {
            return filter.take().unwrap_or_else(Filter::nothing);
        }
        let predicate = match expression {
            Some(expression) => {
                Predicate::Diesel { condition: DieselCondition::new(expression), negated: false }
            }
            None => Predicate::Nothing,
        };
        Filter::new(predicate)
    }
}

impl<M: Model> IntoFilter<M> for All {
    fn into_filter(self) -> Filter<M> {
        Filter::everything()
    }
}

impl<M, E> IntoFilters<M> for E
where
    M: Model,
    E: Expression
        + NonAggregate
        + AppearsOnTable<M::Table>
        + QueryFragment<AnyBackend>
        + Send
        + Sync
        + 'static,
    E::SqlType: BooleanExpression,
{
    fn into_filters(self) -> Result<Filters<M>> {
        let filter = self.into_filter();
        filter.predicate.check(M::META)?;
        Ok(filter.into())
    }
}

impl<M: Model> IntoFilters<M> for Filters<M> {
    fn into_filters(self) -> Result<Filters<M>> {
        self.criteria().predicate.check(M::META)?;
        self.page().map(LimitOffset::check).transpose()?;
        Ok(self)
    }
}

impl<M: Model> IntoFilters<M> for &Filters<M> {
    fn into_filters(self) -> Result<Filters<M>> {
        self.clone().into_filters()
    }
}

impl<M: Model> IntoFilters<M> for All {
    fn into_filters(self) -> Result<Filters<M>> {
        Ok(Filters::new())
    }
}

impl<M: Model> IntoFilters<M> for LimitOffset {
    fn into_filters(self) -> Result<Filters<M>> {
        Ok(Filters::new().limit_offset(self.check()?))
    }
}

impl<M: Model> IntoFilters<M> for OrderBy<M> {
    fn into_filters(self) -> Result<Filters<M>> {
        Ok(Filters::new().order_by(self))
    }
}

/// The filters that name their field as text.
macro_rules! by_name {
    ($($filter:ty),+) => {$(
        impl<M: Model> IntoFilters<M> for $filter {
            fn into_filters(self) -> Result<Filters<M>> {
                Ok(self.resolve::<M>()?.into())
            }
        }
    )+};
}

by_name!(
    BeforeAfter,
    OnBeforeAfter,
    BooleanFilter,
    ChoicesFilter,
    CollectionFilter,
    NotInCollectionFilter,
    ComparisonFilter,
    NullFilter,
    NotNullFilter,
    SearchFilter,
    NotInSearchFilter
);

impl<M: Model> IntoFilters<M> for FilterGroup<M> {
    fn into_filters(self) -> Result<Filters<M>> {
        Ok(self.resolve()?.into())
    }
}

impl<M: Model> IntoFilters<M> for MultiFilter {
    /// What a query string may ask for, as [`resolve`](MultiFilter::resolve) has it.
    fn into_filters(self) -> Result<Filters<M>> {
        Ok(self.resolve::<M>()?)
    }

    /// Without the page and the order that a list has in any case.
    fn into_condition(self) -> Result<Filter<M>> {
        Ok(self.condition_of_client()?)
    }
}
