//! Why a command stopped.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::migration::MigrationError;

/// A result of a command.
pub(super) type Result<T, E = CommandError> = std::result::Result<T, E>;

/// Why a command stopped; its text is one sentence.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// Said by the command itself.
    #[error("{0}")]
    Message(String),
    /// A file that cannot be read or written.
    #[error("`{}` cannot be {action}: {source}", path.display())]
    File { path: PathBuf, action: &'static str, source: std::io::Error },
    /// What can go wrong with migrations.
    #[error(transparent)]
    Migration(MigrationError),
    /// What the database reported.
    #[error("{}", explained(.0))]
    Database(#[from] Error),
}

impl CommandError {
    pub(super) fn message(text: impl fmt::Display) -> Self {
        Self::Message(text.to_string())
    }

    /// A file that could not be read, for [`Result::map_err`].
    pub(super) fn reading(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, action: "read", source }
    }

    /// A file that could not be written, for [`Result::map_err`].
    pub(super) fn writing(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, action: "written", source }
    }
}

impl From<MigrationError> for CommandError {
    fn from(error: MigrationError) -> Self {
        match error {
            MigrationError::Database(error) => Self::Database(error),
            error => Self::Migration(error),
        }
    }
}

/// What is said of an error of the database: to the person at the terminal, who may know what the driver said.
pub(super) fn explained(error: &Error) -> String {
    let text = error.to_string();
    let Some(driver) = error.driver_error().map(ToString::to_string) else { return text };
    // One sentence, whatever the server's has.
    let driver = driver.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.contains(&driver) { text } else { format!("{text} ({driver})") }
}
