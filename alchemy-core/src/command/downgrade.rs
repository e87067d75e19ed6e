//! `downgrade`: migrations that are taken back.

use super::args;
use super::context::Context;
use super::error::Result;
use super::migrations::{counted, target};
use super::output::Output;
use super::prompt::confirm;
use super::upgrade::tell;
use crate::migration::Direction;

/// Takes migrations of one database back.
pub(super) fn run(
    context: &Context<'_>,
    arguments: &args::Downgrade,
    output: &mut Output<'_, '_>,
) -> Result<()> {
    let target = target(&arguments.target)?;
    let database = context.database_of("downgrade")?;
    let migrations = database.migrations(context);
    if arguments.sql {
        database.is_there()?;
        return output.text("sql", &migrations.script(Direction::Down, &target)?);
    }
    let planned = migrations.planned(Direction::Down, &target)?;
    if !planned.is_empty() {
        let names: Vec<_> = planned.iter().map(|migration| migration.name.as_str()).collect();
        let question = format!("Take back {} from {}?", names.join(", "), database.name());
        confirm(output, context.global.no_prompt, &question)?;
    }
    let (applied, done) = counted(migrations, output, |migrations| migrations.downgrade(&target));
    tell(vec![(&database, applied)], done.map(drop).map_err(Into::into), "has none to take back", output)
}
