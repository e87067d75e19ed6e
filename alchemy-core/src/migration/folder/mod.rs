//! The folder of migrations, as Diesel has it.
//!
//! Each migration is a folder `<version>_<name>` with an `up.sql`, mostly a `down.sql`, and where it has to run outside of
//! a transaction a `metadata.toml` that says `run_in_transaction = false`.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{MigrationError, Result};

mod revision;

#[cfg(feature = "cli")]
pub(crate) use self::revision::remove;
pub use self::revision::{Revision, write};

/// A migration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// The part of its folder's name before the first `_`, without `-`.
    pub version: String,
    /// The name of its folder, version and all.
    pub name: String,
    /// Where it is; `None` for one that is part of the program.
    pub folder: Option<PathBuf>,
    /// What applies it.
    pub up: String,
    /// What takes it back; `None` where that cannot be done.
    pub down: Option<String>,
    /// Whether it runs in a transaction.
    pub run_in_transaction: bool,
}

impl Migration {
    /// What tells whether it was changed: the SHA-256 of `up.sql`, whatever its line ends.
    #[must_use]
    pub fn checksum(&self) -> String {
        let digest = Sha256::digest(self.up.replace("\r\n", "\n"));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The name without the version.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.split_once('_').map_or("", |(_, label)| label)
    }

    /// Where a script of it is, for messages.
    pub(super) fn script_path(&self, file: &str) -> PathBuf {
        self.folder.as_deref().unwrap_or_else(|| Path::new(&self.name)).join(file)
    }
}

/// The version in a folder's name, as Diesel reads it.
pub(super) fn version_of(name: &str) -> String {
    name.split('_').next().unwrap_or_default().replace('-', "")
}

/// The migrations of a folder, by rising version.
///
/// # Errors
/// [`MigrationError::NoFolder`], [`MigrationError::BadFolder`] for what Diesel's command line would stumble over, and
/// [`MigrationError::File`].
pub fn read(folder: &Path) -> Result<Vec<Migration>> {
    let mut migrations: BTreeMap<String, Migration> = BTreeMap::new();
    for (name, path) in folders(folder)? {
        let migration = read_one(name, path.clone())?;
        if let Some(other) = migrations.get(&migration.version) {
            let reason = format!("has the same version as `{}`", other.name);
            return Err(bad(&path, reason));
        }
        migrations.insert(migration.version.clone(), migration);
    }
    Ok(migrations.into_values().collect())
}

/// The folders in the folder, by name. Files are none of ours, nor is what is hidden.
fn folders(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => MigrationError::NoFolder { folder: folder.to_owned() },
        _ => MigrationError::File { path: folder.to_owned(), action: "read", source },
    };
    let mut folders = Vec::new();
    for entry in folder.read_dir().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') || entry.metadata().map_err(unreadable)?.is_file() {
            continue;
        }
        let path = entry.path();
        let name = name.into_string().map_err(|_| bad(&path, "has a name that is not UTF-8"))?;
        folders.push((name, path));
    }
    folders.sort();
    Ok(folders)
}

fn read_one(name: String, path: PathBuf) -> Result<Migration> {
    /// The width of the version table's column, which Diesel makes.
    const LONGEST: usize = 50;

    let version = version_of(&name);
    if version.is_empty() {
        return Err(bad(&path, "has no version in its name, which is to be `<version>_<name>`"));
    }
    if version.chars().count() > LONGEST {
        return Err(bad(&path, format!("has a version of more than {LONGEST} characters")));
    }
    let up = read_text(&path.join("up.sql"))?.ok_or_else(|| bad(&path, "has no `up.sql`"))?;
    let down = read_text(&path.join("down.sql"))?;
    let run_in_transaction = runs_in_transaction(&path.join("metadata.toml"))?;
    Ok(Migration { version, name, folder: Some(path), up, down, run_in_transaction })
}

/// A file's text; `None` where there is none.
fn read_text(path: &Path) -> Result<Option<String>> {
    match std::fs::read(path) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(bad(path, "is not UTF-8")),
        },
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(MigrationError::File { path: path.to_owned(), action: "read", source }),
    }
}

/// What the file says, or is taken to say where it says nothing; Diesel takes one that it cannot read for none.
fn runs_in_transaction(path: &Path) -> Result<bool> {
    #[derive(serde::Deserialize)]
    struct Metadata {
        #[serde(default)]
        run_in_transaction: bool,
    }

    let Some(text) = read_text(path)? else { return Ok(true) };
    match toml::from_str::<Metadata>(&text) {
        Ok(metadata) => Ok(metadata.run_in_transaction),
        Err(error) => Err(bad(path, format!("cannot be read: {}", error.message()))),
    }
}

pub(super) fn bad(path: &Path, reason: impl Into<String>) -> MigrationError {
    MigrationError::BadFolder { path: path.to_owned(), reason: reason.into() }
}
