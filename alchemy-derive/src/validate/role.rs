//! The columns that Alchemy keeps because a field says so: versions, times of deletion, slugs.

use proc_macro2::Ident;
use syn::ext::IdentExt;

use crate::attr::SlugAttr;
use crate::errors::Errors;
use crate::model::{Column, Listed, Model, Role};
use crate::types;

/// Checks the columns that are kept. `false` where one is not what it has to be.
pub(super) fn roles(model: &Model, errors: &mut Errors) -> bool {
    if model.base.is_read_only() {
        // None of them can be there, which has been reported.
        return true;
    }
    let mut sound = one_of_each(model, errors);
    for column in &model.columns {
        sound &= match column.role {
            Role::Data | Role::Key | Role::Audit(_) | Role::ReadOnly => true,
            Role::Version => version(column, errors),
            Role::DeletedAt => deleted_at(column, errors),
            Role::Slug => slug(model, column, errors),
        };
    }
    sound
}

/// Checks that a field is kept for one thing, and that no other is kept for it.
fn one_of_each(model: &Model, errors: &mut Errors) -> bool {
    let mut sound = true;
    let mut seen: Vec<(&str, &Ident)> = Vec::new();
    for column in &model.columns {
        let field = &column.field;
        let mut what = match column.role {
            Role::Key => Some("the primary key"),
            Role::Audit(_) => Some("kept by Alchemy already"),
            _ => None,
        };
        for (word, ident) in column.attrs.roles() {
            let other = seen.iter().find(|(other, _)| *other == word);
            if let Some(what) = what {
                errors.at(
                    ident,
                    format_args!("`{field}` is {what} and cannot be `{word}`"),
                    format_args!("add another field for `{word}`"),
                );
                sound = false;
            } else if let Some((_, other)) = other {
                errors.at(
                    ident,
                    format_args!("`{other}` is `{word}` already"),
                    format_args!("remove one `{word}`"),
                );
                sound = false;
            } else {
                seen.push((word, field));
            }
            what = what.or(Some(match word {
                "version" => "a version",
                "soft_delete" => "a time of deletion",
                _ => "a slug",
            }));
        }
    }
    sound
}

fn version(column: &Column, errors: &mut Errors) -> bool {
    let is_number = column.known.is_some_and(|known| matches!(known.sql, "Integer" | "BigInt"));
    let is_version = is_number && !column.nullable && column.attrs.sql_type.is_none();
    if !is_version {
        errors.at(
            &column.ty,
            "a version is an `i32` or an `i64`",
            format_args!("write `{}: i64`", column.field.unraw()),
        );
    }
    is_version & kept(column, "a version", errors)
}

fn deleted_at(column: &Column, errors: &mut Errors) -> bool {
    let is_time =
        types::option_inner(&column.ty).is_some_and(types::is_utc) && column.attrs.sql_type.is_none();
    if !is_time {
        errors.at(
            &column.ty,
            "the time of a soft delete is an `Option<DateTime<Utc>>`",
            format_args!("write `{}: Option<DateTime<Utc>>`", column.field.unraw()),
        );
    }
    is_time & kept(column, "the time of a soft delete", errors)
}

/// Checks that a column which Alchemy keeps is left to it.
fn kept(column: &Column, what: &str, errors: &mut Errors) -> bool {
    let attrs = &column.attrs;
    let mut sound = true;
    for (word, given) in [
        ("default", attrs.default.is_some()),
        ("db_default", attrs.db_default.is_some()),
        ("skip(create)", attrs.skip_create.is_some()),
        ("skip(update)", attrs.skip_update.is_some()),
    ] {
        if given {
            sound = false;
            errors.at(
                &column.field,
                format_args!("{what} is kept by Alchemy and cannot have `{word}`"),
                format_args!("remove `{word}`"),
            );
        }
    }
    sound
}

fn slug(model: &Model, column: &Column, errors: &mut Errors) -> bool {
    let is_text = column.is_string() && !column.nullable && column.attrs.sql_type.is_none();
    if !is_text {
        let field = column.field.unraw();
        errors.at(&column.ty, "a slug is a `String`", format_args!("write `{field}: String`"));
    }
    let mut sound = is_text;
    for (word, given) in
        [("default", column.attrs.default.is_some()), ("db_default", column.attrs.db_default.is_some())]
    {
        if given {
            sound = false;
            errors.at(
                &column.field,
                format_args!("a slug cannot have `{word}`"),
                format_args!("remove `{word}`: a slug that is not given is made of another field"),
            );
        }
    }
    if let Some(attr) = &column.attrs.slug {
        sound &= source(model, column, attr, errors);
    }
    sound
}

/// Checks that there is always a text to make a slug of.
fn source(model: &Model, slug: &Column, attr: &SlugAttr, errors: &mut Errors) -> bool {
    let from = &attr.from;
    let Some(source) = model.slug_source().map(|at| &model.columns[at]) else {
        errors.at(
            from,
            format_args!("there is no field `{from}`"),
            format_args!("the fields are {}", Listed(&model.columns)),
        );
        return false;
    };
    let is_text = source.is_string() || source.known.is_none() || source.attrs.sql_type.is_some();
    let (message, help) = if source.field == slug.field {
        (
            "a slug cannot be made of itself",
            "name the field that it is made of, for example `slug(from = title)`",
        )
    } else if !is_text {
        ("a slug is made of text", "name a field that is a `String`")
    } else if source.nullable {
        ("a slug cannot be made of what may be null", "name a field that is a `String`")
    } else if !source.in_new() {
        ("a slug cannot be made of what a create does not have", "take `skip(create)` away from the field")
    } else {
        return true;
    };
    errors.at(from, message, help);
    false
}
