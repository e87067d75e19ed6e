//! The tree behind [`Filter`](super::Filter): conditions on columns by number, with no type parameter, so that
//! everything that handles them is compiled once.

use super::Value;
use super::diesel_condition::DieselCondition;
use super::related::Related;
use crate::backend::{PatternPart, TextPattern};
use crate::model::ModelMeta;

/// A condition that matches a row or does not; where SQL would answer "unknown", it does not match.
#[derive(Debug, Clone, Default)]
pub(crate) enum Predicate {
    /// Matches every row.
    #[default]
    Everything,
    /// Matches no row.
    Nothing,
    /// Matches what all of them match.
    And(Vec<Predicate>),
    /// Matches what one of them matches.
    Or(Vec<Predicate>),
    /// Compares a column with a value. [`Comparison::Ne`] matches `NULL`, the others do not.
    Compare { column: usize, comparison: Comparison, value: Value },
    /// The column is one of the values, or `NULL` where that is asked for as well; or the opposite of that.
    In { column: usize, values: Vec<Value>, null: bool, negated: bool },
    /// The column is `NULL`, or is not.
    Null { column: usize, negated: bool },
    /// The column is within both bounds.
    Between { column: usize, low: Value, high: Value },
    /// The text matches the pattern, or does not; `NULL` does not match.
    Match { column: usize, pattern: TextPattern, ignore_case: bool, negated: bool },
    /// An expression of Diesel is true, or is not.
    Diesel { condition: DieselCondition, negated: bool },
    /// There is a related row, or there is none.
    Exists { related: Box<Related>, negated: bool },
    /// The same as what is in it, which a client put together: one of more texts than could be kept prepared.
    OfClient(Box<Predicate>),
}

/// How a column is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Comparison {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

/// Where in a text another is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Anywhere,
    Start,
    End,
}

impl Predicate {
    pub(super) fn compare(column: usize, comparison: Comparison, value: Value) -> Self {
        Self::Compare { column, comparison, value }
    }

    /// `None` stands for `NULL`.
    pub(super) fn equal(column: usize, value: Option<Value>, negated: bool) -> Self {
        let comparison = if negated { Comparison::Ne } else { Comparison::Eq };
        match value {
            Some(value) => Self::compare(column, comparison, value),
            None => Self::Null { column, negated },
        }
    }

    /// `None` among the values stands for `NULL`.
    pub(super) fn one_of(
        column: usize,
        values: impl IntoIterator<Item = Option<Value>>,
        negated: bool,
    ) -> Self {
        let mut null = false;
        let mut values: Vec<Value> = values
            .into_iter()
            .filter_map(|value| {
                null |= value.is_none();
                value
            })
            .collect();
        match (values.len(), null) {
            (0, false) if negated => Self::Everything,
            (0, false) => Self::Nothing,
            (0, true) => Self::Null { column, negated },
            // The text of such a statement does not depend on a number of values, so it can be kept prepared.
            (1, false) => Self::equal(column, values.pop(), negated),
            _ => Self::In { column, values, null, negated },
        }
    }

    pub(super) fn text(column: usize, place: Place, text: &str, ignore_case: bool) -> Self {
        let (start, end) = (place != Place::Start, place != Place::End);
        let parts = [
            start.then_some(PatternPart::AnyText),
            Some(PatternPart::Literal(text)),
            end.then_some(PatternPart::AnyText),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        Self::pattern(column, &parts, ignore_case)
    }

    pub(super) fn pattern(column: usize, parts: &[PatternPart<'_>], ignore_case: bool) -> Self {
        match TextPattern::new(parts) {
            Some(pattern) => Self::Match { column, pattern, ignore_case, negated: false },
            None => Self::Nothing,
        }
    }

    pub(super) fn of_client(self) -> Self {
        match self {
            Self::Everything | Self::Nothing | Self::OfClient(_) => self,
            other => Self::OfClient(Box::new(other)),
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Everything, other) | (other, Self::Everything) => other,
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Nothing,
            (Self::And(mut all), Self::And(more)) => {
                all.extend(more);
                Self::And(all)
            }
            (Self::And(mut all), other) => {
                all.push(other);
                Self::And(all)
            }
            (first, second) => Self::And(vec![first, second]),
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, other) | (other, Self::Nothing) => other,
            (Self::Everything, _) | (_, Self::Everything) => Self::Everything,
            (Self::Or(mut any), Self::Or(more)) => {
                any.extend(more);
                Self::Or(any)
            }
            (Self::Or(mut any), other) => {
                any.push(other);
                Self::Or(any)
            }
            (first, second) => Self::Or(vec![first, second]),
        }
    }

    /// What this does not match. Negation is carried to the leaves, where it is known which columns may be `NULL`:
    /// SQL's own `NOT` would lose those rows.
    pub(super) fn negate(self, meta: &ModelMeta) -> Self {
        let or_null = |predicate: Self, column: usize| {
            if meta.columns[column].nullable {
                predicate.or(Self::Null { column, negated: false })
            } else {
                predicate
            }
        };
        match self {
            Self::Everything => Self::Nothing,
            Self::Nothing => Self::Everything,
            Self::And(all) => all.into_iter().fold(Self::Nothing, |any, one| any.or(one.negate(meta))),
            Self::Or(any) => any.into_iter().fold(Self::Everything, |all, one| all.and(one.negate(meta))),
            Self::Compare { column, comparison, value } => {
                let opposite = Self::compare(column, comparison.opposite(), value);
                if matches!(comparison, Comparison::Eq | Comparison::Ne) {
                    opposite
                } else {
                    or_null(opposite, column)
                }
            }
            Self::In { column, values, null, negated } => {
                Self::In { column, values, null, negated: !negated }
            }
            Self::Null { column, negated } => Self::Null { column, negated: !negated },
            Self::Between { column, low, high } => {
                let below = Self::compare(column, Comparison::Lt, low);
                let above = Self::compare(column, Comparison::Gt, high);
                or_null(below.or(above), column)
            }
            Self::Match { column, pattern, ignore_case, negated } => {
                Self::Match { column, pattern, ignore_case, negated: !negated }
            }
            Self::Diesel { condition, negated } => Self::Diesel { condition, negated: !negated },
            Self::Exists { related, negated } => Self::Exists { related, negated: !negated },
            Self::OfClient(inner) => inner.negate(meta).of_client(),
        }
    }
}

impl Comparison {
    fn opposite(self) -> Self {
        match self {
            Self::Eq => Self::Ne,
            Self::Ne => Self::Eq,
            Self::Gt => Self::Le,
            Self::Ge => Self::Lt,
            Self::Lt => Self::Ge,
            Self::Le => Self::Gt,
        }
    }
}
