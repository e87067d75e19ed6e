//! How many tests may use a server at once.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::Backend;

/// Each test may open a pool of ten connections and a few of its own, and a server takes 100 of them as it comes.
const TESTS_AT_ONCE: usize = 6;

static POSTGRES: Slots = Slots::new();
static MYSQL: Slots = Slots::new();

/// The right of a test to use a server.
pub(crate) struct Slot(&'static Slots);

/// Waits until few enough tests use the server; `None` for SQLite, which has none.
pub(crate) fn take(backend: Backend) -> Option<Slot> {
    let slots = match backend {
        Backend::Sqlite => return None,
        Backend::Postgres => &POSTGRES,
        Backend::Mysql => &MYSQL,
    };
    let mut free = slots.free();
    while *free == 0 {
        free = slots.returned.wait(free).unwrap_or_else(PoisonError::into_inner);
    }
    *free -= 1;
    drop(free);
    Some(Slot(slots))
}

impl Drop for Slot {
    fn drop(&mut self) {
        *self.0.free() += 1;
        self.0.returned.notify_one();
    }
}

struct Slots {
    free: Mutex<usize>,
    returned: Condvar,
}

impl Slots {
    const fn new() -> Self {
        Self { free: Mutex::new(TESTS_AT_ONCE), returned: Condvar::new() }
    }

    fn free(&self) -> MutexGuard<'_, usize> {
        // A number cannot be left half-changed by a test that panics.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn no_more_tests_than_slots_run_at_once() {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..3 * TESTS_AT_ONCE {
                scope.spawn(|| {
                    let _slot = take(Backend::Postgres);
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::sleep(Duration::from_millis(20));
                    running.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        let most = most.into_inner();
        assert!((1..=TESTS_AT_ONCE).contains(&most), "{most} ran at once");
    }
}
