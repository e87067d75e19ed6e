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
    /// How far a commit is pushed to the disk. [`Synchronous::Full`] by default: what was committed outlives a loss of
    /// power. With [`Synchronous::Normal`] commits are faster, but in WAL mode the last ones may be gone after it,
    /// though the database is sound.
    pub synchronous: Synchronous,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            wal: true,
            busy_timeout: Duration::from_secs(5),
            foreign_keys: true,
            synchronous: Synchronous::Full,
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
    Normal,
    /// `FULL`
    #[default]
    Full,
    /// `EXTRA`
    Extra,
}

/// Options of PostgreSQL connections. TLS is set in the URL, as `?sslmode=verify-full&sslrootcert=…`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PostgresOptions {
    /// The name that the server shows for the connection. By default what the URL or `PGAPPNAME` says, and otherwise
    /// `alchemy`.
    pub application_name: Option<String>,
    /// How long a statement may run, to the millisecond, rounded up. By default what the URL, the role or the server
    /// says.
    pub statement_timeout: Option<Duration>,
}

/// A timeout in the unit that databases take; never less than was asked for, as 0 would be none.
#[allow(dead_code)] // not with SQLite alone
pub(crate) fn whole_millis(timeout: Duration) -> u128 {
    timeout.as_nanos().div_ceil(1_000_000)
}

/// Options of MariaDB connections.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MysqlOptions {
    /// The SQL mode, a list of MariaDB's words; by default one in which values that do not fit are refused rather
    /// than changed.
    pub sql_mode: String,
    /// How long a statement may run, to the millisecond, rounded up. By default what the role or the server says.
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
