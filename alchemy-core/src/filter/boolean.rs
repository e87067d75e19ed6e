//! The truth value of a field known by name.

use std::borrow::Cow;

use super::predicate::{Comparison, Predicate};
use super::{Filter, FilterError, by_name};
use crate::model::{Model, ModelMeta};

/// The field is true, or is false; `NULL` is neither.
///
/// With the field known to the compiler, [`Column::eq`](crate::model::Column::eq) says the same.
///
/// ```
/// use alchemy_core::filter::BooleanFilter;
///
/// let active = BooleanFilter::new("is_active", true);
/// # let _ = active;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BooleanFilter {
    field: Cow<'static, str>,
    value: bool,
}

impl BooleanFilter {
    /// The field is the value.
    pub fn new(field: impl Into<Cow<'static, str>>, value: bool) -> Self {
        Self { field: field.into(), value }
    }

    /// The condition for a model.
    ///
    /// # Errors
    /// When the model has no such field, or it holds no truth value.
    pub fn resolve<M: Model>(self) -> Result<Filter<M>, FilterError> {
        self.predicate(M::META).map(Filter::new)
    }

    fn predicate(self, meta: &'static ModelMeta) -> Result<Predicate, FilterError> {
        let column = by_name::column(meta, &self.field)?;
        let value = by_name::value(meta, column, self.value.into())?;
        Ok(Predicate::compare(column, Comparison::Eq, value))
    }
}
