//! What an error of the database is about, in the model's words.

use crate::backend::Dialect;
use crate::ddl::names;
use crate::error::{Detail, Error};
use crate::model::ModelMeta;

/// Puts the model's name on an error, and the field's where the database named a column or a constraint.
pub(crate) fn about(meta: &'static ModelMeta) -> impl Fn(Error) -> Error {
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
    } else if let Some(columns) = detail.constraint.as_deref().and_then(|name| constrained(meta, name)) {
        let fields: Vec<_> = columns.iter().map(|&column| meta.columns[column].field).collect();
        detail.field = Some(fields.join(", "));
    }
}

/// The columns of the key, unique constraint or foreign key of that name.
fn constrained(meta: &'static ModelMeta, name: &str) -> Option<&'static [usize]> {
    // MariaDB calls every primary key so.
    if name == "PRIMARY" {
        return Some(meta.primary_key);
    }
    // Databases shorten long names differently.
    [Dialect::Postgres, Dialect::Mysql].into_iter().find_map(|dialect| {
        if name == names::primary_key(meta, dialect) {
            return Some(meta.primary_key);
        }
        let unique = meta.uniques.iter().find(|unique| name == names::unique(meta, unique, dialect));
        let foreign_key =
            || meta.foreign_keys.iter().find(|key| name == names::foreign_key(meta, key, dialect));
        unique.map(|unique| unique.columns).or_else(|| Some(foreign_key()?.columns))
    })
}
