//! What the tables of versions need to know of a database.

use diesel::QueryResult;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel::connection::SimpleConnection;

#[cfg(any(feature = "sqlite", feature = "postgres"))]
use super::quote_text;
use super::{AnyConnection, Dialect, quote_identifier};

#[cfg(any(feature = "sqlite", feature = "postgres"))]
#[derive(diesel::QueryableByName)]
struct Flag {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    flag: i64,
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
fn flag(connection: &mut AnyConnection, sql: &str) -> QueryResult<bool> {
    use diesel::RunQueryDsl;

    diesel::sql_query(sql).get_result::<Flag>(connection).map(|row| row.flag != 0)
}

/// Whether there is a table of that name where a statement would look for it. Needs no right but to read it.
pub(crate) fn has_table(connection: &mut AnyConnection, name: &str) -> QueryResult<bool> {
    match connection {
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => {
            let name = quote_text(Dialect::Sqlite, name);
            let sql =
                format!("SELECT count(*) AS flag FROM sqlite_master WHERE type = 'table' AND name = {name}");
            flag(connection, &sql)
        }
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(_) => {
            let name = quote_text(Dialect::Postgres, &quote_identifier(Dialect::Postgres, name));
            flag(connection, &format!("SELECT count(to_regclass({name})) AS flag"))
        }
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(mysql) => {
            // Its catalogue has no tables that the user may not use: they would be taken for missing.
            let table = quote_identifier(Dialect::Mysql, name);
            match mysql.batch_execute(&format!("SELECT 1 FROM {table} LIMIT 0")) {
                Ok(()) => Ok(true),
                Err(error) => match super::mysql::last_error(mysql, &error.to_string()) {
                    Some(super::mysql::NO_SUCH_TABLE) => Ok(false),
                    _ => Err(error),
                },
            }
        }
    }
}

/// The statement that makes the table of checksums, beside Diesel's table of versions. With `run_on` it is known which run
/// of a migration a checksum is of.
pub(crate) fn checksum_table(dialect: Dialect, name: &str) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS {} (version VARCHAR(50) PRIMARY KEY NOT NULL, name VARCHAR(255) NOT NULL, \
         checksum CHAR(64) NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)",
        quote_identifier(dialect, name)
    )
}

/// Whether a transaction that was begun is still open after any statement that did not end it. MariaDB commits before and
/// after each that changes the schema.
pub(crate) fn keeps_open_transactions(dialect: Dialect) -> bool {
    dialect != Dialect::Mysql
}

/// Whether a transaction is open, where that does not [show](keeps_open_transactions) in the statements that were run.
pub(crate) fn in_transaction(connection: &mut AnyConnection) -> bool {
    match connection {
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(mysql) => super::mysql::in_transaction(mysql),
        #[allow(unreachable_patterns)] // with MariaDB alone
        _ => false,
    }
}

/// Lets statements take as long as the role or the server allows, whatever the engine allows those of requests.
pub(crate) fn lift_timeout(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(postgres) => postgres.batch_execute("RESET statement_timeout"),
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(mysql) => mysql.batch_execute("SET SESSION max_statement_time = DEFAULT"),
    }
}
