//! The guard for the request's session.

use std::marker::PhantomData;
use std::ops::Deref;

use alchemy_core::model::Model;
use alchemy_core::session::AsyncSession;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Ignite, Rocket, Sentinel};

use crate::databases::Databases;
use crate::{Error, Problem, error, reason, unit_of_work};

/// The request's session: the unit of work that services of the same request work in.
///
/// Derefs to [`AsyncSession`]. `Session` is that of the bind key `default`, `Session<User>` that of the database the
/// model `User` lives in; a [`BindKey`] of one's own names any other.
///
/// It ends with the response. Work that goes on after that, in a task or in the stream of a body, needs a session of
/// its own, `AsyncSession::new(session.engine().clone())`, and commits it itself.
///
/// ```
/// use alchemy_rocket::prelude::*;
///
/// #[post("/all-or-nothing")]
/// async fn all_or_nothing(session: Session) -> Result<&'static str> {
///     session.commit().await?;
///     Ok("kept")
/// }
/// ```
pub struct Session<K = DefaultKey> {
    session: AsyncSession,
    key: PhantomData<fn() -> K>,
}

/// A bind key as a type. Every model is one: that of the database it lives in.
///
/// ```
/// use alchemy_rocket::{BindKey, Session};
///
/// /// The database of reports.
/// struct Reports;
///
/// impl BindKey for Reports {
///     fn bind_key() -> &'static str {
///         "reports"
///     }
/// }
///
/// #[rocket::get("/reports")]
/// fn reports(session: Session<Reports>) {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name a database",
    note = "use a model, or implement `BindKey` for a type of your own"
)]
pub trait BindKey {
    /// The bind key.
    fn bind_key() -> &'static str;
}

/// The bind key `default`.
pub struct DefaultKey;

impl BindKey for DefaultKey {
    fn bind_key() -> &'static str {
        "default"
    }
}

impl<M: Model> BindKey for M {
    fn bind_key() -> &'static str {
        M::META.bind_key()
    }
}

impl<K> Session<K> {
    /// The session itself, for a service: `AuthorService::new(session.into_inner())`.
    #[must_use]
    pub fn into_inner(self) -> AsyncSession {
        self.session
    }
}

impl<K> Clone for Session<K> {
    fn clone(&self) -> Self {
        Self { session: self.session.clone(), key: PhantomData }
    }
}

impl<K> Deref for Session<K> {
    type Target = AsyncSession;

    fn deref(&self) -> &AsyncSession {
        &self.session
    }
}

impl<K> std::fmt::Debug for Session<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("bind_key", &self.session.bind_key()).finish_non_exhaustive()
    }
}

#[rocket::async_trait]
impl<'r, K: BindKey> FromRequest<'r> for Session<K> {
    type Error = Error;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Error> {
        open(request, K::bind_key()).map(|session| Self { session, key: PhantomData })
    }
}

impl<K: BindKey> Sentinel for Session<K> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_missing(rocket, K::bind_key())
    }
}

/// The session as a guard gives it; a failure is kept for the catcher.
pub(crate) fn open(request: &Request<'_>, bind_key: &str) -> Outcome<AsyncSession, Error> {
    match unit_of_work::session(request, bind_key) {
        Ok(session) => Outcome::Success(session),
        Err(failure) => {
            let problem = Problem::from(&failure);
            error::log_server_error(request, problem.status(), &failure);
            Outcome::Error((reason::keep(request, problem), failure.into()))
        }
    }
}

/// Whether a program that is about to launch has no database for the bind key; logs what is missing.
pub(crate) fn is_missing(rocket: &Rocket<Ignite>, bind_key: &str) -> bool {
    match Databases::of(rocket).and_then(|databases| databases.get(bind_key).map(drop)) {
        Ok(_) => false,
        Err(error) => {
            log::error!("{error}");
            true
        }
    }
}
