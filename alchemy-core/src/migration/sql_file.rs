//! The files of a migration that is made of a plan.

use super::folder;
use super::{Plan, Revision, Statement};
use crate::backend::Dialect;

/// What a line begins with that says what a statement may do.
pub(crate) const WARNING: &str = "-- WARNING: ";

impl Revision {
    /// The migrations to [write](folder::write): one, and one more for each statement that runs by itself afterwards.
    /// (Diesel's command line sends a script as a whole, which makes a transaction of several statements.) None where
    /// nothing differs.
    ///
    /// ```no_run
    /// use alchemy_core::migration::{compare, folder};
    /// # fn of(engine: &alchemy_core::engine::Engine) -> alchemy_core::migration::Result<()> {
    /// let revision = compare(engine, &alchemy_core::model::models(), &[])?.revision;
    /// let migrations = revision.migrations("add authors", engine.dialect());
    /// folder::write("migrations".as_ref(), &migrations)?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn migrations(&self, message: &str, dialect: Dialect) -> Vec<folder::Revision> {
        let mut migrations = Vec::new();
        let Self { up, down, online_down } = self;
        if !up.statements.is_empty() {
            let run_in_transaction = up.in_transaction && down.in_transaction;
            let script = |plan: &Plan| match plan.in_transaction && !run_in_transaction {
                true => format!("{};\n\n{}\nCOMMIT;\n", dialect.begin(), text(&plan.statements)),
                false => text(&plan.statements),
            };
            let (up, down) = (script(up), script(down));
            migrations.push(folder::Revision { message: message.to_owned(), up, down, run_in_transaction });
        }
        for (place, (up, down)) in up.online.iter().zip(online_down).enumerate() {
            let message = match (place, migrations.is_empty()) {
                (0, true) => message.to_owned(),
                _ => format!("{message} online {}", place + 1),
            };
            let [up, down] = [up, down].map(|statement| text(std::slice::from_ref(statement)));
            migrations.push(folder::Revision { message, up, down, run_in_transaction: false });
        }
        migrations
    }
}

/// A script of statements, each under what should be known of it.
fn text(statements: &[Statement]) -> String {
    let mut text = String::new();
    for statement in statements {
        if !text.is_empty() {
            text.push('\n');
        }
        for line in statement.warning.iter().flat_map(|warning| warning.lines()) {
            text.push_str(WARNING);
            text.push_str(line);
            text.push('\n');
        }
        text.push_str(&statement.sql);
        text.push_str(";\n");
    }
    text
}

impl Plan {
    /// The script of its statements, those that run online last.
    #[must_use]
    pub fn script(&self) -> String {
        let online = text(&self.online);
        let mut script = text(&self.statements);
        if !script.is_empty() && !online.is_empty() {
            script.push('\n');
        }
        script + &online
    }
}
