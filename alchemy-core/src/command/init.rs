//! `init`: the folder of migrations.

use std::fs;

use super::args::Init;
use super::context::Context;
use super::error::Result;
use super::output::{Output, Table};
use crate::file::FileError;

/// Makes the folder of each database.
pub(super) fn run(context: &Context<'_>, arguments: &Init, output: &mut Output<'_, '_>) -> Result<()> {
    let given = arguments.folder.as_ref().unwrap_or(&context.global.directory);
    let mut rows = Vec::new();
    for database in context.databases()? {
        let folder = database.folder(given);
        if folder.is_dir() {
            output.message(&format!("`{}` is there already", folder.display()));
            continue;
        }
        fs::create_dir_all(&folder).map_err(FileError::writing(&folder))?;
        // Without a file in it, it would not be part of a repository; Diesel's command line writes the same.
        let keep = folder.join(".keep");
        fs::write(&keep, "").map_err(FileError::writing(&keep))?;
        output.message(&format!("made `{}`", folder.display()));
        rows.push(vec![database.engine.bind_key().into(), folder.display().to_string().into()]);
    }
    output.done(&Table { columns: vec!["bind_key", "folder"], rows })
}
