//! A search in fields known by name.

use std::borrow::Cow;

use super::predicate::{Place, Predicate};
use super::{Filter, FilterError, by_name};
use crate::model::Model;

/// One of some text fields contains a text, or none of them does.
///
/// The text is taken as it is: `%` and `_` have no special meaning. With the field known to the compiler,
/// [`Column::contains`](crate::model::Column::contains) and [`icontains`](crate::model::Column::icontains) say the
/// same.
///
/// ```
/// use alchemy_core::filter::SearchFilter;
///
/// let one = SearchFilter::new("name", "ann").ignore_case(true);
/// let several = SearchFilter::in_fields(["name", "email"], "ann");
/// let others = SearchFilter::new("name", "ann").excluding(true);
/// # let _ = (one, several, others);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchFilter {
    fields: Vec<Cow<'static, str>>,
    text: String,
    ignore_case: bool,
    excluding: bool,
}

impl SearchFilter {
    /// The field contains the text.
    pub fn new(field: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        Self::in_fields([field], text)
    }

    /// One of the fields contains the text.
    pub fn in_fields<F: Into<Cow<'static, str>>>(
        fields: impl IntoIterator<Item = F>,
        text: impl Into<String>,
    ) -> Self {
        let fields = fields.into_iter().map(F::into).collect();
        Self { fields, text: text.into(), ignore_case: false, excluding: false }
    }

    /// Whether upper and lower case are the same; they are not unless this says so.
    #[must_use]
    pub fn ignore_case(mut self, ignore_case: bool) -> Self {
        self.ignore_case = ignore_case;
        self
    }

    /// Whether to match the rows in which none of the fields contains the text.
    #[must_use]
    pub fn excluding(mut self, excluding: bool) -> Self {
        self.excluding = excluding;
        self
    }

    /// The condition for a model.
    ///
    /// # Errors
    /// When the model has no such field, one of them holds no text, or there is none to search.
    pub fn resolve<M: Model>(self) -> Result<Filter<M>, FilterError> {
        if self.fields.is_empty() {
            return Err(FilterError::NotSearchable { field: M::META.name.to_owned() });
        }
        let mut predicate = Predicate::Nothing;
        for field in &self.fields {
            let column = by_name::text_column(M::META, field)?;
            predicate = predicate.or(Predicate::text(column, Place::Anywhere, &self.text, self.ignore_case));
        }
        if self.excluding {
            predicate = predicate.negate(M::META);
        }
        Ok(Filter::new(predicate))
    }
}
