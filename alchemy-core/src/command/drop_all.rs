//! `drop-all`.

use super::args::Sql;
use super::context::{Context, Database};
use super::error::Result;
use super::migrations::watched;
use super::output::{Output, Table};
use super::prompt::confirm;
use crate::model::ModelMeta;

/// Drops the tables of the models, and those of migrations.
pub(super) fn run(context: &Context<'_>, arguments: &Sql, output: &mut Output<'_, '_>) -> Result<()> {
    if arguments.sql {
        let database = context.database_of("drop-all --sql")?;
        let script = database.migrations(context).drop_all_script(&dropped(context, &database))?;
        return output.text("sql", &script);
    }
    let databases = context.databases()?;
    let mut all = Vec::with_capacity(databases.len());
    for database in &databases {
        all.push((database, dropped(context, database)));
    }
    confirm(output, context.global.no_prompt, &question(&all))?;
    // What keeps the tables of one of them keeps all.
    for (database, models) in all.iter().filter(|_| all.len() > 1) {
        watched(database.migrations(context), output, |migrations| migrations.try_drop_all(models))
            .map_err(context.about(database))?;
    }
    let mut rows = Vec::new();
    for (database, models) in &all {
        watched(database.migrations(context), output, |migrations| migrations.drop_all(models))
            .map_err(context.about(database))?;
        output.message(&format!("dropped {} of {}", tables(models), database.name()));
        let row = |model: &&ModelMeta| vec![database.engine.bind_key().into(), model.table.into()];
        rows.extend(models.iter().map(row));
    }
    output.done(&Table { columns: vec!["bind_key", "table"], rows })
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
