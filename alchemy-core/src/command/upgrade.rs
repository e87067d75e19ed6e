//! `upgrade`: migrations that are applied.

use super::args;
use super::context::Context;
use super::error::Result;
use super::migrations::target;
use super::output::Output;
use super::prompt::confirm;
use crate::migration::{Applied, Direction, sql_file};

/// Applies what is new in each database.
pub(super) fn run(
    context: &Context<'_>,
    arguments: &args::Upgrade,
    output: &mut Output<'_, '_>,
) -> Result<()> {
    let target = target(&arguments.target)?;
    let mut scripts = String::new();
    for database in context.databases()? {
        let migrations = database.migrations(context);
        let script = migrations.script(Direction::Up, &target)?;
        if arguments.sql {
            scripts.push_str(&script);
            continue;
        }
        let all = migrations.migrations()?;
        let new = all.iter().filter(|migration| heads(&script, "/up.sql").contains(&migration.name.as_str()));
        let losses: Vec<_> = new.flat_map(|migration| losses(&migration.up)).collect();
        if !losses.is_empty() {
            let question = format!("{}\nUpgrade {}?", losses.join("\n"), database.name());
            confirm(output, context.global.no_prompt, &question)?;
        }
        say(&migrations.upgrade(&target)?, &database.name(), "has all of them already", output);
    }
    if arguments.sql { output.text("sql", &scripts) } else { Ok(()) }
}

/// The migrations that a script is of.
pub(super) fn heads<'a>(script: &'a str, file: &str) -> Vec<&'a str> {
    let lines = script.lines().filter_map(|line| line.strip_prefix("-- "));
    lines.filter_map(|line| line.strip_suffix(file)).collect()
}

/// What a script says that is lost.
fn losses(script: &str) -> Vec<&str> {
    let warnings = script.lines().filter_map(|line| line.strip_prefix(sql_file::WARNING));
    warnings.filter(|warning| warning.starts_with("This drops")).collect()
}

/// Says what was done.
pub(super) fn say(done: &[Applied], name: &str, nothing: &str, output: &mut Output<'_, '_>) {
    match done.last() {
        None => output.message(&format!("the database {name} {nothing}")),
        Some(last) => {
            let (did, to) = match last.direction {
                Direction::Up => ("applied", "to"),
                Direction::Down => ("took back", "from"),
            };
            let migrations =
                if done.len() == 1 { "1 migration" } else { &format!("{} migrations", done.len()) };
            output.message(&format!("{did} {migrations} {to} {name}"));
        }
    }
}
