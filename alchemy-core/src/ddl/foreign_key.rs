//! Foreign keys.

use super::names;
use super::table::{column_list, constraint};
use crate::backend::{
    self, Dialect, check_key_column, deferred_clause, quote_identifier, referential_action,
};
use crate::error::{Error, Result};
use crate::model::{ForeignKeyMeta, ModelMeta};

/// A foreign key in a `CREATE TABLE`:
/// `CONSTRAINT "fk_book_author_id_author" FOREIGN KEY ("author_id") REFERENCES "author" ("id") ON DELETE CASCADE`.
///
/// MariaDB has no deferred foreign keys: there, one is checked at each statement.
///
/// # Errors
/// When it refers to a field that is not there, or the database cannot have it; the error names it.
pub fn foreign_key_constraint(
    model: &ModelMeta,
    foreign_key: &ForeignKeyMeta,
    dialect: Dialect,
) -> Result<String> {
    let definition = format!("FOREIGN KEY {}", definition(model, foreign_key, dialect)?);
    Ok(constraint(&names::foreign_key(model, foreign_key, dialect), &definition, dialect))
}

/// The statement that adds a foreign key to a table, unless the table has one of that name.
///
/// # Errors
/// As [`foreign_key_constraint`]; and [`Error::Unsupported`] on SQLite, which cannot add constraints.
pub fn add_foreign_key(model: &ModelMeta, foreign_key: &ForeignKeyMeta, dialect: Dialect) -> Result<String> {
    let name = names::foreign_key(model, foreign_key, dialect);
    backend::add_foreign_key(dialect, model.table, &name, &definition(model, foreign_key, dialect)?)
}

/// What follows `FOREIGN KEY`.
fn definition(model: &ModelMeta, foreign_key: &ForeignKeyMeta, dialect: Dialect) -> Result<String> {
    let target = (foreign_key.target)();
    let target_columns = target_columns(model, foreign_key)?;
    for &column in foreign_key.columns {
        check_key_column(dialect, model, column)?;
    }
    for &column in &target_columns {
        check_key_column(dialect, target, column)?;
    }
    let mut sql = format!(
        "({}) REFERENCES {} ({})",
        column_list(model, foreign_key.columns, dialect),
        quote_identifier(dialect, target.table),
        column_list(target, &target_columns, dialect)
    );
    for (event, action) in [("DELETE", foreign_key.on_delete), ("UPDATE", foreign_key.on_update)] {
        if let Some(action) = referential_action(dialect, action)? {
            sql.push_str(&format!(" ON {event} {action}"));
        }
    }
    if foreign_key.deferred {
        sql.push_str(deferred_clause(dialect));
    }
    Ok(sql)
}

/// The columns a foreign key refers to: indexes into its target's columns.
pub(crate) fn target_columns(model: &ModelMeta, foreign_key: &ForeignKeyMeta) -> Result<Vec<usize>> {
    let target = (foreign_key.target)();
    let columns = if foreign_key.target_fields.is_empty() {
        target.primary_key.to_vec()
    } else {
        foreign_key
            .target_fields
            .iter()
            .map(|field| {
                target.index_of_field(field).ok_or_else(|| {
                    Error::config(format!(
                        "the foreign key of {} refers to `{}.{field}`, which is not a field",
                        fields(model, foreign_key),
                        target.name
                    ))
                })
            })
            .collect::<Result<_>>()?
    };
    if columns.len() != foreign_key.columns.len() {
        return Err(Error::config(format!(
            "the foreign key of {} has {} column(s), but refers to {} of `{}`",
            fields(model, foreign_key),
            foreign_key.columns.len(),
            columns.len(),
            target.name
        )));
    }
    Ok(columns)
}

/// The foreign keys of a model that refer to one of `targets`: indexes into [`ModelMeta::foreign_keys`].
pub(super) fn referring_to(model: &ModelMeta, targets: &[&ModelMeta]) -> Vec<usize> {
    let refers = |foreign_key: &ForeignKeyMeta| {
        let target = (foreign_key.target)();
        targets.iter().any(|other| is_same_table(other, target))
    };
    (0..model.foreign_keys.len()).filter(|&index| refers(&model.foreign_keys[index])).collect()
}

/// Whether two models are one. Their addresses do not tell: a constant may have several.
pub(super) fn is_same_table(left: &ModelMeta, right: &ModelMeta) -> bool {
    left.bind_key() == right.bind_key() && left.table == right.table
}

/// The fields of a foreign key, for messages: `` `Book.author_id` ``.
pub(super) fn fields(model: &ModelMeta, foreign_key: &ForeignKeyMeta) -> String {
    let fields: Vec<_> = foreign_key
        .columns
        .iter()
        .map(|&column| format!("`{}.{}`", model.name, model.columns[column].field))
        .collect();
    fields.join(", ")
}
