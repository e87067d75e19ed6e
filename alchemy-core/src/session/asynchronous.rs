//! Sessions for async code.

use std::any::Any;
use std::sync::Arc;

use diesel::QueryResult;
use tokio::sync::{Mutex, OwnedSemaphorePermit};

use super::{Access, Blocking, Level, Session, SessionStats};
use crate::backend::{AnyConnection, Dialect};
use crate::engine::Engine;
use crate::error::{Error, Result};

/// A unit of work for async code: a [`Session`] whose work runs on tokio's blocking threads, never on async ones.
///
/// Clones are handles of the same unit of work. Work goes on to its end when the future that waits for it is
/// dropped; what comes after it waits.
#[derive(Clone, Debug)]
pub struct AsyncSession {
    session: Session,
    /// Locked while the session works, so that those who wait do so without a thread.
    turn: Arc<Mutex<Permits>>,
}

/// What a session holds while it has a connection, so that waiting for one takes no thread either.
#[derive(Debug, Default)]
struct Permits {
    /// To write, where the database has one writer at a time. Taken first: who waits for it has no connection yet.
    writer: Option<OwnedSemaphorePermit>,
    connection: Option<OwnedSemaphorePermit>,
}

impl AsyncSession {
    /// A new session on an engine.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self { session: engine.session(), turn: Arc::default() }
    }

    /// A new session for a unit of work that its owner ends, as Rocket's fairing ends a request's: transactions inside
    /// it are savepoints from the first, so that nothing is kept that the owner does not commit.
    #[must_use]
    pub fn unit_of_work(engine: Engine) -> Self {
        Self { session: Session::owned(engine.leased()), turn: Arc::default() }
    }

    /// Ends the session for good; see [`Session::close`].
    pub fn close(&self) {
        self.session.close();
    }

    /// The database this session works on.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        self.session.engine()
    }

    /// The bind key of the session's engine.
    #[must_use]
    pub fn bind_key(&self) -> &str {
        self.session.bind_key()
    }

    /// Which database this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.session.dialect()
    }

    /// Runs the user's own Diesel queries inside the session's transaction, which is begun if need be.
    ///
    /// # Errors
    /// What the closure returns, classified; or that there is no connection to be had.
    pub async fn run<R, F>(&self, queries: F) -> Result<R>
    where
        R: Send + 'static,
        F: FnOnce(&mut AnyConnection) -> QueryResult<R> + Send + 'static,
    {
        self.blocking(move |session| session.run(queries)).await
    }

    /// Runs the user's own Diesel queries without beginning a transaction; inside it where one was begun.
    ///
    /// # Errors
    /// As [`run`](AsyncSession::run).
    pub async fn read<R, F>(&self, queries: F) -> Result<R>
    where
        R: Send + 'static,
        F: FnOnce(&mut AnyConnection) -> QueryResult<R> + Send + 'static,
    {
        self.at_turn(Access::Read, move |session| session.read(queries)).await
    }

    /// Commits what was written; see [`Session::commit`].
    ///
    /// # Errors
    /// As [`Session::commit`].
    pub async fn commit(&self) -> Result<()> {
        if self.is_idle() { Ok(()) } else { self.blocking(Session::commit).await }
    }

    /// Gives up what was written; see [`Session::rollback`].
    ///
    /// # Errors
    /// As [`Session::rollback`].
    pub async fn rollback(&self) -> Result<()> {
        if self.is_idle() { Ok(()) } else { self.blocking(Session::rollback).await }
    }

    /// Whether there is no transaction and no work under way: nothing to end and nothing to wait for.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.turn.try_lock().is_ok_and(|_turn| self.session.is_idle())
    }

    /// [Closes](Self::close) the session if it [is idle](Self::is_idle); says whether it was.
    #[must_use]
    pub fn close_if_idle(&self) -> bool {
        let Ok(_turn) = self.turn.try_lock() else { return false };
        let idle = self.session.is_idle();
        if idle {
            self.session.close();
        }
        idle
    }

    /// Runs a future in a transaction of its own; see [`Session::transaction`]. When this future is dropped before
    /// its end, its work is rolled back before the session does anything else.
    ///
    /// # Errors
    /// What the future returns, or what the commit reports.
    pub async fn transaction<R, E, F>(&self, work: F) -> Result<R, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&Self) -> Result<R, E>,
    {
        let level = self.blocking(Level::begin).await?;
        self.inside(level, work).await
    }

    /// Runs a future in a savepoint of the unit of work; see [`Session::savepoint`].
    ///
    /// # Errors
    /// As [`transaction`](AsyncSession::transaction).
    pub async fn savepoint<R, E, F>(&self, work: F) -> Result<R, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&Self) -> Result<R, E>,
    {
        let level = self.blocking(Level::savepoint).await?;
        self.inside(level, work).await
    }

    async fn inside<R, E, F>(&self, level: Level, work: F) -> Result<R, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&Self) -> Result<R, E>,
    {
        match work(self).await {
            Ok(value) => {
                self.blocking(|_| level.commit()).await?;
                Ok(value)
            }
            Err(error) => {
                let given_up = self.blocking(|_| {
                    level.roll_back();
                    Ok::<_, Error>(())
                });
                given_up.await?;
                Err(error)
            }
        }
    }

    /// Runs a closure with the blocking [`Session`] of this unit of work, on a thread that may block.
    ///
    /// # Errors
    /// What the closure returns; [`Error::PoolTimeout`] when no connection becomes free in time.
    pub async fn blocking<R, E, F>(&self, work: F) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&Session) -> Result<R, E> + Send + 'static,
    {
        // Whether it writes is not known before it has.
        self.at_turn(Access::Write, work).await
    }

    async fn at_turn<R, E, F>(&self, access: Access, work: F) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&Session) -> Result<R, E> + Send + 'static,
    {
        let mut turn = Arc::clone(&self.turn).lock_owned().await;
        if access == Access::Write && turn.writer.is_none() {
            turn.writer = self.engine().write_permit().await?;
        }
        if turn.connection.is_none() {
            turn.connection = match self.engine().permit().await {
                Ok(permit) => Some(permit),
                Err(error) => {
                    turn.writer = None;
                    return Err(error.into());
                }
            };
        }
        let session = self.session.clone();
        let finished = tokio::task::spawn_blocking(move || {
            let result = work(&session);
            if session.is_idle() {
                *turn = Permits::default();
            }
            // Before the turn ends, so that the last handle of a session is never dropped on an async thread.
            drop(session);
            drop(turn);
            result
        });
        match finished.await {
            Ok(result) => result,
            Err(failure) => match failure.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // Blocking tasks are not cancelled while the runtime lives.
                Err(_) => std::future::pending().await,
            },
        }
    }

    /// What the session has done so far.
    #[must_use]
    pub fn stats(&self) -> SessionStats {
        self.session.stats()
    }

    /// Runs a verb on the session's connection.
    pub(crate) async fn with<R, F>(&self, access: Access, verb: F) -> Result<R>
    where
        R: Send + 'static,
        F: FnOnce(&mut Blocking<'_>) -> Result<R> + Send + 'static,
    {
        // Erased, so that what it takes to run something elsewhere is compiled once and not for each verb and model.
        let verb: Verb = Box::new(move |session| Ok(Box::new(session.with(access, verb)?)));
        let output = self.with_dyn(access, verb).await?;
        output.downcast().map(|output| *output).map_err(|_| Error::config("the session ran another verb"))
    }

    async fn with_dyn(&self, access: Access, verb: Verb) -> Result<Box<dyn Any + Send>> {
        self.at_turn(access, verb).await
    }
}

type Verb = Box<dyn FnOnce(&Session) -> Result<Box<dyn Any + Send>> + Send>;
