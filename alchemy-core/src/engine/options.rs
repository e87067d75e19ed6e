//! What each database lets a connection choose.

use std::time::Duration;

/// Options of SQLite connections.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SqliteOptions {
    /// Whether the database is switched to write-ahead logging, in which readers and a writer do not block each
    /// other. On by default; databases in memory stay as they are.
    pub wal: bool,
    /// How long a statement waits for another connection's lock. 5 seconds by default.
    pub busy_timeout: Duration,
    /// Whether foreign keys are enforced. On by default.
    pub foreign_keys: bool,
    /// How far a commit is pushed to the disk. [`Synchronous::Normal`] by default, which in WAL mode loses no
    /// consistency.
    pub synchronous: Synchronous,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            wal: true,
            busy_timeout: Duration::from_secs(5),
            foreign_keys: true,
            synchronous: Synchronous::Normal,
        }
    }
}

/// SQLite's `synchronous`: <https://www.sqlite.org/pragma.html#pragma_synchronous>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Synchronous {
    /// `OFF`
    Off,
    /// `NORMAL`
    #[default]
    Normal,
    /// `FULL`
    Full,
    /// `EXTRA`
    Extra,
}

/// Options of PostgreSQL connections. TLS is set in the URL, as `?sslmode=verify-full&sslrootcert=…`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PostgresOptions {
    /// The name that the server shows for the connection. `alchemy` by default.
    pub application_name: String,
    /// How long a statement may run; no limit by default.
    pub statement_timeout: Option<Duration>,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self { application_name: "alchemy".to_owned(), statement_timeout: None }
    }
}

/// Options of MariaDB connections.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MysqlOptions {
    /// The SQL mode, a list of MariaDB's words; by default one in which values that do not fit are refused rather
    /// than changed.
    pub sql_mode: String,
    /// How long a statement may run; no limit by default.
    pub statement_timeout: Option<Duration>,
}

impl Default for MysqlOptions {
    fn default() -> Self {
        Self {
            sql_mode: "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,\
                       NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY"
                .to_owned(),
            statement_timeout: None,
        }
    }
}

/// How far transactions are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IsolationLevel {
    /// `READ COMMITTED`
    ReadCommitted,
    /// `REPEATABLE READ`
    RepeatableRead,
    /// `SERIALIZABLE`
    Serializable,
}

impl IsolationLevel {
    /// SQL's words for it.
    #[allow(dead_code)] // not with SQLite alone
    pub(crate) const fn sql(self) -> &'static str {
        match self {
            Self::ReadCommitted => "READ COMMITTED",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::Serializable => "SERIALIZABLE",
        }
    }

    /// Whether reads must see one state of the database, and so need a transaction around them.
    pub(crate) const fn needs_snapshot(self) -> bool {
        !matches!(self, Self::ReadCommitted)
    }
}
