//! Several engines, told apart by bind key.

use std::sync::Arc;

use super::Engine;
use crate::error::{Error, Result};

/// The engines of a program, in the order they were given. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engines {
    engines: Arc<[Engine]>,
}

impl Engines {
    /// Engines with distinct bind keys.
    ///
    /// # Errors
    /// [`Error::Config`] when there is none, or a key is used twice.
    pub fn new(engines: Vec<Engine>) -> Result<Self> {
        if engines.is_empty() {
            return Err(Error::config("no database is configured"));
        }
        Self::check_keys(engines.iter().map(Engine::bind_key))?;
        Ok(Self { engines: engines.into() })
    }

    /// Refuses keys that are used twice.
    ///
    /// # Errors
    /// [`Error::Config`] that lists all keys.
    pub fn check_keys<'a>(keys: impl Iterator<Item = &'a str>) -> Result<()> {
        let keys: Vec<_> = keys.collect();
        for (index, key) in keys.iter().enumerate() {
            if keys[..index].contains(key) {
                return Err(Error::config(format!(
                    "the bind key `{key}` is used more than once; the configured keys are {}",
                    list(&keys)
                )));
            }
        }
        Ok(())
    }

    /// The engine of a bind key. A single engine answers for any key.
    ///
    /// # Errors
    /// [`Error::Config`] that lists the keys there are.
    pub fn get(&self, key: &str) -> Result<&Engine> {
        if let [single] = &*self.engines {
            return Ok(single);
        }
        self.engines.iter().find(|engine| engine.bind_key() == key).ok_or_else(|| {
            let keys: Vec<_> = self.engines.iter().map(Engine::bind_key).collect();
            Error::config(format!(
                "no database has the bind key `{key}`; the configured keys are {}",
                list(&keys)
            ))
        })
    }

    /// Creates the tables of all models that do not exist yet, each in the database of its bind key. Blocks.
    ///
    /// # Errors
    /// [`Error::Config`] when a model's bind key has no database or models contradict each other, otherwise what
    /// the database reports.
    pub fn create_all(&self) -> Result<()> {
        let models = crate::model::models();
        if let [single] = &*self.engines {
            return single.create(&models);
        }
        for meta in models {
            self.get(meta.bind_key())?;
        }
        self.iter().try_for_each(Engine::create_all)
    }

    /// All engines, in the order they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Engine> {
        self.engines.iter()
    }
}

fn list(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}
