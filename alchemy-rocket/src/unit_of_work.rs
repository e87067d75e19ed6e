//! A request's unit of work: its sessions, one per database, and how they end.

use alchemy_core::session::AsyncSession;
use alchemy_core::{Error, Result};
use parking_lot::Mutex;
use rocket::{Request, Response};

use crate::Problem;
use crate::databases::{Databases, Entered};
use crate::error::full_text;

/// The request's session for a bind key, opened at first use and shared by everything that asks for it.
///
/// It ends with the response: the [`Alchemy`](crate::Alchemy) fairing commits or rolls it back by the status, and
/// whatever its handles are asked for afterwards, by a task or a stream that outlives the handler, is refused with
/// [`Error::Config`]. One database answers for any key; with several the key must be one of theirs.
///
/// # Errors
/// [`Error::Config`] when no database has the bind key, when the fairing is not attached, and when the response has
/// already been decided, because nothing would commit what is done then.
pub fn session(request: &Request<'_>, bind_key: &str) -> Result<AsyncSession> {
    let databases = Databases::of(request.rocket())?;
    let (index, database) = databases.get(bind_key)?;
    let mut sessions = UnitOfWork::of(request).sessions.lock();
    match &mut *sessions {
        Sessions::Ended => Err(Error::config(
            "the unit of work of this request has ended; use a session of the engine's own for work after the response",
        )),
        Sessions::Open(open) => {
            if let Some((_, session)) = open.iter().find(|(other, _)| *other == index) {
                return Ok(session.clone());
            }
            let session = AsyncSession::unit_of_work(database.engine.clone());
            open.push((index, session.clone()));
            Ok(session)
        }
    }
}

/// Begins a request. A local request that is sent again shares its cache with the one before, which has ended.
pub(crate) fn begin(request: &Request<'_>) {
    let mut sessions = UnitOfWork::of(request).sessions.lock();
    if matches!(*sessions, Sessions::Ended) {
        *sessions = Sessions::default();
    }
}

/// Ends the request's sessions in the order in which their databases were configured, and replaces the response where
/// a commit fails.
///
/// Each database commits for itself. Once one fails, those after it are rolled back; those before it stay committed.
pub(crate) async fn end(request: &Request<'_>, response: &mut Response<'_>) {
    let Ok(databases) = Databases::of(request.rocket()) else { return };
    let Sessions::Open(mut sessions) =
        std::mem::replace(&mut *UnitOfWork::of(request).sessions.lock(), Sessions::Ended)
    else {
        return;
    };
    sessions.sort_by_key(|(index, _)| *index);

    let status = response.status();
    let mut failure: Option<Error> = None;
    for (index, session) in &sessions {
        let commits = databases.commit_mode(*index).commits(status);
        let mut ending = end_session(session, commits, failure.is_some()).await;
        if matches!(ending, Ending::RolledBack) && status.class().is_success() {
            ending = Ending::NotCommitted;
        }
        ending.log(request, session);
        if let Ending::CommitFailed(error) = ending {
            failure = Some(error);
        }
    }
    if let Some(error) = failure {
        let problem = commit_problem(&error);
        replace(response, &problem);
    }
}

/// A request's sessions, in its local cache.
struct UnitOfWork {
    sessions: Mutex<Sessions>,
    /// Until the request is dropped, the databases stay open for it.
    _in_flight: Option<Entered>,
}

enum Sessions {
    /// The sessions opened so far, each with the index of its database.
    Open(Vec<(usize, AsyncSession)>),
    Ended,
}

impl Default for Sessions {
    fn default() -> Self {
        Self::Open(Vec::new())
    }
}

impl UnitOfWork {
    fn of<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(|| Self {
            sessions: Mutex::default(),
            _in_flight: Databases::of(request.rocket()).ok().map(|databases| databases.in_flight().enter()),
        })
    }
}

/// How a session ended.
enum Ending {
    /// No transaction was open: nothing was written, or all of it ended by the handler's own doing.
    NothingToDo,
    Committed,
    CommitFailed(Error),
    RolledBack,
    /// It was left to the handler to commit, which answered that all went well and did not.
    NotCommitted,
    /// It would have been committed, had not the commit of a database before it failed.
    GivenUp,
    RollbackFailed(Error),
}

async fn end_session(session: &AsyncSession, commits: bool, after_failure: bool) -> Ending {
    // Closed either way: a task may still have a handle, and nothing would commit what it does.
    if session.close_if_idle() {
        return Ending::NothingToDo;
    }
    let commits_now = commits && !after_failure;
    let ending = session.blocking(move |session| {
        let open = session.in_transaction();
        let ended = if commits_now { session.commit() } else { session.rollback() };
        // While it is still this one's turn, so that nobody begins anything between the end and the close.
        session.close();
        ended?;
        Ok(match open {
            false => Ending::NothingToDo,
            true if commits_now => Ending::Committed,
            true if commits => Ending::GivenUp,
            true => Ending::RolledBack,
        })
    });
    let ended = ending.await;
    // It may have been refused before it had its turn.
    session.close();
    match ended {
        Ok(ending) => ending,
        Err(error) if commits_now => Ending::CommitFailed(error),
        Err(error) => Ending::RollbackFailed(error),
    }
}

impl Ending {
    fn log(&self, request: &Request<'_>, session: &AsyncSession) {
        let stats = session.stats();
        let level = match self {
            // The guard was there, but the handler was not reached.
            Self::NothingToDo if stats.statements == 0 => log::Level::Debug,
            Self::NothingToDo | Self::Committed | Self::RolledBack => log::Level::Info,
            Self::CommitFailed(error) if commit_problem(error).status().class().is_server_error() => {
                log::Level::Error
            }
            Self::NotCommitted | Self::GivenUp | Self::CommitFailed(_) | Self::RollbackFailed(_) => {
                log::Level::Warn
            }
        };
        log::log!(
            level,
            "{} {}: database {}, statements: {}, time: {:?}, {self}",
            request.method(),
            request.uri().path(),
            session.bind_key(),
            stats.statements,
            stats.time,
        );
    }
}

impl std::fmt::Display for Ending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NothingToDo => f.write_str("nothing to commit"),
            Self::Committed => f.write_str("committed"),
            Self::CommitFailed(error) => write!(f, "the commit failed: {}", full_text(error)),
            Self::RolledBack => f.write_str("rolled back"),
            Self::NotCommitted => f.write_str(
                "rolled back, because the commit mode is manual and the handler answered without `session.commit()`",
            ),
            Self::GivenUp => f.write_str("rolled back because the commit of another database failed"),
            Self::RollbackFailed(error) => write!(f, "the rollback failed: {}", full_text(error)),
        }
    }
}

/// What a client gets when the commit failed.
fn commit_problem(error: &Error) -> Problem {
    let problem = Problem::from(error);
    // An aborted transaction is none of these: no commit was sent.
    if matches!(error, Error::Connection(_)) {
        // The server may have committed before the connection broke, so the client is not told to send it again.
        return problem
            .detail("the connection to the database broke during commit; whether the changes were kept is unknown")
            .retry_after(None);
    }
    problem
}

/// Replaces the whole response, its body and whatever a handler said about it. Headers of other kinds stay: they are
/// those of fairings that ran before (security policies, CORS).
fn replace(response: &mut Response<'_>, problem: &Problem) {
    let mut replacement = problem.to_response();
    for header in response.headers().iter() {
        if !describes_outcome(header.name.as_str()) {
            replacement.adjoin_raw_header(header.name.as_str().to_owned(), header.value.into_owned());
        }
    }
    *response = replacement;
}

/// Whether a header speaks of the body or the success of the response it is on. Cookies do: a handler sets one
/// because what it did was kept.
fn describes_outcome(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "accept-ranges",
        "age",
        "cache-control",
        "etag",
        "expires",
        "last-modified",
        "link",
        "location",
        "refresh",
        "retry-after",
        "set-cookie",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    const CONTENT: &[&str] = &[
        "content-digest",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-location",
        "content-range",
        "content-type",
    ];
    NAMES.iter().chain(CONTENT).any(|other| name.eq_ignore_ascii_case(other))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use rocket::http::Status;

    use super::*;

    #[test]
    fn a_replaced_response_keeps_only_what_still_holds() {
        let mut response = Response::build()
            .status(Status::Created)
            .raw_header("Location", "/authors/1")
            .raw_header("ETag", "\"1\"")
            .raw_header("Set-Cookie", "author=1")
            .raw_header("Content-Type", "application/json")
            .raw_header("X-Frame-Options", "SAMEORIGIN")
            .raw_header_adjoin("Vary", "Origin")
            .raw_header_adjoin("Vary", "Accept")
            .sized_body(2, Cursor::new("{}"))
            .finalize();
        replace(&mut response, &Problem::new(Status::Conflict));

        assert_eq!(response.status(), Status::Conflict);
        let headers: Vec<_> = response
            .headers()
            .iter()
            .map(|header| (header.name.to_string(), header.value.into_owned()))
            .collect();
        let expected = [
            ("Content-Type", "application/problem+json"),
            ("X-Frame-Options", "SAMEORIGIN"),
            ("Vary", "Origin"),
            ("Vary", "Accept"),
        ];
        assert_eq!(headers, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(response.body().preset_size().is_some_and(|size| size > 2));
    }

    #[test]
    fn a_connection_lost_at_commit_does_not_ask_for_a_retry() {
        let problem = commit_problem(&Error::Connection(Box::default()));
        assert_eq!(problem.status(), Status::ServiceUnavailable);
        assert_eq!(problem.to_response().headers().get_one("Retry-After"), None);

        let aborted = Error::Aborted(std::sync::Arc::new(Error::Connection(Box::default())));
        let problem = commit_problem(&aborted);
        assert_eq!(problem.to_response().headers().get_one("Retry-After"), Some("1"));

        let busy = commit_problem(&Error::Retryable(Box::default()));
        assert_eq!(busy.to_response().headers().get_one("Retry-After"), Some("1"));
    }
}
