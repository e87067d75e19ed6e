//! Reads that lock their rows.

use super::{Service, input};
use crate::error::{Error, Result};
use crate::filter::IntoFilters;
use crate::model::{IntoKey, Keyed, Model};
use crate::session::Access;
use crate::statement::{LockStrength, LockWait, RowLock};
use crate::verb::{self, Reading, Rows};

/// Reads that lock their rows until the transaction ends, which they begin; made by [`Service::for_update`] and
/// [`Service::for_share`].
///
/// On SQLite, which has no row locks, they fail with [`Error::Unsupported`].
#[derive(Debug)]
pub struct Locking<M: Model, S> {
    service: Service<M, S>,
    session: S,
    lock: RowLock,
}

impl<M: Model, S: Clone> Locking<M, S> {
    pub(super) fn new(service: Service<M, S>, strength: LockStrength) -> Self {
        let session = service.session.clone();
        Self { service, session, lock: RowLock { strength, wait: LockWait::Wait } }
    }

    /// Fails at once with [`Error::Retryable`] where another transaction has locked a row (`NOWAIT`). The unit of work
    /// can only be rolled back then, or its innermost savepoint: a read that may fail and is not to cost what was written
    /// before goes into [`Session::savepoint`](crate::session::Session::savepoint). On a MariaDB with
    /// `innodb_rollback_on_timeout`, which is off as it comes, such an error ends the whole unit of work all the same.
    #[must_use]
    pub fn no_wait(mut self) -> Self {
        self.lock.wait = LockWait::NoWait;
        self
    }

    /// Leaves out rows that another transaction has locked (`SKIP LOCKED`).
    #[must_use]
    pub fn skip_locked(mut self) -> Self {
        self.lock.wait = LockWait::SkipLocked;
        self
    }
}

impl<M: Model, S> Locking<M, S> {
    fn explain(&self, error: Error) -> Error {
        self.service.explain(error)
    }

    fn reading(&self, dialect: crate::backend::Dialect) -> Result<Reading> {
        self.lock.check(dialect)?;
        Ok(Reading { lock: Some(self.lock), ..self.service.reading() })
    }
}

verbs! {
    impl Locking<M: Keyed> as service;

    /// Reads and locks the row with a key: 1 statement.
    ///
    /// # Errors
    /// As [`Service::get`]; [`Error::Unsupported`] on SQLite; [`Error::Retryable`] when a lock is not to be had.
    fn get(key: impl IntoKey<M>) -> M {
        given reading = service.reading(service.session.dialect());
        given key = input::key(key);
        run Access::Write => rows = Rows::new(M::read) => |executor|
            verb::get(executor, M::META, &key, reading, &mut rows);
        then rows.one()
    }
}

verbs! {
    impl Locking<M: Model> as service;

    /// Reads and locks the only row that matches: 1 statement.
    ///
    /// # Errors
    /// As [`Service::get_one`] and [`get`](Self::get).
    fn get_one(filters: impl IntoFilters<M>) -> M {
        given reading = service.reading(service.session.dialect());
        given filters = filters.into_filters();
        run Access::Write => rows = Rows::new(M::read) => |executor|
            verb::get_one_or_none(executor, M::META, filters.criteria(), reading, &mut rows);
        then rows.one()
    }

    /// Reads and locks the only row that matches, if there is one: 1 statement.
    ///
    /// # Errors
    /// As [`Service::get_one_or_none`] and [`get`](Self::get).
    fn get_one_or_none(filters: impl IntoFilters<M>) -> Option<M> {
        given reading = service.reading(service.session.dialect());
        given filters = filters.into_filters();
        run Access::Write => rows = Rows::new(M::read) => |executor|
            verb::get_one_or_none(executor, M::META, filters.criteria(), reading, &mut rows);
        then Ok(rows.last())
    }

    /// Reads and locks the rows that match, in the order and of the page asked for: 1 statement.
    ///
    /// # Errors
    /// As [`Service::list`] and [`get`](Self::get).
    fn list(filters: impl IntoFilters<M>) -> Vec<M> {
        given reading = service.reading(service.session.dialect());
        given filters = filters.into_filters();
        run Access::Write => rows = Rows::new(M::read) => |executor|
            verb::list(executor, M::META, filters.criteria(), reading, None, &mut rows);
        then Ok(rows.into_vec())
    }
}
