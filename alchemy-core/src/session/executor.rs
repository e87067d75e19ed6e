//! What runs statements.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use diesel::QueryResult;
use diesel::connection::{Connection, DefaultLoadingMode, LoadConnection};

use super::Counters;
use crate::backend::classify::classify;
use crate::backend::{AnyConnection, Dialect};
use crate::error::Result;
use crate::model::RowReader;
use crate::statement::{Statement, Written};

/// Runs statements, on a blocking connection or an async one.
///
/// Verbs are `async fn`s over an executor, so that each is written once. On [`Blocking`] every step is ready at
/// once, and [`now`] runs the whole.
pub(crate) trait Executor: Send {
    /// Which database this is.
    fn dialect(&self) -> Dialect;

    /// Runs a statement that returns rows, and reads each of them.
    fn load<T: Send>(
        &mut self,
        statement: &impl Statement,
        read: impl FnMut(&mut RowReader<'_>) -> QueryResult<T> + Send,
    ) -> impl Future<Output = Result<Vec<T>>> + Send;

    /// Runs a statement, and says how many rows it touched.
    fn execute(&mut self, statement: &impl Statement) -> impl Future<Output = Result<usize>> + Send;

    /// Begins a savepoint, so that several statements can fail as one.
    fn savepoint(&mut self) -> impl Future<Output = Result<()>> + Send;

    /// Ends the last savepoint, keeping its work or giving it up.
    fn end_savepoint(&mut self, keep: bool) -> impl Future<Output = Result<()>> + Send;
}

/// Runs statements on a connection that blocks.
pub(crate) struct Blocking<'a> {
    connection: &'a mut AnyConnection,
    counters: &'a Counters,
}

impl<'a> Blocking<'a> {
    pub(crate) fn new(connection: &'a mut AnyConnection, counters: &'a Counters) -> Self {
        Self { connection, counters }
    }

    /// Hands out the connection.
    pub(crate) fn user<R>(&mut self, queries: impl FnOnce(&mut AnyConnection) -> QueryResult<R>) -> Result<R> {
        let result = self.counters.statement(|| queries(self.connection));
        result.map_err(|error| classify(self.connection, error))
    }
}

impl Executor for Blocking<'_> {
    fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    async fn load<T: Send>(
        &mut self,
        statement: &impl Statement,
        mut read: impl FnMut(&mut RowReader<'_>) -> QueryResult<T> + Send,
    ) -> Result<Vec<T>> {
        let result = self.counters.statement(|| {
            let mut rows = Vec::new();
            for row in LoadConnection::<DefaultLoadingMode>::load(self.connection, Written(statement))? {
                let row = row?;
                rows.push(read(&mut RowReader::new(&row))?);
            }
            Ok(rows)
        });
        result.map_err(|error| classify(self.connection, error))
    }

    async fn execute(&mut self, statement: &impl Statement) -> Result<usize> {
        let result = self.counters.statement(|| self.connection.execute_returning_count(&Written(statement)));
        result.map_err(|error| classify(self.connection, error))
    }

    async fn savepoint(&mut self) -> Result<()> {
        use diesel::connection::TransactionManager;
        let result = AnyConnection::begin_transaction(self.connection);
        result.map_err(|error| classify(self.connection, error))
    }

    async fn end_savepoint(&mut self, keep: bool) -> Result<()> {
        use diesel::connection::TransactionManager;
        let result = if keep {
            AnyConnection::commit_transaction(self.connection)
        } else {
            AnyConnection::rollback_transaction(self.connection)
        };
        result.map_err(|error| classify(self.connection, error))
    }
}

/// Runs a future that never waits: a verb on a [`Blocking`] executor.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("a verb on a blocking executor has nothing to wait for"),
    }
}
