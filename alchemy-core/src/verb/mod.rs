//! The verbs, each written once: for all models, all databases and both kinds of engine.
//!
//! They know a model by its metadata only, and read rows into a [`Sink`], so that they are compiled once and not for
//! each model. The services give them their names in public.

mod create;
mod delete;
mod read;
mod rows;
mod update;

pub(crate) use self::create::{create, in_order_of};
pub(crate) use self::delete::delete;
pub(crate) use self::read::{count, exists, get, get_one_or_none, list, list_and_count};
pub(crate) use self::rows::{Rows, Sink};
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
    if let Some(columns) = &detail.field {
        let field =
            |name| meta.columns.iter().find(|column| column.name == name).map_or(name, |column| column.field);
        detail.field = Some(columns.split(", ").map(field).collect::<Vec<_>>().join(", "));
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
    [Dialect::Postgres, Dialect::Mysql]
        .into_iter()
        .map(move |dialect| crate::ddl::names::unique(meta, unique, dialect))
}
