//! Choices of a field known by name.

use std::borrow::Cow;

use super::{CollectionFilter, Comparand, Filter, FilterError};
use crate::model::Model;

/// The field is one of the values that were chosen, of an enum or of whatever the field holds: a [`CollectionFilter`]
/// under a name of its own.
///
/// `None` among the values stands for `NULL`. Where nothing was chosen, no row matches; a caller to whom that means any
/// row leaves the filter out.
///
/// ```
/// use alchemy_core::filter::ChoicesFilter;
/// # use alchemy_core::prelude::*;
///
/// #[derive(Debug, Clone, Copy, PartialEq, TextEnum)]
/// enum Status {
///     Draft,
///     Published,
/// }
///
/// let visible = ChoicesFilter::new("status", [Status::Draft, Status::Published]);
/// # let _ = visible;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ChoicesFilter(CollectionFilter);

impl ChoicesFilter {
    /// The field is one of the values.
    pub fn new<V: Into<Comparand>>(
        field: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self(CollectionFilter::new(field, values))
    }

    /// The condition for a model.
    ///
    /// # Errors
    /// When the model has no such field, or it cannot hold one of the values.
    pub fn resolve<M: Model>(self) -> Result<Filter<M>, FilterError> {
        self.0.resolve()
    }
}
