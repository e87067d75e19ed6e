//! Filters from a query string.

use std::marker::PhantomData;

use alchemy_core::filter::{self, FilterError, IntoFilters, LimitOffset, Paged, ParamLimits};
use alchemy_core::model::Model;
use rocket::form::{self, DataField, FromForm, Options, ValueField};

use crate::Result;

/// The filters, ordering and page that a request asks for in its query string.
///
/// A trailing query guard: `#[get("/authors?<filters..>")]`. Lists take a reference to it.
///
/// | parameter | meaning |
/// |---|---|
/// | `currentPage`, `pageSize` | the page, from 1, and its size |
/// | `cursor` | `next` or `previous` of a page of `list_page`, in place of `currentPage` |
/// | `searchString`, `searchIgnoreCase` | text to be found in a field marked `search` |
/// | `orderBy`, `sortOrder` | a field marked `sort`; `asc` or `desc` |
/// | `ids` | primary keys, repeated or separated by commas |
/// | `createdBefore`, `createdAfter`, `updatedBefore`, `updatedAfter` | of audited models |
/// | `<field>`, `<field>In`, `<field>NotIn` | of fields marked `filter` |
/// | `filters` | a tree of conditions in JSON, as [`MultiFilter`](filter::MultiFilter) reads it |
///
/// A tree of conditions may ask for related rows, by foreign keys marked `filter` and from both of their ends. Then all
/// live rows of the related table count, whatever part of them a handler would show to this client; where that tells too
/// much, [`ParamLimits::max_related`] is 0.
///
/// Each may be spelled in `snake_case` as well; [`from_params`](filter::Filters::from_params) has the whole table.
///
/// A filter never widens: what is unknown or cannot be used is an error that names the parameter. So is a value of bytes
/// that are no UTF-8; as those are read as U+FFFD, that character cannot be asked for outside of JSON, where it is
/// written `\ufffd`. The error is given when the filters are used, by the list, by [`get`](Self::get) or by
/// [`page`](Self::page), and answers 400.
///
/// ```
/// use alchemy_rocket::prelude::*;
/// # use alchemy_rocket::core::model::Model;
///
/// fn offset<M: Model>(filters: &Filters<M>) -> Result<i64> {
///     Ok(filters.page()?.map_or(0, |page| page.offset))
/// }
/// ```
///
/// How much may be asked for is [`ParamLimits::default`]; [`Limits`] of one's own are the second parameter.
pub struct Filters<M, L = StandardLimits> {
    parsed: Result<filter::Filters<M>, FilterError>,
    limits: PhantomData<fn() -> L>,
}

/// How much a query string may ask for, as a type.
///
/// ```
/// use alchemy_rocket::prelude::*;
/// use alchemy_rocket::core::filter::ParamLimits;
///
/// /// Pages for exports.
/// struct Export;
///
/// impl Limits for Export {
///     fn limits() -> ParamLimits {
///         ParamLimits { page_size: 1000, max_page_size: 10_000, ..ParamLimits::default() }
///     }
/// }
///
/// fn export<M: Model>(filters: Filters<M, Export>) {}
/// ```
pub trait Limits: 'static {
    /// The limits.
    fn limits() -> ParamLimits;
}

/// [`ParamLimits::default`].
pub struct StandardLimits;

impl Limits for StandardLimits {
    fn limits() -> ParamLimits {
        ParamLimits::default()
    }
}

impl<M, L> Filters<M, L> {
    /// The filters.
    ///
    /// # Errors
    /// When the query string asks for something that cannot be had; says which parameter.
    pub fn get(&self) -> Result<&filter::Filters<M>> {
        self.parsed.as_ref().map_err(|error| error.clone().into())
    }

    /// The page that is asked for; `None` for all rows.
    ///
    /// # Errors
    /// Those of [`get`](Self::get).
    pub fn page(&self) -> Result<Option<LimitOffset>>
    where
        M: Model,
    {
        Ok(self.get()?.page())
    }

    /// The filters, to add to them: `filters.into_inner()?.filter(Author::NAME.ne("…"))`.
    ///
    /// # Errors
    /// Those of [`get`](Self::get).
    pub fn into_inner(self) -> Result<filter::Filters<M>> {
        self.parsed.map_err(Into::into)
    }
}

impl<M: Model, L> IntoFilters<M> for &Filters<M, L> {
    fn into_filters(self) -> alchemy_core::Result<filter::Filters<M>> {
        self.parsed.clone()?.into_filters()
    }
}

impl<M: Model, L> IntoFilters<M> for Filters<M, L> {
    fn into_filters(self) -> alchemy_core::Result<filter::Filters<M>> {
        self.parsed?.into_filters()
    }
}

/// The page that is asked for. Where the query string is refused it is a page without rows, never all of them.
impl<M: Model, L> Paged for Filters<M, L> {
    fn page(&self) -> Option<LimitOffset> {
        match &self.parsed {
            Ok(filters) => filters.page(),
            Err(_) => Some(LimitOffset::new(0, 0)),
        }
    }
}

impl<M: Model, L> Clone for Filters<M, L> {
    fn clone(&self) -> Self {
        Self { parsed: self.parsed.clone(), limits: PhantomData }
    }
}

impl<M: Model, L> std::fmt::Debug for Filters<M, L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Filters").field(&self.parsed).finish()
    }
}

// Rocket answers a form guard that fails with 422 and no reason, so this one never fails: the error is kept until the
// filters are used.
#[rocket::async_trait]
impl<'r, M: Model, L: Limits> FromForm<'r> for Filters<M, L> {
    type Context = Vec<(&'r str, &'r str)>;

    fn init(_: Options) -> Self::Context {
        Vec::new()
    }

    fn push_value(pairs: &mut Self::Context, field: ValueField<'r>) {
        pairs.push((field.name.source(), field.value));
    }

    async fn push_data(pairs: &mut Self::Context, field: DataField<'r, '_>) {
        // A file in a multipart form; its name is enough for it to be refused.
        pairs.push((field.name.source(), ""));
    }

    fn finalize(pairs: Self::Context) -> form::Result<'r, Self> {
        // `?` and `&&` leave pairs with nothing in them.
        let pairs = pairs.into_iter().filter(|pair| *pair != ("", ""));
        Ok(Self { parsed: filter::Filters::from_params(pairs, &L::limits()), limits: PhantomData })
    }
}
