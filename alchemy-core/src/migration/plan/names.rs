//! Names that constraints and indexes keep, though models would call them otherwise, until another needs the name.

use crate::backend::{Dialect, ignores_case};
use crate::migration::schema::{Schema, Table};

/// Gives constraints and indexes of `adopted`, which have the names that a database has for them, those that were `asked` for
/// where another is to have theirs: a column or table that was renamed kept its index, and one that takes its place has
/// one of the same name.
///
/// No two were asked to have the same name, so that in the end none have.
pub(super) fn give_way(asked: &Schema, adopted: &mut Schema, dialect: Dialect) {
    while let Some(name) = clash(asked, adopted, dialect) {
        let Name { table, part, .. } = name;
        let own = part.name(&asked.tables[table]).map(str::to_owned);
        part.rename(&mut adopted.tables[table], own);
    }
}

/// A name that two have, of one that was to have another.
fn clash(asked: &Schema, adopted: &Schema, dialect: Dialect) -> Option<Name> {
    let names: Vec<Name> = names(adopted, dialect);
    let is_twice = |name: &&Name| {
        names.iter().filter(|other| (other.scope, &other.folded) == (name.scope, &name.folded)).count() > 1
    };
    let is_kept = |name: &&Name| {
        name.part.name(&asked.tables[name.table]) != name.part.name(&adopted.tables[name.table])
    };
    names.iter().filter(is_kept).find(is_twice).cloned()
}

/// A name, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    table: usize,
    part: Part,
    scope: Scope,
    folded: String,
}

/// A part of a table that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    PrimaryKey,
    Unique(usize),
    ForeignKey(usize),
    Check(usize),
    Index(usize),
}

/// Where no name may be there twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// In the database, among those of the same kind.
    Database,
    /// Among the indexes of a table.
    Indexes(usize),
    /// Among the constraints of a table.
    Constraints(usize),
}

fn names(schema: &Schema, dialect: Dialect) -> Vec<Name> {
    let fold = |name: &str| if ignores_case(dialect) { name.to_lowercase() } else { name.to_owned() };
    let mut names = Vec::new();
    for (place, table) in schema.tables.iter().enumerate() {
        for part in parts(table) {
            if let (Some(scope), Some(name)) = (part.scope(place, dialect), part.name(table)) {
                names.push(Name { table: place, part, scope, folded: fold(name) });
            }
        }
    }
    names
}

fn parts(table: &Table) -> impl Iterator<Item = Part> {
    std::iter::once(Part::PrimaryKey)
        .chain((0..table.uniques.len()).map(Part::Unique))
        .chain((0..table.foreign_keys.len()).map(Part::ForeignKey))
        .chain((0..table.checks.len()).map(Part::Check))
        .chain((0..table.indexes.len()).map(Part::Index))
}

impl Part {
    /// `None` where the name is nobody else's business.
    fn scope(self, table: usize, dialect: Dialect) -> Option<Scope> {
        match (dialect, self) {
            (Dialect::Sqlite, Self::Index(_)) => Some(Scope::Database),
            (Dialect::Sqlite, _) | (Dialect::Mysql, Self::PrimaryKey) => None,
            // Each has an index of its name.
            (Dialect::Postgres, Self::PrimaryKey | Self::Unique(_) | Self::Index(_)) => Some(Scope::Database),
            (Dialect::Mysql, Self::ForeignKey(_)) => Some(Scope::Database),
            (Dialect::Mysql, Self::Unique(_) | Self::Index(_)) => Some(Scope::Indexes(table)),
            (Dialect::Postgres, Self::ForeignKey(_) | Self::Check(_)) | (Dialect::Mysql, Self::Check(_)) => {
                Some(Scope::Constraints(table))
            }
        }
    }

    fn name(self, table: &Table) -> Option<&str> {
        match self {
            Self::PrimaryKey => table.primary_key.as_ref()?.name.as_deref(),
            Self::Unique(place) => table.uniques[place].name.as_deref(),
            Self::ForeignKey(place) => table.foreign_keys[place].name.as_deref(),
            Self::Check(place) => table.checks[place].name.as_deref(),
            Self::Index(place) => Some(&table.indexes[place].name),
        }
    }

    fn rename(self, table: &mut Table, name: Option<String>) {
        match self {
            Self::PrimaryKey => table.primary_key.iter_mut().for_each(|key| key.name.clone_from(&name)),
            Self::Unique(place) => table.uniques[place].name = name,
            Self::ForeignKey(place) => table.foreign_keys[place].name = name,
            Self::Check(place) => table.checks[place].name = name,
            Self::Index(place) => table.indexes[place].name = name.unwrap_or_default(),
        }
    }
}
