//! Membership in a list, of a field known by name.

use std::borrow::Cow;

use super::predicate::Predicate;
use super::{Filter, FilterError, Value, by_name};
use crate::model::Model;

/// The field is one of some values, or none of them.
///
/// An empty list matches no row, or every row where it is excluded. With the field known to the compiler,
/// [`Column::is_in`](crate::model::Column::is_in) and [`not_in`](crate::model::Column::not_in) say the same.
///
/// ```
/// use alchemy_core::filter::CollectionFilter;
///
/// let some = CollectionFilter::new("name", ["Ann", "Bob"]);
/// let others = CollectionFilter::excluding("name", ["Ann", "Bob"]);
/// # let _ = (some, others);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CollectionFilter {
    field: Cow<'static, str>,
    values: Vec<Value>,
    excluding: bool,
}

impl CollectionFilter {
    /// The field is one of the values.
    pub fn new<V: Into<Value>>(
        field: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self { field: field.into(), values: values.into_iter().map(V::into).collect(), excluding: false }
    }

    /// The field is none of the values; `NULL` is none of them.
    pub fn excluding<V: Into<Value>>(
        field: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self { excluding: true, ..Self::new(field, values) }
    }

    /// The condition for a model.
    ///
    /// # Errors
    /// When the model has no such field, or it cannot hold one of the values.
    pub fn resolve<M: Model>(self) -> Result<Filter<M>, FilterError> {
        let column = by_name::column(M::META, &self.field)?;
        let values: Vec<_> = self
            .values
            .into_iter()
            .map(|value| by_name::value(M::META, column, value).map(Some))
            .collect::<Result<_, _>>()?;
        Ok(Filter::new(Predicate::one_of(column, values, self.excluding)))
    }
}
