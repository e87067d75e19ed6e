//! `downgrade`: migrations that are taken back.

use super::args;
use super::context::Context;
use super::error::Result;
use super::migrations::target;
use super::output::Output;
use super::prompt::confirm;
use super::upgrade::{heads, say};
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
    let script = migrations.script(Direction::Down, &target)?;
    if arguments.sql {
        return output.text("sql", &script);
    }
    if !script.is_empty() {
        let names = heads(&script, "/down.sql").join(", ");
        let question = format!("Take back {names} from {}?", database.name());
        confirm(output, context.global.no_prompt, &question)?;
    }
    say(&migrations.downgrade(&target)?, &database.name(), "has none to take back", output);
    Ok(())
}
