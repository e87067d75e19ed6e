//! Indexes.

use super::{Existing, names};
use crate::backend::{Dialect, index_prefix, quote_identifier};
use crate::model::{IndexMeta, ModelMeta};

/// The `CREATE INDEX` statements of a model.
#[must_use]
pub fn create_indexes(model: &ModelMeta, dialect: Dialect, existing: Existing) -> Vec<String> {
    model.indexes.iter().map(|index| create_index(model, index, dialect, existing)).collect()
}

/// The `CREATE INDEX` of one index: `CREATE INDEX "ix_author_name" ON "author" ("name")`.
///
/// On MariaDB a text too long for an index goes into it with its first 191 characters.
#[must_use]
pub fn create_index(model: &ModelMeta, index: &IndexMeta, dialect: Dialect, existing: Existing) -> String {
    let parts: Vec<_> = index
        .columns
        .iter()
        .map(|&column| {
            let name = quote_identifier(dialect, model.columns[column].name);
            match index_prefix(dialect, model, index.columns, column) {
                Some(length) => format!("{name}({length})"),
                None => name,
            }
        })
        .collect();
    format!(
        "CREATE INDEX {}{} ON {} ({})",
        existing.clause(),
        quote_identifier(dialect, &names::index(model, index, dialect)),
        quote_identifier(dialect, model.table),
        parts.join(", ")
    )
}
