//! Changing tables of PostgreSQL.

mod column;
mod constraint;
mod names;
mod sequence;

use super::clause::{self, create_index, create_tables};
use super::foreign_keys::{
    Move, Moves, has_other_column, has_other_type, has_target, is_computed, is_referred_to, plain_columns,
};
use super::notes::Notes;
use crate::backend::{Dialect, quote_identifier};
use crate::error::Result;
use crate::migration::plan::{Change, Difference, Online, TableChange};
use crate::migration::schema::{Column, ForeignKey, Index, Table};
use crate::migration::{Plan, Statement};

const DIALECT: Dialect = Dialect::Postgres;

/// The statements of a difference.
pub(super) fn alter(difference: &Difference<'_>, online: Online) -> Result<Plan> {
    let later = if online == Online::Allowed { online_indexes(difference) } else { Vec::new() };
    let moves = Moves::of(difference, true, |table, key| is_in_the_way(difference, table, key));
    let mut statements = renames(difference);
    for moved in &moves.dropped {
        statements.push(drop_foreign_key(moved)?);
    }
    statements.extend(difference.dropped.iter().map(|table| drop_table(table)));
    for change in &difference.changed {
        statements.extend(constraint::gone(change)?);
    }
    for change in &difference.changed {
        statements.extend(change_columns(change));
    }
    // What comes may have a name that something else had.
    statements.extend(names::renamed(difference, &moves));
    for change in &difference.changed {
        statements.extend(constraint::new(change, &later));
    }
    let circles = create(difference, &mut statements)?;
    for moved in moves.added.iter().chain(&circles) {
        statements.push(add_foreign_key(difference, moved)?);
    }
    let online = later.into_iter().map(|(table, index)| constraint::new_index(table, index, "CONCURRENTLY "));
    Ok(Plan { statements, in_transaction: true, online: online.collect() })
}

/// The indexes that come to tables that are there, without those that a foreign key needs before, and those of partitioned
/// tables, which PostgreSQL does not make in this way.
pub(super) fn online_indexes<'a>(difference: &Difference<'a>) -> Vec<(&'a Table, &'a Index)> {
    let mut indexes = Vec::new();
    for change in difference.changed.iter().filter(|change| !is_partitioned(change.from)) {
        let table = change.to;
        let new = change.indexes.iter().filter_map(|change| match change {
            Change::New(index) => Some(*index),
            Change::Gone(_) | Change::Other(..) => None,
        });
        let can_wait = |index: &&Index| {
            !index.unique || !is_referred_to(difference.to, &table.name, &plain_columns(index))
        };
        indexes.extend(new.filter(can_wait).map(|index| (table, index)));
    }
    indexes
}

/// Whether a foreign key that stays keeps something else from being changed.
fn is_in_the_way(difference: &Difference<'_>, table: &Table, key: &ForeignKey) -> bool {
    let loses_key = difference.change(&key.target).is_some_and(|change| {
        let primary_key = match &change.primary_key {
            Some(Change::Other(from, to)) if from.columns == to.columns => false,
            Some(change) => change.before().is_some_and(|primary| has_target(key, &primary.columns)),
            None => false,
        };
        primary_key
            || change.uniques.iter().any(|change| {
                matches!(change, Change::Gone(unique) if has_target(key, &unique.columns))
            })
            || change.indexes.iter().any(|change| {
                matches!(change, Change::Gone(index) if index.unique && has_target(key, &plain_columns(index)))
            })
    });
    loses_key || has_other_column(difference, table, key, |from, to| has_other_type(DIALECT, from, to))
}

fn renames(difference: &Difference<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (old, new) in difference.renames.tables() {
        let mut notes = Notes::new(DIALECT);
        notes.table_renamed(old, new);
        statements.push(notes.about(format!("ALTER TABLE {} RENAME TO {}", quote(old), quote(new))));
    }
    for (table, old, new) in difference.renames.columns() {
        let mut notes = Notes::new(DIALECT);
        notes.column_renamed(table, old, new);
        let table = quote(table);
        statements.push(notes.about(format!(
            "ALTER TABLE {table} RENAME COLUMN {} TO {}",
            quote(old),
            quote(new)
        )));
    }
    statements
}

fn drop_table(table: &Table) -> Statement {
    let mut notes = Notes::new(DIALECT);
    notes.table_dropped(table);
    if is_partitioned(table) {
        notes.warn(format!(
            "The way back makes `{}` without partitions, so that it takes no rows.",
            table.name
        ));
    }
    notes.about(format!("DROP TABLE {}", quote(&table.name)))
}

fn drop_foreign_key(moved: &Move<'_>) -> Result<Statement> {
    let mut notes = Notes::new(DIALECT);
    if moved.kept {
        notes.foreign_key_remade(moved.table, moved.key);
    } else {
        notes.foreign_key_dropped(moved.table, moved.key);
    }
    Ok(notes.about(constraint::drop(moved.table, moved.key.name.as_deref())?))
}

fn add_foreign_key(difference: &Difference<'_>, moved: &Move<'_>) -> Result<Statement> {
    let mut notes = Notes::new(DIALECT);
    let is_there = difference.from.table(&moved.table.name).is_some();
    if is_there && !moved.kept {
        notes.foreign_key_added(moved.table, moved.key);
    }
    if is_there {
        notes.warn(format!(
            "PostgreSQL checks every row of `{}`, and nobody writes meanwhile; on a large table add it NOT VALID and \
             VALIDATE CONSTRAINT in a migration of its own.",
            moved.table.name
        ));
    }
    let table = quote(&moved.table.name);
    Ok(notes.about(format!("ALTER TABLE {table} ADD {}", clause::foreign_key(DIALECT, moved.key)?)))
}

fn change_columns(change: &TableChange<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    // What is computed of other columns goes before they change, and comes when they have.
    let computed = |change: &Change<'_, Column>| change.after().is_some_and(is_computed);
    let was_computed = |change: &Change<'_, Column>| change.before().is_some_and(is_computed);
    let mut changes: Vec<_> = change.columns.iter().collect();
    changes.sort_by_key(|one| match one {
        Change::Gone(_) => !was_computed(one) as u8,
        Change::Other(..) if was_computed(one) => 2,
        Change::Other(..) => 4,
        Change::New(_) => 3 + 2 * u8::from(computed(one)),
    });
    for one in changes {
        match one {
            Change::Gone(column) => statements.push(column::gone(change.from, column)),
            Change::New(column) => statements.extend(column::new(change.to, column)),
            Change::Other(from, to) => statements.extend(column::other(change.to, from, to)),
        }
    }
    statements
}

/// Makes the tables that come; returns the foreign keys that go round in a circle.
fn create<'a>(difference: &Difference<'a>, statements: &mut Vec<Statement>) -> Result<Vec<Move<'a>>> {
    let (tables, circles) = create_tables(DIALECT, &difference.created)?;
    for (table, sql) in difference.created.iter().zip(tables) {
        let mut notes = Notes::new(DIALECT);
        notes.table_created(table);
        statements.push(notes.about(sql));
    }
    for table in &difference.created {
        let indexes = table.indexes.iter().map(|index| create_index(DIALECT, table, index, ""));
        statements.extend(indexes.map(|sql| Notes::new(DIALECT).about(sql)));
    }
    Ok(circles)
}

/// Whether the rows of a table are in its partitions.
fn is_partitioned(table: &Table) -> bool {
    table.options.starts_with("PARTITION BY ")
}

fn quote(name: &str) -> String {
    quote_identifier(DIALECT, name)
}
