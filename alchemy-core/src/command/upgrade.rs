//! `upgrade`: migrations that are applied.

use super::args;
use super::context::{Context, Database};
use super::error::Result;
use super::migrations::{target, watched};
use super::output::Output;
use super::prompt::confirm;
use crate::backend::Dialect;
use crate::migration::folder::Migration;
use crate::migration::{Applied, Direction, Target, script, sql_file};

/// Applies what is new in each database.
pub(super) fn run(
    context: &Context<'_>,
    arguments: &args::Upgrade,
    output: &mut Output<'_, '_>,
) -> Result<()> {
    let target = target(&arguments.target)?;
    let databases = context.databases()?;
    if arguments.sql {
        let script = |database: &Database<'_>| database.migrations(context).script(Direction::Up, &target);
        let scripts = databases.iter().map(|database| script(database).map_err(context.about(database)));
        return output.text("sql", &scripts.collect::<Result<String>>()?);
    }
    // What is wrong with one of them is found before any is changed.
    for database in &databases {
        ask(context, database, &target, output)?;
    }
    for database in &databases {
        let migrations = database.migrations(context);
        let done = watched(migrations, output, |migrations| migrations.upgrade(&target));
        say(&done.map_err(context.about(database))?, &database.name(), "has all of them already", output);
    }
    Ok(())
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
    let losses: Vec<_> = planned.iter().flat_map(|migration| losses(migration, dialect)).collect();
    if losses.is_empty() {
        return Ok(());
    }
    confirm(output, context.global.no_prompt, &format!("{}\nUpgrade {}?", losses.join("\n"), database.name()))
}

/// What a migration drops: what its script says, or where that says nothing, the statements that drop or delete.
fn losses(migration: &Migration, dialect: Dialect) -> Vec<String> {
    let warnings: Vec<&str> =
        migration.up.lines().filter_map(|line| line.strip_prefix(sql_file::WARNING)).collect();
    if warnings.is_empty() {
        // One that cannot be taken apart was refused before.
        let statements = script::split(dialect, &migration.up).unwrap_or_default();
        let destroying = statements.iter().filter(|statement| destroys(statement.sql));
        return destroying.map(|statement| format!("`{}` runs: {}", migration.name, statement.sql)).collect();
    }
    let lost = |warning: &&str| warning.starts_with("This drops") || warning.contains(" loses ");
    warnings.into_iter().filter(lost).map(str::to_owned).collect()
}

/// Whether a statement is one that drops or deletes, by its words.
fn destroys(sql: &str) -> bool {
    let mut words = sql.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let mut word = || words.by_ref().find(|word| !word.is_empty()).unwrap_or_default().to_ascii_uppercase();
    match word().as_str() {
        "DELETE" | "TRUNCATE" => true,
        "DROP" => matches!(word().as_str(), "TABLE" | "SCHEMA" | "DATABASE"),
        "ALTER" => words.any(|word| word.eq_ignore_ascii_case("DROP")),
        _ => false,
    }
}

/// Says what was done.
pub(super) fn say(done: &[Applied], name: &str, nothing: &str, output: &mut Output<'_, '_>) {
    let Some(last) = done.last() else {
        return output.message(&format!("the database {name} {nothing}"));
    };
    let (did, to) = match last.direction {
        Direction::Up => ("applied", "to"),
        Direction::Down => ("took back", "from"),
    };
    let migrations = if done.len() == 1 { "migration" } else { "migrations" };
    output.message(&format!("{did} {} {migrations} {to} {name}", done.len()));
}

#[cfg(test)]
mod tests {
    use super::destroys;

    #[test]
    fn statements_that_destroy_are_told_by_their_words() {
        for sql in
            ["DROP TABLE a", "drop  table a", "DELETE FROM a", "TRUNCATE a", "ALTER TABLE a DROP COLUMN b"]
        {
            assert!(destroys(sql), "{sql}");
        }
        for sql in [
            "CREATE TABLE drop_a (id INTEGER)",
            "ALTER TABLE a ADD b INTEGER",
            "DROP INDEX a",
            "SELECT 1",
            "",
        ] {
            assert!(!destroys(sql), "{sql}");
        }
    }
}
