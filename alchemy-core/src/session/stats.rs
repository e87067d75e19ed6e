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
    /// How long the database took.
    pub time: Duration,
}

/// Counts what a session does.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    statements: AtomicU64,
    nanoseconds: AtomicU64,
}

impl Counters {
    pub(crate) fn stats(&self) -> SessionStats {
        SessionStats {
            statements: self.statements.load(Ordering::Relaxed),
            time: Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed)),
        }
    }

    /// Counts one statement and its time.
    pub(crate) fn statement<R>(&self, run: impl FnOnce() -> R) -> R {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.time(run)
    }

    /// Adds the time that `run` takes.
    pub(crate) fn time<R>(&self, run: impl FnOnce() -> R) -> R {
        let start = Instant::now();
        let result = run();
        let nanoseconds = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
        result
    }
}
