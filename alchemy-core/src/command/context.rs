//! What a command works on.

use std::path::{Path, PathBuf};

use super::args::Global;
use super::error::{CommandError, Result};
use crate::engine::{Engine, Engines};
use crate::model::ModelMeta;

/// The databases of a program, those of them that the command is for, and the models.
pub(super) struct Context<'a> {
    pub(super) global: &'a Global,
    engines: &'a Engines,
    models: &'a [&'static ModelMeta],
}

/// One database, and what is its own.
pub(super) struct Database<'a> {
    pub(super) engine: &'a Engine,
    /// The models that live in it, one for each table.
    pub(super) models: Vec<&'static ModelMeta>,
    /// The name of its own folder within one that is given, where there are several databases.
    folder: Option<&'a str>,
}

impl<'a> Context<'a> {
    pub(super) fn new(global: &'a Global, engines: &'a Engines, models: &'a [&'static ModelMeta]) -> Self {
        Self { global, engines, models }
    }

    /// The databases that the command is for: all, or the one that --bind-key names.
    ///
    /// # Errors
    /// When there is no such key.
    pub(super) fn databases(&self) -> Result<Vec<Database<'a>>> {
        let Some(key) = &self.global.bind_key else {
            return Ok(self.engines.iter().map(|engine| self.database(engine)).collect());
        };
        let found = self.engines.iter().find(|engine| engine.bind_key() == key);
        found.map(|engine| vec![self.database(engine)]).ok_or_else(|| {
            let keys = self.keys().join(", ");
            CommandError::Message(format!(
                "no database has the bind key `{key}`; the configured keys are {keys}"
            ))
        })
    }

    /// The only database that the command is for.
    ///
    /// # Errors
    /// When there are several and --bind-key names none.
    pub(super) fn database_of(&self, command: &str) -> Result<Database<'a>> {
        let mut databases = self.databases()?;
        match databases.pop() {
            Some(database) if databases.is_empty() => Ok(database),
            _ => Err(CommandError::Message(format!(
                "`{command}` works on one database, and there are several: --bind-key says which, of {}",
                self.keys().join(", ")
            ))),
        }
    }

    /// Has an error say which database it is about, where there are several.
    pub(super) fn about<E: Into<CommandError>>(
        &self,
        database: &Database<'_>,
    ) -> impl FnOnce(E) -> CommandError + use<E> {
        let of = self.has_several().then(|| database.name());
        move |error| match (of, error.into()) {
            (Some(of), error) => CommandError::Message(format!("{of}: {error}")),
            (None, error) => error,
        }
    }

    /// Whether what is said of one database has to say of which.
    pub(super) fn has_several(&self) -> bool {
        self.engines.iter().nth(1).is_some()
    }

    fn keys(&self) -> Vec<String> {
        self.engines.iter().map(|engine| format!("`{}`", engine.bind_key())).collect()
    }

    fn database(&self, engine: &'a Engine) -> Database<'a> {
        let several = self.has_several();
        let mut models: Vec<&'static ModelMeta> = Vec::new();
        // A single database has the models of all keys.
        for &model in self.models.iter().filter(|model| !several || model.bind_key() == engine.bind_key()) {
            match models.iter_mut().find(|other| other.table == model.table) {
                Some(other) if !other.managed && model.managed => *other = model,
                Some(_) => {}
                None => models.push(model),
            }
        }
        Database { engine, models, folder: several.then(|| engine.bind_key()) }
    }
}

impl Database<'_> {
    /// Refuses to look into a SQLite database whose file is not there, as a path may be mistyped and SQLite would make it.
    ///
    /// # Errors
    /// Where it is not there.
    pub(super) fn is_there(&self) -> Result<()> {
        match self.engine.missing_file() {
            None => Ok(()),
            Some(file) => Err(CommandError::Message(format!(
                "there is no database file `{}`; `database upgrade` makes it",
                file.display()
            ))),
        }
    }

    /// The database's own folder: the one that is given where there is one database, one in it by the name of the bind
    /// key where there are several.
    pub(super) fn folder(&self, given: &Path) -> PathBuf {
        self.folder.map_or_else(|| given.to_owned(), |key| given.join(key))
    }
}
