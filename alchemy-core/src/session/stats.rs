//! What a session has done.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Statements and the time the database took for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SessionStats {
    /// How many statements were sent, those that begin and end transactions not counted; a closure with queries of the
    /// user's own counts as one.
    pub statements: u64,
    /// How often something was sent to be executed, and its answer awaited: the statements, and those that begin and end
    /// transactions and savepoints, one each.
    ///
    /// What else a driver or the pool sends is not counted: that a statement is prepared when a connection sees it for
    /// the first time, that a new connection is set up and one that was idle is tried, and that MariaDB is asked which
    /// error it was and what it left. Around each of those that begin and end transactions Diesel sends MariaDB two
    /// messages more, which allow several statements in one and forbid it again.
    pub round_trips: u64,
    /// How long the database took.
    pub time: Duration,
}

/// Counts what a session does.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    statements: AtomicU64,
    round_trips: AtomicU64,
    nanoseconds: AtomicU64,
}

impl Counters {
    pub(crate) fn stats(&self) -> SessionStats {
        SessionStats {
            statements: self.statements.load(Ordering::Relaxed),
            round_trips: self.round_trips.load(Ordering::Relaxed),
            time: Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed)),
        }
    }

    /// Counts one statement and its time.
    pub(crate) fn statement<R>(&self, run: impl FnOnce() -> R) -> R {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.round_trip(run)
    }

    /// Counts what is sent around statements, such as `BEGIN`, and its time.
    pub(crate) fn round_trip<R>(&self, run: impl FnOnce() -> R) -> R {
        self.round_trips.fetch_add(1, Ordering::Relaxed);
        let start = Instant::now();
        let result = run();
        let nanoseconds = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
        result
    }
}
