//! Whether a field known by name is `NULL`.

use std::borrow::Cow;

use super::predicate::Predicate;
use super::{Filter, FilterError, by_name};
use crate::model::{Model, ModelMeta};

/// The field is `NULL`.
///
/// With the field known to the compiler, [`Column::is_null`](crate::model::Column::is_null) says the same.
///
/// ```
/// use alchemy_core::filter::NullFilter;
///
/// let unknown = NullFilter::new("email");
/// # let _ = unknown;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NullFilter {
    field: Cow<'static, str>,
}

/// The field is not `NULL`.
///
/// With the field known to the compiler, [`Column::is_not_null`](crate::model::Column::is_not_null) says the same.
///
/// ```
/// use alchemy_core::filter::NotNullFilter;
///
/// let known = NotNullFilter::new("email");
/// # let _ = known;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotNullFilter {
    field: Cow<'static, str>,
}

impl NullFilter {
    /// The field is `NULL`.
    pub fn new(field: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into() }
    }

    /// The condition for a model.
    ///
    /// # Errors
    /// When the model has no such field.
    pub fn resolve<M: Model>(self) -> Result<Filter<M>, FilterError> {
        predicate(M::META, &self.field, false).map(Filter::new)
    }
}

impl NotNullFilter {
    /// The field is not `NULL`.
    pub fn new(field: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into() }
    }

    /// The condition for a model.
    ///
    /// # Errors
    /// When the model has no such field.
    pub fn resolve<M: Model>(self) -> Result<Filter<M>, FilterError> {
        predicate(M::META, &self.field, true).map(Filter::new)
    }
}

fn predicate(meta: &'static ModelMeta, field: &str, negated: bool) -> Result<Predicate, FilterError> {
    Ok(Predicate::Null { column: by_name::column(meta, field)?, negated })
}
