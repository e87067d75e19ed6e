//! Services: the verbs of a model, on a session.

mod convert;
mod verbs;

use std::marker::PhantomData;

use crate::error::{Error, ErrorMessages};
use crate::model::Model;
use crate::session::Session;

/// The verbs of a model, on a session: `create`, `get`, `list`, `update`, `delete` and their kin.
///
/// `#[derive(Service)]` makes a service type of a model's own (`AuthorService`), to which users add what their
/// application needs; it dereferences to this one. On a [`Session`] the verbs block; on an
/// [`AsyncSession`](crate::session::AsyncSession) they are `async`.
///
/// A verb that writes begins the session's transaction; whoever owns the session commits it.
pub struct Service<M, S = Session> {
    session: S,
    messages: ErrorMessages,
    model: PhantomData<fn() -> M>,
}

impl<M: Model, S> Service<M, S> {
    /// A service on a session.
    #[must_use]
    pub fn new(session: S) -> Self {
        Self { session, messages: ErrorMessages::new(), model: PhantomData }
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &S {
        &self.session
    }

    /// The same service with other error messages: for all its calls, or for one.
    ///
    /// ```
    /// # use alchemy_core::{ErrorMessages, model::Model, service::Service, session::Session, Result};
    /// # fn find<M: Model>(authors: &Service<M>, id: M::Id) -> Result<M> {
    /// authors.with_messages(ErrorMessages::new().not_found("no such author")).get(id)
    /// # }
    /// ```
    #[must_use]
    pub fn with_messages(&self, messages: ErrorMessages) -> Self
    where
        S: Clone,
    {
        Self { session: self.session.clone(), messages: messages.over(&self.messages), model: PhantomData }
    }

    fn explain(&self, error: Error) -> Error {
        self.messages.apply(error)
    }
}

impl<M, S: Clone> Clone for Service<M, S> {
    fn clone(&self) -> Self {
        Self { session: self.session.clone(), messages: self.messages.clone(), model: PhantomData }
    }
}

impl<M: Model, S: std::fmt::Debug> std::fmt::Debug for Service<M, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("model", &M::META.name).field("session", &self.session).finish()
    }
}
