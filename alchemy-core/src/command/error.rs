//! Why a command stopped.

use std::fmt;

use crate::error::Error;
use crate::file::FileError;
use crate::fixture::FixtureError;
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
    #[error(transparent)]
    File(#[from] FileError),
    /// What can go wrong with rows in files.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// What can go wrong with migrations.
    #[error(transparent)]
    Migration(MigrationError),
    /// What the database reported.
    #[error("{}", .0.explained())]
    Database(#[from] Error),
}

impl CommandError {
    pub(super) fn message(text: impl fmt::Display) -> Self {
        Self::Message(text.to_string())
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
