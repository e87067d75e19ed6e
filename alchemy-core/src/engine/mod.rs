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
use diesel::{ConnectionError, ConnectionResult};
use parking_lot::Mutex;

use self::pool::{Pool, Pooled};
use crate::backend::{AnyConnection, Dialect};
use crate::error::{Error, Result};
use crate::model::ModelMeta;
use crate::session::Session;

pub use self::config::{EngineConfig, PoolOptions};
pub use self::engines::Engines;
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
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    config: EngineConfig,
    dialect: Dialect,
    /// `None` once closed.
    pool: Mutex<Option<Pool>>,
    /// One for each connection there may be, for those who wait without a thread.
    #[cfg(feature = "async")]
    permits: Arc<tokio::sync::Semaphore>,
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
        let (pool, dialect) = pool::connect(&config)?;
        #[cfg(feature = "async")]
        let permits = Arc::new(tokio::sync::Semaphore::new(pool.max_size() as usize));
        Ok(Self {
            shared: Arc::new(Shared {
                config,
                dialect,
                pool: Mutex::new(Some(pool)),
                #[cfg(feature = "async")]
                permits,
            }),
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

    /// A new session. It takes a connection at its first use.
    #[must_use]
    pub fn session(&self) -> Session {
        Session::new(self.clone())
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
        let mut pooled = self.acquire()?;
        let connection = &mut pooled.connection;
        crate::backend::change_schema(connection, |connection| {
            statements.iter().try_for_each(|statement| connection.batch_execute(statement))
        })
        .map_err(|error| crate::backend::classify::classify(connection, error))
    }

    /// Asks the database whether it answers. Blocks, for a connection at most as long as a session would.
    ///
    /// # Errors
    /// [`Error::PoolTimeout`], or [`Error::Connection`].
    pub fn ping(&self) -> Result<()> {
        let mut pooled = self.acquire()?;
        let connection = &mut pooled.connection;
        connection.ping().map_err(|error| crate::backend::classify::classify(connection, error))
    }

    /// How the pool is doing; all zero once closed.
    #[must_use]
    pub fn pool_state(&self) -> PoolState {
        match &*self.shared.pool.lock() {
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

    /// Closes the pool: idle connections now, others when their sessions end. Blocks; sessions that are opened
    /// afterwards fail.
    pub fn close(&self) {
        let pool = self.shared.pool.lock().take();
        drop(pool);
    }

    /// Whether a session's reads must see one state of the database.
    pub(crate) fn needs_snapshot(&self) -> bool {
        self.dialect() != Dialect::Sqlite
            && self.shared.config.isolation_level.is_some_and(IsolationLevel::needs_snapshot)
    }

    /// Takes a connection from the pool. Blocks.
    pub(crate) fn acquire(&self) -> Result<Pooled> {
        // Cloned out of the lock, so that waiting for a connection keeps nobody from asking for the pool.
        let Some(pool) = self.shared.pool.lock().clone() else {
            return Err(Error::config(format!("the engine `{}` is closed", self.bind_key())));
        };
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

    /// How long a session waits for a connection.
    #[must_use]
    pub fn acquire_timeout(&self) -> Duration {
        self.shared.config.pool.acquire_timeout
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
