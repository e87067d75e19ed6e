//! `load-data`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::args::LoadData;
use super::context::{Context, Database};
use super::dump_data::no_table;
use super::error::{CommandError, Result};
use super::output::{Output, Table};
use super::progress;
use crate::file::FileError;
use crate::fixture::{FixtureError, Job, find, in_order, load_all};

/// Reads rows from files.
pub(super) fn run(context: &Context<'_>, arguments: &LoadData, output: &mut Output<'_, '_>) -> Result<()> {
    let databases = context.databases()?;
    if !arguments.dir.is_dir() {
        return Err(FixtureError::NoFolder { folder: arguments.dir.clone() }.into());
    }
    for table in &arguments.table {
        let is_known = |database: &Database<'_>| database.models.iter().any(|model| model.table == *table);
        if !databases.iter().any(is_known) {
            return Err(no_table(table, &databases));
        }
    }
    let mut found = Vec::new();
    for database in &databases {
        let jobs = jobs(database, arguments, output)?;
        if !jobs.is_empty() {
            found.push((database.engine, jobs));
        }
    }
    check_found(arguments, &found.iter().flat_map(|(_, jobs)| jobs).collect::<Vec<_>>())?;
    let is_seen = output.streams.err_is_terminal;
    let jobs: Vec<_> = found.iter().map(|(engine, jobs)| (*engine, jobs.as_slice())).collect();
    let loaded = load_all(&jobs, &|fixture, table| match is_seen {
        true => Box::new(progress::bar(fixture, table)),
        false => Box::new(|_| {}),
    })?;

    let mut rows = Vec::new();
    for ((engine, _), loaded) in found.iter().zip(loaded) {
        for loaded in loaded {
            rows.push(vec![
                Value::from(engine.bind_key()),
                Value::from(loaded.table),
                Value::from(loaded.rows),
                Value::from(loaded.file.display().to_string()),
            ]);
        }
    }
    output.table(&Table { columns: vec!["bind_key", "table", "rows", "file"], rows })
}

/// The files there are for the tables of a database, in the order to load them in.
fn jobs(database: &Database<'_>, arguments: &LoadData, output: &mut Output<'_, '_>) -> Result<Vec<Job>> {
    let folder = database.folder(&arguments.dir);
    let mut jobs = Vec::new();
    for model in in_order(&database.models)? {
        let is_meant = arguments.table.is_empty() || arguments.table.iter().any(|table| table == model.table);
        if !is_meant {
            continue;
        }
        let mut files = find(&folder, model.table).into_iter();
        let Some(fixture) = files.next() else { continue };
        for other in files {
            let (other, first) = (other.path.display(), fixture.path.display());
            output.message(&format!("`{other}` is left out, as `{first}` comes first"));
        }
        jobs.push(Job { model, fixture });
    }
    if arguments.table.is_empty() {
        name_strangers(&folder, database, output)?;
    }
    Ok(jobs)
}

/// Names the files of rows that belong to no table.
fn name_strangers(folder: &Path, database: &Database<'_>, output: &mut Output<'_, '_>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let failed = || FileError::reading(folder);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed())? {
        names.push(entry.map_err(failed())?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    for name in names {
        let bare = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zip")).unwrap_or(&name);
        let Some(table) = bare.strip_suffix(".json").or_else(|| bare.strip_suffix(".csv")) else { continue };
        let is_its = |known: &str| known == table || known.to_uppercase() == table;
        if !database.models.iter().any(|model| model.has_rows() && is_its(model.table)) {
            let path = folder.join(name);
            output.message(&format!("`{}` is left out, as no model has such a table", path.display()));
        }
    }
    Ok(())
}

/// Refuses to have nothing to do.
fn check_found(arguments: &LoadData, jobs: &[&Job]) -> Result<()> {
    let folder = arguments.dir.display();
    let missing = arguments.table.iter().find(|table| !jobs.iter().any(|job| job.model.table == **table));
    if let Some(table) = missing {
        return Err(CommandError::Message(format!(
            "there are no rows of `{table}` in `{folder}`; looked for {table}.json and {table}.csv, also with .gz and \
             .zip after it"
        )));
    }
    if jobs.is_empty() {
        return Err(CommandError::Message(format!("there are no rows of any table in `{folder}`")));
    }
    Ok(())
}
