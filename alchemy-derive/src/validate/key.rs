//! The primary key.

use crate::base::{Key, KeyField};
use crate::errors::Errors;
use crate::model::{Column, Model};

/// Checks the primary key against what its base says. `false` where there is none to write code for.
pub(super) fn key(model: &Model, errors: &mut Errors) -> bool {
    id(model, errors);
    match &model.base.key {
        Key::Field(field) => made(model, field, errors),
        Key::Marked => marked(model, errors),
        Key::None => true,
    }
}

/// Checks that the name for a key's struct has one to name.
fn id(model: &Model, errors: &mut Errors) {
    let word = model.about_writing.iter().find(|(word, _)| *word == "id");
    if let Some((_, span)) = word.filter(|_| model.keys().len() < 2 && !model.base.is_read_only()) {
        errors.at_span(
            *span,
            "`id` names the struct of a primary key of several fields",
            "remove `id`: the type of the key is that of its field",
        );
    }
}

/// A key that the base makes.
fn made(model: &Model, key: &KeyField, errors: &mut Errors) -> bool {
    let derive = model.base.derive;
    for word in model.columns.iter().filter_map(|column| column.attrs.primary_key.as_ref()) {
        errors.at(
            word,
            format_args!("the primary key of a `{derive}` is `{}`", key.field),
            "remove `primary_key`, or derive `DefaultBase`, which lets you choose the key",
        );
    }
    let [column, ..] = model.keys() else {
        errors.at(
            &model.ident,
            format_args!("`{derive}` needs a field `{}`", key.field),
            format_args!("add `pub {}: {}` to the struct", key.field, key.rust),
        );
        return false;
    };
    for (given, word) in [
        (column.attrs.default.is_some(), "default"),
        (column.attrs.db_default.is_some(), "db_default"),
        (column.attrs.skip_create.is_some(), "skip(create)"),
    ] {
        if given {
            errors.at(
                &column.field,
                format_args!("the primary key cannot have `{word}`"),
                format_args!("remove `{word}`: `{derive}` makes the key where it is not given"),
            );
        }
    }
    if (key.is_type)(&column.ty) {
        return true;
    }
    errors.at(
        &column.ty,
        format_args!("the primary key of a `{derive}` is a `{}`", key.rust),
        format_args!("write `{}: {}`", key.field, key.rust),
    );
    false
}

/// A key of the fields that are marked.
fn marked(model: &Model, errors: &mut Errors) -> bool {
    let keys = model.keys();
    if keys.is_empty() {
        errors.at(
            &model.ident,
            format_args!("`{}` needs a primary key", model.base.derive),
            "mark the field, or the fields, that it is of: `#[alchemy(primary_key)]`",
        );
        return false;
    }
    let mut sound = true;
    for key in keys {
        sound &= is_key(key, errors);
        if let Some(word) = &key.attrs.skip_create {
            errors.at(
                word,
                "the primary key cannot have `skip(create)`",
                "remove it; with a `default` the key need not be given",
            );
        }
        if let Some(default) = key.attrs.db_default.as_ref().filter(|_| keys.len() > 1) {
            errors.at(
                default,
                "the database cannot make a part of a primary key of several fields",
                "have the program make it: `default = …`",
            );
        }
    }
    sound
}

/// Whether a field's values can be told apart, all of them.
fn is_key(key: &Column, errors: &mut Errors) -> bool {
    if key.nullable {
        errors.at(&key.ty, "a primary key cannot be null", "take the `Option` away");
        return false;
    }
    let unfit = match key.known.filter(|_| key.attrs.sql_type.is_none()).map(|known| known.sql) {
        Some("Float" | "Double") => "a floating-point number",
        Some("Jsonb") => "a JSON document",
        _ => return true,
    };
    errors.at(
        &key.ty,
        format_args!("{unfit} cannot be a primary key"),
        "keys are compared for being equal: choose a whole number, a `Uuid` or a `String`",
    );
    false
}
