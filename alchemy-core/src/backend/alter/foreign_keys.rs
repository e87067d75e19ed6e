//! Foreign keys that go, that come, and that are in the way of something else.

use super::same_type;
use crate::backend::Dialect;
use crate::migration::plan::{Change, Difference};
use crate::migration::schema::{Column, ForeignKey, Generation, Index, IndexKey, Schema, Table};

/// The foreign keys to drop before anything else changes, and those to add when all else has.
#[derive(Default)]
pub(super) struct Moves<'a> {
    pub(super) dropped: Vec<Move<'a>>,
    pub(super) added: Vec<Move<'a>>,
}

/// A foreign key that is dropped or added.
pub(super) struct Move<'a> {
    pub(super) table: &'a Table,
    pub(super) key: &'a ForeignKey,
    /// Whether it is there before and after, and was in the way.
    pub(super) kept: bool,
}

impl<'a> Moves<'a> {
    /// Those of a difference; a key is renamed where it stands, unless `renamed` says that it cannot be.
    pub(super) fn of(
        difference: &Difference<'a>,
        can_rename: bool,
        in_the_way: impl Fn(&Table, &ForeignKey) -> bool,
    ) -> Self {
        let mut moves = Self::default();
        moves.drop_circles(&difference.dropped);
        for from in &difference.from.tables {
            let Some(to) = difference.to.table(&from.name) else { continue };
            let changes = difference.change(&from.name).map_or(&[][..], |change| &change.foreign_keys);
            moves.add_changes(from, to, changes, |old| can_rename && !in_the_way(from, old));
            let is_changed = |key: &ForeignKey| {
                changes.iter().any(|change| change.before().is_some_and(|old| std::ptr::eq(old, key)))
            };
            for key in from.foreign_keys.iter().filter(|key| !is_changed(key) && in_the_way(from, key)) {
                moves.dropped.push(Move { table: from, key, kept: true });
                moves.added.push(Move { table: to, key, kept: true });
            }
        }
        moves
    }

    fn add_changes(
        &mut self,
        from: &'a Table,
        to: &'a Table,
        changes: &[Change<'a, ForeignKey>],
        is_renamed: impl Fn(&ForeignKey) -> bool,
    ) {
        for change in changes {
            if matches!(change, Change::Other(old, _) if is_renamed(old)) {
                continue;
            }
            self.dropped.extend(change.before().map(|key| Move { table: from, key, kept: false }));
            self.added.extend(change.after().map(|key| Move { table: to, key, kept: false }));
        }
    }

    /// Tables that go are in an order in which each goes before those it refers to; what goes round in a circle does not.
    fn drop_circles(&mut self, dropped: &[&'a Table]) {
        for (place, table) in dropped.iter().enumerate() {
            let before = |key: &ForeignKey| dropped[..place].iter().any(|other| other.name == key.target);
            let keys = table.foreign_keys.iter().filter(|key| before(key));
            self.dropped.extend(keys.map(|key| Move { table, key, kept: false }));
        }
    }
}

/// Whether tables that go refer to each other in a circle, or to themselves.
pub(super) fn has_circles(dropped: &[&Table]) -> bool {
    dropped.iter().enumerate().any(|(place, table)| {
        table.foreign_keys.iter().any(|key| dropped[..=place].iter().any(|other| other.name == key.target))
    })
}

/// Whether a column of either side of a foreign key changes in a way that matters.
pub(super) fn has_other_column(
    difference: &Difference<'_>,
    table: &Table,
    key: &ForeignKey,
    matters: impl Fn(&Column, &Column) -> bool,
) -> bool {
    let changes = |table: &str, columns: &[String]| {
        difference.change(table).is_some_and(|change| {
            change.other_columns().any(|(from, to)| columns.contains(&to.name) && matters(from, to))
        })
    };
    changes(&table.name, &key.columns) || changes(&key.target, &key.target_columns)
}

/// Whether the type of a column changes.
pub(super) fn has_other_type(dialect: Dialect, from: &Column, to: &Column) -> bool {
    !same_type(dialect, &from.sql_type, &to.sql_type) || from.collation != to.collation
}

pub(super) fn is_computed(column: &Column) -> bool {
    matches!(column.generated, Some(Generation::Computed { .. }))
}

/// Whether a foreign key of a schema refers to these columns of a table.
pub(super) fn is_referred_to(schema: &Schema, table: &str, columns: &[&str]) -> bool {
    let refers = |key: &ForeignKey| key.target == table && has_target(key, columns);
    schema.tables.iter().any(|table| table.foreign_keys.iter().any(refers))
}

/// Whether these are the columns that a foreign key refers to, in any order.
pub(super) fn has_target<S: AsRef<str>>(key: &ForeignKey, columns: &[S]) -> bool {
    key.target_columns.len() == columns.len()
        && key.target_columns.iter().all(|name| columns.iter().any(|column| column.as_ref() == name))
}

/// The columns of an index.
pub(super) fn plain_columns(index: &Index) -> Vec<&str> {
    let columns = index.parts.iter().filter_map(|part| match &part.key {
        IndexKey::Column(name) => Some(name.as_str()),
        IndexKey::Expression(_) => None,
    });
    columns.collect()
}
