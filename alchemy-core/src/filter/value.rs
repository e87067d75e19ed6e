//! Values that conditions compare columns with.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Utc};
use diesel::QueryResult;
use diesel::sql_types as sql;

use super::parse;
use crate::backend::BindPass;
use crate::model::ColumnKind;

/// A value that can be bound to a statement, of one of the types that columns have.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A truth value.
    Bool(bool),
    /// A 16-bit integer.
    SmallInt(i16),
    /// A 32-bit integer.
    Integer(i32),
    /// A 64-bit integer.
    BigInt(i64),
    /// A single precision number.
    Float(f32),
    /// A double precision number.
    Double(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
    /// A UUID.
    Uuid(uuid::Uuid),
    /// A date.
    Date(NaiveDate),
    /// A time of day.
    Time(NaiveTime),
    /// A date and time with no time zone.
    Timestamp(NaiveDateTime),
    /// A moment.
    TimestampTz(DateTime<Utc>),
    /// JSON.
    Json(serde_json::Value),
    /// A decimal number.
    Decimal(BigDecimal),
}

/// A Rust type whose values conditions can compare columns with.
///
/// Implemented for the types that fields of models have, and by `#[derive(TextEnum)]`.
#[diagnostic::on_unimplemented(
    message = "a column cannot be compared with a `{Self}`",
    note = "the types of fields that Alchemy knows can be compared, and enums that derive `TextEnum`",
    note = "a type of your own that is stored as one of those can implement `FilterValue`; a condition on any other \
            field can be written in Diesel's query language"
)]
pub trait FilterValue: Sized {
    /// The value as it is bound.
    fn into_value(self) -> Value;

    /// Reads the value as it is written in a query string; `None` where the text is no such value.
    fn parse(text: &str) -> Option<Self>;
}

impl Value {
    /// What kind of column holds such a value.
    #[must_use]
    pub fn kind(&self) -> ColumnKind {
        match self {
            Self::Bool(_) => ColumnKind::Bool,
            Self::SmallInt(_) => ColumnKind::SmallInt,
            Self::Integer(_) => ColumnKind::Integer,
            Self::BigInt(_) => ColumnKind::BigInt,
            Self::Float(_) => ColumnKind::Float,
            Self::Double(_) => ColumnKind::Double,
            Self::Text(_) => ColumnKind::Text,
            Self::Binary(_) => ColumnKind::Binary,
            Self::Uuid(_) => ColumnKind::Uuid,
            Self::Date(_) => ColumnKind::Date,
            Self::Time(_) => ColumnKind::Time,
            Self::Timestamp(_) => ColumnKind::Timestamp,
            Self::TimestampTz(_) => ColumnKind::TimestampTz,
            Self::Json(_) => ColumnKind::Json,
            Self::Decimal(_) => ColumnKind::Decimal,
        }
    }

    /// Reads a value for a column of the kind, as it is written in a query string.
    ///
    /// Dates and times are those of ISO 8601 (a moment without an offset is in UTC), truth values are `true`,
    /// `false`, `1` and `0`. `None` where the text is no such value, does not fit the column, or could not be stored
    /// by every database; binary columns and those of the user's own types cannot be given as text.
    #[must_use]
    pub fn parse(kind: ColumnKind, text: &str) -> Option<Self> {
        fn value<T: FilterValue>(text: &str) -> Option<Value> {
            T::parse(text).map(T::into_value)
        }
        match kind {
            ColumnKind::Bool => value::<bool>(text),
            ColumnKind::SmallInt => value::<i16>(text),
            ColumnKind::Integer => value::<i32>(text),
            ColumnKind::BigInt => value::<i64>(text),
            ColumnKind::Float => value::<f32>(text),
            ColumnKind::Double => value::<f64>(text),
            ColumnKind::Text => value::<String>(text),
            ColumnKind::Uuid => value::<uuid::Uuid>(text),
            ColumnKind::Date => value::<NaiveDate>(text),
            ColumnKind::Time => value::<NaiveTime>(text),
            ColumnKind::Timestamp => value::<NaiveDateTime>(text),
            ColumnKind::TimestampTz => value::<DateTime<Utc>>(text),
            ColumnKind::Json => value::<serde_json::Value>(text),
            ColumnKind::Decimal => value::<BigDecimal>(text),
            ColumnKind::Binary | ColumnKind::Custom => None,
        }
    }

    /// Pushes the value as a bind parameter.
    ///
    /// # Errors
    /// When the value cannot be represented in the database's type.
    pub fn bind<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        match self {
            Self::Bool(value) => out.push_bind_param::<sql::Bool, _>(value),
            Self::SmallInt(value) => out.push_bind_param::<sql::SmallInt, _>(value),
            Self::Integer(value) => out.push_bind_param::<sql::Integer, _>(value),
            Self::BigInt(value) => out.push_bind_param::<sql::BigInt, _>(value),
            Self::Float(value) => out.push_bind_param::<sql::Float, _>(value),
            Self::Double(value) => out.push_bind_param::<sql::Double, _>(value),
            Self::Text(value) => out.push_bind_param::<sql::Text, str>(value.as_str()),
            Self::Binary(value) => out.push_bind_param::<sql::Binary, [u8]>(value.as_slice()),
            Self::Uuid(value) => out.push_bind_param::<sql::Uuid, _>(value),
            Self::Date(value) => out.push_bind_param::<sql::Date, _>(value),
            Self::Time(value) => out.push_bind_param::<sql::Time, _>(value),
            Self::Timestamp(value) => out.push_bind_param::<sql::Timestamp, _>(value),
            Self::TimestampTz(value) => out.push_bind_param::<sql::Timestamptz, _>(value),
            Self::Json(value) => out.push_bind_param::<sql::Jsonb, _>(value),
            Self::Decimal(value) => out.push_bind_param::<sql::Numeric, _>(value),
        }
    }

    /// The same value as a column of `kind` holds it; `None` where that would change it.
    pub(super) fn fit(self, kind: ColumnKind) -> Option<Self> {
        if self.kind() == kind {
            return Some(self);
        }
        match (self, kind) {
            (Self::Text(text), _) => Self::parse(kind, &text),
            (Self::SmallInt(value), _) => Self::fit_integer(value.into(), kind),
            (Self::Integer(value), _) => Self::fit_integer(value.into(), kind),
            (Self::BigInt(value), _) => Self::fit_integer(value, kind),
            (Self::Float(value), ColumnKind::Double) => Some(Self::Double(value.into())),
            (Self::Double(value), ColumnKind::Float) => {
                #[allow(clippy::cast_possible_truncation)] // The comparison tells whether anything was lost.
                let narrow = value as f32;
                (f64::from(narrow) == value).then_some(Self::Float(narrow))
            }
            (Self::Timestamp(value), ColumnKind::TimestampTz) => Some(Self::TimestampTz(value.and_utc())),
            (Self::TimestampTz(value), ColumnKind::Timestamp) => Some(Self::Timestamp(value.naive_utc())),
            _ => None,
        }
    }

    fn fit_integer(value: i64, kind: ColumnKind) -> Option<Self> {
        match kind {
            ColumnKind::SmallInt => value.try_into().ok().map(Self::SmallInt),
            ColumnKind::Integer => value.try_into().ok().map(Self::Integer),
            ColumnKind::BigInt => Some(Self::BigInt(value)),
            ColumnKind::Double => i32::try_from(value).ok().map(|value| Self::Double(value.into())),
            ColumnKind::Float => i16::try_from(value).ok().map(|value| Self::Float(value.into())),
            ColumnKind::Decimal => Some(Self::Decimal(value.into())),
            _ => None,
        }
    }
}

macro_rules! filter_values {
    ($($rust:ty: |$value:ident| $into:expr, $parse:expr;)+) => {$(
        impl FilterValue for $rust {
            fn into_value(self) -> Value {
                let $value = self;
                $into
            }

            fn parse(text: &str) -> Option<Self> {
                $parse(text)
            }
        }

        impl From<$rust> for Value {
            fn from(value: $rust) -> Self {
                value.into_value()
            }
        }
    )+};
}

// Columns hold times to the microsecond, so a finer value would never be equal to what was stored of it.
filter_values! {
    bool: |value| Value::Bool(value), parse::bool;
    i16: |value| Value::SmallInt(value), parse::from_str;
    i32: |value| Value::Integer(value), parse::from_str;
    i64: |value| Value::BigInt(value), parse::from_str;
    f32: |value| Value::Float(value), parse::float;
    f64: |value| Value::Double(value), parse::double;
    String: |value| Value::Text(value), parse::text;
    Vec<u8>: |value| Value::Binary(value), |_| None;
    uuid::Uuid: |value| Value::Uuid(value), parse::from_str;
    NaiveDate: |value| Value::Date(value), parse::date;
    NaiveTime: |value| Value::Time(value.trunc_subsecs(6)), parse::time;
    NaiveDateTime: |value| Value::Timestamp(value.trunc_subsecs(6)), parse::timestamp;
    DateTime<Utc>: |value| Value::TimestampTz(value.trunc_subsecs(6)), parse::timestamp_tz;
    serde_json::Value: |value| Value::Json(value), parse::json;
    BigDecimal: |value| Value::Decimal(value), parse::decimal;
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_fits_a_column_only_unchanged() {
        assert_eq!(Value::Integer(7).fit(ColumnKind::BigInt), Some(Value::BigInt(7)));
        assert_eq!(Value::BigInt(7).fit(ColumnKind::SmallInt), Some(Value::SmallInt(7)));
        assert_eq!(Value::BigInt(70_000).fit(ColumnKind::SmallInt), None);
        assert_eq!(Value::Double(0.5).fit(ColumnKind::Float), Some(Value::Float(0.5)));
        assert_eq!(Value::Double(0.1).fit(ColumnKind::Float), None);
        assert_eq!(Value::from("12").fit(ColumnKind::Integer), Some(Value::Integer(12)));
        assert_eq!(Value::from("twelve").fit(ColumnKind::Integer), None);
        assert_eq!(Value::Integer(1).fit(ColumnKind::Text), None);
        assert_eq!(Value::Integer(1).fit(ColumnKind::Custom), None);
    }

    #[test]
    fn times_are_bound_to_the_microsecond() {
        let time = NaiveTime::from_hms_nano_opt(1, 2, 3, 123_456_789).expect("valid");
        let stored = NaiveTime::from_hms_micro_opt(1, 2, 3, 123_456).expect("valid");
        assert_eq!(time.into_value(), Value::Time(stored));
    }
}
