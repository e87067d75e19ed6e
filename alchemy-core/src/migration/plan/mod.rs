//! From one schema to another.

mod adopt;
mod chain;
mod diff;
mod names;
mod rename;
mod revision;
mod same;

use super::Schema;
use crate::backend::{self, Dialect};
use crate::error::Result;

pub use self::adopt::adopt;
pub use self::revision::{Revision, backwards, revision};

pub(crate) use self::diff::{Change, Difference, TableChange};
pub(crate) use self::rename::Renames;

/// The statements that turn one schema into another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The statements, in the order to run them in.
    pub statements: Vec<Statement>,
    /// Whether they run in a transaction that whoever runs them begins and ends. `false` where they begin one
    /// themselves, as those that rebuild a table of SQLite do.
    pub in_transaction: bool,
    /// Statements to run afterwards, each by itself and in no transaction, so that they keep nobody waiting: PostgreSQL's
    /// `CREATE INDEX CONCURRENTLY`.
    pub online: Vec<Statement>,
}

/// A statement of a [`Plan`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// The statement, without a semicolon at its end.
    pub sql: String,
    /// What it may do that should be known before it is run: rows or values that are lost, a table that is locked for long,
    /// the safer form where there is one. One sentence a line.
    pub warning: Option<String>,
    /// What it changes, for people, one change a line: ``adds the column `authors.dob` ``. Empty for one that only serves
    /// another.
    pub summary: String,
}

impl Default for Plan {
    fn default() -> Self {
        Self { statements: Vec::new(), in_transaction: true, online: Vec::new() }
    }
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty() && self.online.is_empty()
    }

    /// What it changes, one change each, in the order in which it happens.
    pub fn summaries(&self) -> impl Iterator<Item = &str> {
        self.statements.iter().chain(&self.online).flat_map(|statement| statement.summary.lines())
    }
}

/// The statements that turn `from` into `to`; none where they are equal.
///
/// A table or column of `to` that was [renamed](super::schema::Table::renamed_from) from one that `from` has is renamed;
/// any other that is not in both comes or goes. What a model gives no name to may have any; types are equal where the
/// database takes them for the same, expressions where they differ in spelling only. The order of columns, what follows
/// a table's columns, and triggers make no difference.
///
/// # Errors
/// [`Error::Unsupported`](crate::Error::Unsupported) for a change that the database cannot make.
pub fn plan(from: &Schema, to: &Schema, dialect: Dialect) -> Result<Plan> {
    plan_with(from, to, dialect, Online::Allowed)
}

/// Whether a plan may have an [online](Plan::online) part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Online {
    Allowed,
    Refused,
}

fn plan_with(from: &Schema, to: &Schema, dialect: Dialect, online: Online) -> Result<Plan> {
    let mut first = Plan::default();
    let mut from = from.clone();
    let renames = Renames::of(&from, to, true);
    if let Some(cleared) = renames.cleared(&from, dialect) {
        first =
            backend::alter(&Difference::of(Renames::default(), &from, &cleared, dialect), Online::Refused)?;
        from = cleared;
    }
    let renamed = renames.applied(&from, dialect);
    let mut plan = backend::alter(&Difference::of(renames, &renamed, to, dialect), online)?;
    first.statements.append(&mut plan.statements);
    let in_transaction = first.in_transaction && plan.in_transaction;
    Ok(backend::wrapped(dialect, Plan { statements: first.statements, in_transaction, online: plan.online }))
}
