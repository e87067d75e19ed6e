//! `upgrade`: migrations that are applied.

use super::args;
use super::context::{Context, Database};
use super::error::Result;
use super::migrations::{counted, target};
use super::output::{Output, Table};
use super::prompt::confirm;
use crate::migration::{Applied, Direction, Target};

/// Why nothing is done.
const ALL: &str = "has all of them already";

/// Applies what is new in each database.
pub(super) fn run(
    context: &Context<'_>,
    arguments: &args::Upgrade,
    output: &mut Output<'_, '_>,
) -> Result<()> {
    let target = target(&arguments.target)?;
    if arguments.sql {
        let database = context.database_of("upgrade --sql")?;
        database.is_there()?;
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
        let (applied, done) = counted(migrations, output, |migrations| migrations.upgrade(&target));
        all.push((database, applied));
        if let Err(error) = done {
            return tell(all, Err(context.about(database)(error)), ALL, output);
        }
    }
    tell(all, Ok(()), ALL, output)
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

/// Prints what was done in each database, also before something went wrong, and says why where that was nothing.
pub(super) fn tell(
    applied: Vec<(&Database<'_>, Vec<Applied>)>,
    done: Result<()>,
    nothing: &str,
    output: &mut Output<'_, '_>,
) -> Result<()> {
    let mut rows = Vec::new();
    for (database, applied) in applied {
        if applied.is_empty() && done.is_ok() {
            output.message(&format!("the database {} {nothing}", database.name()));
        }
        rows.extend(applied.into_iter().map(|applied| {
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
    if done.is_ok() || !rows.is_empty() {
        output
            .table(&Table { columns: vec!["bind_key", "direction", "version", "name", "seconds"], rows })?;
    }
    done
}
