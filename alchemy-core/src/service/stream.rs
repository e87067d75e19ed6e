//! Large results, a batch at a time.

use std::collections::VecDeque;

use super::Service;
use crate::error::Result;
use crate::filter::IntoFilters;
use crate::model::Model;
#[cfg(feature = "async")]
use crate::session::AsyncSession;
use crate::session::{Access, Session, now};
use crate::verb::{Rows, StreamState};

/// The rows of a list, however many, read a batch at a time: made by `stream`.
///
/// Between two batches neither the database nor the session holds anything, so that the session can be used for other
/// work and a stream can be dropped at any row. A row that is there all the time comes once, whatever rows come and go
/// meanwhile; a transaction of a level that keeps its view shows the rows of one moment.
///
/// On a [`Session`] it is an iterator; on an [`AsyncSession`] there is [`next`](RowStream::next).
pub struct RowStream<M, S = Session> {
    service: Service<M, S>,
    state: StreamState,
    rows: VecDeque<M>,
}

impl<M: Model, S: Clone> Service<M, S> {
    /// The rows that match, a thousand with one statement, in the order asked for and that of the primary key among
    /// equals. Of a page that begins with the first row, as many rows as it has.
    ///
    /// ```
    /// # use alchemy_core::prelude::*;
    /// # use alchemy_core::filter::all;
    /// # #[derive(Debug, Clone, UuidBase, Service)]
    /// # #[alchemy(table = "authors")]
    /// # pub struct Author { pub id: Uuid, pub name: String }
    /// # fn export(authors: &AuthorService) -> Result<()> {
    /// for author in authors.stream(all())? {
    ///     println!("{}", author?.name);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter), for a page after the first and for an order by columns that cannot be read back
    /// among others; [`Config`](crate::Error::Config) for a model without a primary key.
    pub fn stream(&self, filters: impl IntoFilters<M>) -> Result<RowStream<M, S>> {
        self.stream_in(filters, StreamState::BATCH)
    }

    /// [`stream`](Self::stream) with another number of rows read by one statement.
    ///
    /// # Errors
    /// As [`stream`](Self::stream).
    pub fn stream_in(&self, filters: impl IntoFilters<M>, batch: i64) -> Result<RowStream<M, S>> {
        let state = filters
            .into_filters()
            .and_then(|filters| StreamState::new(M::META, filters.criteria(), self.reading(), None, batch));
        let state = state.map_err(|error| self.explain(error))?;
        Ok(RowStream { service: self.clone(), state, rows: VecDeque::new() })
    }
}

impl<M: Model> Iterator for RowStream<M, Session> {
    type Item = Result<M>;

    /// The next row; after an error there is none.
    fn next(&mut self) -> Option<Result<M>> {
        if self.rows.is_empty() && !self.state.is_done() {
            let Self { service, state, .. } = self;
            let mut rows = Rows::new(M::read);
            let read = service
                .session
                .with_dyn(Access::Read, &mut |executor| now(state.next_batch(executor, M::META, &mut rows)));
            if let Err(error) = read {
                // It may have been an error before the batch was asked for.
                state.stop();
                return Some(Err(service.explain(error)));
            }
            self.rows = rows.into_vec().into();
        }
        self.rows.pop_front().map(Ok)
    }
}

#[cfg(feature = "async")]
impl<M: Model> RowStream<M, AsyncSession> {
    /// The next row; `None` at the end, and after an error.
    ///
    /// # Errors
    /// What reading a batch reports.
    pub async fn next(&mut self) -> Option<Result<M>> {
        if self.rows.is_empty() && !self.state.is_done() {
            let mut state = self.state.clone();
            let read = self.service.session.with(Access::Read, move |executor| {
                let mut rows = Rows::new(M::read);
                now(state.next_batch(executor, M::META, &mut rows))?;
                Ok((state, rows))
            });
            match read.await {
                Ok((state, rows)) => {
                    self.state = state;
                    self.rows = rows.into_vec().into();
                }
                Err(error) => {
                    self.state.stop();
                    return Some(Err(self.service.explain(error)));
                }
            }
        }
        self.rows.pop_front().map(Ok)
    }
}

impl<M: Model, S> std::fmt::Debug for RowStream<M, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowStream").field("model", &M::META.name).finish_non_exhaustive()
    }
}
