//! `check`: whether models and databases differ.

use serde_json::Value;

use super::context::Context;
use super::error::{CommandError, Result};
use super::output::{Output, Table};
use super::revision::note;
use crate::migration::compare;

/// Prints what a migration would change in each database; an error where there is something.
pub(super) fn run(context: &Context<'_>, output: &mut Output<'_, '_>) -> Result<()> {
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for database in context.databases()? {
        database.is_there().map_err(context.about(&database))?;
        let comparison = compare(database.engine, &database.models, &context.global.ignore_table)
            .map_err(context.about(&database))?;
        note(&comparison, output);
        let before = rows.len();
        let summaries = comparison.revision.up.summaries();
        rows.extend(summaries.map(|summary| vec![database.engine.bind_key().into(), summary.into()]));
        if rows.len() == before {
            output.message(&format!("models and {} do not differ", database.name()));
        }
    }
    let count = rows.len();
    output.table(&Table { columns: vec!["bind_key", "difference"], rows })?;
    match count {
        0 => Ok(()),
        1 => Err(CommandError::message("models and database differ in 1 place")),
        count => Err(CommandError::Message(format!("models and database differ in {count} places"))),
    }
}
