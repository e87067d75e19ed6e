//! `drop-all`.

use super::context::{Context, Database};
use super::error::Result;
use super::migrations::watched;
use super::output::Output;
use super::prompt::confirm;
use crate::model::ModelMeta;

/// Drops the tables of the models, and those of migrations.
pub(super) fn run(context: &Context<'_>, output: &mut Output<'_, '_>) -> Result<()> {
    let databases = context.databases()?;
    let mut all = Vec::with_capacity(databases.len());
    for database in &databases {
        all.push((database, dropped(context, database)));
    }
    confirm(output, context.global.no_prompt, &question(&all))?;
    for (database, models) in &all {
        watched(database.migrations(context), output, |migrations| migrations.drop_all(models))?;
        output.message(&format!("dropped {} of {}", tables(models), database.name()));
    }
    Ok(())
}

fn question(all: &[(&Database<'_>, Vec<&'static ModelMeta>)]) -> String {
    let parts: Vec<_> =
        all.iter().map(|(database, models)| format!("{} of {}", tables(models), database.name())).collect();
    format!("Drop {}, with all rows?", parts.join(" and "))
}

/// The models whose tables are the program's to drop: not a query, a view or an adopted table, nor one to be ignored.
fn dropped(context: &Context<'_>, database: &Database<'_>) -> Vec<&'static ModelMeta> {
    let is_ignored = |model: &ModelMeta| context.global.ignore_table.iter().any(|name| name == model.table);
    database.models.iter().copied().filter(|model| model.managed && !is_ignored(model)).collect()
}

fn tables(models: &[&'static ModelMeta]) -> String {
    let names: Vec<_> = models.iter().map(|model| format!("`{}`", model.table)).collect();
    match names.as_slice() {
        [] => "no table".to_owned(),
        [name] => format!("the table {name}"),
        names => format!("the tables {}", names.join(", ")),
    }
}
