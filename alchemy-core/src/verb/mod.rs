//! The verbs, each written once: for all models, all databases and both kinds of engine.
//!
//! They take their arguments by value or reference and an [`Executor`](crate::session::Executor); the services give
//! them their names in public.

mod create;
mod delete;
mod read;
mod update;

pub(crate) use self::create::{create, create_many};
pub(crate) use self::delete::delete;
pub(crate) use self::read::{count, exists, get, get_one, get_one_or_none, list, list_and_count, list_columns};
pub(crate) use self::update::update;

use chrono::{DateTime, SubsecRound, Utc};

use crate::backend::Dialect;
use crate::error::{Detail, Error};
use crate::model::{ModelMeta, UniqueMeta};

/// The current time to the microsecond, which is what all databases keep.
fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// Puts the model's name on an error, and the field's where the database named a column or a constraint.
fn about(meta: &'static ModelMeta) -> impl Fn(Error) -> Error {
    move |mut error| {
        if let Some(detail) = error.detail_mut() {
            detail.model.get_or_insert(meta.name);
            name_field(meta, detail);
        }
        error
    }
}

fn name_field(meta: &'static ModelMeta, detail: &mut Detail) {
    if let Some(column) = &detail.field {
        if let Some(found) = meta.columns.iter().find(|candidate| candidate.name == column) {
            detail.field = Some(found.field.to_owned());
        }
        return;
    }
    let Some(name) = &detail.constraint else { return };
    let fields = |columns: &[usize]| {
        columns.iter().map(|&column| meta.columns[column].field).collect::<Vec<_>>().join(", ")
    };
    // MariaDB calls every primary key so.
    if name == "PRIMARY" || *name == crate::ddl::names::primary_key(meta, Dialect::Postgres) {
        detail.field = Some(fields(meta.primary_key));
        return;
    }
    let named = |unique: &&UniqueMeta| unique_names(meta, unique).any(|candidate| candidate == *name);
    detail.field = meta.uniques.iter().find(named).map(|unique| fields(unique.columns));
}

/// The names a unique constraint may have in the databases, which shorten long ones differently.
fn unique_names<'a>(meta: &'static ModelMeta, unique: &'a UniqueMeta) -> impl Iterator<Item = String> + 'a {
    [Dialect::Postgres, Dialect::Mysql].into_iter().map(move |dialect| crate::ddl::names::unique(meta, unique, dialect))
}
