//! By what rows are found: upserts' match fields, and the parameters of query strings.

use crate::case::RenameRule;
use crate::errors::Errors;
use crate::model::{Column, Model};
use syn::ext::IdentExt;

/// The parameters of query strings that are no field's.
const PARAMETERS: &[&str] = &[
    "currentPage",
    "pageSize",
    "cursor",
    "filters",
    "searchString",
    "searchIgnoreCase",
    "orderBy",
    "sortOrder",
    "ids",
    "createdBefore",
    "createdAfter",
    "updatedBefore",
    "updatedAfter",
];

/// What a field's parameter may end in: equal to, one of, none of.
const SUFFIXES: &[&str] = &["", "In", "NotIn"];

/// Checks by what rows are found.
pub(super) fn model(model: &Model, errors: &mut Errors) {
    match_fields(model, errors);
    parameters(model, errors);
}

fn match_fields(model: &Model, errors: &mut Errors) {
    let Some((span, fields)) = &model.match_fields else { return };
    let is_same = |columns: &[usize]| {
        columns.len() == fields.len() && columns.iter().all(|column| fields.contains(column))
    };
    let keys: Vec<_> = (0..model.keys().len()).collect();
    // No fields are left where none was found, which has been reported.
    if fields.is_empty() || is_same(&keys) || model.uniques.iter().any(|unique| is_same(&unique.columns)) {
        return;
    }
    errors.at_span(
        *span,
        "`match_fields` are neither the primary key nor unique, so they do not find one row",
        "make them unique: `unique` on the field, or `unique(first, second)` on the struct for several",
    );
}

/// Checks that a parameter whose name was given means one thing.
fn parameters(model: &Model, errors: &mut Errors) {
    for (at, column) in model.columns.iter().enumerate() {
        let Some(given) = column.attrs.filter.as_ref().and_then(|filter| filter.name.as_ref()) else {
            continue;
        };
        let name = given.value();
        if !name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_' || char == '-') {
            errors.at(
                given,
                "the name of a parameter is of letters, digits, `_` and `-`",
                r#"`filter = "author"`"#,
            );
            continue;
        }
        let own: Vec<_> = SUFFIXES.iter().map(|suffix| format!("{name}{suffix}")).collect();
        if let Some(taken) = PARAMETERS.iter().find(|taken| own.iter().any(|own| own == *taken)) {
            errors.at(
                given,
                format_args!("query strings have a parameter `{taken}` already"),
                "choose another name",
            );
            continue;
        }
        // Of two fields with given names the second is reported.
        let others = model.columns.iter().enumerate().filter(|(other, column)| {
            column.attrs.filter.as_ref().is_some_and(|filter| *other < at || filter.name.is_none())
                && *other != at
        });
        for (_, other) in others {
            let theirs = parameter(other);
            let is_taken = |own: &String| SUFFIXES.iter().any(|suffix| *own == format!("{theirs}{suffix}"));
            if let Some(taken) = own.iter().find(|own| is_taken(own)) {
                errors.at(
                    given,
                    format_args!("the parameter `{taken}` is that of `{}` already", other.field),
                    "choose another name",
                );
                break;
            }
        }
    }
}

/// The name of a column's parameter.
fn parameter(column: &Column) -> String {
    let given = column.attrs.filter.as_ref().and_then(|filter| filter.name.as_ref());
    given.map_or_else(|| RenameRule::Camel.field(&column.field.unraw().to_string()), syn::LitStr::value)
}
