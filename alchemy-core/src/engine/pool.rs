//! The pool of an engine.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::r2d2::{self, ManageConnection, R2D2Connection};
use diesel::{ConnectionError, ConnectionResult, QueryResult};
use parking_lot::Mutex;

use super::EngineConfig;
use super::url::Target;
use crate::backend::classify::connection_error;
use crate::backend::{AnyConnection, Dialect};
use crate::error::{Error, Result};

pub(crate) type Pool = r2d2::Pool<Manager>;
pub(crate) type Pooled = r2d2::PooledConnection<Manager>;

/// A connection of a pool, which knows when it was last used.
pub(crate) struct Member {
    pub(crate) connection: AnyConnection,
    pub(crate) last_used: Instant,
    /// Whether the pool must not keep it.
    pub(crate) broken: bool,
}

/// Makes and tests a pool's connections.
#[derive(Debug)]
pub(crate) struct Manager {
    config: EngineConfig,
    target: Target,
    /// When a connection was last found broken. Others that were used before then may be too.
    suspected: Mutex<Option<Instant>>,
}

/// How long the first connection may take at least, however little a session may wait for one.
const FIRST: Duration = Duration::from_secs(5);

/// Makes the first connection: that reports what is wrong at once, where the pool would try again until its timeout.
///
/// # Errors
/// [`Error::Config`] for a configuration that cannot be used, [`Error::Connection`] when the database cannot be
/// reached.
pub(crate) fn reach(config: &EngineConfig) -> Result<()> {
    first(config, &config.validate()?).map_err(|message| connection_error(&message))
}

/// Makes the pool, without a connection.
///
/// # Errors
/// [`Error::Config`] for a configuration that cannot be used.
pub(crate) fn pool(config: &EngineConfig, is_lazy: bool) -> Result<(Pool, Dialect)> {
    let target = config.validate()?;
    let dialect = target.dialect;
    let in_memory = target.in_memory;
    let manager = Manager { config: config.clone(), target, suspected: Mutex::new(None) };

    let options = &config.pool;
    let test = options.test_after.is_some() && dialect != Dialect::Sqlite;
    let mut builder = Pool::builder()
        .max_size(if in_memory { 1 } else { options.size })
        .min_idle(Some(match (in_memory, is_lazy) {
            (true, false) => 1,
            (_, true) => 0,
            (false, false) => options.min_idle.min(options.size),
        }))
        .connection_timeout(options.acquire_timeout)
        .idle_timeout(options.idle_timeout)
        .max_lifetime(options.max_lifetime)
        .test_on_check_out(test);
    if in_memory {
        // The database goes when its connection does.
        builder = builder.idle_timeout(None).max_lifetime(None);
    }
    let pool = if is_lazy { Ok(builder.build_unchecked(manager)) } else { builder.build(manager) };
    Ok((pool.map_err(|error| connection_error(&error.to_string()))?, dialect))
}

/// Takes a connection from the pool.
///
/// # Errors
/// [`Error::PoolTimeout`] when all are in use for too long, [`Error::Connection`] when there is none to be had.
pub(crate) fn acquire(pool: &Pool, timeout: Duration) -> Result<Pooled> {
    pool.get_timeout(timeout).map_err(|error| {
        if pool.state().connections == 0 { connection_error(&error.to_string()) } else { Error::PoolTimeout }
    })
}

/// Does what is done once per database, and checks that it can be reached.
fn first(config: &EngineConfig, target: &Target) -> Result<(), String> {
    let (dialect, options, target) = (target.dialect, config.sqlite.clone(), target.clone());
    let connect = move || {
        let mut connection = connect_to(&target).map_err(|error| error.to_string())?;
        match &mut connection {
            #[cfg(feature = "sqlite")]
            AnyConnection::Sqlite(sqlite) if !target.in_memory => {
                crate::backend::sqlite::prepare_database(sqlite, &options).map_err(|error| error.to_string())
            }
            #[allow(unreachable_patterns)]
            _ => {
                let _ = &options;
                Ok(())
            }
        }
    };
    if dialect == Dialect::Sqlite {
        return connect();
    }
    // Client libraries wait for ever for a host that takes a connection and never speaks.
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new()
        .name("alchemy-connect".to_owned())
        .spawn(move || sender.send(connect()))
        .map_err(|error| error.to_string())?;
    let limit = config.pool.acquire_timeout.max(FIRST);
    receiver.recv_timeout(limit).unwrap_or_else(|_| Err(format!("there was no answer within {limit:?}")))
}

/// Gives a connection the settings of its engine.
pub(super) fn prepare(connection: &mut AnyConnection, config: &EngineConfig) -> QueryResult<()> {
    match connection {
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(sqlite) => {
            crate::backend::sqlite::prepare_connection(sqlite, &config.sqlite)?;
        }
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(postgres) => {
            crate::backend::postgres::prepare_connection(postgres, &config.postgres)?;
        }
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(mysql) => {
            crate::backend::mysql::prepare_connection(mysql, &config.mysql)?;
        }
    }
    match (config.isolation_level, connection.dialect()) {
        // SQLite's transactions are serializable.
        (None, _) | (_, Dialect::Sqlite) => Ok(()),
        (Some(level), Dialect::Postgres) => connection.batch_execute(&format!(
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {}",
            level.sql()
        )),
        (Some(level), Dialect::Mysql) => {
            connection.batch_execute(&format!("SET SESSION TRANSACTION ISOLATION LEVEL {}", level.sql()))
        }
    }
}

impl ManageConnection for Manager {
    type Connection = Member;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<Member, r2d2::Error> {
        let mut connection = connect_to(&self.target).map_err(r2d2::Error::ConnectionError)?;
        prepare(&mut connection, &self.config).map_err(r2d2::Error::QueryError)?;
        Ok(Member { connection, last_used: Instant::now(), broken: false })
    }

    fn is_valid(&self, member: &mut Member) -> Result<(), r2d2::Error> {
        let suspected = || self.suspected.lock().is_some_and(|since| member.last_used <= since);
        match self.config.pool.test_after {
            Some(idle) if member.last_used.elapsed() >= idle || suspected() => {
                member.connection.ping().map_err(r2d2::Error::QueryError)
            }
            _ => Ok(()),
        }
    }

    fn has_broken(&self, member: &mut Member) -> bool {
        member.last_used = Instant::now();
        if member.broken {
            *self.suspected.lock() = Some(member.last_used);
        }
        member.broken || std::thread::panicking() || member.connection.is_broken()
    }
}

/// Connects with the database's defaults. Whoever logs the error, the pool among them, learns no password from it.
pub(crate) fn connect_to(target: &Target) -> ConnectionResult<AnyConnection> {
    let connected = match target.dialect {
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => crate::backend::sqlite::establish(&target.address).map(AnyConnection::Sqlite),
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            crate::backend::postgres::establish(&target.address).map(AnyConnection::Postgres)
        }
        #[cfg(feature = "mysql")]
        Dialect::Mysql => crate::backend::mysql::establish(&target.address).map(AnyConnection::Mysql),
        #[allow(unreachable_patterns)]
        other => Err(ConnectionError::BadConnection(format!("this program is not built for {other}"))),
    };
    if target.dialect == Dialect::Sqlite {
        return connected;
    }
    connected.map_err(|error| match error {
        ConnectionError::BadConnection(message) => {
            ConnectionError::BadConnection(super::url::scrub(&message, &target.address))
        }
        ConnectionError::InvalidConnectionUrl(message) => {
            ConnectionError::InvalidConnectionUrl(super::url::scrub(&message, &target.address))
        }
        other => other,
    })
}
