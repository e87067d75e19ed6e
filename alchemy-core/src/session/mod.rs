//! Sessions: units of work on one database.

#[cfg(feature = "async")]
mod asynchronous;
mod executor;
mod level;
mod state;
mod stats;

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use diesel::QueryResult;
use parking_lot::ReentrantMutex;

use self::level::Level;
use self::state::State;
use crate::backend::{AnyConnection, Dialect};
use crate::engine::Engine;
use crate::error::{Error, Result};

#[cfg(feature = "async")]
pub use self::asynchronous::AsyncSession;
pub use self::stats::SessionStats;

pub(crate) use self::executor::{Blocking, Executor, now};
pub(crate) use self::state::Access;
pub(crate) use self::stats::Counters;

/// A unit of work.
///
/// Until it writes, each read takes a connection from the engine's pool for as long as it runs. The first write
/// begins a transaction, which everything after it is part of. [`commit`](Session::commit) and
/// [`rollback`](Session::rollback) end it and give its connection back; a session that is dropped rolls back. A
/// session can be used again after either.
///
/// Clones are handles of the same unit of work.
///
/// ```
/// use alchemy_core::diesel::prelude::*;
/// use alchemy_core::engine::{Engine, EngineConfig};
///
/// # #[cfg(feature = "sqlite")] {
/// let engine = Engine::connect(EngineConfig::new("sqlite::memory:"))?;
/// let session = engine.session();
/// session.run(|connection| alchemy_core::diesel::sql_query("CREATE TABLE notes (id INTEGER)").execute(connection))?;
/// session.commit()?;
/// # }
/// # Ok::<(), alchemy_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Session {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    /// Re-entrant, so that a closure that uses the session it runs on gets an error and not a deadlock.
    state: ReentrantMutex<RefCell<State>>,
    counters: Arc<Counters>,
    /// The lowest level of transactions that was left without an end; `u32::MAX` where there is none.
    given_up: AtomicU32,
    /// Whether only the owner of the session commits, so that transactions inside it are savepoints from the first.
    nested: bool,
    /// Whether the unit of work is over for good.
    closed: AtomicBool,
}

impl Session {
    pub(crate) fn new(engine: Engine) -> Self {
        Self::with_nesting(engine, false)
    }

    /// A session whose owner alone commits: transactions inside it are savepoints from the first.
    #[cfg(feature = "async")]
    pub(crate) fn owned(engine: Engine) -> Self {
        Self::with_nesting(engine, true)
    }

    fn with_nesting(engine: Engine, nested: bool) -> Self {
        let counters = Arc::new(Counters::default());
        Self {
            shared: Arc::new(Shared {
                engine,
                state: ReentrantMutex::new(RefCell::new(State::new(Arc::clone(&counters)))),
                counters,
                given_up: AtomicU32::new(u32::MAX),
                nested,
                closed: AtomicBool::new(false),
            }),
        }
    }

    /// The database this session works on.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    /// The bind key of the session's engine.
    #[must_use]
    pub fn bind_key(&self) -> &str {
        self.shared.engine.bind_key()
    }

    /// Which database this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.shared.engine.dialect()
    }

    /// Runs the user's own Diesel queries inside the session's transaction, which is begun if need be.
    ///
    /// The closure must not use the session itself: it holds the connection.
    ///
    /// # Errors
    /// What the closure returns, classified; or that there is no connection to be had.
    pub fn run<R>(&self, queries: impl FnOnce(&mut AnyConnection) -> QueryResult<R>) -> Result<R> {
        self.with(Access::Write, |executor| executor.user(queries))
    }

    /// Runs the user's own Diesel queries without beginning a transaction; inside it where one was begun. What they
    /// write outside of one is committed at once: writing is for [`run`](Session::run).
    ///
    /// # Errors
    /// As [`run`](Session::run).
    pub fn read<R>(&self, queries: impl FnOnce(&mut AnyConnection) -> QueryResult<R>) -> Result<R> {
        self.with(Access::Read, |executor| executor.user(queries))
    }

    /// Commits what was written since the session began, and gives the connection back. Without a transaction there
    /// is nothing to do.
    ///
    /// # Errors
    /// What the database reports: a deferred constraint, a serialization failure, a lost connection. Nothing was
    /// kept then. [`Error::Aborted`] when an earlier statement had failed in a way that the transaction could not
    /// survive.
    pub fn commit(&self) -> Result<()> {
        self.state(State::commit)?
    }

    /// Gives up what was written since the session began, and gives the connection back.
    ///
    /// # Errors
    /// When the connection is lost; nothing was kept then either.
    pub fn rollback(&self) -> Result<()> {
        self.state(State::rollback)?
    }

    /// Runs a closure in a transaction of its own: committed when it returns `Ok`, rolled back otherwise. Inside a
    /// unit of work that has begun writing, and always in that of a request, it is a savepoint: only the closure's own
    /// work is rolled back, and the unit of work's end decides on all of it.
    ///
    /// Whatever other handles of the session do meanwhile is part of it.
    ///
    /// # Errors
    /// What the closure returns, or what the commit reports; [`Error::Config`] when transactions of the session do not
    /// end in the order in which they began.
    pub fn transaction<R, E: From<Error>>(&self, work: impl FnOnce(&Self) -> Result<R, E>) -> Result<R, E> {
        self.inside(Level::begin(self)?, work)
    }

    /// Runs a closure in a savepoint of the unit of work, which is begun if need be: rolled back to when the closure
    /// fails. The unit of work's end decides on what it did.
    ///
    /// # Errors
    /// As [`transaction`](Session::transaction).
    pub fn savepoint<R, E: From<Error>>(&self, work: impl FnOnce(&Self) -> Result<R, E>) -> Result<R, E> {
        self.inside(Level::savepoint(self)?, work)
    }

    fn inside<R, E: From<Error>>(
        &self,
        level: Level,
        work: impl FnOnce(&Self) -> Result<R, E>,
    ) -> Result<R, E> {
        match work(self) {
            Ok(value) => {
                level.commit()?;
                Ok(value)
            }
            Err(error) => {
                level.roll_back();
                Err(error)
            }
        }
    }

    /// What the session has done so far.
    #[must_use]
    pub fn stats(&self) -> SessionStats {
        self.shared.counters.stats()
    }

    /// Whether a transaction was begun that has not ended.
    #[must_use]
    pub fn in_transaction(&self) -> bool {
        // Whoever asks from inside a closure has the connection.
        self.state(|state| state.in_transaction()).unwrap_or(true)
    }

    /// Whether the session holds no connection.
    #[cfg(feature = "async")]
    pub(crate) fn is_idle(&self) -> bool {
        self.shared.state.lock().try_borrow().is_ok_and(|state| state.is_idle())
    }

    /// Does something to the state, once what was given up in the meantime is rolled back.
    ///
    /// # Errors
    /// [`Error::Config`] from inside a closure that runs on this very session.
    fn state<R>(&self, act: impl FnOnce(&mut State) -> R) -> Result<R> {
        if self.shared.closed.load(Ordering::Acquire) {
            return Err(Error::config(
                "the unit of work has ended; a new session is needed for work after it",
            ));
        }
        let state = self.shared.state.lock();
        let Ok(mut state) = state.try_borrow_mut() else {
            return Err(Error::config(
                "a session cannot be used inside a closure that runs on its connection",
            ));
        };
        let depth = self.shared.given_up.swap(u32::MAX, Ordering::AcqRel);
        if depth <= state.depth()
            && let Err(error) = state.abandon(depth)
        {
            log::warn!("rolling back a transaction that was left failed: {error}");
        }
        Ok(act(&mut state))
    }

    /// Ends the session for good: whatever its handles are asked for afterwards is [`Error::Config`]. What was not
    /// committed is rolled back with the last handle.
    pub fn close(&self) {
        self.shared.closed.store(true, Ordering::Release);
    }

    /// Runs a verb on the session's connection.
    pub(crate) fn with<R>(
        &self,
        access: Access,
        verb: impl FnOnce(&mut Blocking<'_>) -> Result<R>,
    ) -> Result<R> {
        let mut verb = Some(verb);
        let mut output = None;
        self.with_dyn(access, &mut |executor| {
            if let Some(verb) = verb.take() {
                output = Some(verb(executor)?);
            }
            Ok(())
        })?;
        // A verb that went well was run.
        output.ok_or_else(|| Error::config("the session did not run the verb"))
    }

    /// The same with the types erased: what is compiled for each verb and model is only what has to be.
    pub(crate) fn with_dyn(
        &self,
        access: Access,
        verb: &mut dyn FnMut(&mut Blocking<'_>) -> Result<()>,
    ) -> Result<()> {
        self.state(|state| state.with(access, &self.shared.engine, verb))?
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("bind_key", &self.bind_key()).finish_non_exhaustive()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let state = std::mem::take(self.state.get_mut().get_mut());
        if state.is_idle() {
            return;
        }
        // Rolling back and closing talk to the database, which an async thread must not wait for.
        #[cfg(feature = "async")]
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn_blocking(move || drop(state));
            return;
        }
        drop(state);
    }
}
