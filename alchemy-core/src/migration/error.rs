//! What can go wrong with migrations.

use std::path::PathBuf;

use crate::error::Error;

/// A result with a [`MigrationError`].
pub type Result<T, E = MigrationError> = std::result::Result<T, E>;

/// What went wrong with migrations; its text is one sentence, for the person at the terminal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// No migration of that version.
    #[error("there is no migration `{version}` in `{}`", folder.display())]
    UnknownVersion {
        /// What was asked for.
        version: String,
        /// The folder that was looked into.
        folder: PathBuf,
    },
    /// Several migrations whose version begins so.
    #[error("`{version}` may be {}; give more of it", candidates.join(" or "))]
    AmbiguousVersion {
        /// What was asked for.
        version: String,
        /// What it may be.
        candidates: Vec<String>,
    },
    /// The folder of migrations is not there.
    #[error("there is no folder `{}`; `database init` makes it", folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// Something in the folder of migrations that is no migration, or not a whole one.
    #[error("`{}` {reason}", path.display())]
    BadFolder {
        /// What is wrong.
        path: PathBuf,
        /// Why, going on after the path.
        reason: String,
    },
    /// A file that cannot be read or written.
    #[error("`{}` cannot be {action}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// The database has migrations that the folder has not.
    #[error(
        "the database has migrations that `{}` has not: {}; get the newer folder, or `database stamp` a version it has",
        folder.display(), versions.join(", ")
    )]
    Missing {
        /// The folder.
        folder: PathBuf,
        /// Their versions.
        versions: Vec<String>,
    },
    /// Applied migrations whose files were changed since.
    #[error(
        "applied migrations were edited since: {}; put them back as they were, or `database stamp` what the database has",
        versions.join(", ")
    )]
    Edited {
        /// Their versions.
        versions: Vec<String>,
    },
    /// A migration without a `down.sql`.
    #[error("the migration `{version}` has no `down.sql`, so it cannot be taken back")]
    Irreversible {
        /// Its version.
        version: String,
    },
    /// A statement of a migration failed.
    #[error("{}", failed(version, *number, *total, kept, source))]
    Failed {
        /// The migration's version.
        version: String,
        /// Which of its statements failed, from 1.
        number: usize,
        /// How many it has.
        total: usize,
        /// The last statement that took effect for good all the same; `None` where the whole migration was undone.
        kept: Option<String>,
        /// What the database reported.
        source: Error,
    },
    /// Another process changes the schema.
    #[error("another process is changing the schema of this database; try again when it is done")]
    Locked,
    /// Anything else.
    #[error(transparent)]
    Database(#[from] Error),
}

fn failed(version: &str, number: usize, total: usize, kept: &Option<String>, source: &Error) -> String {
    let cause = source.driver_error().map_or_else(|| source.to_string(), ToString::to_string);
    let rest = match kept {
        None => "nothing of it was kept".to_owned(),
        Some(kept) => format!("what came before it was kept, up to and including: {kept}"),
    };
    format!("statement {number} of {total} of the migration `{version}` failed: {cause}; {rest}")
}
