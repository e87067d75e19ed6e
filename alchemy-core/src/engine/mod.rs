//! Engines: a database's pool of connections, found by bind key.

mod config;
mod engines;
mod options;
pub(crate) mod pool;
mod url;

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::R2D2Connection;
use diesel::{ConnectionError, ConnectionResult, QueryResult};
use parking_lot::Mutex;

use self::pool::{Pool, Pooled};
use crate::backend::{AnyConnection, Dialect};
use crate::error::{Error, Result};
use crate::model::ModelMeta;
use crate::session::Session;

pub use self::config::{EngineConfig, PoolOptions};
pub use self::engines::Engines;
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) use self::options::whole_millis;
pub use self::options::{IsolationLevel, MysqlOptions, PostgresOptions, SqliteOptions, Synchronous};

/// A database and its pool. Cheap to clone: clones share the pool.
///
/// ```
/// use alchemy_core::engine::{Engine, EngineConfig};
///
/// # #[cfg(feature = "sqlite")] {
/// let engine = Engine::connect(EngineConfig::new("sqlite::memory:"))?;
/// engine.ping()?;
/// # }
/// # Ok::<(), alchemy_core::Error>(())
/// ```
pub struct Engine {
    shared: Arc<Shared>,
    /// A session's engine has one.
    _lease: Option<Lease>,
}

struct Shared {
    config: EngineConfig,
    dialect: Dialect,
    /// Whether the database has yet to be reached.
    unreached: Mutex<bool>,
    door: Mutex<Door>,
    /// One for each connection there may be, for those who wait without a thread.
    #[cfg(feature = "async")]
    permits: Arc<tokio::sync::Semaphore>,
    /// The right to write, where a database has one writer at a time.
    #[cfg(feature = "async")]
    writer: Option<Arc<tokio::sync::Semaphore>>,
}

/// Who may still come in.
struct Door {
    /// `None` once closed.
    pool: Option<Pool>,
    /// Whether the pool is closed when the last lease ends.
    closing: bool,
    leases: usize,
}

/// Keeps an engine that is [closed](Engine::close) open until its end. Every session has one; whoever opens
/// sessions for a longer piece of work, such as a request, may have one for the whole of it.
pub struct Lease {
    shared: Arc<Shared>,
}

/// How a pool is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolState {
    /// Open connections, idle ones included.
    pub connections: u32,
    /// Idle connections.
    pub idle: u32,
    /// The most connections there may be.
    pub max: u32,
}

impl Engine {
    /// Connects: blocks until the first connection is made.
    ///
    /// # Errors
    /// [`Error::Config`] for a configuration that cannot be used, [`Error::Connection`] when the database cannot be
    /// reached.
    pub fn connect(config: EngineConfig) -> Result<Self> {
        pool::reach(&config)?;
        Self::new(config, false)
    }

    /// An engine that connects when it is first used, for programs that may have nothing to ask a database.
    ///
    /// # Errors
    /// [`Error::Config`] for a configuration that cannot be used. That the database cannot be reached is an error of the first
    /// use.
    pub fn lazy(config: EngineConfig) -> Result<Self> {
        Self::new(config, true)
    }

    fn new(config: EngineConfig, is_lazy: bool) -> Result<Self> {
        let (pool, dialect) = pool::pool(&config, is_lazy)?;
        #[cfg(feature = "async")]
        let permits = Arc::new(tokio::sync::Semaphore::new(pool.max_size() as usize));
        #[cfg(feature = "async")]
        let writer = (dialect == Dialect::Sqlite).then(|| Arc::new(tokio::sync::Semaphore::new(1)));
        Ok(Self {
            shared: Arc::new(Shared {
                config,
                dialect,
                unreached: Mutex::new(is_lazy),
                door: Mutex::new(Door { pool: Some(pool), closing: false, leases: 0 }),
                #[cfg(feature = "async")]
                permits,
                #[cfg(feature = "async")]
                writer,
            }),
            _lease: None,
        })
    }

    /// The key that tells this database from others.
    #[must_use]
    pub fn bind_key(&self) -> &str {
        &self.shared.config.bind_key
    }

    /// Which database this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.shared.dialect
    }

    /// The file of a SQLite database that is not there: connecting would make it.
    #[cfg(feature = "cli")]
    pub(crate) fn missing_file(&self) -> Option<std::path::PathBuf> {
        let file = self.shared.config.validate().ok()?.file()?;
        file.try_exists().is_ok_and(|exists| !exists).then_some(file)
    }

    /// A new session. It takes a connection at its first use.
    #[must_use]
    pub fn session(&self) -> Session {
        Session::new(self.leased())
    }

    /// The engine with a lease, for a session. Once closed there is nothing to keep open, and the session says so when
    /// it is used.
    pub(crate) fn leased(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), _lease: self.lease().ok() }
    }

    /// Keeps the engine open, even when it is [closed](Engine::close) meanwhile, until the lease ends.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn lease(&self) -> Result<Lease> {
        let mut door = self.shared.door.lock();
        if door.pool.is_none() {
            return Err(self.closed());
        }
        door.leases += 1;
        Ok(Lease { shared: Arc::clone(&self.shared) })
    }

    /// Creates the tables of all models of this bind key that do not exist yet. Blocks.
    ///
    /// # Errors
    /// [`Error::Config`] when the models contradict each other, otherwise what the database reports.
    pub fn create_all(&self) -> Result<()> {
        let models: Vec<_> =
            crate::model::models().into_iter().filter(|meta| meta.bind_key() == self.bind_key()).collect();
        self.create(&models)
    }

    /// Creates the tables of the models that do not exist yet.
    pub(crate) fn create(&self, models: &[&'static ModelMeta]) -> Result<()> {
        let statements = crate::ddl::create_all(models, self.dialect())?;
        self.with_connection(|connection| {
            crate::backend::change_schema(connection, |connection| {
                statements.iter().try_for_each(|statement| connection.batch_execute(statement))
            })
        })
    }

    /// Asks the database whether it answers. Blocks, for a connection at most as long as a session would.
    ///
    /// # Errors
    /// [`Error::PoolTimeout`], [`Error::Connection`], or [`Error::Closed`], which it is from [`close`](Engine::close)
    /// on, whoever is still at work.
    pub fn ping(&self) -> Result<()> {
        self.with_connection(R2D2Connection::ping)
    }

    /// Does something of the engine's own on a connection.
    fn with_connection(&self, work: impl FnOnce(&mut AnyConnection) -> QueryResult<()>) -> Result<()> {
        if self.shared.door.lock().closing {
            return Err(self.closed());
        }
        let mut pooled = self.acquire()?;
        let connection = &mut pooled.connection;
        let result = work(connection).map_err(|error| crate::backend::classify::classify(connection, error));
        // MariaDB's connection does not know that it broke, and one that failed may still hold the schema's lock. A
        // file does not break; a database in memory would go with its connection.
        if result.is_err() && self.dialect() != Dialect::Sqlite {
            pooled.broken = true;
        }
        result
    }

    /// Does something about the schema on a connection, which is not used again afterwards: a script may have changed its
    /// settings, or left behind what belongs to it.
    #[cfg(any(feature = "fixtures", feature = "migrations"))]
    pub(crate) fn on_connection<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.shared.door.lock().closing {
            return Err(self.closed().into());
        }
        let mut pooled = self.acquire()?;
        let result = work(&mut pooled.connection);
        // A database in memory would go with its connection.
        if !self.shared.config.validate().is_ok_and(|target| target.in_memory) {
            pooled.broken = true;
            return result;
        }
        let connection = &mut pooled.connection;
        let prepared = pool::prepare(connection, &self.shared.config)
            .map_err(|error| crate::backend::classify::classify(connection, error));
        let done = result?;
        prepared?;
        Ok(done)
    }

    /// How the pool is doing; all zero once closed.
    #[must_use]
    pub fn pool_state(&self) -> PoolState {
        match &self.shared.door.lock().pool {
            Some(pool) => {
                let state = pool.state();
                PoolState {
                    connections: state.connections,
                    idle: state.idle_connections,
                    max: pool.max_size(),
                }
            }
            None => PoolState { connections: 0, idle: 0, max: 0 },
        }
    }

    /// Closes the engine once nobody works with it: at once when there is no session, otherwise when the last one
    /// and the last [`Lease`] have ended. Until then sessions go on, take connections and may be opened, so that work
    /// under way comes to its end. After that sessions fail with [`Error::Closed`].
    ///
    /// Blocks while idle connections are closed.
    pub fn close(&self) {
        let mut door = self.shared.door.lock();
        door.closing = true;
        let pool = door.take_unused();
        drop(door);
        drop(pool);
    }

    fn closed(&self) -> Error {
        Error::Closed(self.bind_key().into())
    }

    /// Whether a session's reads must see one state of the database.
    pub(crate) fn needs_snapshot(&self) -> bool {
        self.dialect() != Dialect::Sqlite
            && self.shared.config.isolation_level.is_some_and(IsolationLevel::needs_snapshot)
    }

    /// Takes a connection from the pool. Blocks.
    pub(crate) fn acquire(&self) -> Result<Pooled> {
        // Cloned out of the lock, so that waiting for a connection keeps nobody from asking for the pool.
        let pool = self.shared.door.lock().pool.clone().ok_or_else(|| self.closed())?;
        let mut unreached = self.shared.unreached.lock();
        if *unreached {
            pool::reach(&self.shared.config)?;
            *unreached = false;
        }
        drop(unreached);
        pool::acquire(&pool, self.acquire_timeout())
    }

    /// Waits for the right to take a connection.
    ///
    /// # Errors
    /// [`Error::PoolTimeout`].
    #[cfg(feature = "async")]
    pub(crate) async fn permit(&self) -> Result<tokio::sync::OwnedSemaphorePermit> {
        let permits = Arc::clone(&self.shared.permits);
        match tokio::time::timeout(self.acquire_timeout(), permits.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(Error::PoolTimeout),
        }
    }

    /// Waits for the right to write, for those that then begin a transaction: SQLite has one writer at a time, and who
    /// waits for it inside SQLite does so with a connection and a thread. Has to come before [`permit`](Self::permit),
    /// so that those who only read get connections. `None` where the database has no such limit.
    ///
    /// # Errors
    /// [`Error::Retryable`] after SQLite's busy timeout, as SQLite itself would say.
    #[cfg(feature = "async")]
    pub(crate) async fn write_permit(&self) -> Result<Option<tokio::sync::OwnedSemaphorePermit>> {
        let Some(writer) = &self.shared.writer else { return Ok(None) };
        let timeout = self.shared.config.sqlite.busy_timeout;
        match tokio::time::timeout(timeout, Arc::clone(writer).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Some(permit)),
            Ok(Err(_)) | Err(_) => Err(Error::Retryable(Box::default())),
        }
    }

    /// How long a session waits for a connection.
    #[must_use]
    pub fn acquire_timeout(&self) -> Duration {
        self.shared.config.pool.acquire_timeout
    }
}

impl Clone for Engine {
    /// Another handle, which keeps nothing open: only sessions do.
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), _lease: None }
    }
}

impl Door {
    /// The pool, when it is to be closed and nobody needs it any more.
    fn take_unused(&mut self) -> Option<Pool> {
        if self.closing && self.leases == 0 { self.pool.take() } else { None }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut door = self.shared.door.lock();
        door.leases -= 1;
        let Some(pool) = door.take_unused() else { return };
        drop(door);
        // Closing connections blocks, and a lease may end on an async thread.
        #[cfg(feature = "async")]
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn_blocking(move || drop(pool));
            return;
        }
        drop(pool);
    }
}

impl std::fmt::Debug for Lease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Lease").field(&self.shared.config.bind_key).finish()
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Engine").field(&self.shared.config).finish()
    }
}

/// A connection outside any pool, with the database's defaults.
pub(crate) fn establish(url: &str) -> ConnectionResult<AnyConnection> {
    let target =
        url::Target::parse(url).map_err(|error| ConnectionError::InvalidConnectionUrl(error.to_string()))?;
    pool::connect_to(&target)
}

#[cfg(all(test, feature = "sqlite", feature = "async"))]
mod tests {
    use super::*;

    #[test]
    fn the_right_to_write_is_given_to_one_at_a_time_and_waited_for_as_long_as_a_lock() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            let config = EngineConfig::new("sqlite::memory:").busy_timeout(Duration::ZERO);
            let engine = Engine::connect(config).unwrap();
            let permit = engine.write_permit().await.unwrap();
            assert!(permit.is_some());
            let error = engine.write_permit().await.unwrap_err();
            assert!(matches!(error, Error::Retryable(_)), "{error:?}");
            drop(permit);
            assert!(engine.write_permit().await.unwrap().is_some());
        });
    }

    #[test]
    fn a_pool_whose_last_lease_ends_on_an_async_thread_is_closed_on_another() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let engine = Engine::connect(EngineConfig::new("sqlite::memory:")).unwrap();
        let lease = engine.lease().unwrap();
        engine.close();
        assert_eq!(engine.pool_state().connections, 1);
        runtime.block_on(async { drop(lease) });
        assert_eq!(engine.pool_state(), PoolState { connections: 0, idle: 0, max: 0 });
    }
}
