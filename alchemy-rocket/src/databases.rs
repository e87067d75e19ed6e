//! The databases of a program, as managed state.

use std::sync::Arc;

use alchemy_core::engine::{Engine, Engines};
use alchemy_core::{Error, Result};
use rocket::tokio::sync::Mutex;
use rocket::{Phase, Rocket};

use crate::CommitMode;

/// The engines and what requests do with them, in the order of configuration.
pub(crate) struct Databases {
    engines: Engines,
    databases: Vec<Database>,
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
        Self { engines, databases }
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
}
