//! A connection beside those of the code under test.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection as _, RunQueryDsl};

use crate::Backend;

/// A plain Diesel connection to a test's database, for looking at what the code under test did, holding a lock in its
/// way or killing its connections.
///
/// The methods of a plain name panic with the statement and the error, for a test cannot go on; [`try_execute`]
/// returns the error.
///
/// [`try_execute`]: Self::try_execute
#[non_exhaustive]
pub enum Connection {
    /// To a file.
    #[cfg(feature = "sqlite")]
    Sqlite(diesel::SqliteConnection),
    /// To PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(diesel::PgConnection),
    /// To MariaDB.
    #[cfg(feature = "mysql")]
    Mysql(diesel::MysqlConnection),
}

/// Calls the same code with the Diesel connection, whichever it is.
macro_rules! with {
    ($connection:expr, $inner:ident => $body:expr) => {
        match $connection {
            #[cfg(feature = "sqlite")]
            Connection::Sqlite($inner) => $body,
            #[cfg(feature = "postgres")]
            Connection::Postgres($inner) => $body,
            #[cfg(feature = "mysql")]
            Connection::Mysql($inner) => $body,
        }
    };
}

impl Connection {
    /// Connects to the database of a URL.
    ///
    /// # Errors
    ///
    /// What the client library says, or that the backend is not compiled in.
    pub fn open(backend: Backend, url: &str) -> Result<Self, String> {
        let opened: Result<Self, diesel::ConnectionError> = match backend {
            #[cfg(feature = "sqlite")]
            Backend::Sqlite => {
                let path = url.strip_prefix("sqlite://").unwrap_or(url);
                diesel::SqliteConnection::establish(path).map(Self::Sqlite)
            }
            #[cfg(feature = "postgres")]
            Backend::Postgres => diesel::PgConnection::establish(url).map(Self::Postgres),
            #[cfg(feature = "mysql")]
            Backend::Mysql => diesel::MysqlConnection::establish(url).map(Self::Mysql),
            #[allow(unreachable_patterns, reason = "only with every backend compiled in")]
            _ => return Err(format!("the feature `{}` is off", backend.feature())),
        };
        let mut connection = opened.map_err(|error| error.to_string())?;
        if backend == Backend::Sqlite {
            // As long as the code under test waits: its transactions are short.
            connection.try_execute("PRAGMA busy_timeout = 5000")?;
        }
        Ok(connection)
    }

    /// Runs statements, separated by semicolons.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn try_execute(&mut self, statements: &str) -> Result<(), String> {
        with!(self, inner => inner.batch_execute(statements)).map_err(|error| error.to_string())
    }

    /// Runs statements, separated by semicolons.
    ///
    /// # Panics
    ///
    /// If one fails.
    #[track_caller]
    pub fn execute(&mut self, statements: &str) {
        if let Err(error) = self.try_execute(statements) {
            panic!("{error}, in:\n{statements}");
        }
    }

    /// The integers in the only column of a query.
    ///
    /// # Panics
    ///
    /// If the query fails, or its column is no integer, or a row is null.
    #[track_caller]
    pub fn numbers(&mut self, query: &str) -> Vec<i64> {
        match with!(self, inner => sql::<BigInt>(query).load(inner)) {
            Ok(numbers) => numbers,
            Err(error) => panic!("{error}, in:\n{query}"),
        }
    }

    /// The texts in the only column of a query.
    ///
    /// # Panics
    ///
    /// If the query fails, or its column is no text, or a row is null.
    #[track_caller]
    pub fn texts(&mut self, query: &str) -> Vec<String> {
        match with!(self, inner => sql::<Text>(query).load(inner)) {
            Ok(texts) => texts,
            Err(error) => panic!("{error}, in:\n{query}"),
        }
    }
}
