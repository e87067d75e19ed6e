//! The names of query parameters.

use crate::filter::predicate::Comparison;
use crate::model::{ColumnKind, ColumnMeta, ColumnRole, ModelMeta};

/// What a query parameter stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Parameter {
    CurrentPage,
    PageSize,
    Cursor,
    SearchString,
    SearchIgnoreCase,
    OrderBy,
    SortOrder,
    Filters,
    Ids { column: usize },
    Compare { column: usize, comparison: Comparison },
    Field { column: usize },
    List { column: usize, negated: bool },
}

impl Parameter {
    pub(super) const CURRENT_PAGE: &'static str = "currentPage";

    /// The parameter of this name; `None` where the model has no such one.
    pub(super) fn parse(meta: &ModelMeta, name: &str) -> Option<Self> {
        Self::general(meta, name)
            .or_else(|| Self::of_field(meta, name, ["", ""], |column| Self::Field { column }))
            .or_else(|| {
                Self::of_field(meta, name, ["In", "_in"], |column| Self::List { column, negated: false })
            })
            .or_else(|| {
                Self::of_field(meta, name, ["NotIn", "_not_in"], |column| Self::List {
                    column,
                    negated: true,
                })
            })
    }

    fn general(meta: &ModelMeta, name: &str) -> Option<Self> {
        let moment =
            |role, comparison| meta.index_of_role(role).map(|column| Self::Compare { column, comparison });
        match name {
            Self::CURRENT_PAGE | "current_page" => Some(Self::CurrentPage),
            "pageSize" | "page_size" => Some(Self::PageSize),
            "cursor" => Some(Self::Cursor),
            "searchString" | "search_string" => Some(Self::SearchString),
            "searchIgnoreCase" | "search_ignore_case" => Some(Self::SearchIgnoreCase),
            "orderBy" | "order_by" => Some(Self::OrderBy),
            "sortOrder" | "sort_order" => Some(Self::SortOrder),
            "filters" => Some(Self::Filters),
            "ids" => match meta.primary_key {
                [column] => Some(Self::Ids { column: *column }),
                _ => None,
            },
            "createdBefore" | "created_before" => moment(ColumnRole::CreatedAt, Comparison::Lt),
            "createdAfter" | "created_after" => moment(ColumnRole::CreatedAt, Comparison::Gt),
            "updatedBefore" | "updated_before" => moment(ColumnRole::UpdatedAt, Comparison::Lt),
            "updatedAfter" | "updated_after" => moment(ColumnRole::UpdatedAt, Comparison::Gt),
            _ => None,
        }
    }

    /// Whether it may be given more than once: a column is one of several values, but of a truth value there are only
    /// two.
    pub(super) fn is_repeatable(self, meta: &ModelMeta) -> bool {
        match self {
            Self::Ids { .. } | Self::List { .. } => true,
            Self::Field { column } => meta.columns[column].kind != ColumnKind::Bool,
            _ => false,
        }
    }

    /// A parameter that is named after a field, with the ends of its two spellings.
    fn of_field(
        meta: &ModelMeta,
        name: &str,
        [camel, snake]: [&str; 2],
        make: impl Fn(usize) -> Self,
    ) -> Option<Self> {
        let camel = name.strip_suffix(camel);
        let snake = name.strip_suffix(snake);
        let is_named = |column: &ColumnMeta| {
            let own = column.param.unwrap_or(column.field);
            snake == Some(own) || camel.is_some_and(|name| is_camel_case_of(own, name))
        };
        meta.columns.iter().position(|column| column.filterable && is_named(column)).map(make)
    }
}

/// Whether `name` is the field, in `snake_case` as the struct has it or in `camelCase`, or the name that its parameter
/// has in place of these.
pub(super) fn is_field(column: &ColumnMeta, name: &str) -> bool {
    let is = |own: &str| own == name || is_camel_case_of(own, name);
    is(column.field) || column.param.is_some_and(is)
}

/// Whether `name` is the field in `camelCase`: each `_` is left out and the letter after it is a capital.
fn is_camel_case_of(field: &str, name: &str) -> bool {
    let mut name = name.chars();
    let mut words = field.split('_');
    let first = words.next().unwrap_or_default();
    let first_matches = first.chars().all(|letter| name.next() == Some(letter));
    first_matches
        && words.all(|word| {
            let mut letters = word.chars();
            let capital = letters.next().map(|letter| letter.to_ascii_uppercase());
            capital.into_iter().chain(letters).all(|letter| name.next() == Some(letter))
        })
        && name.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_named_in_camel_case() {
        let cases = [
            ("name", "name", true),
            ("first_name", "firstName", true),
            ("first_name", "first_name", false),
            ("first_name", "firstname", false),
            ("first_name", "firstNames", false),
            ("first_name", "first", false),
            ("URL", "URL", true),
            ("line_2_text", "line2Text", true),
            ("name", "", false),
        ];
        for (field, name, expected) in cases {
            assert_eq!(is_camel_case_of(field, name), expected, "{field} {name}");
        }
    }
}
