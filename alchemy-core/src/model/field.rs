//! Which Rust types a column may have.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::sql_types as sql;

/// What a column holds. The type it has in each database is the backend's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ColumnKind {
    /// `bool`
    Bool,
    /// `i16`
    SmallInt,
    /// `i32`
    Integer,
    /// `i64`
    BigInt,
    /// `f32`
    Float,
    /// `f64`
    Double,
    /// `String`, and enums stored as text
    Text,
    /// `Vec<u8>`
    Binary,
    /// `uuid::Uuid`
    Uuid,
    /// `chrono::NaiveDate`
    Date,
    /// `chrono::NaiveTime`, to the microsecond
    Time,
    /// `chrono::NaiveDateTime`, to the microsecond
    Timestamp,
    /// `chrono::DateTime<Utc>`, to the microsecond
    TimestampTz,
    /// `serde_json::Value`
    Json,
    /// `bigdecimal::BigDecimal`
    Decimal,
    /// The user's own SQL type; Alchemy cannot create such a column by itself.
    Custom,
}

/// A Rust type that a field of a model may have.
///
/// Implemented for the types listed at [`ColumnKind`] and by `#[derive(TextEnum)]`. A field of another type that
/// Diesel can store names its SQL type: `#[alchemy(sql_type = Text)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    label = "Alchemy does not know the SQL type of this field",
    note = "an enum without data can derive `TextEnum`",
    note = "a type with Diesel's `ToSql` and `FromSql` names its SQL type: `#[alchemy(sql_type = Text)]`"
)]
pub trait FieldType {
    /// Diesel's type for the column, nullable for an `Option`.
    type SqlType;
    /// What the column holds.
    const KIND: ColumnKind;
    /// Whether the column may be `NULL`.
    const NULLABLE: bool = false;
    /// All the texts that a value is stored as, where there are only so many.
    const CHOICES: Option<&'static [&'static str]> = None;
}

macro_rules! field_types {
    ($($rust:ty => $sql:ident, $kind:ident;)+) => {$(
        impl FieldType for $rust {
            type SqlType = sql::$sql;
            const KIND: ColumnKind = ColumnKind::$kind;
        }
    )+};
}

field_types! {
    bool => Bool, Bool;
    i16 => SmallInt, SmallInt;
    i32 => Integer, Integer;
    i64 => BigInt, BigInt;
    f32 => Float, Float;
    f64 => Double, Double;
    String => Text, Text;
    Vec<u8> => Binary, Binary;
    uuid::Uuid => Uuid, Uuid;
    NaiveDate => Date, Date;
    NaiveTime => Time, Time;
    NaiveDateTime => Timestamp, Timestamp;
    DateTime<Utc> => Timestamptz, TimestampTz;
    serde_json::Value => Jsonb, Json;
    BigDecimal => Numeric, Decimal;
}

impl<T: FieldType<SqlType: sql::SqlType<IsNull = sql::is_nullable::NotNull>>> FieldType for Option<T> {
    type SqlType = sql::Nullable<T::SqlType>;
    const KIND: ColumnKind = T::KIND;
    const NULLABLE: bool = true;
    const CHOICES: Option<&'static [&'static str]> = T::CHOICES;
}
