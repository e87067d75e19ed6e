//! `dump-data`.

use serde_json::Value;

use super::args::DumpData;
use super::context::{Context, Database};
use super::error::{CommandError, Result};
use super::fixture::{Dumping, check, dump, find, path};
use super::output::{Output, Table};
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
        let folder = database.folder(&arguments.dir);
        let (format, compression) = (arguments.file_format, arguments.compress);
        let dumping = Dumping { folder: &folder, format, compression };
        let file = |model: &ModelMeta| path(&folder, model.table, format, compression);
        dump(database.engine, &models, &dumping, |model, count| {
            rows.push(vec![
                Value::from(database.engine.bind_key()),
                Value::from(model.table),
                Value::from(count),
                Value::from(file(model).display().to_string()),
            ]);
        })?;
        for model in models {
            let (first, written) = (find(&folder, model.table).into_iter().next(), file(model));
            if let Some(first) = first.filter(|first| first.path != written) {
                output.message(&format!(
                    "`{}` is there too, and load-data takes it and not `{}`",
                    first.path.display(),
                    written.display()
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
        } else if arguments.all && has_rows(model) {
            match check(model) {
                Ok(()) => models.push(model),
                Err(reason) => output.message(&format!("left out: {reason}")),
            }
        }
    }
    Ok(models)
}

/// Whether a model's rows are its own, and not those of a query or a view.
pub(super) fn has_rows(model: &ModelMeta) -> bool {
    model.query.is_none() && !model.primary_key.is_empty()
}

/// Refuses a name that no table has.
pub(super) fn no_table(name: &str, databases: &[Database<'_>]) -> CommandError {
    let models = databases.iter().flat_map(|database| &database.models);
    let tables: Vec<_> = models.map(|model| format!("`{}`", model.table)).collect();
    CommandError::Message(format!("no model has a table `{name}`; there are {}", tables.join(", ")))
}
