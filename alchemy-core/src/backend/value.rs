//! Values read from whichever database it is.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{FromSql, Result};
use diesel::sql_types as sql;

use super::AnyBackend;

/// A raw value.
#[non_exhaustive]
pub enum AnyValue<'a> {
    /// From SQLite.
    #[cfg(feature = "sqlite")]
    Sqlite(<diesel::sqlite::Sqlite as Backend>::RawValue<'a>),
    /// From PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(<diesel::pg::Pg as Backend>::RawValue<'a>),
    /// From MariaDB.
    #[cfg(feature = "mysql")]
    Mysql(<diesel::mysql::Mysql as Backend>::RawValue<'a>),
}

/// Reads a type through each database's own reader; the last two columns name the SQL type that SQLite and MariaDB
/// keep it in.
macro_rules! from_sql {
    ($($rust:ty, $sql:ident: $sqlite:ty, $mysql:ty;)+) => {$(
        impl FromSql<sql::$sql, AnyBackend> for $rust {
            fn from_sql(value: AnyValue<'_>) -> Result<Self> {
                match value {
                    #[cfg(feature = "sqlite")]
                    AnyValue::Sqlite(value) => FromSql::<$sqlite, diesel::sqlite::Sqlite>::from_sql(value),
                    #[cfg(feature = "postgres")]
                    AnyValue::Postgres(value) => FromSql::<sql::$sql, diesel::pg::Pg>::from_sql(value),
                    #[cfg(feature = "mysql")]
                    AnyValue::Mysql(value) => FromSql::<$mysql, diesel::mysql::Mysql>::from_sql(value),
                }
            }
        }
    )+};
}

from_sql! {
    bool, Bool: sql::Bool, sql::Bool;
    i16, SmallInt: super::sqlite::stored::SmallInt, sql::SmallInt;
    i32, Integer: super::sqlite::stored::Integer, sql::Integer;
    i64, BigInt: sql::BigInt, sql::BigInt;
    f32, Float: sql::Float, sql::Float;
    f64, Double: sql::Double, sql::Double;
    String, Text: sql::Text, sql::Text;
    Vec<u8>, Binary: sql::Binary, sql::Binary;
    uuid::Uuid, Uuid: super::sqlite::stored::Uuid, super::mysql::stored::Uuid;
    NaiveDate, Date: sql::Date, sql::Date;
    NaiveTime, Time: sql::Time, sql::Time;
    NaiveDateTime, Timestamp: sql::Timestamp, sql::Timestamp;
    DateTime<Utc>, Timestamptz: super::sqlite::stored::Timestamptz, super::mysql::stored::Timestamptz;
    serde_json::Value, Json: sql::Json, sql::Json;
    serde_json::Value, Jsonb: sql::Json, sql::Json;
    BigDecimal, Numeric: super::sqlite::stored::Numeric, sql::Numeric;
}
