//! What is PostgreSQL's alone.

use std::any::Any;

use diesel::backend::Backend;
use diesel::connection::{MultiConnectionHelper, SimpleConnection};
use diesel::pg::{Pg, PgConnection, PgMetadataLookup};
use diesel::query_builder::BindCollector;
use diesel::sql_types as sql;
use diesel::{Connection, ConnectionResult, QueryResult, RunQueryDsl};

use super::AnyBind;
use super::classify::Class;
use super::copy::NoLookup;
use crate::engine::PostgresOptions;

pub(super) fn push<'a>(
    collector: &mut <Pg as Backend>::BindCollector<'a>,
    bind: AnyBind<'a>,
    lookup: &mut dyn Any,
) -> QueryResult<()> {
    let lookup = self::lookup(lookup).ok_or_else(super::bind::missing_lookup)?;
    match bind {
        AnyBind::Bool(value) => collector.push_bound_value::<sql::Bool, _>(value, lookup),
        AnyBind::SmallInt(value) => collector.push_bound_value::<sql::SmallInt, _>(value, lookup),
        AnyBind::Integer(value) => collector.push_bound_value::<sql::Integer, _>(value, lookup),
        AnyBind::BigInt(value) => collector.push_bound_value::<sql::BigInt, _>(value, lookup),
        AnyBind::Float(value) => collector.push_bound_value::<sql::Float, _>(value, lookup),
        AnyBind::Double(value) => collector.push_bound_value::<sql::Double, _>(value, lookup),
        // Refused here, where the field can be named; the server would refuse the statement.
        AnyBind::Text(value) if value.contains('\0') => {
            Err(super::bind::out_of_range("PostgreSQL cannot store a text with a NUL character"))
        }
        AnyBind::Text(value) => collector.push_bound_value::<sql::Text, _>(value, lookup),
        AnyBind::Binary(value) => collector.push_bound_value::<sql::Binary, _>(value, lookup),
        AnyBind::Uuid(value) => collector.push_bound_value::<sql::Uuid, _>(value, lookup),
        AnyBind::Date(value) => collector.push_bound_value::<sql::Date, _>(value, lookup),
        AnyBind::Time(value) => collector.push_bound_value::<sql::Time, _>(value, lookup),
        AnyBind::Timestamp(value) => collector.push_bound_value::<sql::Timestamp, _>(value, lookup),
        AnyBind::Timestamptz(value) => collector.push_bound_value::<sql::Timestamptz, _>(value, lookup),
        AnyBind::Json(value) => collector.push_bound_value::<sql::Json, _>(value, lookup),
        AnyBind::Jsonb(value) => collector.push_bound_value::<sql::Jsonb, _>(value, lookup),
        AnyBind::Numeric(value) => collector.push_bound_value::<sql::Numeric, _>(value, lookup),
        AnyBind::Unset => Err(super::bind::unset()),
    }
}

/// What types are looked up on: a connection, or nothing while it copies rows.
pub(super) fn lookup(lookup: &mut dyn Any) -> Option<&mut (dyn PgMetadataLookup + 'static)> {
    if lookup.is::<NoLookup>() {
        return lookup.downcast_mut::<NoLookup>().map(|lookup| lookup as _);
    }
    PgConnection::from_any(lookup)
}

/// Connects; the URL's own parameters (TLS among them) are libpq's.
pub(crate) fn establish(url: &str) -> ConnectionResult<PgConnection> {
    PgConnection::establish(&with_defaults(url))
}

/// The URL with limits to how long a silent server or network is waited for and a name for the connection, where it
/// sets none itself: <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS>.
///
/// The text stays as it is: libpq takes characters in a password, such as `#`, that other readers of URLs refuse.
fn with_defaults(url: &str) -> String {
    const DEFAULTS: &[(&str, &str)] = &[
        ("connect_timeout", "10"),
        ("keepalives_idle", "30"),
        ("tcp_user_timeout", "30000"),
        // Gives way to one in the URL's `application_name` or in `PGAPPNAME`.
        ("fallback_application_name", "alchemy"),
    ];
    let Some((_, rest)) = url.split_once("://") else { return url.to_owned() };
    // As libpq reads it, the login ends at the first `@` before any `/`.
    let login = rest.find(['@', '/']).filter(|&end| rest[end..].starts_with('@')).unwrap_or(0);
    let query = rest[login..].split_once('?').map(|(_, query)| query);
    let is_given = |name: &str| {
        query.is_some_and(|query| {
            query.split('&').any(|pair| pair.split_once('=').is_some_and(|(given, _)| given == name))
        })
    };
    let mut url = url.to_owned();
    let mut separator = match query {
        None => "?",
        Some("") => "",
        Some(_) => "&",
    };
    for (name, value) in DEFAULTS.iter().filter(|(name, _)| !is_given(name)) {
        url.push_str(&format!("{separator}{name}={value}"));
        separator = "&";
    }
    url
}

/// What is set on each connection, in one statement. What was not asked for stays as the URL or the role has it.
pub(crate) fn prepare_connection(
    connection: &mut PgConnection,
    options: &PostgresOptions,
) -> QueryResult<()> {
    let timeout = options.statement_timeout.map(|timeout| crate::engine::whole_millis(timeout).to_string());
    diesel::sql_query(
        "SELECT set_config('TimeZone', 'UTC', false), \
         set_config('application_name', COALESCE($1, current_setting('application_name')), false), \
         set_config('statement_timeout', COALESCE($2, current_setting('statement_timeout')), false)",
    )
    .bind::<sql::Nullable<sql::Text>, _>(&options.application_name)
    .bind::<sql::Nullable<sql::Text>, _>(timeout)
    .execute(connection)
    .map(drop)
}

/// Tries to be the one that changes the schema, for as long as the connection lasts.
pub(super) fn try_lock_schema(connection: &mut PgConnection) -> QueryResult<bool> {
    // The number is Alchemy's own: the bytes of "alchemy\0".
    diesel::select(diesel::dsl::sql::<sql::Bool>("pg_try_advisory_lock(7020095219193182464)"))
        .get_result(connection)
}

pub(super) fn unlock_schema(connection: &mut PgConnection) -> QueryResult<()> {
    connection.batch_execute("SELECT pg_advisory_unlock(7020095219193182464)")
}

/// Classifies what Diesel leaves unclassified.
///
/// Diesel 2.3 turns a handful of SQLSTATEs into kinds and keeps the rest to itself, so the rest is told by the
/// primary message, which the server takes from its catalogue: this reads the untranslated one. On a server whose
/// `lc_messages` is another language these errors stay unclassified, which is safe (500) but less helpful.
pub(crate) fn class(message: &str) -> Option<Class> {
    const STARTS: &[(&str, Class)] = &[
        // 40P01 deadlock_detected, 55P03 lock_not_available
        ("deadlock detected", Class::Retryable),
        ("canceling statement due to lock timeout", Class::Retryable),
        ("could not obtain lock on", Class::Retryable),
        // 57014 query_canceled, which an administrator's cancelling is too
        ("canceling statement due to statement timeout", Class::Timeout),
        // 53300 too_many_connections, 57P01 admin_shutdown, 57P03 cannot_connect_now
        ("sorry, too many clients already", Class::Connection),
        ("terminating connection due to", Class::Connection),
        ("the database system is", Class::Connection),
        // 22001, 22003, 22007, 22008, 22021, 22P02, 22P05
        ("value too long for type", Class::InvalidValue),
        ("value out of range: ", Class::InvalidValue),
        ("numeric field overflow", Class::InvalidValue),
        ("value overflows numeric format", Class::InvalidValue),
        ("date/time field value out of range", Class::InvalidValue),
        ("invalid input syntax for type", Class::InvalidValue),
        ("invalid input value for enum", Class::InvalidValue),
        ("invalid byte sequence for encoding", Class::InvalidValue),
        ("unsupported Unicode escape sequence", Class::InvalidValue),
    ];
    if let Some((_, class)) = STARTS.iter().find(|(start, _)| message.starts_with(start)) {
        return Some(*class);
    }
    // `integer out of range`, `value "70000" is out of range for type smallint`, `"1e400" is out of range for type real`
    let out_of_range = message.ends_with(" out of range")
        || (message.trim_start_matches("value ").starts_with('"')
            && message.contains("\" is out of range for type "));
    out_of_range.then_some(Class::InvalidValue)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &str =
        "connect_timeout=10&keepalives_idle=30&tcp_user_timeout=30000&fallback_application_name=alchemy";

    #[test]
    fn what_a_url_does_not_set_is_added_and_the_rest_stays_as_it_is() {
        for (url, expected) in [
            ("postgres://h/db", format!("postgres://h/db?{ALL}")),
            ("postgres://ann:a#b?c@h/db", format!("postgres://ann:a#b?c@h/db?{ALL}")),
            ("postgres://a,b:1/db?sslmode=require", format!("postgres://a,b:1/db?sslmode=require&{ALL}")),
            ("postgres://h/db?", format!("postgres://h/db?{ALL}")),
            (
                "postgres://h/db?connect_timeout=3&tcp_user_timeout=4",
                "postgres://h/db?connect_timeout=3&tcp_user_timeout=4&keepalives_idle=30\
                 &fallback_application_name=alchemy"
                    .to_owned(),
            ),
        ] {
            assert_eq!(with_defaults(url), expected);
        }
    }
}
