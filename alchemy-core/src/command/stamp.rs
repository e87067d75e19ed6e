//! `stamp` and `ensure-version`: what the table of versions says.

use super::args;
use super::context::Context;
use super::error::Result;
use super::migrations::{target, watched};
use super::output::Output;
use super::prompt::confirm;
use crate::migration::history::VERSION_TABLE;

/// Notes migrations as applied.
pub(super) fn run(context: &Context<'_>, arguments: &args::Stamp, output: &mut Output<'_, '_>) -> Result<()> {
    let target = target(&arguments.target)?;
    let database = context.database_of("stamp")?;
    let migrations = database.migrations(context);
    let script = migrations.stamp_script(&target, arguments.purge)?;
    if arguments.sql {
        return output.text("sql", &script);
    }
    if script.contains(&format!("DELETE FROM {VERSION_TABLE}")) {
        let question = format!("Forget that migrations were applied to {}, and when?", database.name());
        confirm(output, context.global.no_prompt, &question)?;
    }
    watched(migrations, output, |migrations| migrations.stamp(&target, arguments.purge))?;
    output.message(&format!("the database {} counts as being at {target}", database.name()));
    Ok(())
}

/// Makes the table of versions of each database.
pub(super) fn ensure_version(
    context: &Context<'_>,
    arguments: &args::Sql,
    output: &mut Output<'_, '_>,
) -> Result<()> {
    let mut scripts = String::new();
    for database in context.databases()? {
        let migrations = database.migrations(context);
        if arguments.sql {
            scripts.push_str(&migrations.ensure_version_script()?);
        } else {
            migrations.ensure_version()?;
            output.message(&format!("the database {} has its table of versions", database.name()));
        }
    }
    if arguments.sql { output.text("sql", &scripts) } else { Ok(()) }
}
