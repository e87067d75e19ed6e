//! The names of query parameters.

use crate::filter::predicate::Comparison;
use crate::model::{ColumnRole, ModelMeta};

/// What a query parameter stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Parameter {
    CurrentPage,
    PageSize,
    SearchString,
    SearchIgnoreCase,
    OrderBy,
    SortOrder,
    Ids { column: usize },
    Compare { column: usize, comparison: Comparison },
    List { column: usize, negated: bool },
}

impl Parameter {
    pub(super) const CURRENT_PAGE: &'static str = "currentPage";

    /// The parameter of this name; `None` where the model has no such one.
    pub(super) fn parse(meta: &ModelMeta, name: &str) -> Option<Self> {
        let moment =
            |role, comparison| meta.index_of_role(role).map(|column| Self::Compare { column, comparison });
        let general = match name {
            Self::CURRENT_PAGE => Some(Self::CurrentPage),
            "pageSize" => Some(Self::PageSize),
            "searchString" => Some(Self::SearchString),
            "searchIgnoreCase" => Some(Self::SearchIgnoreCase),
            "orderBy" => Some(Self::OrderBy),
            "sortOrder" => Some(Self::SortOrder),
            "ids" => match meta.primary_key {
                [column] => Some(Self::Ids { column: *column }),
                _ => None,
            },
            "createdBefore" => moment(ColumnRole::CreatedAt, Comparison::Lt),
            "createdAfter" => moment(ColumnRole::CreatedAt, Comparison::Gt),
            "updatedBefore" => moment(ColumnRole::UpdatedAt, Comparison::Lt),
            "updatedAfter" => moment(ColumnRole::UpdatedAt, Comparison::Gt),
            _ => None,
        };
        general
            .or_else(|| {
                Self::of_field(meta, name, "", |column| Self::Compare { column, comparison: Comparison::Eq })
            })
            .or_else(|| Self::of_field(meta, name, "In", |column| Self::List { column, negated: false }))
            .or_else(|| Self::of_field(meta, name, "NotIn", |column| Self::List { column, negated: true }))
    }

    /// Whether it may be given more than once.
    pub(super) fn is_repeatable(self) -> bool {
        matches!(self, Self::Ids { .. } | Self::List { .. })
    }

    fn of_field(meta: &ModelMeta, name: &str, suffix: &str, make: impl Fn(usize) -> Self) -> Option<Self> {
        let field = name.strip_suffix(suffix)?;
        let mut columns = meta.columns.iter();
        columns.position(|column| column.filterable && is_camel_case_of(column.field, field)).map(make)
    }
}

/// Whether `name` is the field, in `snake_case` as the struct has it or in `camelCase`.
pub(super) fn is_field(field: &str, name: &str) -> bool {
    field == name || is_camel_case_of(field, name)
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
