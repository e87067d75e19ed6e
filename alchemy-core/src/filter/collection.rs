//! Membership in a list, of a field known by name.

use std::borrow::Cow;

use super::predicate::Predicate;
use super::{Comparand, Filter, FilterError, by_name};
use crate::model::{Model, ModelMeta};

/// The field is one of some values, or none of them.
///
/// `None` among the values stands for `NULL`. An empty list matches no row, or every row where it is excluded. With the
/// field known to the compiler, [`Column::is_in`](crate::model::Column::is_in) and
/// [`not_in`](crate::model::Column::not_in) say the same.
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
    values: Vec<Comparand>,
    excluding: bool,
}

impl CollectionFilter {
    /// The field is one of the values.
    pub fn new<V: Into<Comparand>>(
        field: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self { field: field.into(), values: values.into_iter().map(V::into).collect(), excluding: false }
    }

    /// The field is none of the values; `NULL` is none of them.
    pub fn excluding<V: Into<Comparand>>(
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
        self.predicate(M::META).map(Filter::new)
    }

    fn predicate(self, meta: &'static ModelMeta) -> Result<Predicate, FilterError> {
        let column = by_name::column(meta, &self.field)?;
        let values: Vec<_> = self
            .values
            .into_iter()
            .map(|value| by_name::nullable(meta, column, value))
            .collect::<Result<_, _>>()?;
        Ok(Predicate::one_of(column, values, self.excluding))
    }
}

/// The field is none of some values: [`CollectionFilter::excluding`] under a name of its own.
///
/// Unlike SQL's `NOT IN` it keeps the rows in which the field is `NULL`, unless `None` is among the values. An empty
/// list matches every row.
///
/// ```
/// use alchemy_core::filter::NotInCollectionFilter;
///
/// let others = NotInCollectionFilter::new("name", ["Ann", "Bob"]);
/// # let _ = others;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NotInCollectionFilter(CollectionFilter);

impl NotInCollectionFilter {
    /// The field is none of the values.
    pub fn new<V: Into<Comparand>>(
        field: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self(CollectionFilter::excluding(field, values))
    }

    /// The condition for a model.
    ///
    /// # Errors
    /// When the model has no such field, or it cannot hold one of the values.
    pub fn resolve<M: Model>(self) -> Result<Filter<M>, FilterError> {
        self.0.resolve()
    }
}
