//! Services: the verbs of a model, on a session.

#[macro_use]
mod verbs;

mod batches;
mod convert;
mod input;
mod locking;
mod matching;
mod options;
mod reads;
mod stream;
mod writes;

use std::borrow::Cow;
use std::marker::PhantomData;

use crate::error::{Error, ErrorMessages};
use crate::model::{Model, Scope};
use crate::session::Session;

pub use self::locking::Locking;
pub use self::matching::MatchFields;
pub use self::reads::SchemaOf;
pub use self::stream::RowStream;

/// The verbs of a model, on a session: `create`, `get`, `list`, `update`, `upsert`, `delete` and their kin.
///
/// `#[derive(Service)]` makes a service type of a model's own (`AuthorService`), to which users add what their
/// application needs; it dereferences to this one. On a [`Session`] the verbs block; on an
/// [`AsyncSession`](crate::session::AsyncSession) they are `async`.
///
/// A verb that writes begins the session's transaction; whoever owns the session commits it.
///
/// # What verbs take
/// * A key is whatever is [`IntoKey`](crate::model::IntoKey): the primary key, a row, or a lookup by another unique
///   column.
/// * A create takes whatever can be turned into the model's `New…`: that itself, a row, a schema, a changeset, a JSON
///   object. An update takes whatever can be turned into its `…Changeset`: the same kinds. A list of several kinds is
///   one of [`Data`](crate::model::Data).
/// * Filters are whatever is [`IntoFilters`](crate::filter::IntoFilters).
///
/// # Rows that are deleted softly
/// A model with a `#[alchemy(soft_delete)]` column keeps the rows that were deleted. No verb sees them unless the service
/// is asked [`with_deleted`](Service::with_deleted) or [`only_deleted`](Service::only_deleted); they still occupy their
/// unique values, and an upsert that meets one restores it.
///
/// # Versions
/// An update of a model with a `#[alchemy(version)]` column must say which version it was made of, and fails with
/// [`Error::Stale`] where the row is of another one by now.
pub struct Service<M, S = Session> {
    session: S,
    messages: ErrorMessages,
    scope: Scope,
    /// The columns by which upserts match, in place of the model's.
    match_fields: Option<Cow<'static, [usize]>>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model, S> Service<M, S> {
    /// A service on a session.
    #[must_use]
    pub fn new(session: S) -> Self {
        let messages = ErrorMessages::of(M::META.messages);
        Self { session, messages, scope: Scope::Live, match_fields: None, model: PhantomData }
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &S {
        &self.session
    }

    fn explain(&self, error: Error) -> Error {
        self.messages.apply(error)
    }
}

impl<M, S: Clone> Clone for Service<M, S> {
    fn clone(&self) -> Self {
        Self {
            session: self.session.clone(),
            messages: self.messages.clone(),
            scope: self.scope,
            match_fields: self.match_fields.clone(),
            model: PhantomData,
        }
    }
}

impl<M: Model, S: std::fmt::Debug> std::fmt::Debug for Service<M, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service")
            .field("model", &M::META.name)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}
