//! The names of a model's constraints and indexes in a database: those the model gives, else those of the
//! [naming convention](crate::model::constraint), cut to what the database takes.

use crate::backend::{Dialect, constraint_name};
use crate::model::{CheckMeta, ForeignKeyMeta, IndexMeta, ModelMeta, UniqueMeta, constraint};

/// The name of the primary key. MariaDB takes it and calls the constraint `PRIMARY` all the same.
#[must_use]
pub fn primary_key(model: &ModelMeta, dialect: Dialect) -> String {
    constraint_name(dialect, constraint::primary_key(model.table))
}

/// The name of a unique constraint.
#[must_use]
pub fn unique(model: &ModelMeta, unique: &UniqueMeta, dialect: Dialect) -> String {
    let convention = || constraint::unique(model.table, first_column(model, unique.columns));
    given_or(unique.name, convention, dialect)
}

/// The name of an index.
#[must_use]
pub fn index(model: &ModelMeta, index: &IndexMeta, dialect: Dialect) -> String {
    let convention = || constraint::index(model.table, first_column(model, index.columns));
    given_or(index.name, convention, dialect)
}

/// The name of a foreign key.
#[must_use]
pub fn foreign_key(model: &ModelMeta, foreign_key: &ForeignKeyMeta, dialect: Dialect) -> String {
    let convention = || {
        let column = first_column(model, foreign_key.columns);
        constraint::foreign_key(model.table, column, (foreign_key.target)().table)
    };
    given_or(foreign_key.name, convention, dialect)
}

/// The name of a check constraint.
#[must_use]
pub fn check(model: &ModelMeta, check: &CheckMeta, dialect: Dialect) -> String {
    constraint_name(dialect, constraint::check(model.table, check.name))
}

fn given_or(name: Option<&str>, convention: impl FnOnce() -> String, dialect: Dialect) -> String {
    name.map_or_else(|| constraint_name(dialect, convention()), str::to_owned)
}

fn first_column(model: &ModelMeta, columns: &[usize]) -> &'static str {
    columns.first().map_or("", |&column| model.columns[column].name)
}
