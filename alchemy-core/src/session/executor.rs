//! What runs statements.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use diesel::QueryResult;
use diesel::connection::{Connection, DefaultLoadingMode, LoadConnection, TransactionManager};

use super::Counters;
use crate::backend::aftermath::loses_transaction;
use crate::backend::classify::classify;
use crate::backend::{AnyConnection, Dialect};
use crate::error::{Error, Result};
use crate::model::RowReader;
use crate::statement::{Copy, Statement, Written};

/// Reads a row.
pub(crate) type Read<'a> = &'a mut (dyn FnMut(&mut RowReader<'_>) -> QueryResult<()> + Send);

/// Runs statements, on a blocking connection or an async one.
///
/// Verbs are `async fn`s over an executor, so that each is written once. On [`Blocking`] every step is ready at
/// once, and [`now`] runs the whole.
pub(crate) trait Executor: Send {
    /// Which database this is.
    fn dialect(&self) -> Dialect;

    /// Runs a statement that returns rows, and reads each of them.
    fn load(&mut self, statement: &dyn Statement, read: Read<'_>) -> impl Future<Output = Result<()>> + Send;

    /// Runs a statement, and says how many rows it touched.
    fn execute(&mut self, statement: &dyn Statement) -> impl Future<Output = Result<usize>> + Send;

    /// Copies rows into their table, and says how many there were; `None` where they are to be inserted instead. An error
    /// takes the transaction with it, or its innermost savepoint.
    fn copy(&mut self, copy: &Copy<'_>) -> impl Future<Output = Result<Option<u64>>> + Send;

    /// Begins a savepoint, so that several statements can fail as one.
    fn savepoint(&mut self) -> impl Future<Output = Result<()>> + Send;

    /// Ends the last savepoint, keeping its work or giving it up.
    fn end_savepoint(&mut self, keep: bool) -> impl Future<Output = Result<()>> + Send;

    /// Whether the transaction was begun for this verb, which has written nothing yet: it can
    /// [begin again](Self::begin_again), and needs no savepoint.
    fn can_begin_again(&self) -> bool;

    /// Gives the transaction up, and begins it anew.
    fn begin_again(&mut self) -> impl Future<Output = Result<()>> + Send;
}

/// Runs statements on a connection that blocks.
pub(crate) struct Blocking<'a> {
    connection: &'a mut AnyConnection,
    counters: &'a Counters,
    lost: bool,
    /// Whether the transaction was begun for this verb.
    first: bool,
    /// Whether the verb has changed rows.
    wrote: bool,
    /// Whether it had, when each of its savepoints began.
    before: Vec<bool>,
}

impl<'a> Blocking<'a> {
    pub(crate) fn new(connection: &'a mut AnyConnection, counters: &'a Counters) -> Self {
        Self { connection, counters, lost: false, first: false, wrote: false, before: Vec::new() }
    }

    /// The same for the first verb of a transaction, or not.
    pub(crate) fn first(self, first: bool) -> Self {
        Self { first, ..self }
    }

    /// Hands out the connection.
    pub(crate) fn user<R>(
        &mut self,
        queries: impl FnOnce(&mut AnyConnection) -> QueryResult<R>,
    ) -> Result<R> {
        let result = self.counters.statement(|| queries(self.connection));
        self.checked(result)
    }

    /// Whether a statement failed in a way that its transaction cannot survive, or wrote what then could not be read, and
    /// no savepoint saved it.
    pub(crate) fn lost_transaction(&self) -> bool {
        self.lost
    }

    fn checked<R>(&mut self, result: QueryResult<R>) -> Result<R> {
        result.map_err(|error| {
            let error = classify(self.connection, error);
            self.lost |= loses_transaction(self.dialect(), &error);
            error
        })
    }
}

impl Executor for Blocking<'_> {
    fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    async fn load(&mut self, statement: &dyn Statement, read: Read<'_>) -> Result<()> {
        let wrote = &mut self.wrote;
        let result = self.counters.statement(|| {
            for row in LoadConnection::<DefaultLoadingMode>::load(self.connection, Written(statement))? {
                let row = row?;
                *wrote |= statement.writes();
                read(&mut RowReader::new(&row))?;
            }
            Ok(())
        });
        let result = self.checked(result);
        // The verb has failed then, and what it wrote is not to be committed by whoever goes on; unless it asked for
        // what the database does not have, and knows another way.
        self.lost |=
            self.wrote && result.as_ref().is_err_and(|error| !matches!(error, Error::Unsupported { .. }));
        result
    }

    async fn execute(&mut self, statement: &dyn Statement) -> Result<usize> {
        let result = self.counters.statement(|| self.connection.execute_returning_count(&Written(statement)));
        self.wrote |= statement.writes() && result.as_ref().is_ok_and(|&count| count > 0);
        self.checked(result)
    }

    async fn copy(&mut self, copy: &Copy<'_>) -> Result<Option<u64>> {
        if self.dialect() != Dialect::Postgres {
            return Ok(None);
        }
        let possible = self.counters.statement(|| self.connection.can_copy(copy));
        if !self.checked(possible)? {
            return Ok(None);
        }
        let copied = self.counters.statement(|| self.connection.copy(copy));
        // A value that is refused on the way is an error of the server's too, which was told.
        self.lost |= copied.is_err();
        self.wrote |= copied.as_ref().is_ok_and(|&count| count > 0);
        self.checked(copied).map(|count| Some(count as u64))
    }

    async fn savepoint(&mut self) -> Result<()> {
        let result = self.counters.round_trip(|| AnyConnection::begin_transaction(self.connection));
        if result.is_ok() {
            self.before.push(self.wrote);
        }
        self.checked(result)
    }

    async fn end_savepoint(&mut self, keep: bool) -> Result<()> {
        let result = self.counters.round_trip(|| match keep {
            true => AnyConnection::commit_transaction(self.connection),
            false => AnyConnection::rollback_transaction(self.connection),
        });
        let before = self.before.pop().unwrap_or_default();
        if result.is_ok() && !keep {
            self.lost = false;
            self.wrote = before;
        }
        self.checked(result)
    }

    fn can_begin_again(&self) -> bool {
        self.first && !self.wrote && self.before.is_empty()
    }

    async fn begin_again(&mut self) -> Result<()> {
        let begin = self.dialect().begin();
        let result = self
            .counters
            .round_trip(|| AnyConnection::rollback_transaction(self.connection))
            .and_then(|()| self.counters.round_trip(|| self.connection.begin(begin)));
        if result.is_ok() {
            self.lost = false;
        }
        self.checked(result)
    }
}

/// Runs a future that never waits: a verb on a [`Blocking`] executor.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("a verb on a blocking executor has nothing to wait for"),
    }
}
