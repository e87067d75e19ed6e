//! Filters read from a query string.

mod name;

use self::name::Parameter;
use super::order::OrderTerm;
use super::page::Page;
use super::predicate::{Place, Predicate};
use super::{Criteria, FilterError, Filters, Keyset, LimitOffset, MultiFilter, SortOrder, Value, parse};
use crate::model::{ColumnKind, ColumnMeta, Model, ModelMeta};

/// How much a query string may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamLimits {
    /// The size of a page where none is given.
    pub page_size: i64,
    /// The largest size of a page.
    pub max_page_size: i64,
    /// The most values in lists, those of all parameters together.
    pub max_values: usize,
    /// The most characters of a search.
    pub max_search_length: usize,
    /// The most conditions on related rows in a filter in JSON; 0 allows none. Such a condition sees all live rows of
    /// the related table, not those only that a handler would show.
    pub max_related: usize,
    /// How many of them may be within each other: 1 is one alone. The work for the database grows by the number of
    /// related rows with each.
    pub max_related_depth: usize,
}

impl Default for ParamLimits {
    /// Pages of 20 rows, at most 100; 500 values; 200 characters; 4 conditions on related rows, none within another.
    fn default() -> Self {
        Self {
            page_size: 20,
            max_page_size: 100,
            max_values: 500,
            max_search_length: 200,
            max_related: 4,
            max_related_depth: 1,
        }
    }
}

impl<M: Model> Filters<M> {
    /// Reads the parameters of a query string, given as decoded names and values.
    ///
    /// | parameter | or | meaning |
    /// |---|---|---|
    /// | `currentPage` | `current_page` | the page, from 1, which is the default |
    /// | `pageSize` | `page_size` | rows on a page |
    /// | `cursor` | | the page that `next` or `previous` of another led to, in place of `currentPage` |
    /// | `searchString` | `search_string` | a text that one of the model's `search` fields contains; blank asks for nothing |
    /// | `searchIgnoreCase` | `search_ignore_case` | whether the search takes upper and lower case for the same; `false` by default |
    /// | `orderBy` | `order_by` | one of the model's `sort` fields, in either spelling; the first by default |
    /// | `sortOrder` | `sort_order` | `asc` or `desc`, which is the default |
    /// | `filters` | | a tree of conditions in JSON, as [`MultiFilter`] reads it, without orderings and pages; it may ask for related rows by foreign keys marked `filter`, all live ones, whatever part of them a handler would show |
    /// | `ids` | | keys; repeated, or separated by commas unless keys are texts |
    /// | `createdBefore`, `createdAfter` | `created_before`, `created_after` | moments, themselves excluded, on a model that keeps them |
    /// | `updatedBefore`, `updatedAfter` | `updated_before`, `updated_after` | the same of the last change |
    /// | `nickName` | `nick_name` | a value of one of the model's `filter` fields; repeated, one of some values, except for truth values |
    /// | `nickNameIn` | `nick_name_in` | one of some values; repeated |
    /// | `nickNameNotIn` | `nick_name_not_in` | none of some values; repeated |
    ///
    /// A field with a name of its own for query strings (`filter = "author"`) has that name in place of the field's. A
    /// parameter that is given in both spellings is given twice. A name that could be read in two ways is the first of
    /// those above. Conditions must match together.
    ///
    /// There is always a page, and always an order: the primary key decides between rows that are equal otherwise, so
    /// that pages do not overlap. A list that turns pages by cursors takes the same parameters; its first page is the one
    /// without a `cursor`, and the others are asked for with the same order.
    ///
    /// # Errors
    /// When a parameter is unknown, is repeated though it holds one value, has a value that does not fit, or exceeds
    /// `limits`; and when a value has U+FFFD in it, which decoders put in the place of bytes that are no UTF-8. The error
    /// names the parameter. No parameter is ever left out of account.
    pub fn from_params<'a>(
        params: impl IntoIterator<Item = (&'a str, &'a str)>,
        limits: &ParamLimits,
    ) -> Result<Self, FilterError> {
        let mut reader = Reader::new(M::META, limits);
        for (name, value) in params {
            reader.read(name, value)?;
        }
        reader.finish().map(Self::from_criteria)
    }
}

/// What was read so far.
struct Reader<'a> {
    meta: &'static ModelMeta,
    limits: &'a ParamLimits,
    seen: Vec<Parameter>,
    conditions: Vec<(Parameter, Predicate)>,
    lists: Vec<List>,
    values: usize,
    page: Option<i64>,
    page_size: i64,
    cursor: Option<&'a str>,
    search: Option<&'a str>,
    ignore_case: bool,
    order_by: Option<usize>,
    sort_order: Option<SortOrder>,
}

/// The values of a repeated parameter.
struct List {
    parameter: Parameter,
    column: usize,
    negated: bool,
    values: Vec<Value>,
}

impl<'a> Reader<'a> {
    fn new(meta: &'static ModelMeta, limits: &'a ParamLimits) -> Self {
        Self {
            meta,
            limits,
            seen: Vec::new(),
            conditions: Vec::new(),
            lists: Vec::new(),
            values: 0,
            page: None,
            page_size: limits.page_size,
            cursor: None,
            search: None,
            ignore_case: false,
            order_by: None,
            sort_order: None,
        }
    }

    fn read(&mut self, name: &str, value: &'a str) -> Result<(), FilterError> {
        let Some(parameter) = Parameter::parse(self.meta, name) else {
            return Err(FilterError::UnknownParameter { name: name.to_owned() });
        };
        if !parameter.is_repeatable(self.meta) {
            if self.seen.contains(&parameter) {
                return Err(FilterError::DuplicateParameter { name: name.to_owned() });
            }
            self.seen.push(parameter);
        }
        // What a decoder makes of bytes that are no text; it would be looked for, and never be found.
        if value.contains(char::REPLACEMENT_CHARACTER) {
            return Err(FilterError::invalid_value(name, "a text in UTF-8"));
        }
        match parameter {
            Parameter::CurrentPage => self.page = Some(page_number(name, value)?),
            Parameter::PageSize => self.page_size = page_size(name, value, self.limits.max_page_size)?,
            Parameter::Cursor => self.cursor = Some(value),
            Parameter::SearchString => self.search = self.search_text(name, value)?,
            Parameter::SearchIgnoreCase => {
                self.ignore_case = parse::bool(value)
                    .ok_or_else(|| FilterError::invalid_value(name, parse::expected(ColumnKind::Bool)))?;
            }
            Parameter::OrderBy => self.order_by = Some(self.sortable(value)?),
            Parameter::SortOrder => {
                let order = SortOrder::parse(value);
                self.sort_order =
                    Some(order.ok_or_else(|| FilterError::InvalidSortOrder { name: name.to_owned() })?);
            }
            Parameter::Filters => {
                let condition = MultiFilter::parse(value)
                    .and_then(|filter| filter.condition_within(self.meta, self.limits, &mut self.values))
                    .map_err(|error| error.at(name))?;
                self.conditions.push((parameter, condition));
            }
            Parameter::Ids { column } => self.ids(name, parameter, column, value)?,
            Parameter::Compare { column, comparison } => {
                let value = self.value(name, column, value)?;
                self.conditions.push((parameter, Predicate::compare(column, comparison, value)));
            }
            Parameter::Field { column } => self.list_value(name, parameter, (column, false), value)?,
            Parameter::List { column, negated } => {
                self.list_value(name, parameter, (column, negated), value)?
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Criteria, FilterError> {
        let page = self.page()?;
        let is_page_implied =
            self.page.is_none() && self.cursor.is_none() && !self.seen.contains(&Parameter::PageSize);
        for List { parameter, column, negated, values } in std::mem::take(&mut self.lists) {
            let list = Predicate::one_of(column, values.into_iter().map(Some), negated);
            self.conditions.push((parameter, list));
        }
        // In one order whatever that of the parameters was, so that they make one statement.
        self.conditions.sort_by_key(|(parameter, _)| *parameter);
        let conditions = self.conditions.drain(..).map(|(_, condition)| condition);
        let mut predicate = conditions.fold(Predicate::Everything, Predicate::and);
        if let Some(text) = self.search {
            let columns = positions(self.meta, |column| column.searchable);
            let search = columns.fold(Predicate::Nothing, |any, column| {
                any.or(Predicate::text(column, Place::Anywhere, text, self.ignore_case))
            });
            predicate = predicate.and(search);
        }
        let order = self.order();
        Ok(Criteria { predicate, order, page: Some(page), is_page_implied, varies: false })
    }

    fn value(&self, name: &str, column: usize, text: &str) -> Result<Value, FilterError> {
        let column = &self.meta.columns[column];
        Value::parse(column.kind, text)
            .filter(|value| parse::is_choice(column, value))
            .ok_or_else(|| FilterError::invalid_value(name, parse::expected_by(column)))
    }

    fn ids(
        &mut self,
        name: &str,
        parameter: Parameter,
        column: usize,
        text: &str,
    ) -> Result<(), FilterError> {
        if self.meta.columns[column].kind == ColumnKind::Text {
            // A comma may be part of the key.
            return self.list_value(name, parameter, (column, false), text);
        }
        text.split(',').try_for_each(|id| self.list_value(name, parameter, (column, false), id))
    }

    fn list_value(
        &mut self,
        name: &str,
        parameter: Parameter,
        (column, negated): (usize, bool),
        text: &str,
    ) -> Result<(), FilterError> {
        if self.values >= self.limits.max_values {
            return Err(FilterError::TooMany { what: name.to_owned(), max: self.limits.max_values });
        }
        self.values += 1;
        let value = self.value(name, column, text)?;
        match self.lists.iter_mut().find(|list| list.parameter == parameter) {
            Some(list) => list.values.push(value),
            None => self.lists.push(List { parameter, column, negated, values: vec![value] }),
        }
        Ok(())
    }

    fn search_text(&self, name: &str, text: &'a str) -> Result<Option<&'a str>, FilterError> {
        let max = self.limits.max_search_length;
        if text.chars().nth(max).is_some() {
            return Err(FilterError::TooLong { what: name.to_owned(), max });
        }
        if text.contains('\0') {
            return Err(FilterError::invalid_value(name, parse::expected(ColumnKind::Text)));
        }
        if positions(self.meta, |column| column.searchable).next().is_none() {
            return Err(FilterError::NotSearchable { field: self.meta.name.to_owned() });
        }
        Ok((!text.trim().is_empty()).then_some(text))
    }

    fn sortable(&self, field: &str) -> Result<usize, FilterError> {
        positions(self.meta, |column| column.sortable && name::is_field(column, field)).next().ok_or_else(
            || FilterError::NotSortable {
                field: field.to_owned(),
                allowed: positions(self.meta, |column| column.sortable)
                    .map(|column| self.meta.columns[column].field)
                    .collect(),
            },
        )
    }

    fn page(&self) -> Result<Page, FilterError> {
        let page_size = self.page_size;
        if let Some(cursor) = self.cursor {
            return match self.page {
                None => Ok(Page::Keyset(Keyset::at(page_size, cursor))),
                Some(_) => Err(FilterError::invalid_value(
                    Parameter::CURRENT_PAGE,
                    "left out where there is a `cursor`",
                )),
            };
        }
        // The end of the page must be a number, too, so that a client can go on to count with it.
        match self.page.unwrap_or(1).checked_mul(page_size) {
            Some(end) => Ok(Page::Offset(LimitOffset { limit: page_size, offset: end - page_size })),
            None => Err(FilterError::PageOutOfRange { name: Parameter::CURRENT_PAGE.to_owned() }),
        }
    }

    fn order(&self) -> Vec<OrderTerm> {
        let sorted = self.order_by.or_else(|| positions(self.meta, |column| column.sortable).next());
        // The key follows the direction, so that an index serves both when it is read backwards.
        let order = self.sort_order.unwrap_or(SortOrder::Desc);
        let key = self.meta.primary_key.iter().copied().filter(|column| Some(*column) != sorted);
        sorted.into_iter().chain(key).map(|column| OrderTerm { column, order }).collect()
    }
}

fn page_number(name: &str, text: &str) -> Result<i64, FilterError> {
    match whole_number(name, text)? {
        Some(page) if page >= 1 => Ok(page),
        _ => Err(FilterError::PageOutOfRange { name: name.to_owned() }),
    }
}

fn page_size(name: &str, text: &str, max: i64) -> Result<i64, FilterError> {
    match whole_number(name, text)? {
        Some(size) if (1..=max).contains(&size) => Ok(size),
        _ => Err(FilterError::PageSizeOutOfRange { name: name.to_owned(), max }),
    }
}

/// A whole number; `None` for one that is too large to be counted with.
fn whole_number(name: &str, text: &str) -> Result<Option<i64>, FilterError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FilterError::invalid_value(name, "a whole number"));
    }
    Ok(text.parse().ok())
}

/// The columns that have a property.
fn positions(
    meta: &'static ModelMeta,
    property: impl Fn(&ColumnMeta) -> bool,
) -> impl Iterator<Item = usize> {
    meta.columns.iter().enumerate().filter(move |(_, column)| property(column)).map(|(index, _)| index)
}
