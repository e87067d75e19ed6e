//! How a database is connected to.

use std::time::Duration;

use serde::Deserialize;

use super::url::Target;
use super::{Engine, IsolationLevel, MysqlOptions, PostgresOptions, SqliteOptions, Synchronous};
use crate::error::{Error, Result};
use crate::filter::CursorKey;

/// A database: its URL, its bind key, its pool and its connections' options.
///
/// ```
/// use alchemy_core::engine::EngineConfig;
///
/// let config = EngineConfig::new("sqlite://local.db").pool_size(8);
/// assert_eq!(config.key(), "default");
/// ```
#[derive(Clone)]
pub struct EngineConfig {
    pub(crate) url: String,
    pub(crate) bind_key: String,
    pub(crate) pool: PoolOptions,
    pub(crate) sqlite: SqliteOptions,
    pub(crate) postgres: PostgresOptions,
    pub(crate) mysql: MysqlOptions,
    pub(crate) isolation_level: Option<IsolationLevel>,
    cursors: Cursors,
}

/// How cursors are signed.
#[derive(Clone, Default)]
struct Cursors {
    key: CursorKey,
    /// Whether the secret is too short to be one.
    weak: bool,
}

/// The pool of an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolOptions {
    /// The most connections. 10 by default.
    pub size: u32,
    /// How many idle connections are opened ahead of their use. 0 by default: each is opened when it is needed, and
    /// kept until it was idle for too long.
    pub min_idle: u32,
    /// How long a session waits for a connection. 5 seconds by default.
    pub acquire_timeout: Duration,
    /// After how long an idle connection is closed. 10 minutes by default.
    pub idle_timeout: Option<Duration>,
    /// After how long a connection is replaced. 30 minutes by default.
    pub max_lifetime: Option<Duration>,
    /// A connection that was idle for longer than this is tested before it is handed out; `None` never tests. By
    /// default 1 second for servers; SQLite has no connection that could break. Once a connection was found broken,
    /// those that were used before then are tested too, however short they were idle.
    pub test_after: Option<Duration>,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            size: 10,
            min_idle: 0,
            acquire_timeout: Duration::from_secs(5),
            idle_timeout: Some(Duration::from_secs(10 * 60)),
            max_lifetime: Some(Duration::from_secs(30 * 60)),
            test_after: Some(Duration::from_secs(1)),
        }
    }
}

impl EngineConfig {
    /// A database by its URL: `sqlite://local.db`, `sqlite::memory:`, `postgres://user:password@host/name`,
    /// `mysql://…` or `mariadb://…`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            bind_key: "default".to_owned(),
            pool: PoolOptions::default(),
            sqlite: SqliteOptions::default(),
            postgres: PostgresOptions::default(),
            mysql: MysqlOptions::default(),
            isolation_level: None,
            cursors: Cursors::default(),
        }
    }

    /// The key that tells this database from others. `default` by default.
    #[must_use]
    pub fn bind_key(mut self, key: impl Into<String>) -> Self {
        self.bind_key = key.into();
        self
    }

    /// The bind key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.bind_key
    }

    /// The most connections of the pool.
    #[must_use]
    pub fn pool_size(mut self, size: u32) -> Self {
        self.pool.size = size;
        self
    }

    /// How many idle connections are opened ahead of their use.
    #[must_use]
    pub fn min_idle(mut self, connections: u32) -> Self {
        self.pool.min_idle = connections;
        self
    }

    /// How long a session waits for a connection.
    #[must_use]
    pub fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.pool.acquire_timeout = timeout;
        self
    }

    /// After how long an idle connection is closed; `None` keeps it.
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.pool.idle_timeout = timeout;
        self
    }

    /// After how long a connection is replaced; `None` keeps it.
    #[must_use]
    pub fn max_lifetime(mut self, lifetime: Option<Duration>) -> Self {
        self.pool.max_lifetime = lifetime;
        self
    }

    /// After how long an idle connection is tested before it is handed out; `None` never tests.
    #[must_use]
    pub fn test_after(mut self, idle: Option<Duration>) -> Self {
        self.pool.test_after = idle;
        self
    }

    /// How long a statement may run (PostgreSQL and MariaDB), to the millisecond, rounded up. Zero is no limit, also
    /// where the server has one.
    #[must_use]
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.postgres.statement_timeout = Some(timeout);
        self.mysql.statement_timeout = Some(timeout);
        self
    }

    /// The name that PostgreSQL shows for the connections.
    #[must_use]
    pub fn application_name(mut self, name: impl Into<String>) -> Self {
        self.postgres.application_name = Some(name.into());
        self
    }

    /// How long a statement waits for a lock (SQLite).
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.sqlite.busy_timeout = timeout;
        self
    }

    /// Whether SQLite's write-ahead log is used.
    #[must_use]
    pub fn wal(mut self, wal: bool) -> Self {
        self.sqlite.wal = wal;
        self
    }

    /// Whether SQLite enforces foreign keys.
    #[must_use]
    pub fn foreign_keys(mut self, enforced: bool) -> Self {
        self.sqlite.foreign_keys = enforced;
        self
    }

    /// How far SQLite pushes a commit to the disk.
    #[must_use]
    pub fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.sqlite.synchronous = synchronous;
        self
    }

    /// MariaDB's SQL mode. `NO_BACKSLASH_ESCAPES` is refused: texts in statements and scripts are those of a database
    /// without it.
    #[must_use]
    pub fn sql_mode(mut self, mode: impl Into<String>) -> Self {
        self.mysql.sql_mode = mode.into();
        self
    }

    /// How far transactions are kept apart; the database's default otherwise.
    ///
    /// From `REPEATABLE READ` on, a session's reads are in a transaction too.
    #[must_use]
    pub fn isolation_level(mut self, level: IsolationLevel) -> Self {
        self.isolation_level = Some(level);
        self
    }

    /// What [cursors](crate::filter::Cursor) are signed with: at least 16 bytes that nobody can guess, such as those of
    /// `openssl rand -base64 32`.
    ///
    /// Where none is given it is a random one of the process: clients' cursors then are good until the process ends, and
    /// with no other process that serves the same data.
    #[must_use]
    pub fn cursor_secret(mut self, secret: impl AsRef<[u8]>) -> Self {
        let secret = secret.as_ref();
        self.cursors = Cursors { key: CursorKey::new(secret), weak: secret.len() < CursorKey::MIN_SECRET };
        self
    }

    /// Checks what can be checked without connecting.
    pub(crate) fn validate(&self) -> Result<Target> {
        if self.pool.size == 0 {
            return Err(Error::config("the pool size must be at least 1"));
        }
        if self.cursors.weak {
            return Err(Error::config(format!(
                "the cursor secret must have at least {} bytes",
                CursorKey::MIN_SECRET
            )));
        }
        if self.bind_key.is_empty() {
            return Err(Error::config("a bind key must not be empty"));
        }
        if !self.mysql.sql_mode.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ',') {
            return Err(Error::config("the SQL mode must be words separated by commas"));
        }
        if self.mysql.sql_mode.split(',').any(|word| word.eq_ignore_ascii_case("NO_BACKSLASH_ESCAPES")) {
            return Err(Error::config(
                "the SQL mode must not have `NO_BACKSLASH_ESCAPES`, as texts are written and read with backslashes \
                 that escape",
            ));
        }
        Target::parse(&self.url)
    }
}

impl Engine {
    /// What the cursors of its lists are signed with.
    pub(crate) fn cursor_key(&self) -> CursorKey {
        self.shared.config.cursors.key.clone()
    }
}

/// Shows everything but the URL's password and the secret of cursors.
impl std::fmt::Debug for EngineConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineConfig")
            .field("url", &super::url::redact(&self.url))
            .field("bind_key", &self.bind_key)
            .field("pool", &self.pool)
            .field("sqlite", &self.sqlite)
            .field("postgres", &self.postgres)
            .field("mysql", &self.mysql)
            .field("isolation_level", &self.isolation_level)
            .finish()
    }
}

/// The keys of a configuration file. Durations are whole seconds, as Rocket has them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    url: String,
    bind_key: Option<String>,
    pool_size: Option<u32>,
    min_idle: Option<u32>,
    timeout: Option<u64>,
    idle_timeout: Option<u64>,
    max_lifetime: Option<u64>,
    test_after: Option<u64>,
    statement_timeout: Option<u64>,
    application_name: Option<String>,
    busy_timeout: Option<u64>,
    wal: Option<bool>,
    foreign_keys: Option<bool>,
    synchronous: Option<Synchronous>,
    sql_mode: Option<String>,
    isolation_level: Option<IsolationLevel>,
    cursor_secret: Option<String>,
}

impl<'de> Deserialize<'de> for EngineConfig {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let keys = Keys::deserialize(deserializer)?;
        let mut config = Self::new(keys.url);
        let seconds = |value: Option<u64>, default: Option<Duration>| match value {
            Some(0) => None,
            Some(seconds) => Some(Duration::from_secs(seconds)),
            None => default,
        };
        config.bind_key = keys.bind_key.unwrap_or(config.bind_key);
        config.pool.size = keys.pool_size.unwrap_or(config.pool.size);
        config.pool.min_idle = keys.min_idle.unwrap_or(config.pool.min_idle);
        config.pool.acquire_timeout = keys.timeout.map_or(config.pool.acquire_timeout, Duration::from_secs);
        config.pool.idle_timeout = seconds(keys.idle_timeout, config.pool.idle_timeout);
        config.pool.max_lifetime = seconds(keys.max_lifetime, config.pool.max_lifetime);
        config.pool.test_after = keys.test_after.map(Duration::from_secs).or(config.pool.test_after);
        config.postgres.statement_timeout = seconds(keys.statement_timeout, None);
        config.mysql.statement_timeout = config.postgres.statement_timeout;
        config.postgres.application_name = keys.application_name;
        config.sqlite.busy_timeout =
            keys.busy_timeout.map_or(config.sqlite.busy_timeout, Duration::from_secs);
        config.sqlite.wal = keys.wal.unwrap_or(config.sqlite.wal);
        config.sqlite.foreign_keys = keys.foreign_keys.unwrap_or(config.sqlite.foreign_keys);
        config.sqlite.synchronous = keys.synchronous.unwrap_or(config.sqlite.synchronous);
        config.mysql.sql_mode = keys.sql_mode.unwrap_or(config.mysql.sql_mode);
        config.isolation_level = keys.isolation_level;
        Ok(match keys.cursor_secret {
            Some(secret) => config.cursor_secret(secret),
            None => config,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_hides_the_password() {
        let config = EngineConfig::new("postgres://ann:s3cret@db.example/books");
        let shown = format!("{config:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        assert!(shown.contains("db.example"), "{shown}");
    }

    #[test]
    #[cfg(feature = "sqlite")]
    fn debug_output_hides_the_secret_of_cursors() {
        let config = EngineConfig::new("sqlite::memory:").cursor_secret("correct horse battery");
        assert!(config.validate().is_ok());
        let shown = format!("{config:?}");
        assert!(!shown.contains("correct") && !shown.contains("99, 111, 114"), "{shown}");
    }

    #[test]
    #[cfg(feature = "sqlite")]
    fn a_secret_of_cursors_that_could_be_guessed_is_refused() {
        for (secret, good) in [("", false), ("fifteen letters", false), ("sixteen letters!", true)] {
            let config = EngineConfig::new("sqlite::memory:").cursor_secret(secret);
            match config.validate() {
                Ok(_) => assert!(good, "{secret}"),
                Err(error) => {
                    assert!(!good, "{secret}");
                    assert_eq!(error.to_string(), "the cursor secret must have at least 16 bytes");
                }
            }
        }
    }

    #[test]
    fn a_sql_mode_cannot_carry_more_than_words() {
        let config = EngineConfig::new("mysql://root@localhost/x").sql_mode("ANSI', GLOBAL x = '1");
        assert!(matches!(config.validate(), Err(Error::Config(_))));
    }

    #[test]
    fn a_sql_mode_in_which_texts_are_written_otherwise_is_refused() {
        for mode in ["NO_BACKSLASH_ESCAPES", "STRICT_ALL_TABLES,no_backslash_escapes,ANSI"] {
            let config = EngineConfig::new("mysql://root@localhost/x").sql_mode(mode);
            let error = config.validate().expect_err(mode);
            assert!(matches!(error, Error::Config(_)), "{error:?}");
            assert!(error.to_string().starts_with("the SQL mode must not have `NO_BACKSLASH_ESCAPES`, "));
        }
        let config = EngineConfig::new("mysql://root@localhost/x").sql_mode("ANSI_QUOTES,STRICT_ALL_TABLES");
        if let Err(error) = config.validate() {
            // Without the feature there is no such database.
            assert!(!error.to_string().contains("SQL mode"), "{error}");
        }
    }
}
