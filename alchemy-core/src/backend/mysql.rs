//! What is MariaDB's alone.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::deserialize::{self, FromSql};
use diesel::mysql::{Mysql, MysqlConnection, MysqlValue};
use diesel::query_builder::BindCollector;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types as sql;
use diesel::{Connection, ConnectionResult, QueryResult, RunQueryDsl};

use super::AnyBind;
use super::classify::Class;
use crate::engine::MysqlOptions;

/// How types that MariaDB has none for are kept.
pub(crate) mod stored {
    use diesel::sql_types::SqlType;

    /// `BINARY(16)`
    #[derive(SqlType)]
    #[diesel(mysql_type(name = "Blob"))]
    pub(crate) struct Uuid;

    /// `DATETIME(6)`, in UTC.
    #[derive(SqlType)]
    #[diesel(mysql_type(name = "DateTime"))]
    pub(crate) struct Timestamptz;
}

pub(super) fn push<'a>(
    collector: &mut <Mysql as Backend>::BindCollector<'a>,
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
        AnyBind::Time(value) => collector.push_bound_value::<sql::Time, _>(value, &mut ()),
        // Its own `TIMESTAMP` ends in 2038.
        AnyBind::Timestamp(value) => collector.push_bound_value::<sql::Datetime, _>(value, &mut ()),
        AnyBind::Timestamptz(value) => collector.push_bound_value::<stored::Timestamptz, _>(value, &mut ()),
        AnyBind::Json(value) | AnyBind::Jsonb(value) => {
            collector.push_bound_value::<sql::Json, _>(value, &mut ())
        }
        AnyBind::Numeric(value) => collector.push_bound_value::<sql::Numeric, _>(value, &mut ()),
        AnyBind::Unset => Err(super::bind::unset()),
    }
}

impl FromSql<stored::Uuid, Mysql> for uuid::Uuid {
    fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
        Self::from_slice(value.as_bytes()).map_err(Into::into)
    }
}

impl ToSql<stored::Timestamptz, Mysql> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        ToSql::<sql::Datetime, Mysql>::to_sql(&self.naive_utc(), &mut out.reborrow())
    }
}

impl FromSql<stored::Timestamptz, Mysql> for DateTime<Utc> {
    fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<sql::Timestamp, Mysql>>::from_sql(value).map(|naive| naive.and_utc())
    }
}

/// Connects; takes `mariadb://` for `mysql://`.
pub(crate) fn establish(url: &str) -> ConnectionResult<MysqlConnection> {
    match url.strip_prefix("mariadb://") {
        Some(rest) => MysqlConnection::establish(&format!("mysql://{rest}")),
        None => MysqlConnection::establish(url),
    }
}

/// What is set on each connection, in one statement.
///
/// The SQL mode makes MariaDB refuse values that it would otherwise change to fit. The server remembers no more
/// conditions of a statement than `max_error_count`, 64 as it comes, and forgets the error rather than the warnings
/// before it; see [`last_error`]. It orders texts by the first `max_sort_length` bytes of what its collation makes of them,
/// 1024 as it comes; none makes more than 16 of a character, so that this is enough for the 255 that a page may end at.
/// Each column of a sort takes as many bytes of its buffer 15 times: many more would leave no room for several of them.
pub(crate) fn prepare_connection(
    connection: &mut MysqlConnection,
    options: &MysqlOptions,
) -> QueryResult<()> {
    // The mode is checked to be a list of plain words when the options are made.
    let mode = &options.sql_mode;
    // Left as the server or the role has it where none is asked for.
    let timeout = options.statement_timeout.map_or_else(String::new, |timeout| {
        let millis = crate::engine::whole_millis(timeout);
        format!(", SESSION max_statement_time = {}.{:03}", millis / 1000, millis % 1000)
    });
    // Constraints and columns are named in messages only, whose words have to be known.
    connection.batch_execute(&format!(
        "SET time_zone = '+00:00', NAMES utf8mb4, SESSION sql_mode = '{mode}', SESSION max_error_count = 65535, \
         SESSION lc_messages = 'en_US', SESSION max_sort_length = GREATEST(@@SESSION.max_sort_length, 4096)\
         {timeout}"
    ))
}

/// Tries to be the one that changes the schema, for as long as the connection lasts.
pub(super) fn try_lock_schema(connection: &mut MysqlConnection) -> QueryResult<bool> {
    let locked = diesel::select(diesel::dsl::sql::<sql::Nullable<sql::Integer>>(
        "GET_LOCK(CONCAT('alchemy:', COALESCE(DATABASE(), '')), 0)",
    ))
    .get_result::<Option<i32>>(connection)?;
    Ok(locked == Some(1))
}

pub(super) fn unlock_schema(connection: &mut MysqlConnection) -> QueryResult<()> {
    connection.batch_execute("DO RELEASE_LOCK(CONCAT('alchemy:', COALESCE(DATABASE(), '')))")
}

/// The constraint that an error's text names last, in quotes. It is data for the error, not its class.
pub(super) fn violated_constraint(message: &str) -> Option<&str> {
    // "Duplicate entry 'x' for key 'uq_authors_name'"; "... CONSTRAINT `ck_authors_age` failed for ..."
    if let Some((_, rest)) = message.rsplit_once(" for key '") {
        return rest.strip_suffix('\'').map(|name| name.rsplit_once('.').map_or(name, |(_, last)| last));
    }
    let (_, rest) = message.split_once("CONSTRAINT `")?;
    rest.split_once('`').map(|(name, _)| name)
}

/// The column that an error's text names: "Column 'x' cannot be null", "Field 'x' doesn't have a default value",
/// "Data too long for column 'x' at row 1", "Incorrect integer value: '…' for column `db`.`table`.`x` at row 1".
///
/// The value in the last one may look like any of them.
pub(super) fn violated_column(message: &str) -> Option<&str> {
    for start in ["Column '", "Field '"] {
        if let Some(rest) = message.strip_prefix(start) {
            return rest.split_once('\'').map(|(name, _)| name);
        }
    }
    let (_, rest) = message.rsplit_once(" for column ")?;
    let (column, _) = rest.rsplit_once(" at row ")?;
    match column.strip_prefix('`') {
        Some(path) => path.strip_suffix('`')?.rsplit("`.`").next(),
        None => column.strip_prefix('\'')?.strip_suffix('\''),
    }
}

/// The number of the last statement's error, which had this text, where the connection still answers.
///
/// Diesel 2.3 turns a handful of error numbers into kinds and keeps the rest to itself; the server remembers the
/// last ones (<https://mariadb.com/kb/en/get-diagnostics/>).
pub(crate) fn last_error(connection: &mut MysqlConnection, message: &str) -> Option<u32> {
    /// How many conditions are looked at: the error comes after the warnings that its statement gave, and what follows
    /// from it may come after the error.
    const LAST: usize = 8;

    #[derive(diesel::QueryableByName)]
    struct Condition {
        #[diesel(sql_type = sql::Nullable<sql::BigInt>)]
        number: Option<i64>,
        #[diesel(sql_type = sql::Nullable<sql::Text>)]
        text: Option<String>,
    }

    // Whether the connection answers shows in the query.
    let mut read = |diagnostics: &str| {
        let _ = connection.batch_execute(diagnostics);
        diesel::sql_query(
            "SELECT CAST(@alchemy_number AS SIGNED) AS number, CAST(@alchemy_text AS CHAR) AS text",
        )
        .get_result::<Condition>(connection)
        .ok()
    };
    let conditions = read("GET DIAGNOSTICS @alchemy_number = NUMBER")?.number.unwrap_or(0);
    let mut last = None;
    for condition in (1..=conditions).rev().take(LAST) {
        let found = read(&format!(
            "GET DIAGNOSTICS CONDITION {condition} @alchemy_number = MYSQL_ERRNO, @alchemy_text = MESSAGE_TEXT"
        ))?;
        let number = found.number.and_then(|number| u32::try_from(number).ok());
        if found.text.as_deref() == Some(message) {
            return number;
        }
        last = last.or(number);
    }
    Some(last.unwrap_or(0))
}

/// Whether the server still has the connection's transaction, after an error that may have ended it:
/// <https://mariadb.com/kb/en/server-system-variables/#in_transaction>. One that does not say has not.
pub(crate) fn in_transaction(connection: &mut MysqlConnection) -> bool {
    diesel::select(diesel::dsl::sql::<sql::BigInt>("CAST(@@in_transaction AS SIGNED)"))
        .get_result::<i64>(connection)
        .is_ok_and(|active| active == 1)
}

/// The error number of a table that is not there.
#[cfg(feature = "migrations")]
pub(super) const NO_SUCH_TABLE: u32 = 1146;

/// Classifies an error number: <https://mariadb.com/kb/en/mariadb-error-code-reference/>.
pub(crate) fn class(errno: u32) -> Option<Class> {
    Some(match errno {
        // Lock wait timeout, deadlock, "record has changed since last read"
        1205 | 1213 | 1020 => Class::Retryable,
        // max_statement_time, max_execution_time
        1969 | 3024 => Class::Timeout,
        // CHECK constraint
        4025 | 3819 => Class::Check,
        1062 | 1586 => Class::Duplicate,
        1216 | 1217 | 1451 | 1452 => Class::ForeignKey,
        1048 | 1364 => Class::NotNull,
        // Out of range, truncated, incorrect value, data too long, invalid JSON
        1264 | 1265 | 1292 | 1366 | 1406 | 1690 | 4038 => Class::InvalidValue,
        // A subquery that has to have one row
        1242 => Class::MultipleRows,
        1176 => Class::NoSuchIndex,
        // --read-only, READ ONLY transaction
        1290 | 1792 | 1836 => Class::ReadOnly,
        // Too many connections, shutdown in progress, connection was killed
        1040 | 1053 | 1203 | 1927 => Class::Connection,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_named_by_the_server_and_not_by_the_value() {
        for (message, column) in [
            ("Column 'name' cannot be null", Some("name")),
            ("Field 'name' doesn't have a default value", Some("name")),
            ("Data too long for column 'name' at row 1", Some("name")),
            ("Out of range value for column 'na''me' at row 12", Some("na''me")),
            ("Incorrect integer value: 'x' for column `shop`.`shelf`.`room` at row 1", Some("room")),
            (
                "Incorrect integer value: 'a for column 'b' at row 2' for column `shop`.`shelf`.`room` at row 1",
                Some("room"),
            ),
            (
                "Incorrect integer value: 'Column 'secret'' for column `shop`.`shelf`.`room` at row 1",
                Some("room"),
            ),
            ("BIGINT value is out of range in '(9 + `shop`.`shelf`.`room`)'", None),
        ] {
            assert_eq!(violated_column(message), column, "{message}");
        }
    }

    #[test]
    fn a_constraint_is_named_by_the_server_and_not_by_the_value() {
        for (message, constraint) in [
            ("Duplicate entry 'x' for key 'uq_shelf_label'", Some("uq_shelf_label")),
            ("Duplicate entry 'x' for key 'shelf.uq_shelf_label'", Some("uq_shelf_label")),
            ("Duplicate entry 'a' for key 'PRIMARY' for key 'uq_shelf_label'", Some("uq_shelf_label")),
            ("CONSTRAINT `ck_shelf_full` failed for `shop`.`shelf`", Some("ck_shelf_full")),
            (
                "Cannot delete or update a parent row: a foreign key constraint fails (`shop`.`book`, CONSTRAINT \
                 `fk_book_shelf` FOREIGN KEY (`shelf_id`) REFERENCES `shelf` (`id`))",
                Some("fk_book_shelf"),
            ),
            ("Lock wait timeout exceeded; try restarting transaction", None),
        ] {
            assert_eq!(violated_constraint(message), constraint, "{message}");
        }
    }
}
