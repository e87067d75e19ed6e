//! The error that handlers return.

use alchemy_core::filter::FilterError;
use rocket::Request;
use rocket::http::Status;
use rocket::response::{self, Responder};

use crate::Problem;

/// A result with Alchemy's [`Error`], for handlers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a handler failed with: an error of the core, classified by its kind, or a [`Problem`] of its own.
///
/// As a response it is a problem. Errors that are the server's are logged with what the driver said; the body never
/// holds that text.
///
/// ```
/// use alchemy_rocket::prelude::*;
///
/// fn only_drafts(published: bool) -> Result<()> {
///     if published {
///         return Err(Problem::new(Status::Conflict).detail("the book is published").into());
///     }
///     Ok(())
/// }
/// assert!(only_drafts(true).is_err());
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Error {
    /// An error of models, filters, sessions or services.
    Core(alchemy_core::Error),
    /// A problem that the program states itself.
    Problem(Box<Problem>),
}

impl Error {
    /// The body that a client gets.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Core(error) => error.into(),
            Self::Problem(problem) => (**problem).clone(),
        }
    }

    /// The status that a client gets.
    #[must_use]
    pub fn status(&self) -> Status {
        self.problem().status()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Core(error) => error.fmt(f),
            Self::Problem(problem) => f.write_str(problem.text()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Core(error) => std::error::Error::source(error),
            Self::Problem(_) => None,
        }
    }
}

impl From<alchemy_core::Error> for Error {
    fn from(error: alchemy_core::Error) -> Self {
        Self::Core(error)
    }
}

impl From<FilterError> for Error {
    fn from(error: FilterError) -> Self {
        Self::Core(error.into())
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        Problem::new(status).into()
    }
}

impl<'r> Responder<'r, 'static> for Error {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let problem = self.problem();
        if let Self::Core(error) = &self {
            log_server_error(request, problem.status(), error);
        }
        problem.respond_to(request)
    }
}

/// Logs an error that is the server's, with what the driver said.
pub(crate) fn log_server_error(request: &Request<'_>, status: Status, error: &alchemy_core::Error) {
    if status.class().is_server_error() {
        log::error!("{} {}: {}", request.method(), request.uri().path(), full_text(error));
    }
}

/// The message of an error and what the driver said, for logs only.
pub(crate) fn full_text(error: &alchemy_core::Error) -> String {
    // Other words are for clients; they may leave out what happened.
    if let alchemy_core::Error::Reworded { message, error } = error {
        return format!("{message}: {}", full_text(error));
    }
    match error.driver_error() {
        Some(driver) => format!("{error}: {driver}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use alchemy_core::{ErrorKind, ErrorMessages};

    use super::*;

    #[test]
    fn the_log_has_the_reason_behind_other_words() {
        let messages = ErrorMessages::new().with(ErrorKind::Config, "ask again tomorrow");
        let error = messages.apply(alchemy_core::Error::config("no database has the bind key `x`"));
        assert_eq!(full_text(&error), "ask again tomorrow: no database has the bind key `x`");
    }
}
