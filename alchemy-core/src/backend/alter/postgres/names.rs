//! Constraints and indexes that are called something else.

use super::super::foreign_keys::Moves;
use super::super::notes::Notes;
use super::constraint::is_renamed;
use super::{DIALECT, quote};
use crate::migration::Statement;
use crate::migration::plan::{Change, Difference, TableChange};
use crate::migration::schema::{Schema, Table};

/// A constraint or an index that gets another name.
struct Rename<'a> {
    table: &'a str,
    kind: Kind,
    old: String,
    new: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Index,
    /// A constraint with an index, by which its name is one among all tables too.
    Key,
    /// A constraint whose name is one among its table's only.
    Condition,
}

impl Rename<'_> {
    /// Whether the other has to have given up its name before this can have it.
    fn waits_for(&self, other: &Self) -> bool {
        let constraints = self.table == other.table && self.kind != Kind::Index && other.kind != Kind::Index;
        let indexes = self.kind != Kind::Condition && other.kind != Kind::Condition;
        self.new == other.old && (constraints || indexes)
    }

    fn statement(&self, new: &str, summary: bool) -> Statement {
        let what = match self.kind {
            Kind::Index => format!("ALTER INDEX {} RENAME", quote(&self.old)),
            Kind::Key | Kind::Condition => {
                format!("ALTER TABLE {} RENAME CONSTRAINT {}", quote(self.table), quote(&self.old))
            }
        };
        let mut notes = Notes::new(DIALECT);
        if summary {
            notes.constraint_renamed(self.table, &self.old, new);
        }
        notes.about(format!("{what} TO {}", quote(new)))
    }
}

/// The statements that give constraints and indexes their other names, in an order in which each is free when it is given;
/// in a circle, one takes a detour.
pub(super) fn renamed(difference: &Difference<'_>, moves: &Moves<'_>) -> Vec<Statement> {
    let mut left: Vec<_> = difference.changed.iter().flat_map(|change| renames(change, moves)).collect();
    let mut statements = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_free = |place: &usize| !left.iter().any(|other| left[*place].waits_for(other));
        if let Some(place) = (0..left.len()).find(is_free) {
            let rename = left.remove(place);
            statements.push(rename.statement(&rename.new, true));
            continue;
        }
        let mut detour = format!("old_{}", left[0].old);
        while [difference.from, difference.to].into_iter().any(|schema| is_taken(schema, &detour)) {
            detour.push('_');
        }
        statements.push(left[0].statement(&detour, false));
        left[0].old = detour;
    }
    statements
}

fn renames<'a>(change: &TableChange<'a>, moves: &Moves<'_>) -> Vec<Rename<'a>> {
    let mut renames = Vec::new();
    let mut add = |kind, old: Option<&str>, new: Option<&str>| {
        renames.extend(old.zip(new).map(|(old, new)| Rename {
            table: &change.to.name,
            kind,
            old: old.to_owned(),
            new: new.to_owned(),
        }));
    };
    if let Some(key @ Change::Other(from, to)) = &change.primary_key
        && is_renamed(key)
    {
        add(Kind::Key, from.name.as_deref(), to.name.as_deref());
    }
    for (from, to) in change.uniques.iter().filter_map(others) {
        add(Kind::Key, from.name.as_deref(), to.name.as_deref());
    }
    for (from, to) in change.checks.iter().filter_map(others) {
        add(Kind::Condition, from.name.as_deref(), to.name.as_deref());
    }
    for (from, to) in change.foreign_keys.iter().filter_map(others) {
        if !moves.dropped.iter().any(|moved| std::ptr::eq(moved.key, from)) {
            add(Kind::Condition, from.name.as_deref(), to.name.as_deref());
        }
    }
    for (from, to) in change.indexes.iter().filter_map(others) {
        add(Kind::Index, Some(&from.name), Some(&to.name));
    }
    renames
}

fn others<'a, T>(change: &Change<'a, T>) -> Option<(&'a T, &'a T)> {
    if let Change::Other(from, to) = change { Some((from, to)) } else { None }
}

/// Whether anything of a schema is called so.
fn is_taken(schema: &Schema, name: &str) -> bool {
    schema.tables.iter().any(|table| table.name == name || names(table).any(|other| other == name))
}

fn names(table: &Table) -> impl Iterator<Item = &str> {
    let key = table.primary_key.iter().map(|key| key.name.as_deref());
    let uniques = table.uniques.iter().map(|unique| unique.name.as_deref());
    let foreign_keys = table.foreign_keys.iter().map(|key| key.name.as_deref());
    let checks = table.checks.iter().map(|check| check.name.as_deref());
    let indexes = table.indexes.iter().map(|index| Some(index.name.as_str()));
    key.chain(uniques).chain(foreign_keys).chain(checks).chain(indexes).flatten()
}
