//! `edit`: a migration in the editor.

use std::env;
use std::process::Command;

use super::args;
use super::context::Context;
use super::error::{CommandError, Result};
use super::migrations::target;
use super::output::{Output, Table};

/// Opens the scripts of a migration.
pub(super) fn run(
    context: &Context<'_>,
    arguments: &args::Target,
    output: &mut Output<'_, '_>,
) -> Result<()> {
    let database = context.database_of("edit")?;
    let migrations = database.migrations(context);
    let migration = migrations.find(&target(&arguments.target)?)?;
    let Some(folder) = &migration.folder else {
        return Err(CommandError::message("the migration is part of the program and has no files"));
    };
    let files: Vec<_> = ["up.sql", "down.sql"]
        .into_iter()
        .map(|file| folder.join(file))
        .filter(|file| file.exists())
        .collect();
    let status = editor()?
        .args(&files)
        .status()
        .map_err(|error| CommandError::Message(format!("the editor cannot be started: {error}")))?;
    if !status.success() {
        return Err(CommandError::Message(format!("the editor ended with {status}")));
    }
    let edited = migrations.find(&target(&arguments.target)?)?;
    let is_changed = edited.checksum() != migration.checksum();
    // The edit went well, whether the database can be asked or not.
    let is_applied = is_changed
        && database.is_there().is_ok()
        && migrations
            .pending()
            .is_ok_and(|pending| pending.iter().all(|entry| entry.version != migration.version));
    if is_applied {
        output.message(&format!(
            "`{}` is applied already: what was changed in `up.sql` is not, and `database history` will say so",
            migration.name
        ));
    }
    let changed = is_changed || edited.down != migration.down;
    let row = vec![edited.version.into(), edited.name.into(), changed.into()];
    output.done(&Table { columns: vec!["version", "name", "changed"], rows: vec![row] })
}

/// The editor that $VISUAL or $EDITOR names, with its arguments.
fn editor() -> Result<Command> {
    let set = |name| env::var(name).ok().filter(|value| !value.trim().is_empty());
    let line = set("VISUAL").or_else(|| set("EDITOR"));
    let line = line.ok_or_else(|| CommandError::message("neither $VISUAL nor $EDITOR names an editor"))?;
    Ok(shell(&line))
}

/// A command line with its quotes and arguments, to which files are added.
#[cfg(unix)]
fn shell(line: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &format!("{line} \"$@\""), "editor"]);
    command
}

/// A command line with its arguments, to which files are added.
#[cfg(not(unix))]
fn shell(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    command
}
