//! A search in fields known by name.

use std::borrow::Cow;

use super::predicate::{Place, Predicate};
use super::{Filter, FilterError, by_name};
use crate::model::{Model, ModelMeta};

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
        self.predicate(M::META).map(Filter::new)
    }

    fn predicate(self, meta: &'static ModelMeta) -> Result<Predicate, FilterError> {
        if self.fields.is_empty() {
            return Err(FilterError::NotSearchable { field: meta.name.to_owned() });
        }
        let columns: Vec<_> =
            self.fields.iter().map(|field| by_name::text_column(meta, field)).collect::<Result<_, _>>()?;
        Ok(Predicate::search(meta, &columns, &self.text, self.ignore_case, self.excluding))
    }
}

impl Predicate {
    /// One of the columns contains the text, or none does.
    pub(super) fn search(
        meta: &'static ModelMeta,
        columns: &[usize],
        text: &str,
        ignore_case: bool,
        excluding: bool,
    ) -> Self {
        let found = columns.iter().fold(Self::Nothing, |any, &column| {
            any.or(Self::text(column, Place::Anywhere, text, ignore_case))
        });
        if excluding { found.negate(meta) } else { found }
    }
}

/// None of some text fields contains a text: [`SearchFilter::excluding`] under a name of its own.
///
/// Unlike SQL's `NOT LIKE` it keeps the rows in which a field is `NULL`.
///
/// ```
/// use alchemy_core::filter::NotInSearchFilter;
///
/// let others = NotInSearchFilter::in_fields(["name", "email"], "ann").ignore_case(true);
/// # let _ = others;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotInSearchFilter(SearchFilter);

impl NotInSearchFilter {
    /// The field does not contain the text.
    pub fn new(field: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        Self::in_fields([field], text)
    }

    /// None of the fields contains the text.
    pub fn in_fields<F: Into<Cow<'static, str>>>(
        fields: impl IntoIterator<Item = F>,
        text: impl Into<String>,
    ) -> Self {
        Self(SearchFilter::in_fields(fields, text).excluding(true))
    }

    /// Whether upper and lower case are the same; they are not unless this says so.
    #[must_use]
    pub fn ignore_case(self, ignore_case: bool) -> Self {
        Self(self.0.ignore_case(ignore_case))
    }

    /// The condition for a model.
    ///
    /// # Errors
    /// When the model has no such field, one of them holds no text, or there is none to search.
    pub fn resolve<M: Model>(self) -> Result<Filter<M>, FilterError> {
        self.0.resolve()
    }
}
