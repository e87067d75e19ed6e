//! The statements that create tables, made from the metadata of models.
//!
//! [`create_all`] makes those for a whole database; the functions beside it make the pieces, one statement or clause
//! each. A statement has no semicolon at its end. What differs between databases comes from [`crate::backend`].

mod check;
mod foreign_key;
mod index;
pub mod names;
mod order;
mod table;
#[cfg(test)]
mod tests;

use crate::backend::{Dialect, allows_forward_references};
use crate::error::Result;
use crate::model::ModelMeta;

#[cfg(feature = "migrations")]
pub(crate) use self::check::check;
#[cfg(feature = "migrations")]
pub(crate) use self::foreign_key::target_columns;
pub use self::foreign_key::{add_foreign_key, foreign_key_constraint};
pub use self::index::{create_index, create_indexes};
#[cfg(feature = "migrations")]
pub(crate) use self::order::by_dependency;
pub use self::order::sort_by_dependency;
pub use self::table::{
    Existing, check_condition, check_constraint, column_definition, create_table, create_table_without,
    drop_table, primary_key_constraint, unique_constraint,
};

/// The statements that create what is missing of the tables of `models`, in the order to run them in.
///
/// Running them twice is the same as running them once. A table that exists stays as it is, whatever columns it has.
/// Models whose table is not [managed](ModelMeta::managed) are left out. All `models` should live in the same
/// database, which is the caller's to see to.
///
/// Foreign keys that go round in a circle are added once both tables are there, or, on SQLite, which cannot do that,
/// written ahead.
///
/// # Errors
/// [`Error::Config`](crate::error::Error::Config), naming the models and fields, where the models cannot be one database: two
/// have the same table, a foreign key refers to a model of another bind key that is not among `models` or to a field that is not there, two constraints have
/// the same name, an identifier is too long, or the database has no type for a column.
/// [`Error::Unsupported`](crate::error::Error::Unsupported) where it lacks a feature.
pub fn create_all(models: &[&'static ModelMeta], dialect: Dialect) -> Result<Vec<String>> {
    let managed: Vec<&'static ModelMeta> = models.iter().copied().filter(|model| model.managed).collect();
    check::check(&managed, dialect)?;
    let models = sort_by_dependency(&managed)?;

    let mut tables = Vec::with_capacity(models.len());
    let mut foreign_keys = Vec::new();
    let mut indexes = Vec::new();
    for (position, model) in models.iter().enumerate() {
        let later = if allows_forward_references(dialect) {
            Vec::new()
        } else {
            foreign_key::referring_to(model, &models[position + 1..])
        };
        tables.push(create_table_without(model, &later, dialect, Existing::Kept)?);
        for index in later {
            foreign_keys.push(add_foreign_key(model, &model.foreign_keys[index], dialect)?);
        }
        indexes.extend(create_indexes(model, dialect, Existing::Kept));
    }
    tables.append(&mut foreign_keys);
    tables.append(&mut indexes);
    Ok(tables)
}
