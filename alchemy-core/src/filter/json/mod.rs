//! Filters in JSON.

mod access;
mod node;
mod object;
mod read;
mod relation;
mod resolve;
mod tree;

use std::str::FromStr;

use serde::Deserialize;
use serde::de::Error as _;

use self::access::Access;
use self::node::Node;
use self::resolve::Resolver;
use self::tree::Tree;
use super::page::Page;
use super::predicate::Predicate;
use super::{Criteria, Filter, FilterError, Filters, ParamLimits};
use crate::model::{Model, ModelMeta};

/// A tree of conditions in JSON, with orderings and a page where it asks for them.
///
/// The whole is an object with a list under `and_`, one under `or_`, or both, which then hold together. A member of a
/// list is such an object again, or a condition of a type:
///
/// | `type` | keys |
/// |---|---|
/// | `before_after` | `field_name`; `before`, `after` or both, themselves excluded |
/// | `on_before_after` | `field_name`; `on_or_before`, `on_or_after` or both, themselves included |
/// | `boolean` | `field_name`, `value` |
/// | `choices`, `collection`, `not_in_collection` | `field_name`, `values` (`null` among them stands for `NULL`) |
/// | `null`, `not_null` | `field_name` |
/// | `search`, `not_in_search` | `field_name` (a name or a list of them), `value`; `ignore_case` (`false` by default) |
/// | `comparison` | `field_name`, `operator` (of [`ComparisonFilter`](super::ComparisonFilter)), `value` |
/// | `filter_group` | `logical_operator` (`and_` or `or_`), `filters` |
/// | `exists`, `not_exists` | `table`; `via`, `holder`, `filters` where needed |
/// | `order_by` | `field_name`; `sort_order` (`asc` by default, or `desc`) |
/// | `limit_offset` | `limit`, `offset` |
///
/// Fields are named as in the model's struct. Values are JSON's own truth values, numbers and texts; UUIDs, dates and
/// times are texts as in a query string, decimals texts or numbers. `order_by` and `limit_offset` stand in the
/// outermost `and_` only.
///
/// `exists` asks for a row of the related `table` that matches all of the `filters`, or for any row without them. `via`
/// is a field of the foreign key that relates the two, `holder` says whose it is: `this` or `related`. Either may be
/// left out where there is one such key only, and one such model only of that table.
///
/// All live rows of the related table count: those that were not deleted, whoever may see them. A handler that shows a
/// client a part of a table only (its own rows, the published ones) leaves no trace of that here, so that asking for
/// related rows may tell of others. A foreign key is open in both directions, from its own model's rows and from those
/// that it refers to, as soon as its fields are marked `filter`; [`ParamLimits::max_related`] `= 0` closes them all.
///
/// Anything else is an error that names the place: an unknown, doubled or missing key, a value of another type, an
/// empty list of conditions, more than 64 conditions, more than 8 lists within each other, a text of more than 64 KiB
/// (which is not known of where something else reads it, as by [`Deserialize`]). Nothing is left out of account.
///
/// ```
/// # use alchemy_core::prelude::*;
/// # #[derive(Debug, Clone, UuidBase)]
/// # #[alchemy(table = "authors")]
/// # pub struct Author {
/// #     pub id: Uuid,
/// #     #[alchemy(search, sort, filter)]
/// #     pub name: String,
/// #     pub email: Option<String>,
/// # }
/// use alchemy_core::filter::MultiFilter;
///
/// let filter = MultiFilter::parse(
///     r#"{"and_": [
///         {"type": "search", "field_name": "name", "value": "ann", "ignore_case": true},
///         {"or_": [
///             {"type": "comparison", "field_name": "name", "operator": "ge", "value": "b"},
///             {"type": "null", "field_name": "name"}
///         ]},
///         {"type": "order_by", "field_name": "name", "sort_order": "desc"}
///     ]}"#,
/// )?;
/// let filters: Filters<Author> = filter.resolve()?;
/// # let _ = filters;
///
/// let closed = MultiFilter::parse(r#"{"and_": [{"type": "null", "field_name": "email"}]}"#)?;
/// let error = closed.resolve::<Author>().unwrap_err();
/// assert_eq!(error.to_string(), "`and_[0].field_name`: unknown field `email`: expected one of `id`, `name`");
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MultiFilter {
    tree: Tree,
}

impl MultiFilter {
    /// Reads a filter.
    ///
    /// # Errors
    /// When the text is no JSON, or no filter.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        const MAX: usize = 64 * 1024;
        if text.len() > MAX {
            return Err(FilterError::invalid_json("", "is longer than 64 KiB"));
        }
        let node = serde_json::from_str(text).map_err(|error| {
            // What serde says may quote the text.
            let (line, column) = (error.line(), error.column());
            FilterError::invalid_json("", format!("cannot be read as JSON (line {line}, column {column})"))
        })?;
        Self::from_node(node)
    }

    /// Reads a filter from a JSON value. What a value no longer has, a key that was there twice, is not noticed.
    ///
    /// # Errors
    /// When the value is no filter.
    pub fn from_value(value: serde_json::Value) -> Result<Self, FilterError> {
        Self::from_node(value.into())
    }

    /// The filters for a model, from a client: only what a query string may ask for.
    ///
    /// That is, conditions on the fields marked `filter`; searches and patterns in those marked `search`; orderings by
    /// those marked `sort`; whether the primary key, of one column, is one of some values; bounds of the times of
    /// creation and last change; and related rows by foreign keys whose fields are marked `filter`, where the related
    /// model's marks hold, whichever of its rows a handler would show. Sizes are those of [`ParamLimits::default`].
    ///
    /// There is always a page: the first, of [`page_size`](ParamLimits::page_size) rows, where the filter asks for none.
    /// And there is always an order: the primary key decides between rows that are equal otherwise. Where the condition
    /// alone is wanted, [`Filters::condition`] is that.
    ///
    /// # Errors
    /// When the model has no such field or it is not open to clients, a value does not fit its field, or there are too
    /// many. The error names the place.
    pub fn resolve<M: Model>(&self) -> Result<Filters<M>, FilterError> {
        self.resolve_within(&ParamLimits::default())
    }

    /// The same within other limits.
    ///
    /// # Errors
    /// Those of [`resolve`](MultiFilter::resolve).
    pub fn resolve_within<M: Model>(&self, limits: &ParamLimits) -> Result<Filters<M>, FilterError> {
        self.resolve_as(Access::Client(*limits))
    }

    /// The filters for a model, from where the program itself keeps them: all fields and relations, pages of any size.
    ///
    /// # Errors
    /// When the model has no such field, or a value does not fit its field. The error names the place.
    pub fn resolve_trusted<M: Model>(&self) -> Result<Filters<M>, FilterError> {
        self.resolve_as(Access::Program)
    }

    fn from_node(node: Node) -> Result<Self, FilterError> {
        read::tree(node).map(|tree| Self { tree })
    }

    fn resolve_as<M: Model>(&self, access: Access) -> Result<Filters<M>, FilterError> {
        let meta: &'static ModelMeta = M::META;
        let mut resolver = Resolver::new(access, 0);
        let predicate = resolver.condition(meta, &self.tree.condition)?;
        let order = resolver.order(meta, &self.tree.order)?;
        let page = resolver.page(self.tree.page.as_ref())?.map(Page::Offset);
        // There are as many orders as ways to put the fields in a row; that of none is always the same.
        let varies = matches!(access, Access::Client(_)) && !self.tree.order.is_empty();
        let is_page_implied = self.tree.page.is_none();
        Ok(Filters::from_criteria(Criteria { predicate, order, page, is_page_implied, varies }))
    }

    /// The condition for a model, from a client, where it stands for nothing else.
    pub(super) fn condition_of_client<M: Model>(&self) -> Result<Filter<M>, FilterError> {
        self.condition_within(M::META, &ParamLimits::default(), &mut 0).map(Filter::new)
    }

    /// The condition for a model, from a client that has other words for orderings and pages, and whose lists had so
    /// many `values` before.
    pub(super) fn condition_within(
        &self,
        meta: &'static ModelMeta,
        limits: &ParamLimits,
        values: &mut usize,
    ) -> Result<Predicate, FilterError> {
        if self.tree.page.is_some() {
            return Err(FilterError::UnexpectedPage);
        }
        if !self.tree.order.is_empty() {
            return Err(FilterError::UnexpectedOrder);
        }
        let mut resolver = Resolver::new(Access::Client(*limits), *values);
        let predicate = resolver.condition(meta, &self.tree.condition)?;
        *values = resolver.values;
        Ok(predicate)
    }
}

impl FromStr for MultiFilter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        Self::parse(text)
    }
}

impl TryFrom<serde_json::Value> for MultiFilter {
    type Error = FilterError;

    fn try_from(value: serde_json::Value) -> Result<Self, FilterError> {
        Self::from_value(value)
    }
}

impl<'de> Deserialize<'de> for MultiFilter {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_node(Node::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
