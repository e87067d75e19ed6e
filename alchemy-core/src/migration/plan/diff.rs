//! How two schemas differ.

use super::Renames;
use super::same::{Constraint, partners, same_column};
use crate::backend::Dialect;
use crate::ddl::by_dependency;
use crate::migration::schema::{
    Check, Column, ForeignKey, Generation, Index, PrimaryKey, Schema, Table, Unique,
};

/// How two schemas differ, after what is renamed was.
pub(crate) struct Difference<'a> {
    pub(crate) renames: Renames,
    pub(crate) dialect: Dialect,
    /// The whole of the schema before, by its new names.
    pub(crate) from: &'a Schema,
    /// The whole of the schema wanted.
    pub(crate) to: &'a Schema,
    /// The tables that go, each before those that it refers to.
    pub(crate) dropped: Vec<&'a Table>,
    /// The tables that come, each after those that it refers to.
    pub(crate) created: Vec<&'a Table>,
    /// The tables that are in both and differ.
    pub(crate) changed: Vec<TableChange<'a>>,
}

/// How two tables of the same name differ.
pub(crate) struct TableChange<'a> {
    pub(crate) from: &'a Table,
    pub(crate) to: &'a Table,
    pub(crate) columns: Vec<Change<'a, Column>>,
    pub(crate) primary_key: Option<Change<'a, PrimaryKey>>,
    pub(crate) uniques: Vec<Change<'a, Unique>>,
    pub(crate) foreign_keys: Vec<Change<'a, ForeignKey>>,
    pub(crate) checks: Vec<Change<'a, Check>>,
    pub(crate) indexes: Vec<Change<'a, Index>>,
}

/// What happens to a part of a table.
pub(crate) enum Change<'a, T> {
    /// It goes.
    Gone(&'a T),
    /// It comes.
    New(&'a T),
    /// It becomes another: a column of other properties, a constraint of another name.
    Other(&'a T, &'a T),
}

impl<'a, T> Change<'a, T> {
    /// What is there before and not after.
    pub(crate) fn before(&self) -> Option<&'a T> {
        match self {
            Self::Gone(old) | Self::Other(old, _) => Some(old),
            Self::New(_) => None,
        }
    }

    /// What is there after and not before.
    pub(crate) fn after(&self) -> Option<&'a T> {
        match self {
            Self::New(new) | Self::Other(_, new) => Some(new),
            Self::Gone(_) => None,
        }
    }
}

impl<'a> Difference<'a> {
    /// The difference of two schemas, of which the first has the new names already.
    pub(crate) fn of(renames: Renames, from: &'a Schema, to: &'a Schema, dialect: Dialect) -> Self {
        let alone = |one: &'a Schema, other: &Schema| {
            in_order(one.tables.iter().filter(|table| other.table(&table.name).is_none()).collect())
        };
        let changed = to.tables.iter().filter_map(|to| {
            let change = TableChange::of(from.table(&to.name)?, to, dialect);
            (!change.is_empty()).then_some(change)
        });
        let mut dropped = alone(from, to);
        dropped.reverse();
        Self { changed: changed.collect(), dropped, created: alone(to, from), renames, dialect, from, to }
    }

    /// The change of a table.
    pub(crate) fn change(&self, table: &str) -> Option<&TableChange<'a>> {
        self.changed.iter().find(|change| change.to.name == table)
    }
}

impl<'a> TableChange<'a> {
    fn of(from: &'a Table, to: &'a Table, dialect: Dialect) -> Self {
        let remade = remade(from, to, dialect);
        let gone: Vec<_> = from.columns.iter().map(|column| column.name.as_str()).collect();
        let gone: Vec<_> = gone.into_iter().filter(|name| to.column(name).is_none()).collect();
        let lost = Lost { remade: &remade, gone: &gone };
        Self {
            from,
            to,
            columns: columns(from, to, &remade, dialect),
            primary_key: primary_key(from.primary_key.as_ref(), to.primary_key.as_ref()),
            uniques: constraints(&from.uniques, &to.uniques, &lost, dialect),
            foreign_keys: constraints(&from.foreign_keys, &to.foreign_keys, &lost, dialect),
            checks: constraints(&from.checks, &to.checks, &lost, dialect),
            indexes: constraints(&from.indexes, &to.indexes, &lost, dialect),
        }
    }

    fn is_empty(&self) -> bool {
        self.columns.is_empty() && self.primary_key.is_none() && self.has_same_constraints()
    }

    fn has_same_constraints(&self) -> bool {
        self.uniques.is_empty()
            && self.foreign_keys.is_empty()
            && self.checks.is_empty()
            && self.indexes.is_empty()
    }

    /// The columns that differ before and after.
    pub(crate) fn other_columns(&self) -> impl Iterator<Item = (&'a Column, &'a Column)> {
        self.columns.iter().filter_map(|change| match change {
            Change::Other(from, to) => Some((*from, *to)),
            Change::Gone(_) | Change::New(_) => None,
        })
    }
}

/// The columns that are not there all the time.
struct Lost<'a> {
    /// Those that go and come again.
    remade: &'a [&'a str],
    /// Those that go.
    gone: &'a [&'a str],
}

impl Lost<'_> {
    /// Whether a constraint, told before and after, goes with one of the columns.
    fn takes<C: Constraint>(&self, from: &C, to: &C, dialect: Dialect) -> bool {
        self.remade.iter().any(|column| to.has(column, dialect))
            || self.gone.iter().any(|column| from.goes_with(column, dialect))
    }
}

/// Tables, each after those that it refers to.
fn in_order(tables: Vec<&Table>) -> Vec<&Table> {
    let edges: Vec<Vec<usize>> = tables
        .iter()
        .map(|table| {
            let targets = table.foreign_keys.iter();
            targets.filter_map(|key| tables.iter().position(|other| other.name == key.target)).collect()
        })
        .collect();
    by_dependency(&edges).into_iter().map(|place| tables[place]).collect()
}

/// The columns that have to go and come again: no database computes what was a column's own value.
fn remade<'a>(from: &Table, to: &'a Table, dialect: Dialect) -> Vec<&'a str> {
    let is_computed = |column: &&Column| matches!(column.generated, Some(Generation::Computed { .. }));
    let differs =
        |column: &&Column| from.column(&column.name).is_some_and(|old| !same_column(dialect, old, column));
    to.columns.iter().filter(is_computed).filter(differs).map(|column| column.name.as_str()).collect()
}

fn columns<'a>(from: &'a Table, to: &'a Table, remade: &[&str], dialect: Dialect) -> Vec<Change<'a, Column>> {
    let goes = |column: &&Column| to.column(&column.name).is_none() || remade.contains(&column.name.as_str());
    let gone = from.columns.iter().filter(goes).map(Change::Gone);
    let rest = to.columns.iter().filter_map(|column| match from.column(&column.name) {
        None => Some(Change::New(column)),
        Some(_) if remade.contains(&column.name.as_str()) => Some(Change::New(column)),
        Some(old) if same_column(dialect, old, column) => None,
        Some(old) => Some(Change::Other(old, column)),
    });
    gone.chain(rest).collect()
}

fn primary_key<'a>(
    from: Option<&'a PrimaryKey>,
    to: Option<&'a PrimaryKey>,
) -> Option<Change<'a, PrimaryKey>> {
    match (from, to) {
        (None, None) => None,
        (Some(from), None) => Some(Change::Gone(from)),
        (None, Some(to)) => Some(Change::New(to)),
        (Some(from), Some(to)) => (from != to).then_some(Change::Other(from, to)),
    }
}

fn constraints<'a, C: Constraint>(
    from: &'a [C],
    to: &'a [C],
    lost: &Lost<'_>,
    dialect: Dialect,
) -> Vec<Change<'a, C>> {
    let mut partners = partners(from, to, dialect);
    for (partner, to) in partners.iter_mut().zip(to) {
        partner.take_if(|place| lost.takes(&from[*place], to, dialect));
    }
    let gone = (0..from.len()).filter(|place| !partners.contains(&Some(*place)));
    let mut changes: Vec<_> = gone.map(|place| Change::Gone(&from[place])).collect();
    changes.extend(to.iter().zip(&partners).filter_map(
        |(to, partner)| match partner.map(|place| &from[place]) {
            None => Some(Change::New(to)),
            Some(from) if from.name() != to.name() => Some(Change::Other(from, to)),
            Some(_) => None,
        },
    ));
    changes
}
