//! Whether models can be one database.

use std::collections::HashMap;

use super::{foreign_key, names};
use crate::backend::{Dialect, check_primary_key, identifier_fits, ignores_case};
use crate::error::{Error, Result};
use crate::model::{ColumnKind, ModelMeta};

/// Refuses models that cannot be one database. Bind keys do not matter: one engine may serve them all.
///
/// `IF NOT EXISTS` would leave out the second of two tables or indexes with the same name, and a database that cuts a
/// long name would do it without a word: neither would be noticed before the data is wrong.
pub(crate) fn check(models: &[&'static ModelMeta], dialect: Dialect) -> Result<()> {
    check_tables(models, dialect)?;
    for model in models {
        check_lengths(model, dialect)?;
        check_generated(model)?;
        check_primary_key(dialect, model)?;
        for foreign_key in model.foreign_keys {
            foreign_key::target_columns(model, foreign_key)?;
        }
    }
    check_names(models, dialect)
}

fn check_tables(models: &[&'static ModelMeta], dialect: Dialect) -> Result<()> {
    let mut seen: HashMap<String, &ModelMeta> = HashMap::new();
    for model in models {
        if let Some(other) = seen.insert(folded(model.table, dialect), model) {
            return Err(Error::config(format!(
                "`{}` and `{}` have the same table: `{}`",
                other.name, model.name, model.table
            )));
        }
    }
    Ok(())
}

/// The names of an index, constraint or table as the database compares them.
fn folded(name: &str, dialect: Dialect) -> String {
    if ignores_case(dialect) { name.to_lowercase() } else { name.to_owned() }
}

fn check_lengths(model: &ModelMeta, dialect: Dialect) -> Result<()> {
    let uniques = model.uniques.iter().filter_map(|unique| unique.name);
    let indexes = model.indexes.iter().filter_map(|index| index.name);
    let foreign_keys = model.foreign_keys.iter().filter_map(|key| key.name);
    let mut names = [model.table]
        .into_iter()
        .chain(model.columns.iter().map(|column| column.name))
        .chain(uniques)
        .chain(indexes)
        .chain(foreign_keys);
    match names.find(|name| !identifier_fits(dialect, name)) {
        Some(name) => {
            Err(Error::config(format!("`{}`: the name `{name}` is too long for {dialect}", model.name)))
        }
        None => Ok(()),
    }
}

/// Refuses a column made by the database that is not the primary key, and the whole of it, or no `i64`.
fn check_generated(model: &ModelMeta) -> Result<()> {
    let unfit = model.columns.iter().enumerate().find(|(index, column)| {
        column.generated.is_some() && (model.primary_key != [*index] || column.kind != ColumnKind::BigInt)
    });
    match unfit {
        Some((_, column)) => Err(Error::config(format!(
            "`{}.{}` cannot be made by the database: only a primary key that is one `i64` can",
            model.name, column.field
        ))),
        None => Ok(()),
    }
}

/// What a name must be told apart from. PostgreSQL has tables, indexes and the constraints behind which there is one
/// in a common space, MariaDB the foreign keys of a database; models keep to both wherever they are.
#[derive(PartialEq, Eq, Hash)]
enum Space {
    Relations,
    ForeignKeys,
    Table(&'static str),
}

fn check_names(models: &[&'static ModelMeta], dialect: Dialect) -> Result<()> {
    let mut seen: HashMap<(Space, String), &ModelMeta> = HashMap::new();
    for model in models {
        // Their being different is checked already, with a better message.
        seen.insert((Space::Relations, folded(model.table, dialect)), model);
    }
    for model in models {
        let relations = [names::primary_key(model, dialect)]
            .into_iter()
            .chain(model.uniques.iter().map(|unique| names::unique(model, unique, dialect)))
            .chain(model.indexes.iter().map(|index| names::index(model, index, dialect)))
            .map(|name| (Space::Relations, name));
        let foreign_keys = model
            .foreign_keys
            .iter()
            .map(|foreign_key| (Space::ForeignKeys, names::foreign_key(model, foreign_key, dialect)));
        let checks =
            model.checks.iter().map(|check| (Space::Table(model.table), names::check(model, check, dialect)));
        for (space, name) in relations.chain(foreign_keys).chain(checks) {
            let of_table = (Space::Table(model.table), folded(&name, dialect));
            let other = if matches!(space, Space::Table(..)) {
                seen.insert(of_table, model)
            } else {
                seen.insert((space, folded(&name, dialect)), model).or(seen.insert(of_table, model))
            };
            if let Some(other) = other {
                return Err(same_name(other, model, &name));
            }
        }
    }
    Ok(())
}

fn same_name(left: &ModelMeta, right: &ModelMeta, name: &str) -> Error {
    let who = if left.is(right) {
        format!("`{}` has two constraints or indexes", left.name)
    } else {
        format!("`{}` and `{}` have a table, constraint or index each", left.name, right.name)
    };
    Error::config(format!("{who} that would be named `{name}`; give one of them another name"))
}
