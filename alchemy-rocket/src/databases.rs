//! The databases of a program, as managed state.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use alchemy_core::engine::{Engine, Engines};
use alchemy_core::{Error, Result};
use rocket::tokio::sync::{Mutex, Notify};
use rocket::{Phase, Rocket};

use crate::CommitMode;

/// The engines and what requests do with them, in the order of configuration.
pub(crate) struct Databases {
    engines: Engines,
    databases: Vec<Database>,
    in_flight: Arc<InFlight>,
}

/// One of them.
pub(crate) struct Database {
    pub(crate) engine: Engine,
    pub(crate) commit_mode: CommitMode,
    /// Held while the health check asks, so that a database that hangs holds one blocking thread, not one per check.
    pub(crate) checked: Arc<Mutex<()>>,
}

impl Databases {
    /// Engines with as many commit modes, in the same order.
    pub(crate) fn new(engines: Engines, commit_modes: Vec<CommitMode>) -> Self {
        let databases = engines
            .iter()
            .zip(commit_modes)
            .map(|(engine, commit_mode)| Database {
                engine: engine.clone(),
                commit_mode,
                checked: Arc::default(),
            })
            .collect();
        Self { engines, databases, in_flight: Arc::default() }
    }

    /// Those of a program whose fairing is attached.
    pub(crate) fn of<P: Phase>(rocket: &Rocket<P>) -> Result<&Self> {
        rocket.state().ok_or_else(|| {
            Error::config("the `Alchemy` fairing is not attached: `rocket::build().attach(Alchemy::new(…))`")
        })
    }

    /// The engines, as the core knows them.
    pub(crate) fn engines(&self) -> &Engines {
        &self.engines
    }

    /// Each database.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Database> {
        self.databases.iter()
    }

    /// The database that answers for a bind key, and its place.
    pub(crate) fn get(&self, bind_key: &str) -> Result<(usize, &Database)> {
        let key = self.engines.get(bind_key)?.bind_key();
        let found = self.databases.iter().enumerate().find(|(_, database)| database.engine.bind_key() == key);
        found.ok_or_else(|| Error::config(format!("there is no database `{bind_key}`")))
    }

    /// The commit mode of the database at a place.
    pub(crate) fn commit_mode(&self, place: usize) -> CommitMode {
        self.databases.get(place).map_or(CommitMode::Manual, |database| database.commit_mode)
    }

    /// The requests that have not ended.
    pub(crate) fn in_flight(&self) -> &Arc<InFlight> {
        &self.in_flight
    }
}

/// The requests that have not ended, counted.
#[derive(Default)]
pub(crate) struct InFlight {
    requests: AtomicUsize,
    none_left: Notify,
}

/// One of them, as long as this lives.
pub(crate) struct Entered(Arc<InFlight>);

impl InFlight {
    /// Counts a request.
    pub(crate) fn enter(self: &Arc<Self>) -> Entered {
        self.requests.fetch_add(1, Ordering::SeqCst);
        Entered(Arc::clone(self))
    }

    /// Waits until there is none.
    pub(crate) async fn none(&self) {
        loop {
            let mut none_left = pin!(self.none_left.notified());
            // Before it is looked for, so that the last one cannot end unnoticed in between.
            none_left.as_mut().enable();
            if self.requests.load(Ordering::SeqCst) == 0 {
                return;
            }
            none_left.await;
        }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        if self.0.requests.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.none_left.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use rocket::futures::FutureExt;

    use super::*;

    #[rocket::async_test]
    async fn the_last_request_that_ends_is_noticed() {
        let in_flight = Arc::<InFlight>::default();
        in_flight.none().await;
        let (one, two) = (in_flight.enter(), in_flight.enter());
        let mut none = pin!(in_flight.none());
        assert_eq!(none.as_mut().now_or_never(), None);
        drop(one);
        assert_eq!(none.as_mut().now_or_never(), None);
        drop(two);
        none.await;
    }
}
