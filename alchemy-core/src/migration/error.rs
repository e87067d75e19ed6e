//! What can go wrong with migrations.

use std::path::PathBuf;

use crate::error::{Error, in_one_line};

/// A result with a [`MigrationError`].
pub type Result<T, E = MigrationError> = std::result::Result<T, E>;

/// What went wrong with migrations; its text is one sentence, for the person at the terminal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// No migration of that version.
    #[error("there is no migration `{version}` in {place}")]
    UnknownVersion {
        /// What was asked for.
        version: String,
        /// Where it was looked for: the folder in quotes, or the program.
        place: String,
    },
    /// Several migrations whose version begins so.
    #[error("`{version}` may be {}; give more of it", candidates.join(" or "))]
    AmbiguousVersion {
        /// What was asked for.
        version: String,
        /// What it may be.
        candidates: Vec<String>,
    },
    /// A text that says no target.
    #[error("`{target}` is neither `head`, `base`, a number of steps such as `+1` or `-1`, nor a version")]
    BadTarget {
        /// What was asked for.
        target: String,
    },
    /// A target that the way asked for does not lead to.
    #[error("`{target}` cannot be reached: {reason}")]
    Unreachable {
        /// What was asked for.
        target: String,
        /// Why not.
        reason: String,
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
        "the database has migrations that {place} has not: {}; get the newer ones, or `database stamp` a version it has",
        versions.join(", ")
    )]
    Missing {
        /// Where they are missing: the folder in quotes, or the program.
        place: String,
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
    #[error("{} of the migration `{version}` failed: {}; {}", statement.told(), cause(source), kept.told())]
    Failed {
        /// The migration's version.
        version: String,
        /// The statement.
        statement: Box<FailedStatement>,
        /// What of it took effect for good all the same.
        kept: Kept,
        /// What the database reported.
        source: Error,
    },
    /// Another process changes the schema.
    #[error("another process is changing the schema of this database; try again when it is done")]
    Locked,
    /// Anything else.
    #[error("{}", .0.explained())]
    Database(#[from] Error),
}

/// What is left of a migration that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kept {
    /// Nothing: what was done was undone.
    Nothing,
    /// What came before and with this statement.
    UpTo(String),
    /// Nobody knows whether the statement that failed took effect.
    Unknown,
}

/// Which part of a migration failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailedStatement {
    /// A statement of its script.
    Script {
        /// Which one, from 1.
        number: usize,
        /// How many there are.
        total: usize,
        /// The line of the script that it begins in.
        line: usize,
        /// Its beginning, in one line.
        sql: String,
    },
    /// The beginning of its transaction.
    Begin,
    /// The end of its transaction.
    Commit,
    /// Writing down in the tables of versions what was done.
    Version,
}

impl FailedStatement {
    fn told(&self) -> String {
        match self {
            Self::Script { number, total, line, sql } => {
                format!("statement {number} of {total} (line {line}: `{sql}`)")
            }
            Self::Begin => "the beginning".to_owned(),
            Self::Commit => "the commit".to_owned(),
            Self::Version => "the change of the version table".to_owned(),
        }
    }
}

/// The beginning of a statement, in one line.
pub(super) fn one_line(sql: &str) -> String {
    /// How many characters are shown.
    const SHOWN: usize = 80;

    let line = without_secrets(in_one_line(sql));
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A statement that sets a password without its texts.
fn without_secrets(line: String) -> String {
    let upper = line.to_ascii_uppercase();
    if !["PASSWORD", "IDENTIFIED"].iter().any(|word| upper.contains(word)) {
        return line;
    }
    let parts = line.split('\'').enumerate();
    parts.map(|(place, part)| if place % 2 == 0 { part } else { "***" }).collect::<Vec<_>>().join("'")
}

impl Kept {
    /// Up to a statement, where there is one.
    pub(super) fn of(last: Option<&str>) -> Self {
        last.map_or(Self::Nothing, |last| Self::UpTo(one_line(last)))
    }

    fn told(&self) -> String {
        match self {
            Self::Nothing => "nothing of it was kept".to_owned(),
            Self::UpTo(last) => format!("what came before was kept, up to and including `{last}`"),
            Self::Unknown => {
                "whether that statement took effect is not known, as the connection broke; `database history` tells"
                    .to_owned()
            }
        }
    }
}

/// What the database said.
fn cause(error: &Error) -> String {
    error.driver_error().map_or_else(|| error.to_string(), |cause| in_one_line(&cause.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_statement_is_cut() {
        assert_eq!(one_line("SELECT\n  1"), "SELECT 1");
        let long = one_line(&"é".repeat(100));
        assert_eq!(long, format!("{}…", "é".repeat(80)));
    }

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(one_line("CREATE USER a PASSWORD 'b' CREATEDB"), "CREATE USER a PASSWORD '***' CREATEDB");
        assert_eq!(one_line("alter user a identified by 'b'"), "alter user a identified by '***'");
        assert_eq!(one_line("INSERT INTO a VALUES ('b')"), "INSERT INTO a VALUES ('b')");
    }
}
