//! What is done to the databases before the first request.

use alchemy_core::Result;
use alchemy_core::engine::{Engine, Engines};
#[cfg(feature = "migrations")]
use alchemy_core::{
    Error,
    migration::{Event, MigrationError, Migrations, Target},
};

use crate::config::Resolved;
use crate::databases::Databases;

/// Connects, migrates and creates; blocks. What was connected before a failure is dropped here too, off the async threads.
pub(crate) fn connect(resolved: Vec<Resolved>) -> Result<Databases> {
    Engines::check_keys(resolved.iter().map(|config| config.engine.key()))?;
    let mut engines = Vec::with_capacity(resolved.len());
    let mut creates = Vec::with_capacity(resolved.len());
    let mut commit_modes = Vec::with_capacity(resolved.len());
    for resolved in resolved {
        creates.push(resolved.create_all);
        commit_modes.push(resolved.commit_mode);
        engines.push(engine(resolved)?);
    }
    let engines = Engines::new(engines)?;
    if creates.iter().all(|create| *create) {
        // Sees every model, so one whose bind key no database has is an error.
        engines.create_all()?;
    } else {
        for (engine, _) in engines.iter().zip(creates).filter(|(_, create)| *create) {
            engine.create_all()?;
        }
    }
    Ok(Databases::new(engines, commit_modes))
}

/// The engine of a database, which is migrated where that is asked for.
fn engine(resolved: Resolved) -> Result<Engine> {
    #[cfg(feature = "migrations")]
    let (migrate, migrations, patience) =
        (resolved.migrate, resolved.migrations, resolved.migration_patience);
    let engine = Engine::connect(resolved.engine)?;
    #[cfg(feature = "migrations")]
    if let Some(migrations) = migrations.filter(|_| migrate) {
        let migrations = Migrations::embedded(&engine, &migrations).map_err(stopping)?;
        let migrations = match patience {
            Some(patience) => migrations.patience(patience),
            None => migrations,
        };
        let key = engine.bind_key().to_owned();
        migrations.observe(move |event| log_event(&key, event)).upgrade(&Target::Head).map_err(stopping)?;
    }
    Ok(engine)
}

/// Refuses migrations that are asked for and not there, or there for no database.
#[cfg(feature = "migrations")]
pub(crate) fn check_migrations<'a>(
    resolved: &[Resolved],
    mut given: impl Iterator<Item = &'a String>,
) -> Result<()> {
    if let Some(without) = resolved.iter().find(|config| config.migrate && config.migrations.is_none()) {
        return Err(Error::config(format!(
            "the database `{}` is to be migrated, but has no migrations; give it some with `Config::migrations` or \
             `Alchemy::migrations`",
            without.engine.key()
        )));
    }
    match given.find(|key| !resolved.iter().any(|config| config.engine.key() == *key)) {
        Some(key) => {
            let keys: Vec<_> = resolved.iter().map(|config| format!("`{}`", config.engine.key())).collect();
            Err(Error::config(format!(
                "there are migrations for the bind key `{key}`, which no database has; the configured keys are {}",
                keys.join(", ")
            )))
        }
        None => Ok(()),
    }
}

#[cfg(feature = "migrations")]
fn stopping(error: MigrationError) -> Error {
    match error {
        MigrationError::Database(error) => error,
        error => Error::config(error.to_string()),
    }
}

/// Says what keeps the launch waiting, and what was done to a database.
#[cfg(feature = "migrations")]
fn log_event(key: &str, event: &Event<'_>) {
    if let Some(level) = level(event) {
        log::log!(level, "the database `{key}`: {event}");
    }
}

#[cfg(feature = "migrations")]
fn level(event: &Event<'_>) -> Option<log::Level> {
    match event {
        Event::Waiting => Some(log::Level::Warn),
        Event::Done(_) => Some(log::Level::Info),
        _ => None,
    }
}

#[cfg(all(test, feature = "migrations", feature = "sqlite"))]
mod tests {
    use std::fs;
    use std::sync::{Arc, Mutex};

    use alchemy_core::engine::EngineConfig;

    use super::*;

    #[test]
    fn who_waits_is_told_and_each_migration_that_is_done() {
        let folder = std::env::temp_dir().join(format!("alchemy-{}-ignition", std::process::id()));
        let migration = folder.join("2024-01-01-000000_notes");
        fs::create_dir_all(&migration).expect("a folder");
        fs::write(migration.join("up.sql"), "CREATE TABLE notes (id INTEGER)").expect("a script");
        let engine = Engine::connect(EngineConfig::new("sqlite::memory:").pool_size(1)).expect("a database");
        let lines = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&lines);
        let migrations = Migrations::new(&engine, &folder).observe(move |event| {
            let line = level(event).map(|level| (level, event.to_string()));
            seen.lock().expect("no panic").extend(line);
        });
        let upgraded = migrations.upgrade(&Target::Head);
        fs::remove_dir_all(&folder).expect("removed");
        assert_eq!(upgraded.expect("applied").len(), 1);
        let lines = lines.lock().expect("no panic");
        let [(log::Level::Info, line)] = lines.as_slice() else { panic!("{lines:?}") };
        assert!(line.starts_with("applied 2024-01-01-000000_notes in "), "{line}");
        assert_eq!(level(&Event::Waiting), Some(log::Level::Warn));
    }
}
