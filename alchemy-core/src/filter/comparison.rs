//! A comparison whose field and operator are known by name.

use std::borrow::Cow;

use chrono::{Datelike, Days, NaiveDateTime, NaiveTime};

use super::predicate::{Comparison, Place, Predicate};
use super::{Filter, FilterError, FilterValue, Value, by_name, parse};
use crate::backend::PatternPart;
use crate::model::{ColumnKind, Model, ModelMeta};

/// The field compares with a value by an operator.
///
/// | operator | matches where the field |
/// |---|---|
/// | `eq`, `ne` | is, is not the value; `None` asks for `NULL` |
/// | `gt`, `ge`, `lt`, `le` | is greater, greater or equal, less, less or equal |
/// | `in`, `notin` | is one, is none of the values |
/// | `between` | is within two values, which are included |
/// | `like`, `ilike` | matches a pattern in which `%` stands for any text, `_` for any character, and `\` before either for itself |
/// | `startswith`, `endswith` | begins, ends with the text |
/// | `istartswith`, `iendswith` | the same in any case |
/// | `dateeq` | is on the day, in UTC where the field is a moment |
///
/// ```
/// use alchemy_core::filter::ComparisonFilter;
///
/// let adults = ComparisonFilter::new("age", "ge", 18);
/// let unknown = ComparisonFilter::new("age", "eq", None::<i32>);
/// let teens = ComparisonFilter::new("age", "between", vec![13, 19]);
/// # let _ = (adults, unknown, teens);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonFilter {
    field: Cow<'static, str>,
    operator: Cow<'static, str>,
    value: Comparand,
}

/// What a filter by name compares a field with: a value, an `Option` of one, or a list.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Comparand {
    /// `NULL`.
    Null,
    /// A value.
    One(Value),
    /// Some values, for the operators `in`, `notin` and `between`.
    Many(Vec<Value>),
}

impl ComparisonFilter {
    /// Compares a field by an operator.
    pub fn new(
        field: impl Into<Cow<'static, str>>,
        operator: impl Into<Cow<'static, str>>,
        value: impl Into<Comparand>,
    ) -> Self {
        Self { field: field.into(), operator: operator.into(), value: value.into() }
    }

    /// The condition for a model.
    ///
    /// # Errors
    /// When the model has no such field, there is no such operator, or the value does not fit either.
    pub fn resolve<M: Model>(self) -> Result<Filter<M>, FilterError> {
        self.predicate(M::META).map(Filter::new)
    }

    fn predicate(self, meta: &'static ModelMeta) -> Result<Predicate, FilterError> {
        let operator = Operator::parse(&self.operator)?;
        operator.predicate(meta, by_name::column(meta, &self.field)?, self.value)
    }
}

/// What an operator's name stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operator {
    Equal { negated: bool },
    Compare(Comparison),
    In { negated: bool },
    Between,
    Like { ignore_case: bool },
    Text { place: Place, ignore_case: bool },
    OnDay,
}

impl Operator {
    const NAMES: &'static [&'static str] = &[
        "eq",
        "ne",
        "gt",
        "ge",
        "lt",
        "le",
        "in",
        "notin",
        "between",
        "like",
        "ilike",
        "startswith",
        "istartswith",
        "endswith",
        "iendswith",
        "dateeq",
    ];

    pub(super) fn parse(name: &str) -> Result<Self, FilterError> {
        Ok(match name {
            "eq" => Self::Equal { negated: false },
            "ne" => Self::Equal { negated: true },
            "gt" => Self::Compare(Comparison::Gt),
            "ge" => Self::Compare(Comparison::Ge),
            "lt" => Self::Compare(Comparison::Lt),
            "le" => Self::Compare(Comparison::Le),
            "in" => Self::In { negated: false },
            "notin" => Self::In { negated: true },
            "between" => Self::Between,
            "like" => Self::Like { ignore_case: false },
            "ilike" => Self::Like { ignore_case: true },
            "startswith" => Self::Text { place: Place::Start, ignore_case: false },
            "istartswith" => Self::Text { place: Place::Start, ignore_case: true },
            "endswith" => Self::Text { place: Place::End, ignore_case: false },
            "iendswith" => Self::Text { place: Place::End, ignore_case: true },
            "dateeq" => Self::OnDay,
            _ => {
                return Err(FilterError::UnknownOperator { operator: name.to_owned(), allowed: Self::NAMES });
            }
        })
    }

    pub(super) fn predicate(
        self,
        meta: &'static ModelMeta,
        column: usize,
        value: Comparand,
    ) -> Result<Predicate, FilterError> {
        let field = Field { meta, column };
        match self {
            Self::Equal { negated } => {
                let value = match value {
                    Comparand::Null => None,
                    value => Some(field.one(value)?),
                };
                Ok(Predicate::equal(column, value, negated))
            }
            Self::Compare(comparison) => Ok(Predicate::compare(column, comparison, field.one(value)?)),
            Self::In { negated } => {
                let values = field.many(value, "a list of values")?;
                Ok(Predicate::one_of(column, values.into_iter().map(Some), negated))
            }
            Self::Between => match <[Value; 2]>::try_from(field.many(value, "a list of two values")?) {
                Ok([low, high]) => Ok(Predicate::Between { column, low, high }),
                Err(_) => Err(field.expected("a list of two values")),
            },
            Self::Like { ignore_case } => {
                Ok(Predicate::pattern(column, &pattern_parts(&field.text(value)?), ignore_case))
            }
            Self::Text { place, ignore_case } => {
                Ok(Predicate::text(column, place, &field.text(value)?, ignore_case))
            }
            Self::OnDay => field.on_day(value),
        }
    }
}

/// A field of a model, for checking values.
struct Field {
    meta: &'static ModelMeta,
    column: usize,
}

impl Field {
    fn kind(&self) -> ColumnKind {
        self.meta.columns[self.column].kind
    }

    fn expected(&self, expected: &'static str) -> FilterError {
        FilterError::invalid_value(self.meta.columns[self.column].field, expected)
    }

    fn one(&self, value: Comparand) -> Result<Value, FilterError> {
        match value {
            Comparand::One(value) => by_name::value(self.meta, self.column, value),
            Comparand::Null | Comparand::Many(_) => Err(self.expected(parse::expected(self.kind()))),
        }
    }

    fn many(&self, value: Comparand, expected: &'static str) -> Result<Vec<Value>, FilterError> {
        match value {
            Comparand::Many(values) => {
                values.into_iter().map(|value| by_name::value(self.meta, self.column, value)).collect()
            }
            Comparand::Null | Comparand::One(_) => Err(self.expected(expected)),
        }
    }

    fn text(&self, value: Comparand) -> Result<String, FilterError> {
        by_name::text_column(self.meta, self.meta.columns[self.column].field)?;
        match value {
            Comparand::One(Value::Text(text)) => Ok(text),
            _ => Err(self.expected("a text")),
        }
    }

    fn on_day(&self, value: Comparand) -> Result<Predicate, FilterError> {
        let expected = || self.expected(parse::expected(ColumnKind::Date));
        let day = match value {
            Comparand::One(value) => value.fit(ColumnKind::Date),
            Comparand::Null | Comparand::Many(_) => None,
        };
        let Some(Value::Date(day)) = day else { return Err(expected()) };
        let at: fn(NaiveDateTime) -> Value = match self.kind() {
            ColumnKind::Date => {
                return Ok(Predicate::compare(self.column, Comparison::Eq, day.into()));
            }
            ColumnKind::Timestamp => Value::from,
            ColumnKind::TimestampTz => |moment| moment.and_utc().into(),
            _ => {
                return Err(FilterError::NotFilterable {
                    field: self.meta.columns[self.column].field.to_owned(),
                });
            }
        };
        let from = Predicate::compare(self.column, Comparison::Ge, at(day.and_time(NaiveTime::MIN)));
        let next = day.checked_add_days(Days::new(1)).ok_or_else(expected)?;
        let until = match (day.year(), next.year()) {
            // Only PostgreSQL has the day after it; the others take no value of that day either.
            (9999, 10_000) => {
                let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).ok_or_else(expected)?;
                Predicate::compare(self.column, Comparison::Le, at(day.and_time(last)))
            }
            _ => Predicate::compare(self.column, Comparison::Lt, at(next.and_time(NaiveTime::MIN))),
        };
        Ok(from.and(until))
    }
}

/// The parts of a pattern in SQL's own language, with `\` for escapes.
fn pattern_parts(pattern: &str) -> Vec<PatternPart<'_>> {
    let mut parts = Vec::new();
    let mut characters = pattern.char_indices();
    while let Some((start, character)) = characters.next() {
        let end = start + character.len_utf8();
        parts.push(match character {
            '%' => PatternPart::AnyText,
            '_' => PatternPart::AnyChar,
            '\\' => match characters.next() {
                Some((start, escaped)) => PatternPart::Literal(&pattern[start..start + escaped.len_utf8()]),
                None => PatternPart::Literal("\\"),
            },
            _ => PatternPart::Literal(&pattern[start..end]),
        });
    }
    parts
}

impl<T: FilterValue> From<T> for Comparand {
    fn from(value: T) -> Self {
        Self::One(value.into_value())
    }
}

impl<T: FilterValue> From<Option<T>> for Comparand {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Comparand {
    fn from(values: Vec<T>) -> Self {
        Self::Many(values.into_iter().map(T::into).collect())
    }
}

impl From<Option<&str>> for Comparand {
    fn from(value: Option<&str>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

impl From<&str> for Comparand {
    fn from(value: &str) -> Self {
        Self::One(value.into())
    }
}

impl From<Value> for Comparand {
    fn from(value: Value) -> Self {
        Self::One(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_that_is_offered_exists() {
        for name in Operator::NAMES {
            assert!(Operator::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_backslash_makes_a_wildcard_literal() {
        use PatternPart::{AnyChar, AnyText, Literal};
        let parts = [AnyText, Literal("é"), AnyChar, Literal("%"), Literal("\\"), Literal("\\")];
        assert_eq!(pattern_parts(r"%é_\%\\\"), parts);
    }
}
