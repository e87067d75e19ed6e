//! Why a guard refused a request, kept for the catcher.
//!
//! Rocket hands a catcher the status only, so a guard leaves its problem in the request's local cache.

use parking_lot::Mutex;
use rocket::Request;
use rocket::http::Status;

use crate::Problem;

/// Keeps the problem that the request is refused with; a later one takes its place. Gives its status.
pub(crate) fn keep(request: &Request<'_>, problem: Problem) -> Status {
    let status = problem.status();
    *cell(request) = Some(problem);
    status
}

/// The problem kept, if it is the reason of this status: a guard's failure that the handler dealt with (by an `Option`
/// or `Result`) must not show up in an error of another kind.
pub(crate) fn get(request: &Request<'_>, status: Status) -> Option<Problem> {
    cell(request).clone().filter(|problem| problem.status() == status)
}

fn cell<'r>(request: &'r Request<'_>) -> parking_lot::MutexGuard<'r, Option<Problem>> {
    request.local_cache(Reason::default).0.lock()
}

#[derive(Default)]
struct Reason(Mutex<Option<Problem>>);
