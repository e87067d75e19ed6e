//! New migrations.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{NaiveDateTime, TimeDelta, Utc};

use super::{Migration, bad, read, version_of};
use crate::migration::{MigrationError, Result};

/// A migration to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// What it is for, in words: the name is made of them.
    pub message: String,
    /// What applies it.
    pub up: String,
    /// What takes it back.
    pub down: String,
    /// Whether it runs in a transaction.
    pub run_in_transaction: bool,
}

/// What the names of folders begin with, as Diesel's command line has it.
const VERSION: &str = "%Y-%m-%d-%H%M%S";
/// The same without hyphens.
const DIGITS: &str = "%Y%m%d%H%M%S";
/// How many digits these are.
const DIGITS_LENGTH: usize = 14;
/// How long the rest of a name may be.
const LONGEST: usize = 40;

/// Writes new migrations, one after the other, with versions of the present time that come after all there are. Each is
/// there as a whole or not at all; those that were written before one that cannot be are taken away again. The folder is
/// made if need be.
///
/// # Errors
/// [`MigrationError::BadFolder`] where the folder cannot be [read](super::read), or has a version that none made of the
/// time comes after; [`MigrationError::File`].
pub fn write(folder: &Path, revisions: &[Revision]) -> Result<Vec<Migration>> {
    fs::create_dir_all(folder).map_err(|source| unwritable(folder, source))?;
    let mut time = next_time(folder, &read(folder)?)?;
    let mut written: Vec<Migration> = Vec::new();
    for revision in revisions {
        match write_one(folder, revision, time) {
            Ok(migration) => written.push(migration),
            Err(error) => {
                remove(&written);
                return Err(error);
            }
        }
        time += TimeDelta::seconds(1);
    }
    Ok(written)
}

/// Takes away migrations that were written before another could not be, which is what is told.
pub(crate) fn remove(written: &[Migration]) {
    for migration in written {
        // The first error says why.
        let _ = fs::remove_dir_all(migration.script_path(""));
    }
}

/// The present second, or the one after the last version where that is not in the past.
fn next_time(folder: &Path, migrations: &[Migration]) -> Result<NaiveDateTime> {
    let now = Utc::now().naive_utc();
    let Some(last) = migrations.last() else { return Ok(now) };
    if last.version < now.format(DIGITS).to_string() {
        return Ok(now);
    }
    // Some have more digits, as those that Diesel's command line numbers within a second.
    let seconds = last.version.get(..DIGITS_LENGTH).unwrap_or(&last.version);
    match NaiveDateTime::parse_from_str(seconds, DIGITS).map(|time| time + TimeDelta::seconds(1)) {
        Ok(time) if time.format(DIGITS).to_string() > last.version => Ok(time),
        _ => Err(bad(
            &last.folder.clone().unwrap_or_else(|| folder.to_owned()),
            "has a version that comes after all that are made of the time; name the next one by hand",
        )),
    }
}

fn write_one(folder: &Path, revision: &Revision, time: NaiveDateTime) -> Result<Migration> {
    let slug = slug(&revision.message);
    let name = format!("{}_{slug}", time.format(VERSION));
    let path = folder.join(&name);
    // Hidden, and so no migration for anybody who looks meanwhile.
    let unfinished = folder.join(format!(".{name}"));
    let mut files = vec![("up.sql", revision.up.as_str()), ("down.sql", revision.down.as_str())];
    if !revision.run_in_transaction {
        files.push(("metadata.toml", "run_in_transaction = false\n"));
    }
    let done = fill(&unfinished, &files).and_then(|()| {
        // On some systems one would replace an empty folder.
        if path.exists() { Err(io::ErrorKind::AlreadyExists.into()) } else { fs::rename(&unfinished, &path) }
    });
    if let Err(source) = done {
        // The first error says why.
        let _ = fs::remove_dir_all(&unfinished);
        return Err(unwritable(&path, source));
    }
    Ok(Migration {
        version: version_of(&name),
        name,
        folder: Some(path),
        up: revision.up.clone(),
        down: Some(revision.down.clone()),
        run_in_transaction: revision.run_in_transaction,
    })
}

fn fill(folder: &Path, files: &[(&str, &str)]) -> io::Result<()> {
    // What a process that died has left there.
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir(folder)?;
    for (name, text) in files {
        let mut file = File::create(folder.join(name))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
    }
    Ok(())
}

/// A message as part of a name: its letters and digits in lower case, with `_` for what is between them.
fn slug(message: &str) -> String {
    let mut slug = String::new();
    for word in slug::slugify(message).split('-').filter(|word| !word.is_empty()) {
        let room = LONGEST - slug.len();
        if slug.is_empty() {
            slug.extend(word.chars().take(room));
        } else if word.len() < room {
            slug.push('_');
            slug.push_str(word);
        } else {
            break;
        }
    }
    if slug.is_empty() { "migration".to_owned() } else { slug }
}

fn unwritable(path: &Path, source: io::Error) -> MigrationError {
    MigrationError::File { path: PathBuf::from(path), action: "written", source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_words() {
        assert_eq!(slug("Adds the column `authors.dob`!"), "adds_the_column_authors_dob");
        assert_eq!(slug("Größe ändern"), "grosse_andern");
        assert_eq!(slug("  /../ "), "migration");
        assert_eq!(slug(&"word ".repeat(20)), "word_word_word_word_word_word_word_word");
        assert_eq!(slug(&"x".repeat(50)), "x".repeat(40));
    }
}
