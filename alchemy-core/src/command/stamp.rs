//! `stamp` and `ensure-version`: what the table of versions says.

use super::args;
use super::context::Context;
use super::error::Result;
use super::migrations::{target, watched};
use super::output::{Output, Table};
use super::prompt::confirm;
use crate::migration::history::VERSION_TABLE;

/// Notes migrations as applied.
pub(super) fn run(context: &Context<'_>, arguments: &args::Stamp, output: &mut Output<'_, '_>) -> Result<()> {
    let target = target(&arguments.target)?;
    let database = context.database_of("stamp")?;
    let migrations = database.migrations(context);
    if arguments.sql {
        database.is_there()?;
    }
    let script = migrations.stamp_script(&target, arguments.purge)?;
    if arguments.sql {
        return output.text("sql", &script);
    }
    if script.contains(&format!("DELETE FROM {VERSION_TABLE}")) {
        let question = format!("Forget that migrations were applied to {}, and when?", database.name());
        confirm(output, context.global.no_prompt, &question)?;
    }
    watched(migrations.clone(), output, |migrations| migrations.stamp(&target, arguments.purge))?;
    output.message(&format!("the database {} counts as being at {target}", database.name()));
    let version = migrations.current()?.map(|entry| entry.version);
    let rows = vec![vec![database.engine.bind_key().into(), version.into()]];
    output.done(&Table { columns: vec!["bind_key", "version"], rows })
}

/// Makes the table of versions of each database.
pub(super) fn ensure_version(
    context: &Context<'_>,
    arguments: &args::Sql,
    output: &mut Output<'_, '_>,
) -> Result<()> {
    if arguments.sql {
        let database = context.database_of("ensure-version --sql")?;
        database.is_there()?;
        return output.text("sql", &database.migrations(context).ensure_version_script()?);
    }
    let mut rows = Vec::new();
    for database in context.databases()? {
        database.migrations(context).ensure_version().map_err(context.about(&database))?;
        output.message(&format!("the database {} has its table of versions", database.name()));
        rows.push(vec![database.engine.bind_key().into(), VERSION_TABLE.into()]);
    }
    output.done(&Table { columns: vec!["bind_key", "table"], rows })
}
