//! `drop-all`.

use super::context::{Context, Database};
use super::dump_data::has_rows;
use super::error::Result;
use super::output::Output;
use super::prompt::confirm;
use crate::backend::drop_tables;
use crate::ddl::sort_by_dependency;
use crate::migration::MigrationError;
use crate::migration::history::CHECKSUM_TABLE;
use crate::model::ModelMeta;

/// The tables that keep what was migrated.
const OWN_TABLES: [&str; 2] = ["__diesel_schema_migrations", CHECKSUM_TABLE];

/// Drops the tables of the models, and those of migrations.
pub(super) fn run(context: &Context<'_>, output: &mut Output<'_, '_>) -> Result<()> {
    let databases = context.databases()?;
    confirm(output, context.global.no_prompt, &question(&databases))?;
    for database in &databases {
        let models = dropped(database);
        let sorted = sort_by_dependency(&models)?;
        database.migrations(context).locked(|connection| {
            drop_tables(connection, &sorted, &OWN_TABLES)
                .map_err(|error| crate::backend::classify::classify(connection, error))
                .map_err(MigrationError::from)
        })?;
        output.message(&format!("dropped the {} of {}", tables(models.len()), database.name()));
    }
    Ok(())
}

fn question(databases: &[Database<'_>]) -> String {
    let parts: Vec<_> = databases
        .iter()
        .map(|database| format!("the {} of {}", tables(dropped(database).len()), database.name()))
        .collect();
    format!("Drop {}, with all rows?", parts.join(" and "))
}

/// The models that have a table, and not a query or a view, which are the user's own.
fn dropped(database: &Database<'_>) -> Vec<&'static ModelMeta> {
    database.models.iter().copied().filter(|model| has_rows(model)).collect()
}

fn tables(count: usize) -> String {
    if count == 1 { "table".to_owned() } else { format!("{count} tables") }
}
