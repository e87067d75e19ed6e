//! Migrations that are applied and taken back.

mod event;
mod execute;
mod operation;
mod script;
mod steps;
mod verbs;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDateTime;
use diesel_migrations::EmbeddedMigrations;

pub use self::event::{Applied, Direction, Event};
use super::folder::{self, Migration};
use super::history::History;
use super::target::{self, Target};
use super::{MigrationError, Result, embedded, lock};
use crate::backend::AnyConnection;
use crate::engine::Engine;

/// The migrations of a database: those of a folder, or of the program itself, and what of them the database has.
///
/// ```no_run
/// use alchemy_core::engine::{Engine, EngineConfig};
/// use alchemy_core::migration::{Migrations, Target};
///
/// let engine = Engine::connect(EngineConfig::new("sqlite://app.db"))?;
/// let migrations = Migrations::new(&engine, "migrations").observe(|event| println!("{event}"));
/// for applied in migrations.upgrade(&Target::Head)? {
///     println!("{} took {:?}", applied.name, applied.duration);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Whatever changes the database does so one process at a time; others wait. Everything here blocks.
#[derive(Clone)]
pub struct Migrations {
    engine: Engine,
    source: Source,
    patience: Duration,
    observer: Arc<Observer>,
}

type Observer = dyn Fn(&Event<'_>) + Send + Sync;

/// Where migrations come from.
#[derive(Debug, Clone)]
enum Source {
    Folder(PathBuf),
    Program(Arc<[Migration]>),
}

/// A migration, and what the database has of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its version.
    pub version: String,
    /// The name of its folder; `None` where it is missing.
    pub name: Option<String>,
    /// Whether it is applied.
    pub state: State,
    /// Whether it is what was applied.
    pub checksum: Checksum,
}

/// Whether a migration is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is, since a time in UTC.
    Applied(NaiveDateTime),
    /// It is not yet.
    Pending,
    /// It is, since a time in UTC, but nobody knows what it was: the folder has no such version.
    Missing(NaiveDateTime),
}

/// Whether a migration is what was applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    /// It is.
    Same,
    /// Its `up.sql` was changed since.
    Edited,
    /// It is not applied, or missing, or was applied by somebody who kept no checksum, as Diesel's command line does.
    Unknown,
}

impl Migrations {
    /// How long others are waited for.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// Those of a folder, which need not be there before they are needed.
    #[must_use]
    pub fn new(engine: &Engine, folder: impl Into<PathBuf>) -> Self {
        Self::of(engine, Source::Folder(folder.into()))
    }

    /// Those that are part of the program, by Diesel's `embed_migrations!`.
    ///
    /// # Errors
    /// [`MigrationError::BadFolder`] where two have the same version.
    pub fn embedded(engine: &Engine, migrations: &EmbeddedMigrations) -> Result<Self> {
        Ok(Self::of(engine, Source::Program(embedded::read(migrations)?.into())))
    }

    fn of(engine: &Engine, source: Source) -> Self {
        Self { engine: engine.clone(), source, patience: Self::PATIENCE, observer: Arc::new(|_| {}) }
    }

    /// Calls a function with each thing that happens.
    #[must_use]
    pub fn observe(mut self, observer: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Arc::new(observer);
        self
    }

    /// How long other processes that change the schema are waited for; a minute where nothing is said.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// All migrations there are, by rising version.
    ///
    /// # Errors
    /// See [`folder::read`].
    pub fn migrations(&self) -> Result<Vec<Migration>> {
        match &self.source {
            Source::Folder(folder) => folder::read(folder),
            Source::Program(migrations) => Ok(migrations.to_vec()),
        }
    }

    /// The migration that a target means: the newest for `head`.
    ///
    /// # Errors
    /// See [`folder::read`]; [`MigrationError::UnknownVersion`] and [`MigrationError::AmbiguousVersion`];
    /// [`MigrationError::Unreachable`] for a target that is neither `head` nor a version.
    pub fn find(&self, target: &Target) -> Result<Migration> {
        let mut migrations = self.migrations()?;
        let place = match target {
            Target::Head => migrations.len().checked_sub(1),
            Target::Version(text) => {
                let versions = migrations.iter().map(|migration| migration.version.as_str());
                let version = target::find(text, versions, &self.place())?.to_owned();
                migrations.iter().position(|migration| migration.version == version)
            }
            _ => {
                let reason = "what is meant is one migration, `head` or a version".to_owned();
                return Err(MigrationError::Unreachable { target: target.to_string(), reason });
            }
        };
        let unknown = || MigrationError::UnknownVersion { version: target.to_string(), place: self.place() };
        place.map(|place| migrations.swap_remove(place)).ok_or_else(unknown)
    }

    /// All migrations, those that the database alone knows of too, by rising version. Changes nothing and needs no right
    /// to.
    ///
    /// # Errors
    /// See [`folder::read`], and what the database reports.
    pub fn status(&self) -> Result<Vec<Entry>> {
        let migrations = self.migrations()?;
        let history = self.history()?;
        Ok(entries(&migrations, &history))
    }

    /// The newest that is applied. Changes nothing and needs no right to.
    ///
    /// # Errors
    /// As [`status`](Self::status).
    pub fn current(&self) -> Result<Option<Entry>> {
        Ok(self.status()?.into_iter().rfind(|entry| entry.state != State::Pending))
    }

    /// Those that are not applied, by rising version. Changes nothing and needs no right to.
    ///
    /// # Errors
    /// As [`status`](Self::status).
    pub fn pending(&self) -> Result<Vec<Entry>> {
        Ok(self.status()?.into_iter().filter(|entry| entry.state == State::Pending).collect())
    }

    /// Does something about the schema while no other process does.
    ///
    /// # Errors
    /// [`MigrationError::Locked`] after so long, and what the work returns.
    pub(crate) fn locked<T>(&self, work: impl FnOnce(&mut AnyConnection) -> Result<T>) -> Result<T> {
        lock::locked(&self.engine, self.patience, || (self.observer)(&Event::Waiting), work)
    }

    fn history(&self) -> Result<History> {
        self.engine.on_connection(History::read)
    }

    /// Where the migrations are, for messages.
    fn place(&self) -> String {
        match &self.source {
            Source::Folder(folder) => format!("`{}`", folder.display()),
            Source::Program(_) => "this program".to_owned(),
        }
    }

    /// Refuses to go on from a state that is not that of the migrations, as far as the versions concern it.
    fn check(&self, entries: &[Entry], concerned: impl Fn(&str) -> bool) -> Result<()> {
        let versions = |wrong: fn(&Entry) -> bool| -> Vec<String> {
            let entries = entries.iter().filter(|entry| wrong(entry) && concerned(&entry.version));
            entries.map(|entry| entry.version.clone()).collect()
        };
        let missing = versions(|entry| matches!(entry.state, State::Missing(_)));
        if !missing.is_empty() {
            return Err(MigrationError::Missing { place: self.place(), versions: missing });
        }
        let edited = versions(|entry| entry.checksum == Checksum::Edited);
        if edited.is_empty() { Ok(()) } else { Err(MigrationError::Edited { versions: edited }) }
    }
}

/// What there is and what the database has, by rising version.
fn entries(migrations: &[Migration], history: &History) -> Vec<Entry> {
    let mut entries: Vec<Entry> = migrations
        .iter()
        .map(|migration| {
            let run = history.applied.get(&migration.version);
            Entry {
                version: migration.version.clone(),
                name: Some(migration.name.clone()),
                state: run.map_or(State::Pending, |run| State::Applied(run.run_on)),
                checksum: match run.and_then(|run| run.checksum.as_ref()) {
                    None => Checksum::Unknown,
                    Some(checksum) if *checksum == migration.checksum() => Checksum::Same,
                    Some(_) => Checksum::Edited,
                },
            }
        })
        .collect();
    for (version, run) in &history.applied {
        if migrations.iter().all(|migration| migration.version != *version) {
            entries.push(Entry {
                version: version.clone(),
                name: None,
                state: State::Missing(run.run_on),
                checksum: Checksum::Unknown,
            });
        }
    }
    entries.sort_by(|one, other| one.version.cmp(&other.version));
    entries
}

impl std::fmt::Debug for Migrations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Migrations")
            .field("engine", &self.engine)
            .field("source", &self.source)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
