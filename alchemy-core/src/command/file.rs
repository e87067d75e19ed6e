//! Files that commands write.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::error::{CommandError, Result};

/// Writes a file as a whole: where that fails, the one that was there before stays.
pub(super) fn write(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(CommandError::writing(folder))?;
    }
    let partial = beside(path);
    let written = File::create(&partial).map_err(CommandError::writing(path)).and_then(|file| {
        let mut writer = BufWriter::new(file);
        fill(&mut writer)?;
        writer.flush().and_then(|()| writer.get_ref().sync_all()).map_err(CommandError::writing(path))
    });
    let renamed = written.and_then(|()| fs::rename(&partial, path).map_err(CommandError::writing(path)));
    if renamed.is_err() {
        // What is wrong is said already.
        let _ = fs::remove_file(&partial);
    }
    renamed
}

/// Writes a text to a file as a whole.
pub(super) fn write_text(path: &Path, text: &str) -> Result<()> {
    write(path, |file| file.write_all(text.as_bytes()).map_err(CommandError::writing(path)))
}

/// The file that becomes the one at a path once it is whole.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    path.with_file_name(name)
}
