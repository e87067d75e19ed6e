//! What tables and columns were called before.

use std::collections::HashMap;

use syn::ext::IdentExt;

use crate::attr::RenamedFromAttr;
use crate::errors::Errors;
use crate::model::{Column, Model};

/// Checks the names of before.
pub(super) fn model(model: &Model, errors: &mut Errors) {
    if model.base.is_read_only() {
        // None of them can be there, which has been reported.
        return;
    }
    if model.table.module.is_none() {
        adopted(model, errors);
        return;
    }
    if let Some(renamed) = &model.renamed_from {
        is_another(renamed, &model.table.sql_name, "table", errors);
    }
    columns(model, errors);
}

/// Refuses to rename what Alchemy does not make.
fn adopted(model: &Model, errors: &mut Errors) {
    let of_fields = model.columns.iter().filter_map(|column| column.attrs.renamed_from.as_ref());
    for renamed in model.renamed_from.iter().chain(of_fields) {
        errors.at(
            &renamed.word,
            "`renamed_from` is for a table that Alchemy makes, and this one is adopted by `schema`",
            "remove `renamed_from`; the migrations that own the table rename it",
        );
    }
}

fn columns(model: &Model, errors: &mut Errors) {
    let mut seen = HashMap::new();
    for column in &model.columns {
        let Some(renamed) = &column.attrs.renamed_from else { continue };
        let old = renamed.name.value();
        if !is_another(renamed, &column.sql_name, "column", errors) {
            continue;
        }
        let mut others = model.columns.iter().filter(|other| other.field != column.field);
        if let Some(other) = others.find(|other| is_same(&other.sql_name, &old)) {
            errors.at(
                &renamed.name,
                format_args!("`{old}` is the column of `{}`, so this one cannot have been it", field(other)),
                "name the column that is no longer there, or remove `renamed_from`",
            );
        } else if let Some(other) = seen.insert(old.to_lowercase(), field(column)) {
            errors.at(
                &renamed.name,
                format_args!("`{}` and `{other}` are renamed from the same column `{old}`", field(column)),
                "keep `renamed_from` on one of them",
            );
        }
    }
}

/// Checks that the name of before is not the present one.
fn is_another(renamed: &RenamedFromAttr, name: &str, what: &str, errors: &mut Errors) -> bool {
    let is_another = renamed.name.value() != name;
    if !is_another {
        errors.at(
            &renamed.name,
            format_args!("the {what} is called `{name}` now, so it is not renamed"),
            format_args!("name what the {what} was called before, or remove `renamed_from`"),
        );
    }
    is_another
}

/// Whether the databases take two columns for the same one.
fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn field(column: &Column) -> String {
    column.field.unraw().to_string()
}
