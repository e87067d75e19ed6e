//! The foreign key that relates two tables.

use super::access::Access;
use super::object::join;
use super::tree::{Holder, Relation};
use crate::filter::FilterError;
use crate::model::{ColumnRole, ForeignKeyMeta, ModelMeta, models};

/// A related model, and the pairs of columns, this model's first, that relate it.
#[derive(Debug)]
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
    find_among(&models(), access, meta, path, asked)
}

/// The same among these models.
fn find_among(
    models: &[&'static ModelMeta],
    access: &Access,
    meta: &'static ModelMeta,
    path: &str,
    asked: &Relation,
) -> Result<Found, FilterError> {
    let mut found = Vec::new();
    if asked.holder != Some(Holder::Related) {
        for key in meta.foreign_keys {
            let target = (key.target)();
            if is_table(target, meta, &asked.table)
                && is_asked(access, meta, key, asked)
                && let Some(on) = columns(key, target, target)
            {
                found.push(Found { meta: target, on });
            }
        }
    }
    if asked.holder != Some(Holder::This) {
        let mut holders = 0;
        for &related in models.iter().filter(|model| is_table(model, meta, &asked.table)) {
            let refers = |key: &&ForeignKeyMeta| is_table((key.target)(), meta, meta.table);
            let keys: Vec<_> = related.foreign_keys.iter().filter(refers).collect();
            holders += usize::from(!keys.is_empty());
            for key in keys.into_iter().filter(|key| is_asked(access, related, key, asked)) {
                if let Some(on) = columns(key, (key.target)(), meta) {
                    let on = on.into_iter().map(|(own, other)| (other, own)).collect();
                    found.push(Found { meta: related, on });
                }
            }
        }
        // Which of them is meant does not depend on what is open of each.
        if holders > 1 && !found.is_empty() {
            return Err(FilterError::invalid_json(join(path, "table"), "is the table of several models"));
        }
    }
    let only = match (found.pop(), found.is_empty()) {
        (Some(only), true) => only,
        (Some(_), false) => {
            return Err(FilterError::invalid_json(
                path,
                "means one of several relations: `via` and `holder` tell them apart",
            ));
        }
        (None, _) => {
            let reason = "names no relation that can be asked for";
            return Err(FilterError::invalid_json(join(path, "table"), reason));
        }
    };
    if forgets_deleted(models, only.meta) {
        let reason = "is that of a model which does not say which of its rows were deleted";
        return Err(FilterError::invalid_json(join(path, "table"), reason));
    }
    Ok(only)
}

/// Whether a model is that of a table in the same database as another's.
fn is_table(model: &ModelMeta, beside: &ModelMeta, table: &str) -> bool {
    model.table == table && model.bind_key() == beside.bind_key()
}

fn is_asked(access: &Access, holder: &ModelMeta, key: &ForeignKeyMeta, asked: &Relation) -> bool {
    let named = |via: &String| key.columns.iter().any(|&column| holder.columns[column].field == via);
    asked.via.as_ref().is_none_or(named) && access.may_relate(holder, key.columns)
}

/// Whether another model of the same table knows of rows that were deleted, but kept, and this one does not.
fn forgets_deleted(models: &[&'static ModelMeta], meta: &ModelMeta) -> bool {
    let knows = |model: &ModelMeta| model.index_of_role(ColumnRole::DeletedAt).is_some();
    meta.query.is_none()
        && !knows(meta)
        && models
            .iter()
            .any(|model| model.query.is_none() && is_table(model, meta, meta.table) && knows(model))
}

/// The key's columns, each with the one that it refers to, as `model` has it: the model that the key names, or another
/// of the same table, whose columns may stand in another order. `None` where it lacks one of them.
fn columns(key: &ForeignKeyMeta, target: &ModelMeta, model: &ModelMeta) -> Option<Vec<(usize, usize)>> {
    let referred: Vec<usize> = match key.target_fields {
        [] => target.primary_key.to_vec(),
        fields => fields.iter().map(|field| target.index_of_field(field)).collect::<Option<_>>()?,
    };
    // The rows of a hand-written select are not those of a table, whatever it is called.
    if referred.len() != key.columns.len() || target.query != model.query {
        return None;
    }
    let same = |column: usize| {
        let wanted = &target.columns[column];
        model.columns.iter().position(|column| column.name == wanted.name && column.kind == wanted.kind)
    };
    key.columns.iter().zip(referred).map(|(&own, column)| Some((own, same(column)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::ParamLimits;
    use crate::filter::json::tree::Condition;
    use crate::model::{ColumnKind, ColumnMeta};

    const ID: ColumnMeta =
        ColumnMeta { role: ColumnRole::PrimaryKey, ..ColumnMeta::new("id", "id", ColumnKind::Uuid) };
    const CODE: ColumnMeta = ColumnMeta::new("code", "short", ColumnKind::Text);
    const OWNER: ColumnMeta =
        ColumnMeta { filterable: true, ..ColumnMeta::new("owner", "owner", ColumnKind::Text) };
    const DELETED_AT: ColumnMeta = ColumnMeta {
        role: ColumnRole::DeletedAt,
        nullable: true,
        ..ColumnMeta::new("deleted_at", "deleted_at", ColumnKind::TimestampTz)
    };

    static PERSON: ModelMeta = ModelMeta::new("Person", "people", &[ID, CODE]);
    /// The same table with its columns in another order and under other fields.
    static PERSON_VIEW: ModelMeta = ModelMeta {
        primary_key: &[],
        ..ModelMeta::new(
            "PersonView",
            "people",
            &[
                ColumnMeta::new("shown", "short", ColumnKind::Text),
                ColumnMeta::new("number", "id", ColumnKind::Uuid),
            ],
        )
    };
    /// Without the column that is referred to.
    static PERSON_KEY: ModelMeta = ModelMeta::new("PersonKey", "people", &[ID]);
    /// Rows that only happen to be called the same.
    static PERSON_QUERY: ModelMeta =
        ModelMeta { query: Some("SELECT 1"), ..ModelMeta::new("PersonQuery", "people", &[ID, CODE]) };

    const BY_CODE: ForeignKeyMeta =
        ForeignKeyMeta { target_fields: &["code"], ..ForeignKeyMeta::new(&[1], || &PERSON) };
    static PET: ModelMeta =
        ModelMeta { foreign_keys: &[BY_CODE], ..ModelMeta::new("Pet", "pets", &[ID, OWNER, DELETED_AT]) };
    static PET_VIEW: ModelMeta =
        ModelMeta { foreign_keys: &[BY_CODE], ..ModelMeta::new("PetView", "pets", &[ID, OWNER]) };
    static PET_KEY: ModelMeta = ModelMeta::new("PetKey", "pets", &[ID, DELETED_AT]);
    /// A key of one column that refers to one of two, and one to a field that there is not.
    static BROKEN: ModelMeta = ModelMeta {
        foreign_keys: &[
            ForeignKeyMeta { target_fields: &["id", "code"], ..ForeignKeyMeta::new(&[1], || &PERSON) },
            ForeignKeyMeta { target_fields: &["nothing"], ..ForeignKeyMeta::new(&[1], || &PERSON) },
        ],
        ..ModelMeta::new("Broken", "pets", &[ID, OWNER])
    };

    fn asked(table: &str, holder: Option<Holder>) -> Relation {
        let condition = Condition::Group { any: false, parts: Vec::new() };
        Relation { table: table.to_owned(), via: None, holder, condition, negated: false }
    }

    /// The model's name and the columns, or what is wrong.
    type Outcome = Result<(&'static str, Vec<(usize, usize)>), String>;

    fn found(models: &[&'static ModelMeta], meta: &'static ModelMeta, table: &str) -> Outcome {
        let access = Access::Client(ParamLimits::default());
        match find_among(models, &access, meta, "at", &asked(table, None)) {
            Ok(found) => Ok((found.meta.name, found.on)),
            Err(error) => Err(error.to_string()),
        }
    }

    const NONE: &str = "`at.table` names no relation that can be asked for";

    #[test]
    fn the_columns_are_those_of_the_model_that_is_asked() {
        assert_eq!(found(&[&PERSON, &PET], &PERSON, "pets"), Ok(("Pet", vec![(1, 1)])));
        assert_eq!(found(&[&PERSON, &PET], &PERSON_VIEW, "pets"), Ok(("Pet", vec![(0, 1)])));
        assert_eq!(found(&[&PERSON, &PET], &PET, "people"), Ok(("Person", vec![(1, 1)])));
        for meta in [&PERSON_KEY, &PERSON_QUERY] {
            assert_eq!(found(&[&PERSON, &PET], meta, "pets"), Err(NONE.to_owned()), "{}", meta.name);
        }
    }

    #[test]
    fn a_key_whose_columns_have_no_counterparts_relates_nothing() {
        assert_eq!(found(&[&PERSON, &BROKEN], &PERSON, "pets"), Err(NONE.to_owned()));
        assert_eq!(found(&[&PERSON, &BROKEN], &BROKEN, "people"), Err(NONE.to_owned()));
    }

    #[test]
    fn a_table_of_several_models_with_foreign_keys_is_refused() {
        let several = Err("`at.table` is the table of several models".to_owned());
        assert_eq!(found(&[&PERSON, &PET, &PET_VIEW], &PERSON, "pets"), several);
        assert_eq!(found(&[&PERSON, &PET_VIEW, &PET], &PERSON, "pets"), several);
    }

    #[test]
    fn a_model_that_knows_of_no_deleted_rows_is_no_way_around_one_that_does() {
        let refused = "`at.table` is that of a model which does not say which of its rows were deleted";
        assert_eq!(found(&[&PERSON, &PET_VIEW, &PET_KEY], &PERSON, "pets"), Err(refused.to_owned()));
        assert_eq!(found(&[&PERSON, &PET, &PET_KEY], &PERSON, "pets"), Ok(("Pet", vec![(1, 1)])));
        assert_eq!(found(&[&PERSON, &PET_VIEW], &PERSON, "pets"), Ok(("PetView", vec![(1, 1)])));
    }
}
