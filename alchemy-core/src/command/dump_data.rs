//! `dump-data`.

use serde_json::Value;

use super::args::DumpData;
use super::context::{Context, Database};
use super::error::{CommandError, Result};
use super::output::{Output, Table};
use crate::fixture::{check, dump, find};
use crate::model::ModelMeta;

/// Writes rows to files.
pub(super) fn run(context: &Context<'_>, arguments: &DumpData, output: &mut Output<'_, '_>) -> Result<()> {
    let databases = context.databases()?;
    for table in &arguments.table {
        let is_known = |database: &Database<'_>| database.models.iter().any(|model| model.table == *table);
        if !databases.iter().any(is_known) {
            return Err(no_table(table, &databases));
        }
    }
    let mut rows = Vec::new();
    for database in &databases {
        let models = chosen(database, arguments, output)?;
        if models.is_empty() {
            continue;
        }
        database.is_there().map_err(context.about(database))?;
        let folder = database.folder(&arguments.dir);
        let (format, compression) = (arguments.file_format, arguments.compress);
        let dumped = dump(database.engine, &models, &folder, format, compression);
        for dumped in dumped.map_err(context.about(database))? {
            rows.push(vec![
                Value::from(database.engine.bind_key()),
                Value::from(dumped.table),
                Value::from(dumped.rows),
                Value::from(dumped.file.display().to_string()),
            ]);
            let first = find(&folder, dumped.table).into_iter().next();
            if let Some(first) = first.filter(|first| first.path != dumped.file) {
                output.message(&format!(
                    "`{}` is there too, and load-data takes it and not `{}`",
                    first.path.display(),
                    dumped.file.display()
                ));
            }
        }
    }
    output.table(&Table { columns: vec!["bind_key", "table", "rows", "file"], rows })
}

/// The tables that are meant; without a name, all whose rows can be written.
fn chosen(
    database: &Database<'_>,
    arguments: &DumpData,
    output: &mut Output<'_, '_>,
) -> Result<Vec<&'static ModelMeta>> {
    let mut models = Vec::new();
    for &model in &database.models {
        if arguments.table.iter().any(|table| table == model.table) {
            check(model)?;
            models.push(model);
        } else if arguments.all && model.has_rows() {
            match check(model) {
                Ok(()) => models.push(model),
                Err(reason) => output.message(&format!("left out: {reason}")),
            }
        }
    }
    Ok(models)
}

/// Refuses a name that no table has.
pub(super) fn no_table(name: &str, databases: &[Database<'_>]) -> CommandError {
    let models = databases.iter().flat_map(|database| &database.models);
    let tables: Vec<_> = models.map(|model| format!("`{}`", model.table)).collect();
    CommandError::Message(format!("no model has a table `{name}`; there are {}", tables.join(", ")))
}
