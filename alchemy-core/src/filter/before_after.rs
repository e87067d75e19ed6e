//! Bounds of a field known by name.

use std::borrow::Cow;

use super::predicate::{Comparison, Predicate};
use super::{Comparand, Filter, FilterError, by_name};
use crate::model::{Model, ModelMeta};

/// The field is before one value and after another, themselves excluded.
///
/// A bound that was not given, or is `None`, is no bound, so that what a caller may leave out can be handed on as it
/// is; without any, every row matches. With one, rows in which the field is `NULL` do not match. With the field known
/// to the compiler, [`Column::lt`](crate::model::Column::lt) and [`gt`](crate::model::Column::gt) say the same.
///
/// ```
/// use alchemy_core::filter::BeforeAfter;
/// # use alchemy_core::prelude::*;
///
/// let until: Option<DateTime<Utc>> = None;
/// let recent = BeforeAfter::new("created_at").after("2024-02-29T00:00:00Z").before(until);
/// # let _ = recent;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct BeforeAfter {
    field: Cow<'static, str>,
    before: Comparand,
    after: Comparand,
}

/// The field is on or before one value and on or after another, themselves included.
///
/// A bound that was not given, or is `None`, is no bound; see [`BeforeAfter`]. With the field known to the compiler,
/// [`Column::le`](crate::model::Column::le), [`ge`](crate::model::Column::ge) and
/// [`between`](crate::model::Column::between) say the same.
///
/// ```
/// use alchemy_core::filter::OnBeforeAfter;
///
/// let february = OnBeforeAfter::new("day").on_or_after("2024-02-01").on_or_before("2024-02-29");
/// # let _ = february;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct OnBeforeAfter {
    field: Cow<'static, str>,
    on_or_before: Comparand,
    on_or_after: Comparand,
}

impl BeforeAfter {
    /// A field, without bounds as yet.
    pub fn new(field: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), before: Comparand::Null, after: Comparand::Null }
    }

    /// The field is less than the value, in place of a bound that was given before.
    #[must_use]
    pub fn before(self, value: impl Into<Comparand>) -> Self {
        Self { before: value.into(), ..self }
    }

    /// The field is greater than the value, in place of a bound that was given before.
    #[must_use]
    pub fn after(self, value: impl Into<Comparand>) -> Self {
        Self { after: value.into(), ..self }
    }

    /// The condition for a model.
    ///
    /// # Errors
    /// When the model has no such field, or it cannot hold one of the values.
    pub fn resolve<M: Model>(self) -> Result<Filter<M>, FilterError> {
        let bounds = [(Comparison::Lt, self.before), (Comparison::Gt, self.after)];
        within(M::META, &self.field, bounds).map(Filter::new)
    }
}

impl OnBeforeAfter {
    /// A field, without bounds as yet.
    pub fn new(field: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), on_or_before: Comparand::Null, on_or_after: Comparand::Null }
    }

    /// The field is the value or less, in place of a bound that was given before.
    #[must_use]
    pub fn on_or_before(self, value: impl Into<Comparand>) -> Self {
        Self { on_or_before: value.into(), ..self }
    }

    /// The field is the value or greater, in place of a bound that was given before.
    #[must_use]
    pub fn on_or_after(self, value: impl Into<Comparand>) -> Self {
        Self { on_or_after: value.into(), ..self }
    }

    /// The condition for a model.
    ///
    /// # Errors
    /// When the model has no such field, or it cannot hold one of the values.
    pub fn resolve<M: Model>(self) -> Result<Filter<M>, FilterError> {
        let bounds = [(Comparison::Le, self.on_or_before), (Comparison::Ge, self.on_or_after)];
        within(M::META, &self.field, bounds).map(Filter::new)
    }
}

fn within(
    meta: &'static ModelMeta,
    field: &str,
    bounds: [(Comparison, Comparand); 2],
) -> Result<Predicate, FilterError> {
    let column = by_name::column(meta, field)?;
    bounds.into_iter().try_fold(Predicate::Everything, |all, (comparison, bound)| {
        Ok(match by_name::nullable(meta, column, bound)? {
            Some(value) => all.and(Predicate::compare(column, comparison, value)),
            None => all,
        })
    })
}
