//! Where a session is: no connection, a connection, a transaction.

use std::num::NonZeroU32;
use std::sync::Arc;

use diesel::connection::{Connection, TransactionManager, TransactionManagerStatus};

use super::{Blocking, Counters};
use crate::backend::AnyConnection;
use crate::backend::aftermath::{hidden, loses_savepoints};
use crate::backend::classify::classify;
use crate::engine::Engine;
use crate::engine::pool::Pooled;
use crate::error::{Error, Result};

/// What a verb does to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Runs without a transaction of its own.
    Read,
    /// Begins the unit of work's transaction.
    Write,
}

/// The connection of a session and how deep in transactions it is.
#[derive(Default)]
pub(crate) struct State {
    counters: Arc<Counters>,
    connection: Option<Pooled>,
    /// 0 outside a transaction, 1 in the unit of work's, more in savepoints.
    depth: u32,
    /// The error that the transaction cannot survive, and how deep it happened.
    failed: Option<(u32, Arc<Error>)>,
    /// Whether the connection's transaction is not the one that this session began.
    astray: bool,
}

impl State {
    pub(crate) fn new(counters: Arc<Counters>) -> Self {
        Self { counters, connection: None, depth: 0, failed: None, astray: false }
    }

    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    pub(crate) fn in_transaction(&self) -> bool {
        self.depth > 0
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.connection.is_none()
    }

    pub(crate) fn with(
        &mut self,
        access: Access,
        engine: &Engine,
        verb: &mut dyn FnMut(&mut Blocking<'_>) -> Result<()>,
    ) -> Result<()> {
        self.check_depth()?;
        if let Some((_, cause)) = &self.failed {
            return Err(Error::Aborted(Arc::clone(cause)));
        }
        let first = self.depth == 0;
        if first && (access == Access::Write || engine.needs_snapshot()) {
            self.begin(engine)?;
        }
        let depth = self.depth;
        let counters = Arc::clone(&self.counters);
        let connection = &mut self.connect(engine)?.connection;
        let mut executor = Blocking::new(connection, &counters).first(first && depth > 0);
        let result = verb(&mut executor);
        let lost = executor.lost_transaction();
        let fate = connection.fate();
        if depth > 0 && (lost || fate != Fate::Alive) {
            let cause = match &result {
                Err(error) if lost || fate == Fate::Broken => error.clone(),
                // A closure of the user's own hid the error of a statement.
                _ if fate == Fate::Broken => Error::Connection(Box::default()),
                _ => hidden(engine.dialect()),
            };
            let whole = fate == Fate::Broken || loses_savepoints(connection, &cause);
            self.failed = Some((if whole { 1 } else { depth }, Arc::new(cause)));
        } else if depth == 0 {
            // Nothing ties the next statement to this connection, and others may be waiting for one.
            match &result {
                Err(error) => self.give_back(error),
                Ok(_) => {
                    self.check_depth()?;
                    self.release();
                }
            }
        }
        result.and_then(|()| self.check_depth())
    }

    pub(crate) fn begin(&mut self, engine: &Engine) -> Result<u32> {
        if let Some((_, cause)) = &self.failed {
            return Err(Error::Aborted(Arc::clone(cause)));
        }
        let depth = self.depth;
        let counters = Arc::clone(&self.counters);
        let connection = &mut self.connect(engine)?.connection;
        let begun = counters.round_trip(|| match depth {
            0 => connection.begin(engine.dialect().begin()),
            _ => <AnyConnection as TransactionManager<AnyConnection>>::begin_transaction(connection),
        });
        if let Err(error) = begun {
            let error = classify(connection, error);
            if depth == 0 {
                self.give_back(&error);
            }
            return Err(error);
        }
        self.depth += 1;
        Ok(self.depth)
    }

    /// Ends the innermost level well.
    pub(crate) fn end(&mut self, depth: u32) -> Result<()> {
        self.check_depth()?;
        if self.depth != depth {
            // Which writes belong to which level cannot be told any more, so none is kept.
            let error =
                Error::config("transactions of one session must end in the order in which they began");
            self.failed.get_or_insert((1, Arc::new(error.clone())));
            let _ = self.abandon(depth);
            return Err(error);
        }
        if let Some((_, cause)) = &self.failed {
            let cause = Arc::clone(cause);
            // It is rolled back already, or can only be.
            let _ = self.abandon(depth);
            return Err(Error::Aborted(cause));
        }
        let Some(pooled) = &mut self.connection else { return Ok(()) };
        let connection = &mut pooled.connection;
        let committed = self.counters.round_trip(|| {
            <AnyConnection as TransactionManager<AnyConnection>>::commit_transaction(connection)
        });
        self.depth -= 1;
        if let Err(error) = committed {
            let error = classify(connection, error);
            if self.depth > 0 {
                self.failed = Some((self.depth, Arc::new(error.clone())));
            } else {
                self.give_back(&error);
            }
            return Err(error);
        }
        if self.depth == 0 {
            self.release();
        }
        Ok(())
    }

    /// Ends one level, giving up its work.
    pub(crate) fn abandon(&mut self, depth: u32) -> Result<()> {
        if self.astray && depth <= 1 {
            self.depth = 0;
            self.failed = None;
            self.release();
            return Ok(());
        }
        let mut result = Ok(());
        while self.depth >= depth.max(1) {
            let Some(pooled) = &mut self.connection else { break };
            let connection = &mut pooled.connection;
            let rolled_back = self.counters.round_trip(|| {
                <AnyConnection as TransactionManager<AnyConnection>>::rollback_transaction(connection)
            });
            self.depth -= 1;
            result = rolled_back.map_err(|error| classify(connection, error));
        }
        match &result {
            // Without its savepoint's work, the unit of work goes on where the savepoint began.
            Ok(()) if self.depth > 0 => {
                if self.failed.as_ref().is_some_and(|(failed_depth, _)| *failed_depth > self.depth) {
                    self.failed = None;
                }
            }
            Ok(()) => {
                self.failed = None;
                self.release();
            }
            // What was written before the savepoint is lost too, and whoever ends the unit of work must learn it.
            Err(error) if self.depth > 0 => {
                let cause = self.failed.take().map_or_else(|| Arc::new(error.clone()), |(_, cause)| cause);
                self.failed = Some((1, cause));
            }
            Err(_) => {
                self.failed = None;
                self.discard();
            }
        }
        result
    }

    /// Refuses to go on when the connection is not as deep in transactions as this session made it: queries of the
    /// user's own began or ended one by other means than Diesel's `transaction`, or a panic left one. What they
    /// committed is committed; the rest goes with the connection.
    fn check_depth(&mut self) -> Result<()> {
        if self.astray {
            // It is known; `failed` says so to whoever comes.
            return Ok(());
        }
        let Some(pooled) = &mut self.connection else { return Ok(()) };
        let status = <AnyConnection as Connection>::TransactionManager::transaction_manager_status_mut(
            &mut pooled.connection,
        );
        let actual = match status.transaction_depth() {
            Ok(depth) => depth.map_or(0, NonZeroU32::get),
            // It is known to be broken, and why.
            Err(_) => return Ok(()),
        };
        if actual == self.depth {
            return Ok(());
        }
        let error = Error::config("the session's transaction was begun or ended behind its back");
        if self.depth > 0 {
            self.failed = Some((1, Arc::new(error.clone())));
        }
        pooled.broken = true;
        self.depth = self.depth.min(1);
        self.astray = true;
        if self.depth == 0 {
            self.release();
        }
        Err(error)
    }

    pub(crate) fn commit(&mut self) -> Result<()> {
        if self.depth == 0 {
            self.release();
            return Ok(());
        }
        self.end(1)
    }

    pub(crate) fn rollback(&mut self) -> Result<()> {
        if self.depth == 0 {
            self.release();
            return Ok(());
        }
        self.abandon(1)
    }

    fn connect(&mut self, engine: &Engine) -> Result<&mut Pooled> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            empty => Ok(empty.insert(engine.acquire()?)),
        }
    }

    /// Gives the connection back; the pool closes it when a transaction is still open or it is broken.
    fn release(&mut self) {
        self.connection = None;
        self.astray = false;
    }

    /// Gives the connection back after an error, or makes sure that the pool closes it.
    fn give_back(&mut self, error: &Error) {
        match error {
            Error::Connection(_) => self.discard(),
            _ => self.release(),
        }
    }

    /// Makes sure that the pool closes the connection.
    fn discard(&mut self) {
        if let Some(pooled) = &mut self.connection {
            pooled.broken = true;
        }
        self.release();
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if self.depth == 0 || std::thread::panicking() {
            return;
        }
        log::warn!("a session was dropped with a transaction that nobody ended; it is rolled back");
        if let Err(error) = self.rollback() {
            log::warn!("rolling back a dropped session failed: {error}");
        }
    }
}

/// What the connection's own bookkeeping says of its transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It can go on, as far as is known.
    Alive,
    /// A statement failed, so that it, or its innermost savepoint, can only be rolled back. PostgreSQL says so after
    /// any error, MariaDB after a deadlock.
    Doomed,
    /// The connection is beyond use.
    Broken,
}

trait HasFate {
    fn fate(&mut self) -> Fate;
}

impl HasFate for AnyConnection {
    fn fate(&mut self) -> Fate {
        match <Self as Connection>::TransactionManager::transaction_manager_status_mut(self) {
            TransactionManagerStatus::InError => Fate::Broken,
            TransactionManagerStatus::Valid(status) => match &status.in_transaction {
                Some(transaction) if transaction.requires_rollback_maybe_up_to_top_level => Fate::Doomed,
                _ => Fate::Alive,
            },
        }
    }
}
