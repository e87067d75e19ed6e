//! The configuration of one database.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use alchemy_core::engine::EngineConfig;
#[cfg(feature = "migrations")]
use alchemy_core::migration::EmbeddedMigrations;
use alchemy_core::{Error, Result};
use rocket::figment::error::{Actual, Kind};
use rocket::figment::value::{Dict, Value};
use rocket::figment::{self, Figment};
use serde::Deserialize;

use crate::CommitMode;

/// One database: where it is, how to connect, and what requests do with it.
///
/// ```
/// use alchemy_rocket::prelude::*;
///
/// let config = Config::new("sqlite://local.db").commit_mode(CommitMode::Autocommit).create_all(true);
/// ```
#[derive(Clone)]
#[must_use]
pub struct Config {
    source: Source,
    bind_key: Option<String>,
    commit_mode: Option<CommitMode>,
    create_all: Option<bool>,
    #[cfg(feature = "migrations")]
    migrate: Option<bool>,
    #[cfg(feature = "migrations")]
    migrations: Option<Arc<EmbeddedMigrations>>,
    #[cfg(feature = "migrations")]
    migration_patience: Option<Duration>,
    settings: Vec<Setting>,
}

#[derive(Debug, Clone)]
enum Source {
    Engine(Box<EngineConfig>),
    /// The name of an entry of `databases` in Rocket's configuration.
    Named(String),
}

type Setting = Arc<dyn Fn(EngineConfig) -> EngineConfig + Send + Sync>;

impl Config {
    /// The database at a URL: `sqlite://local.db`, `postgres://user@host/name`, `mysql://user@host/name`. What the URL
    /// lacks or gets wrong is told at ignition.
    pub fn new(url: impl Into<String>) -> Self {
        EngineConfig::new(url).into()
    }

    /// An entry of `databases` in Rocket's configuration: `Rocket.toml`, or `ROCKET_DATABASES` in the environment. It
    /// is read at ignition.
    ///
    /// ```toml
    /// [default.databases.main]
    /// url = "postgres://localhost/library"
    /// pool_size = 8               # connections
    /// timeout = 5                 # seconds to wait for a connection
    /// commit_mode = "autocommit"  # or "manual", "autocommit_include_redirect"
    /// create_all = true
    /// migrate = true              # with the feature `migrations`
    /// migration_patience = 120    # seconds to wait for another process that migrates
    /// bind_key = "default"        # the entry's name, unless given
    /// cursor_secret = "…"         # at least 16 bytes, the same for all instances
    /// ```
    ///
    /// The connection's own keys are those of [`EngineConfig`]. What the program sets in code wins over these keys.
    pub fn named(name: impl Into<String>) -> Self {
        Self::of(Source::Named(name.into()))
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            bind_key: None,
            commit_mode: None,
            create_all: None,
            #[cfg(feature = "migrations")]
            migrate: None,
            #[cfg(feature = "migrations")]
            migrations: None,
            #[cfg(feature = "migrations")]
            migration_patience: None,
            settings: Vec::new(),
        }
    }

    /// The key that models and guards ask for this database by; `default` unless given.
    pub fn bind_key(mut self, key: impl Into<String>) -> Self {
        self.bind_key = Some(key.into());
        self
    }

    /// Which responses commit; [`CommitMode::Manual`] unless given.
    pub fn commit_mode(mut self, mode: CommitMode) -> Self {
        self.commit_mode = Some(mode);
        self
    }

    /// Whether the tables of the models of this database are created at ignition where they do not exist.
    pub fn create_all(mut self, create: bool) -> Self {
        self.create_all = Some(create);
        self
    }

    /// The migrations of this database, built into the program by Diesel's `embed_migrations!`, for
    /// [`migrate`](Self::migrate) to run. Where the databases are those of Rocket's configuration,
    /// [`Alchemy::migrations`](crate::Alchemy::migrations) gives them to one by its bind key.
    ///
    /// ```
    /// # mod diesel_migrations { pub use alchemy_rocket::core::migration::EmbeddedMigrations; }
    /// # use alchemy_rocket::Config;
    /// use diesel_migrations::EmbeddedMigrations;
    ///
    /// fn config(migrations: EmbeddedMigrations) -> Config {
    ///     Config::new("sqlite://local.db").migrations(migrations).migrate(true)
    /// }
    /// ```
    #[cfg(feature = "migrations")]
    pub fn migrations(mut self, migrations: EmbeddedMigrations) -> Self {
        self.migrations = Some(Arc::new(migrations));
        self
    }

    /// Whether the [`migrations`](Self::migrations) that the database has not are run at ignition, before the first
    /// request. Programs that start at the same time wait for each other.
    #[cfg(feature = "migrations")]
    pub fn migrate(mut self, migrate: bool) -> Self {
        self.migrate = Some(migrate);
        self
    }

    /// How long the launch waits for another process that changes the schema, before it is stopped; a minute unless given.
    #[cfg(feature = "migrations")]
    pub fn migration_patience(mut self, patience: Duration) -> Self {
        self.migration_patience = Some(patience);
        self
    }

    /// The most connections of the pool.
    pub fn pool_size(self, connections: u32) -> Self {
        self.engine(move |engine| engine.pool_size(connections))
    }

    /// How long a request waits for a connection before it is answered with 503.
    pub fn acquire_timeout(self, timeout: Duration) -> Self {
        self.engine(move |engine| engine.acquire_timeout(timeout))
    }

    /// What the cursors of lists are signed with: at least 16 bytes that nobody can guess, the same for all instances of
    /// the program. Without it they are good until the process ends.
    pub fn cursor_secret(self, secret: impl AsRef<[u8]>) -> Self {
        let secret = secret.as_ref().to_vec();
        self.engine(move |engine| engine.cursor_secret(&secret))
    }

    /// Any other option of the pool and its connections.
    ///
    /// ```
    /// use alchemy_rocket::Config;
    ///
    /// let config = Config::named("main").engine(|engine| engine.pool_size(4));
    /// ```
    pub fn engine(mut self, set: impl Fn(EngineConfig) -> EngineConfig + Send + Sync + 'static) -> Self {
        self.settings.push(Arc::new(set));
        self
    }

    /// What this says together with Rocket's configuration.
    pub(crate) fn resolve(&self, figment: &Figment) -> Result<Resolved> {
        let (mut engine, keys) = match &self.source {
            Source::Engine(engine) => (EngineConfig::clone(engine), Keys::default()),
            Source::Named(name) => read(figment, name)?,
        };
        for set in &self.settings {
            engine = set(engine);
        }
        if let Some(key) = self.bind_key.as_ref().or(keys.bind_key.as_ref()) {
            engine = engine.bind_key(key);
        }
        Ok(Resolved {
            engine,
            commit_mode: self.commit_mode.or(keys.commit_mode).unwrap_or_default(),
            create_all: self.create_all.or(keys.create_all).unwrap_or_default(),
            #[cfg(feature = "migrations")]
            migrate: self.migrate.or(keys.migrate).unwrap_or_default(),
            #[cfg(feature = "migrations")]
            migrations: self.migrations.clone(),
            #[cfg(feature = "migrations")]
            migration_patience: self.migration_patience.or(keys.migration_patience.map(Duration::from_secs)),
        })
    }
}

impl From<EngineConfig> for Config {
    fn from(engine: EngineConfig) -> Self {
        Self::of(Source::Engine(Box::new(engine)))
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("source", &self.source)
            .field("bind_key", &self.bind_key)
            .field("commit_mode", &self.commit_mode)
            .field("create_all", &self.create_all)
            .finish_non_exhaustive()
    }
}

/// A configuration with nothing left to look up.
pub(crate) struct Resolved {
    pub(crate) engine: EngineConfig,
    pub(crate) commit_mode: CommitMode,
    pub(crate) create_all: bool,
    /// Whether the migrations are to be run at ignition, if there are any or not.
    #[cfg(feature = "migrations")]
    pub(crate) migrate: bool,
    #[cfg(feature = "migrations")]
    pub(crate) migrations: Option<Arc<EmbeddedMigrations>>,
    #[cfg(feature = "migrations")]
    pub(crate) migration_patience: Option<Duration>,
}

impl std::fmt::Debug for Resolved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resolved")
            .field("engine", &self.engine)
            .field("commit_mode", &self.commit_mode)
            .field("create_all", &self.create_all)
            .finish_non_exhaustive()
    }
}

/// The names under `databases` in Rocket's configuration, sorted.
pub(crate) fn names(figment: &Figment) -> Result<Vec<String>> {
    if !figment.contains("databases") {
        return Ok(Vec::new());
    }
    let databases: BTreeMap<String, Value> = figment.extract_inner("databases").map_err(unusable)?;
    Ok(databases.into_keys().collect())
}

/// The names of [`Keys`].
const OWN_KEYS: &[&str] = if cfg!(feature = "migrations") {
    &["bind_key", "commit_mode", "create_all", "migrate", "migration_patience"]
} else {
    &["bind_key", "commit_mode", "create_all"]
};

/// The keys of an entry that are not the engine's.
#[derive(Default, Deserialize)]
struct Keys {
    bind_key: Option<String>,
    commit_mode: Option<CommitMode>,
    create_all: Option<bool>,
    #[cfg(feature = "migrations")]
    migrate: Option<bool>,
    #[cfg(feature = "migrations")]
    migration_patience: Option<u64>,
}

fn read(figment: &Figment, name: &str) -> Result<(EngineConfig, Keys)> {
    let names = names(figment)?;
    if !names.iter().any(|other| other == name) {
        return Err(Error::config(match names.as_slice() {
            [] => format!("there is no database `{name}` in the configuration, which has no `databases`"),
            names => {
                format!("there is no database `{name}` in the configuration; there are: {}", names.join(", "))
            }
        }));
    }
    let path = format!("databases.{name}");
    let mut entry: Dict = figment.extract_inner(&path).map_err(unusable)?;
    let refused = |error: figment::Error| {
        Error::config(format!("the configuration of the database `{name}`: {}", reasons(error)))
    };
    let mut keys: Keys = Value::from(entry.clone()).deserialize().map_err(refused)?;
    keys.bind_key.get_or_insert_with(|| name.to_owned());
    for own in OWN_KEYS {
        entry.remove(*own);
    }
    // The engine refuses keys that it does not know, so that a misspelled one is found.
    let engine = Value::from(entry).deserialize().map_err(refused)?;
    Ok((engine, keys))
}

fn unusable(error: figment::Error) -> Error {
    Error::config(format!("the configuration of `databases`: {}", reasons(error)))
}

/// What is wrong and where, without the values that were found: any of them may be a URL with its password, put under
/// the wrong key.
fn reasons(error: figment::Error) -> String {
    let reasons: Vec<_> = error
        .into_iter()
        .map(|error| match error.path.as_slice() {
            // An unknown key is itself the end of its path.
            [.., key] if matches!(&error.kind, Kind::UnknownField(name, _) if name == key) => {
                reason(&error.kind)
            }
            [] => reason(&error.kind),
            path => format!("`{}`: {}", path.join("."), reason(&error.kind)),
        })
        .collect();
    reasons.join("; ")
}

fn reason(kind: &Kind) -> String {
    let one_of = |names: &[&str]| {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    match kind {
        Kind::InvalidType(found, expected) => format!("expected {expected}, found {}", type_of(found)),
        Kind::InvalidValue(found, expected) => {
            format!("expected {expected}, found another {}", type_of(found))
        }
        Kind::InvalidLength(found, expected) => format!("expected {expected}, found {found} items"),
        Kind::UnknownVariant(_, expected) => format!("expected one of {}", one_of(expected)),
        Kind::UnknownField(name, expected) => {
            let own = one_of(&OWN_KEYS[1..]);
            format!("unknown key `{}`; there are: {}, {own}", name.escape_debug(), one_of(expected))
        }
        Kind::MissingField(name) => format!("the key `{name}` is missing"),
        Kind::DuplicateField(name) => format!("the key `{name}` is there twice"),
        Kind::ISizeOutOfRange(_) | Kind::USizeOutOfRange(_) => "the number is out of range".to_owned(),
        Kind::Unsupported(found) => format!("a {} cannot be used here", type_of(found)),
        Kind::UnsupportedKey(found, expected) => {
            format!("a {} cannot be a key; expected {expected}", type_of(found))
        }
        // Parsers put the line at fault into their messages.
        Kind::Message(_) => "it cannot be read".to_owned(),
    }
}

/// The type of a value, in the words of a configuration file.
fn type_of(found: &Actual) -> &'static str {
    match found {
        Actual::Bool(_) => "boolean",
        Actual::Unsigned(_) | Actual::Signed(_) => "integer",
        Actual::Float(_) => "float",
        Actual::Char(_) | Actual::Str(_) => "string",
        Actual::Seq | Actual::Bytes(_) => "array",
        Actual::Map => "table",
        _ => "value",
    }
}

#[cfg(test)]
mod tests;
