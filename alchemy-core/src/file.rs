//! Files that are written as a whole.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("`{}` cannot be {action}: {source}", path.display())]
#[non_exhaustive]
pub struct FileError {
    /// The file.
    pub path: PathBuf,
    /// `read` or `written`.
    pub action: &'static str,
    /// Why.
    pub source: io::Error,
}

impl FileError {
    /// A file that could not be read, for [`Result::map_err`].
    pub(crate) fn reading(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        Self::of(path, "read")
    }

    /// A file that could not be written, for [`Result::map_err`].
    pub(crate) fn writing(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        Self::of(path, "written")
    }

    fn of(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self { path, action, source }
    }
}

/// Writes a file as a whole: where that fails, the one that was there before stays.
pub(crate) fn write<E: From<FileError>>(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<(), E>,
) -> Result<(), E> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(FileError::writing(folder))?;
    }
    let partial = beside(path);
    let written = write_to(&partial, path, fill)
        .and_then(|()| Ok(fs::rename(&partial, path).map_err(FileError::writing(path))?));
    if written.is_err() {
        // What is wrong is said already.
        let _ = fs::remove_file(&partial);
    }
    written
}

fn write_to<E: From<FileError>>(
    partial: &Path,
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<(), E>,
) -> Result<(), E> {
    let mut writer = BufWriter::new(File::create(partial).map_err(FileError::writing(path))?);
    fill(&mut writer)?;
    let flushed = writer.flush().and_then(|()| writer.get_ref().sync_all());
    Ok(flushed.map_err(FileError::writing(path))?)
}

/// Writes a text to a file as a whole.
#[cfg(feature = "cli")]
pub(crate) fn write_text(path: &Path, text: &str) -> Result<(), FileError> {
    write(path, |file| file.write_all(text.as_bytes()).map_err(FileError::writing(path)))
}

/// The file that becomes the one at a path once it is whole.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    path.with_file_name(name)
}
