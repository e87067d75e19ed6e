//! `current`, `history`, `heads` and `show`: what there is. They change nothing.

use serde_json::Value;

use super::args;
use super::context::{Context, Database};
use super::error::Result;
use super::migrations::{state, target};
use super::output::{Output, Table};
use crate::migration::folder::Migration;
use crate::migration::{Checksum, Entry};

/// The version that each database is at.
pub(super) fn current(context: &Context<'_>, output: &mut Output<'_, '_>) -> Result<()> {
    let mut rows = Vec::new();
    for database in context.databases()? {
        database.is_there().map_err(context.about(&database))?;
        let entry = database.migrations(context).current().map_err(context.about(&database))?;
        if entry.is_none() {
            output.message(&format!("the database {} has no migrations", database.name()));
        }
        rows.extend(entry.map(|entry| {
            let (state, since) = state(entry.state);
            row(&database, vec![entry.version.into(), entry.name.into(), state.into(), since.into()])
        }));
    }
    output.table(&Table { columns: vec!["bind_key", "version", "name", "state", "since"], rows })
}

/// All migrations, and which of them each database has.
pub(super) fn history(context: &Context<'_>, output: &mut Output<'_, '_>) -> Result<()> {
    let mut rows = Vec::new();
    for database in context.databases()? {
        database.is_there().map_err(context.about(&database))?;
        let entries = database.migrations(context).status().map_err(context.about(&database))?;
        if entries.is_empty() {
            output.message(&format!("there are no migrations for {}", database.name()));
        }
        rows.extend(entries.into_iter().map(|entry| entry_row(&database, entry)));
    }
    let columns = vec!["bind_key", "version", "name", "state", "since", "edited"];
    output.table(&Table { columns, rows })
}

fn entry_row(database: &Database<'_>, entry: Entry) -> Vec<Value> {
    let (state, since) = state(entry.state);
    let edited = match entry.checksum {
        Checksum::Same => Some(false),
        Checksum::Edited => Some(true),
        Checksum::Unknown => None,
    };
    row(database, vec![entry.version.into(), entry.name.into(), state.into(), since.into(), edited.into()])
}

fn row(database: &Database<'_>, mut values: Vec<Value>) -> Vec<Value> {
    values.insert(0, database.engine.bind_key().into());
    values
}

/// The newest migration that there is for each database.
pub(super) fn heads(context: &Context<'_>, output: &mut Output<'_, '_>) -> Result<()> {
    let mut rows = Vec::new();
    for database in context.databases()? {
        let migrations = database.migrations(context).migrations();
        let head = migrations.map_err(context.about(&database))?.pop();
        if head.is_none() {
            output.message(&format!("there are no migrations for {}", database.name()));
        }
        rows.extend(head.map(|head| row(&database, vec![head.version.into(), head.name.into()])));
    }
    output.table(&Table { columns: vec!["bind_key", "version", "name"], rows })
}

/// A migration and its scripts.
pub(super) fn show(
    context: &Context<'_>,
    arguments: &args::Target,
    output: &mut Output<'_, '_>,
) -> Result<()> {
    let database = context.database_of("show")?;
    let migration = database.migrations(context).find(&target(&arguments.target)?)?;
    let Migration { name, up, down, .. } = &migration;
    let down = down.as_deref().unwrap_or("-- there is none\n");
    output.text("migration", &format!("-- {name}/up.sql\n{up}\n-- {name}/down.sql\n{down}"))
}
