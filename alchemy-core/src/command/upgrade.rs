//! `upgrade`: migrations that are applied.

use super::args;
use super::context::{Context, Database};
use super::error::Result;
use super::migrations::{target, watched};
use super::output::{Output, Table};
use super::prompt::confirm;
use crate::migration::{Applied, Direction, Target};

/// Applies what is new in each database.
pub(super) fn run(
    context: &Context<'_>,
    arguments: &args::Upgrade,
    output: &mut Output<'_, '_>,
) -> Result<()> {
    let target = target(&arguments.target)?;
    if arguments.sql {
        let database = context.database_of("upgrade --sql")?;
        return output.text("sql", &database.migrations(context).script(Direction::Up, &target)?);
    }
    let databases = context.databases()?;
    // What is wrong with one of them is found before any is changed.
    for database in &databases {
        ask(context, database, &target, output)?;
    }
    let mut all = Vec::new();
    for database in &databases {
        let migrations = database.migrations(context);
        let done = watched(migrations, output, |migrations| migrations.upgrade(&target));
        all.push((database, done.map_err(context.about(database))?));
    }
    tell(all, "has all of them already", output)
}

/// Asks before something is lost.
fn ask(
    context: &Context<'_>,
    database: &Database<'_>,
    target: &Target,
    output: &mut Output<'_, '_>,
) -> Result<()> {
    let migrations = database.migrations(context);
    let planned = migrations.planned(Direction::Up, target).map_err(context.about(database))?;
    let dialect = database.engine.dialect();
    let losses: Vec<_> = planned.iter().flat_map(|migration| migration.losses(dialect)).collect();
    if losses.is_empty() {
        return Ok(());
    }
    confirm(output, context.global.no_prompt, &format!("{}\nUpgrade {}?", losses.join("\n"), database.name()))
}

/// Prints what was done, and says so where that was nothing.
pub(super) fn tell(
    done: Vec<(&Database<'_>, Vec<Applied>)>,
    nothing: &str,
    output: &mut Output<'_, '_>,
) -> Result<()> {
    let mut rows = Vec::new();
    for (database, done) in done {
        if done.is_empty() {
            output.message(&format!("the database {} {nothing}", database.name()));
        }
        rows.extend(done.into_iter().map(|applied| {
            let direction = match applied.direction {
                Direction::Up => "up",
                Direction::Down => "down",
            };
            let seconds = (applied.duration.as_secs_f64() * 1000.0).round() / 1000.0;
            vec![
                database.engine.bind_key().into(),
                direction.into(),
                applied.version.into(),
                applied.name.into(),
                seconds.into(),
            ]
        }));
    }
    output.table(&Table { columns: vec!["bind_key", "direction", "version", "name", "seconds"], rows })
}
