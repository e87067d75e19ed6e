//! A lock that SQLite has not: one that is kept over several transactions and keeps nobody from reading.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

/// A file that is locked for as long as this value lives, and gone afterwards.
#[derive(Debug)]
pub(super) struct LockFile {
    path: PathBuf,
    // Closed, and so unlocked, after `drop` has removed it.
    _file: File,
}

impl LockFile {
    /// `None` where somebody else has it.
    pub(super) fn try_lock(path: &Path) -> io::Result<Option<Self>> {
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // Whoever had it may have removed it after it was opened here: that lock keeps nobody out.
        Ok(is_at(&file, path)?.then(|| Self { path: path.to_owned(), _file: file }))
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        if cfg!(unix) {
            // One that stays is in nobody's way: it is not locked.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;

    let there = match std::fs::metadata(path) {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let here = file.metadata()?;
    Ok((here.dev(), here.ino()) == (there.dev(), there.ino()))
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Where the lock of a connection's database is; `None` for one in memory, which no other process sees.
pub(super) fn path(connection: &mut SqliteConnection) -> QueryResult<Option<PathBuf>> {
    #[derive(diesel::QueryableByName)]
    struct Database {
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
        file: Option<String>,
    }

    let database: Database = diesel::sql_query("SELECT file FROM pragma_database_list WHERE name = 'main'")
        .get_result(connection)?;
    Ok(database.file.filter(|file| !file.is_empty()).map(|file| {
        let mut name = OsString::from(file);
        name.push("-migration.lock");
        PathBuf::from(name)
    }))
}
