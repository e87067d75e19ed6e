//! A change and the way back.

use super::{Difference, Online, Plan, Renames, Statement, plan, plan_with};
use crate::backend::{self, Dialect};
use crate::error::Result;
use crate::migration::Schema;

/// The statements of a migration in both directions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revision {
    /// The way there. What is in [`Plan::online`] belongs into a migration of its own after this one.
    pub up: Plan,
    /// The way back from there, without what `online_down` takes back. It runs nothing online.
    pub down: Plan,
    /// What takes back [`Plan::online`] of `up`.
    pub online_down: Vec<Statement>,
}

/// The statements that turn the schema of a database into the one wanted, and those that turn it back.
///
/// `wanted` is taken as [`adopt`](super::adopt) gives it.
///
/// # Errors
/// As [`plan`].
pub fn revision(live: &Schema, wanted: &Schema, dialect: Dialect) -> Result<Revision> {
    let up = plan(live, wanted, dialect)?;
    let renames = Renames::of(live, wanted, true);
    let renamed = renames.applied(live, dialect);
    let difference = Difference::of(renames, &renamed, wanted, dialect);
    let mut before_online = wanted.clone();
    let mut online_down = Vec::new();
    for (table, index) in backend::online_indexes(&difference) {
        online_down.push(backend::drop_index(dialect, table, index));
        let tables = before_online.tables.iter_mut().filter(|other| other.name == table.name);
        tables.for_each(|other| other.indexes.retain(|other| other.name != index.name));
    }
    let down = plan_with(&before_online, &backwards(live, wanted), dialect, Online::Refused)?;
    Ok(Revision { up, down, online_down })
}

/// The schema `from`, with what was renamed on the way to `to` said to be renamed: what to [`plan`] for to come back from
/// there.
#[must_use]
pub fn backwards(from: &Schema, to: &Schema) -> Schema {
    let mut back = from.clone();
    Renames::of(from, to, true).mark_back(&mut back);
    back
}
