//! The foreign key that relates two tables.

use super::access::Access;
use super::object::join;
use super::tree::{Holder, Relation};
use crate::filter::FilterError;
use crate::model::{ForeignKeyMeta, ModelMeta, models};

/// A related model, and the pairs of columns, this model's first, that relate it.
pub(super) struct Found {
    pub(super) meta: &'static ModelMeta,
    pub(super) on: Vec<(usize, usize)>,
}

/// The related model and what relates it; an error where there is none that may be asked for, or several.
pub(super) fn find(
    access: &Access,
    meta: &'static ModelMeta,
    path: &str,
    asked: &Relation,
) -> Result<Found, FilterError> {
    let mut found = Vec::new();
    if asked.holder != Some(Holder::Related) {
        for key in meta.foreign_keys {
            let target = (key.target)();
            if is_table(target, meta, &asked.table) && is_asked(access, meta, key, asked) {
                let on = target_columns(key, target);
                found.push(Found { meta: target, on: on.collect() });
            }
        }
    }
    if asked.holder != Some(Holder::This) {
        for related in models().into_iter().filter(|model| is_table(model, meta, &asked.table)) {
            for key in related.foreign_keys {
                let target = (key.target)();
                if is_table(target, meta, meta.table) && is_asked(access, related, key, asked) {
                    let on = target_columns(key, target).map(|(own, other)| (other, own));
                    found.push(Found { meta: related, on: on.collect() });
                }
            }
        }
    }
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => Err(FilterError::invalid_json(
            path,
            "means one of several relations: `via` and `holder` tell them apart",
        )),
        (None, _) => {
            Err(FilterError::invalid_json(join(path, "table"), "names no relation that can be asked for"))
        }
    }
}

/// Whether a model is that of a table in the same database as another's.
fn is_table(model: &ModelMeta, beside: &ModelMeta, table: &str) -> bool {
    model.table == table && model.bind_key() == beside.bind_key()
}

fn is_asked(access: &Access, holder: &ModelMeta, key: &ForeignKeyMeta, asked: &Relation) -> bool {
    let named = |via: &String| key.columns.iter().any(|&column| holder.columns[column].field == via);
    asked.via.as_ref().is_none_or(named) && access.may_relate(holder, key.columns)
}

/// The key's columns, each with the one of the target that it refers to.
fn target_columns(
    key: &'static ForeignKeyMeta,
    target: &'static ModelMeta,
) -> impl Iterator<Item = (usize, usize)> {
    let referred = match key.target_fields {
        [] => target.primary_key.to_vec(),
        fields => fields.iter().filter_map(|field| target.index_of_field(field)).collect(),
    };
    key.columns.iter().copied().zip(referred)
}
