//! What is SQLite's alone.

use std::thread;
use std::time::{Duration, Instant};

use bigdecimal::{BigDecimal, ToPrimitive};
use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::deserialize::{self, FromSql};
use diesel::query_builder::BindCollector;
use diesel::result::Error;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types as sql;
use diesel::sqlite::{Sqlite, SqliteType, SqliteValue};
use diesel::{Connection, ConnectionResult, QueryResult, SqliteConnection};

use super::AnyBind;
use super::classify::{Class, OutOfRange};
use crate::engine::{SqliteOptions, Synchronous};

/// How types that SQLite has none for are kept.
///
/// The formats are those of SQLAlchemy, so that both read and compare each other's rows.
pub(crate) mod stored {
    use diesel::sql_types::SqlType;

    /// A number that may be beyond 16 bits: SQLite's columns have no ranges.
    #[derive(SqlType)]
    #[diesel(sqlite_type(name = "Long"))]
    pub(crate) struct SmallInt;

    /// A number that may be beyond 32 bits.
    #[derive(SqlType)]
    #[diesel(sqlite_type(name = "Long"))]
    pub(crate) struct Integer;

    /// 16 bytes.
    #[derive(SqlType)]
    #[diesel(sqlite_type(name = "Binary"))]
    pub(crate) struct Uuid;

    /// `HH:MM:SS.ffffff`
    #[derive(SqlType)]
    #[diesel(sqlite_type(name = "Text"))]
    pub(crate) struct Time;

    /// `YYYY-MM-DD HH:MM:SS.ffffff`
    #[derive(SqlType)]
    #[diesel(sqlite_type(name = "Text"))]
    pub(crate) struct Timestamp;

    /// The same, in UTC.
    #[derive(SqlType)]
    #[diesel(sqlite_type(name = "Text"))]
    pub(crate) struct Timestamptz;

    /// A decimal that has no fraction.
    #[derive(SqlType)]
    #[diesel(sqlite_type(name = "Long"))]
    pub(crate) struct Whole;

    /// A decimal of few enough digits.
    #[derive(SqlType)]
    #[diesel(sqlite_type(name = "Double"))]
    pub(crate) struct Numeric;
}

// Always six digits, so that equal times are equal texts.
const TIME: &str = "%H:%M:%S%.6f";
const TIMESTAMP: &str = "%Y-%m-%d %H:%M:%S%.6f";

/// The decimal digits that a double keeps.
const DOUBLE_DIGITS: u64 = 15;

pub(super) fn push<'a>(
    collector: &mut <Sqlite as Backend>::BindCollector<'a>,
    bind: AnyBind<'a>,
) -> QueryResult<()> {
    super::bind::check_year(bind)?;
    match bind {
        AnyBind::Bool(value) => collector.push_bound_value::<sql::Bool, _>(value, &mut ()),
        AnyBind::SmallInt(value) => collector.push_bound_value::<sql::SmallInt, _>(value, &mut ()),
        AnyBind::Integer(value) => collector.push_bound_value::<sql::Integer, _>(value, &mut ()),
        AnyBind::BigInt(value) => collector.push_bound_value::<sql::BigInt, _>(value, &mut ()),
        AnyBind::Float(value) => collector.push_bound_value::<sql::Float, _>(value, &mut ()),
        AnyBind::Double(value) => collector.push_bound_value::<sql::Double, _>(value, &mut ()),
        AnyBind::Text(value) => collector.push_bound_value::<sql::Text, _>(value, &mut ()),
        AnyBind::Binary(value) => collector.push_bound_value::<sql::Binary, _>(value, &mut ()),
        AnyBind::Uuid(value) => collector.push_bound_value::<sql::Binary, [u8]>(value.as_bytes(), &mut ()),
        AnyBind::Date(value) => collector.push_bound_value::<sql::Date, _>(value, &mut ()),
        AnyBind::Time(value) => collector.push_bound_value::<stored::Time, _>(value, &mut ()),
        AnyBind::Timestamp(value) => collector.push_bound_value::<stored::Timestamp, _>(value, &mut ()),
        AnyBind::Timestamptz(value) => collector.push_bound_value::<stored::Timestamptz, _>(value, &mut ()),
        AnyBind::Json(value) | AnyBind::Jsonb(value) => {
            collector.push_bound_value::<sql::Json, _>(value, &mut ())
        }
        AnyBind::Numeric(value) if whole(value).is_some() => {
            collector.push_bound_value::<stored::Whole, _>(value, &mut ())
        }
        AnyBind::Numeric(value) => collector.push_bound_value::<stored::Numeric, _>(value, &mut ()),
        AnyBind::Unset => Err(super::bind::unset()),
    }
}

impl ToSql<stored::Time, Sqlite> for NaiveTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.format(TIME).to_string());
        Ok(IsNull::No)
    }
}

impl ToSql<stored::Timestamp, Sqlite> for NaiveDateTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.format(TIMESTAMP).to_string());
        Ok(IsNull::No)
    }
}

impl ToSql<stored::Timestamptz, Sqlite> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.format(TIMESTAMP).to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<stored::SmallInt, Sqlite> for i16 {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        // Diesel's own reader would keep the lower bits.
        value.read_long().try_into().map_err(Into::into)
    }
}

impl FromSql<stored::Integer, Sqlite> for i32 {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        value.read_long().try_into().map_err(Into::into)
    }
}

impl FromSql<stored::Timestamptz, Sqlite> for DateTime<Utc> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        // Diesel's reader takes every form that SQLite documents, with an offset or without.
        FromSql::<sql::TimestamptzSqlite, Sqlite>::from_sql(value)
    }
}

impl FromSql<stored::Uuid, Sqlite> for uuid::Uuid {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        match value.value_type() {
            Some(SqliteType::Text) => Self::parse_str(value.read_text()).map_err(Into::into),
            _ => Self::from_slice(value.read_blob()).map_err(Into::into),
        }
    }
}

impl ToSql<stored::Whole, Sqlite> for BigDecimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(whole(self).ok_or("the decimal has a fraction")?);
        Ok(IsNull::No)
    }
}

impl ToSql<stored::Numeric, Sqlite> for BigDecimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        match self.to_f64() {
            Some(double) if double.is_finite() && self.normalized().digits() <= DOUBLE_DIGITS => {
                out.set_value(double);
                Ok(IsNull::No)
            }
            _ => Err(OutOfRange {
                reason: format!(
                    "a decimal of more than {DOUBLE_DIGITS} digits cannot be stored in SQLite without loss"
                ),
                field: None,
            }
            .into()),
        }
    }
}

/// The decimal as an integer, where it is one that SQLite can hold.
fn whole(value: &BigDecimal) -> Option<i64> {
    if value.is_integer() { value.to_i64() } else { None }
}

impl FromSql<stored::Numeric, Sqlite> for BigDecimal {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        match value.value_type() {
            Some(SqliteType::Text) => value.read_text().parse().map_err(Into::into),
            Some(SqliteType::Long | SqliteType::Integer | SqliteType::SmallInt) => {
                Ok(value.read_long().into())
            }
            // The shortest decimal that stands for the double is the one that was stored.
            _ => value.read_double().to_string().parse().map_err(Into::into),
        }
    }
}

/// Opens a database file, made when it is missing.
pub(crate) fn establish(path: &str) -> ConnectionResult<SqliteConnection> {
    SqliteConnection::establish(path)
}

/// What is set once per database, before the pool is made.
///
/// The journal mode is kept in the file; switching it needs the database to itself, so that connections of a pool
/// that all tried would lock each other out.
///
/// Processes that switch it at the same moment are told at once that the database is locked, without SQLite waiting
/// (<https://www.sqlite.org/c3ref/busy_handler.html>): one of them has switched it by the next try.
pub(crate) fn prepare_database(
    connection: &mut SqliteConnection,
    options: &SqliteOptions,
) -> QueryResult<()> {
    connection.batch_execute(&busy_timeout(options.busy_timeout))?;
    if !options.wal {
        return Ok(());
    }
    let deadline = Instant::now() + options.busy_timeout;
    loop {
        match connection.batch_execute("PRAGMA journal_mode = WAL") {
            Err(Error::DatabaseError(_, reason))
                if class(reason.message()) == Some(Class::Retryable) && Instant::now() < deadline =>
            {
                thread::sleep(Duration::from_millis(5));
            }
            result => return result,
        }
    }
}

/// What is set on each connection. `busy_timeout` comes first, so that the rest waits for locks too.
pub(crate) fn prepare_connection(
    connection: &mut SqliteConnection,
    options: &SqliteOptions,
) -> QueryResult<()> {
    connection.batch_execute(&busy_timeout(options.busy_timeout))?;
    // A migration that rebuilds a table, and fails, leaves it on.
    connection.batch_execute("PRAGMA legacy_alter_table = OFF")?;
    connection.batch_execute(match options.synchronous {
        Synchronous::Off => "PRAGMA synchronous = OFF",
        Synchronous::Normal => "PRAGMA synchronous = NORMAL",
        Synchronous::Full => "PRAGMA synchronous = FULL",
        Synchronous::Extra => "PRAGMA synchronous = EXTRA",
    })?;
    connection.batch_execute(if options.foreign_keys {
        "PRAGMA foreign_keys = ON"
    } else {
        "PRAGMA foreign_keys = OFF"
    })
}

fn busy_timeout(timeout: Duration) -> String {
    format!("PRAGMA busy_timeout = {}", timeout.as_millis().min(i32::MAX as u128))
}

/// Classifies what Diesel leaves unclassified.
///
/// Diesel 2.3 keeps SQLite's result code to itself, beyond those of constraints. Without a message of its own an
/// error has the text that the linked library returns from `sqlite3_errstr` for its code: constants that no locale
/// changes, compared here as a whole. See <https://www.sqlite.org/rescode.html>.
pub(crate) fn class(message: &str) -> Option<Class> {
    Some(match message {
        // SQLITE_BUSY, SQLITE_LOCKED
        "database is locked" | "database table is locked" | "database schema is locked: main" => {
            Class::Retryable
        }
        // SQLITE_READONLY
        "attempt to write a readonly database" => Class::ReadOnly,
        // SQLITE_TOOBIG
        "string or blob too big" => Class::InvalidValue,
        // SQLITE_CONSTRAINT_TRIGGER, which `ON DELETE RESTRICT` gives
        "FOREIGN KEY constraint failed" => Class::ForeignKey,
        // SQLITE_ERROR, from SQLite's own `sum` and `abs`
        "integer overflow" => Class::InvalidValue,
        // SQLITE_CANTOPEN
        "unable to open database file" => Class::Connection,
        _ => return None,
    })
}

/// The columns of a violated constraint: SQLite names no constraint but lists `table.column`s after a colon.
pub(crate) fn violated_columns(message: &str) -> Vec<&str> {
    let Some((_, list)) = message.split_once(": ") else { return Vec::new() };
    list.split(", ").filter_map(|item| item.split_once('.')).map(|(_, column)| column).collect()
}

/// The name of a violated check. In place of a name that a check does not have SQLite repeats its expression.
pub(crate) fn violated_check(message: &str) -> Option<&str> {
    let name = message.strip_prefix("CHECK constraint failed: ")?;
    name.chars().all(|letter| letter.is_alphanumeric() || letter == '_').then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violated_check_is_named_and_its_expression_is_not() {
        assert_eq!(violated_check("CHECK constraint failed: ck_shelf_full"), Some("ck_shelf_full"));
        assert_eq!(violated_check("CHECK constraint failed: price > 0"), None);
        assert_eq!(violated_check("NOT NULL constraint failed: shelf.id"), None);
    }
}
