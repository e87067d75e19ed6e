//! Constraints and indexes of PostgreSQL's tables.

use super::super::clause::{self, create_index};
use super::super::drop_index;
use super::super::notes::{NAMELESS, Notes};
use super::{DIALECT, is_partitioned, quote};
use crate::error::{Error, Result};
use crate::migration::Statement;
use crate::migration::plan::{Change, TableChange};
use crate::migration::schema::{Index, Table};

/// The statements that drop what a table has no more.
pub(super) fn gone(change: &TableChange<'_>) -> Result<Vec<Statement>> {
    let table = change.from;
    let mut statements = Vec::new();
    for check in change.checks.iter().filter_map(only_gone) {
        let mut notes = Notes::new(DIALECT);
        notes.check_dropped(table, check);
        statements.push(notes.about(drop(table, check.name.as_deref())?));
    }
    for index in change.indexes.iter().filter_map(only_gone) {
        statements.push(drop_index(DIALECT, table, index));
    }
    for unique in change.uniques.iter().filter_map(only_gone) {
        let mut notes = Notes::new(DIALECT);
        notes.unique_dropped(table, unique);
        statements.push(notes.about(drop(table, unique.name.as_deref())?));
    }
    if let Some(key) = change.primary_key.as_ref().filter(|key| !is_renamed(key)).and_then(Change::before) {
        let mut notes = Notes::new(DIALECT);
        if let Some(Change::Gone(_)) = change.primary_key {
            notes.primary_key(table, Some(key), None);
        }
        statements.push(notes.about(drop(table, key.name.as_deref())?));
    }
    Ok(statements)
}

/// The statements that make what a table has not had, but for the indexes that come later.
pub(super) fn new(change: &TableChange<'_>, later: &[(&Table, &Index)]) -> Vec<Statement> {
    let table = change.to;
    let add = |notes: Notes, definition: String| {
        notes.about(format!("ALTER TABLE {} ADD {definition}", quote(&table.name)))
    };
    let mut statements = Vec::new();
    if let Some(key) = change.primary_key.as_ref().filter(|key| !is_renamed(key)).and_then(Change::after) {
        let mut notes = Notes::new(DIALECT);
        notes.primary_key(table, change.primary_key.as_ref().and_then(Change::before), Some(key));
        notes.warn(with_index(table, "PRIMARY KEY"));
        statements.push(add(notes, clause::primary_key(DIALECT, key)));
    }
    for unique in change.uniques.iter().filter_map(only_new) {
        let mut notes = Notes::new(DIALECT);
        notes.unique_added(table, unique);
        notes.warn(with_index(table, "UNIQUE"));
        statements.push(add(notes, clause::unique(DIALECT, unique)));
    }
    for check in change.checks.iter().filter_map(only_new) {
        let mut notes = Notes::new(DIALECT);
        notes.check_added(table, check);
        notes.warn(format!(
            "PostgreSQL reads every row of `{}`, and nobody reads or writes it meanwhile; on a large table add it NOT \
             VALID and VALIDATE CONSTRAINT in a migration of its own.",
            table.name
        ));
        statements.push(add(notes, clause::check(DIALECT, check)));
    }
    for index in change.indexes.iter().filter_map(only_new) {
        if !later.iter().any(|(other, later)| other.name == table.name && later.name == index.name) {
            statements.push(new_index(table, index, ""));
        }
    }
    statements
}

/// The `CREATE INDEX` of an index that comes to a table that is there.
pub(super) fn new_index(table: &Table, index: &Index, how: &str) -> Statement {
    let mut notes = Notes::new(DIALECT);
    notes.index_added(table, index);
    if is_partitioned(table) {
        notes.warn(format!(
            "Nobody writes to `{}` while the index is made; CREATE INDEX ... ON ONLY, then CREATE INDEX CONCURRENTLY on each \
             partition and ALTER INDEX ... ATTACH PARTITION, in a migration in no transaction, lets them.",
            table.name
        ));
    } else if how.is_empty() {
        notes.warn(format!(
            "Nobody writes to `{}` while the index is made; CREATE INDEX CONCURRENTLY, in a migration in no transaction, \
             lets them.",
            table.name
        ));
    } else {
        notes.warn(format!(
            "If this fails, PostgreSQL leaves an index that is not valid; before trying again: DROP INDEX CONCURRENTLY IF \
             EXISTS {}.",
            quote(&index.name)
        ));
    }
    notes.about(create_index(DIALECT, table, index, how))
}

/// The statement that drops a constraint.
pub(super) fn drop(table: &Table, name: Option<&str>) -> Result<String> {
    let name = name.ok_or(Error::Unsupported { feature: NAMELESS, backend: DIALECT.name() })?;
    Ok(format!("ALTER TABLE {} DROP CONSTRAINT {}", quote(&table.name), quote(name)))
}

fn with_index(table: &Table, kind: &str) -> String {
    format!(
        "Nobody reads or writes `{}` while PostgreSQL makes the index for it; on a large table CREATE UNIQUE INDEX \
         CONCURRENTLY first, then ADD CONSTRAINT ... {kind} USING INDEX.",
        table.name
    )
}

pub(super) fn is_renamed(key: &Change<'_, crate::migration::schema::PrimaryKey>) -> bool {
    matches!(key, Change::Other(from, to) if from.columns == to.columns)
}

fn only_gone<'a, T>(change: &Change<'a, T>) -> Option<&'a T> {
    if let Change::Gone(old) = change { Some(old) } else { None }
}

fn only_new<'a, T>(change: &Change<'a, T>) -> Option<&'a T> {
    if let Change::New(new) = change { Some(new) } else { None }
}
