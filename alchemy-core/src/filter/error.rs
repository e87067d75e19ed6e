//! What can be wrong with a filter.

use std::borrow::Cow;

/// A filter, ordering or page that cannot be used.
///
/// Every variant names the parameter or field at fault. The text of [`Display`](std::fmt::Display) may be shown to
/// clients: it quotes names, cut to a sane length, and never values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// The model has no such field.
    #[error("unknown field {}{}", Name(field), OneOf(allowed))]
    UnknownField {
        /// The name that was given.
        field: String,
        /// The names that would do.
        allowed: Vec<&'static str>,
    },
    /// There is no such query parameter.
    #[error("unknown parameter {}", Name(name))]
    UnknownParameter {
        /// The name that was given.
        name: String,
    },
    /// There is no such comparison.
    #[error("unknown operator {}{}", Name(operator), OneOf(allowed))]
    UnknownOperator {
        /// The operator that was given.
        operator: String,
        /// The operators that exist.
        allowed: &'static [&'static str],
    },
    /// The value is not of the kind that the field holds.
    #[error("{} must be {expected}", Name(field))]
    InvalidValue {
        /// The field or parameter.
        field: String,
        /// What it takes.
        expected: Cow<'static, str>,
    },
    /// There is no text to search.
    #[error("{} cannot be searched", Name(field))]
    NotSearchable {
        /// The field or parameter.
        field: String,
    },
    /// The field cannot be ordered by.
    #[error("cannot order by {}{}", Name(field), OneOf(allowed))]
    NotSortable {
        /// The field or parameter.
        field: String,
        /// The fields that can.
        allowed: Vec<&'static str>,
    },
    /// The field cannot be filtered by name: it is of a type of the user's own.
    #[error("cannot filter by {}", Name(field))]
    NotFilterable {
        /// The field.
        field: String,
    },
    /// There can be no such page.
    #[error("{} is out of range", Name(name))]
    PageOutOfRange {
        /// The parameter.
        name: String,
    },
    /// A page of this size is not given out.
    #[error("{} must be between 1 and {max}", Name(name))]
    PageSizeOutOfRange {
        /// The parameter.
        name: String,
        /// The largest size.
        max: i64,
    },
    /// Neither ascending nor descending.
    #[error("{} must be `asc` or `desc`", Name(name))]
    InvalidSortOrder {
        /// The parameter.
        name: String,
    },
    /// A parameter that holds one value was given more than once.
    #[error("{} was given more than once", Name(name))]
    DuplicateParameter {
        /// The parameter.
        name: String,
    },
    /// More values than are accepted.
    #[error("{} has too many values: at most {max} are accepted", Name(what))]
    TooMany {
        /// The parameter.
        what: String,
        /// How many would do.
        max: usize,
    },
    /// A text longer than is accepted.
    #[error("{} is too long: at most {max} characters are accepted", Name(what))]
    TooLong {
        /// The parameter.
        what: String,
        /// How many characters would do.
        max: usize,
    },
    /// What would be done to every row is done on a condition only.
    #[error("a condition is required")]
    NoCondition,
    /// A page where there can be none.
    #[error("a page cannot be asked for here")]
    UnexpectedPage,
    /// An ordering where there can be none.
    #[error("an ordering cannot be asked for here")]
    UnexpectedOrder,
    /// A cursor that was not given out for this list: of another one, in another order, or tampered with.
    #[error("{} is not a cursor of this list", Name(name))]
    InvalidCursor {
        /// The parameter.
        name: String,
    },
    /// The related rows are in another database, which one statement cannot ask.
    #[error("`{related}` is not in the same database as `{model}`")]
    OtherDatabase {
        /// The model whose rows are filtered.
        model: &'static str,
        /// The model of the related rows.
        related: &'static str,
    },
    /// A condition in Diesel's query language on the related rows of a table that is related to itself: it cannot say
    /// which of the two it means.
    #[error("a relation of `{model}` to itself takes conditions of its columns only, not of Diesel")]
    AmbiguousCondition {
        /// The model.
        model: &'static str,
    },
    /// JSON that is no filter.
    #[error("{} {reason}", Path(path))]
    InvalidJson {
        /// Where in the JSON, as in `and_[2].field_name`; empty for the whole.
        path: String,
        /// What is wrong, to go on after the path.
        reason: Cow<'static, str>,
    },
    /// What is wrong with a part of a filter in JSON.
    #[error("{}: {error}", Path(path))]
    At {
        /// Where in the JSON, as in `and_[2].field_name`.
        path: String,
        /// What is wrong.
        error: Box<FilterError>,
    },
}

impl FilterError {
    /// The parameter, field, operator or path at fault, as it was given.
    #[must_use]
    pub fn parameter(&self) -> &str {
        match self {
            Self::UnknownField { field, .. }
            | Self::InvalidValue { field, .. }
            | Self::NotSearchable { field }
            | Self::NotSortable { field, .. }
            | Self::NotFilterable { field } => field,
            Self::UnknownOperator { operator, .. } => operator,
            Self::UnknownParameter { name }
            | Self::PageOutOfRange { name }
            | Self::PageSizeOutOfRange { name, .. }
            | Self::InvalidSortOrder { name }
            | Self::DuplicateParameter { name }
            | Self::InvalidCursor { name } => name,
            Self::NoCondition => "filters",
            Self::UnexpectedPage => "page",
            Self::UnexpectedOrder => "order",
            Self::OtherDatabase { related, .. } => related,
            Self::AmbiguousCondition { model } => model,
            Self::InvalidJson { path, .. } | Self::At { path, .. } => Path(path).text(),
            Self::TooMany { what, .. } | Self::TooLong { what, .. } => what,
        }
    }

    pub(super) fn invalid_value(field: &str, expected: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidValue { field: field.to_owned(), expected: expected.into() }
    }

    pub(super) fn invalid_json(path: impl Into<String>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidJson { path: path.into(), reason: reason.into() }
    }

    pub(super) fn at(self, path: impl Into<String>) -> Self {
        Self::At { path: path.into(), error: Box::new(self) }
    }
}

/// A name in backquotes: cut to a length that fits a message, without characters that could break a log line.
pub(super) struct Name<'a>(pub(super) &'a str);

impl std::fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const MAX: usize = 64;
        let mut rest = self.0.chars();
        f.write_str("`")?;
        for character in rest.by_ref().take(MAX) {
            let shown = if character.is_control() { char::REPLACEMENT_CHARACTER } else { character };
            write!(f, "{shown}")?;
        }
        f.write_str(if rest.next().is_some() { "…`" } else { "`" })
    }
}

/// A path in JSON, made of names and numbers that are known to be short.
struct Path<'a>(&'a str);

impl<'a> Path<'a> {
    fn text(&self) -> &'a str {
        if self.0.is_empty() { "filters" } else { self.0 }
    }
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`", self.text())
    }
}

/// The names that would have done.
pub(super) struct OneOf<'a>(pub(super) &'a [&'static str]);

impl std::fmt::Display for OneOf<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { ": expected one of " } else { ", " })?;
            write!(f, "`{name}`")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_what_would_have_done() {
        let error = FilterError::UnknownField { field: "nmae".to_owned(), allowed: vec!["name", "dob"] };
        assert_eq!(error.to_string(), "unknown field `nmae`: expected one of `name`, `dob`");
        let error = FilterError::NotSortable { field: "name".to_owned(), allowed: Vec::new() };
        assert_eq!(error.to_string(), "cannot order by `name`");
    }

    #[test]
    fn a_huge_name_is_cut_and_control_characters_are_replaced() {
        let error = FilterError::UnknownParameter { name: format!("a\nb{}", "x".repeat(1_000_000)) };
        assert_eq!(error.to_string(), format!("unknown parameter `a\u{fffd}b{}…`", "x".repeat(61)));
    }
}
