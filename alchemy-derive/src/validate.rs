//! What a model must be beyond the syntax of its attributes.

mod finding;
mod key;
mod read_only;
mod renamed;
mod role;

use std::collections::HashMap;

use syn::ext::IdentExt;

use crate::attr::ForeignKeyOptions;
use crate::base;
use crate::errors::Errors;
use crate::model::{Column, Model, Role};
use crate::types;

/// Names that `table!` defines beside the columns.
const TABLE_ITEMS: &[&str] =
    &["table", "columns", "dsl", "star", "all_columns", "diesel", "SqlType", "BoxedQuery"];

/// Reports every fault. `false` where the model is too far off for its code to make sense.
pub(crate) fn model(model: &Model, errors: &mut Errors) -> bool {
    let mut sound = read_only::model(model, errors);
    sound &= key::key(model, errors);
    sound &= audit(model, errors);
    sound &= role::roles(model, errors);
    sound &= names(model, errors);
    finding::model(model, errors);
    renamed::model(model, errors);
    for column in &model.columns {
        self::column(column, errors);
        choices(model, column, errors);
    }
    for key in &model.foreign_keys {
        let columns: Vec<_> = key.columns.iter().map(|&at| &model.columns[at]).collect();
        actions(&key.options, &columns, errors);
    }
    output(model, errors);
    sound
}

fn audit(model: &Model, errors: &mut Errors) -> bool {
    if !model.base.audited {
        return true;
    }
    let mut sound = true;
    for (field, _) in base::AUDIT {
        let column = model.columns.iter().find(|column| column.field == field);
        match column {
            Some(column) if column.role == Role::Key => {
                sound = false;
                errors.at(
                    &column.field,
                    format_args!("`{field}` is kept by Alchemy and cannot be the primary key"),
                    "mark another field with `primary_key`",
                );
            }
            Some(column) if types::is_utc(&column.ty) => {}
            Some(column) => {
                sound = false;
                errors.at(
                    &column.ty,
                    format_args!("`{field}` of a `{}` is a `DateTime<Utc>`", model.base.derive),
                    format_args!("write `{field}: DateTime<Utc>`"),
                );
            }
            None => {
                sound = false;
                errors.at(
                    &model.ident,
                    format_args!("`{}` needs a field `{field}`", model.base.derive),
                    format_args!("add `pub {field}: DateTime<Utc>` to the struct"),
                );
            }
        }
    }
    for column in model.columns.iter().filter(|column| matches!(column.role, Role::Audit(_))) {
        let words =
            [("default", column.attrs.default.is_some()), ("skip", column.attrs.skip_create.is_some())];
        if let Some((word, _)) = words.iter().find(|(_, given)| *given) {
            errors.at(
                &column.field,
                format_args!("`{}` is kept by Alchemy and cannot have `{word}`", column.field),
                format_args!("remove `{word}`"),
            );
        }
    }
    sound
}

fn names(model: &Model, errors: &mut Errors) -> bool {
    let mut sound = true;
    let (mut columns, mut handles, mut inputs) = (HashMap::new(), HashMap::new(), HashMap::new());
    for column in &model.columns {
        let field = column.field.unraw().to_string();
        if let Some(other) = columns.insert(column.sql_name.to_lowercase(), field.clone()) {
            sound = false;
            let message = format_args!("`{field}` and `{other}` have the same column `{}`", column.sql_name);
            let help = "give one of them another column: `#[alchemy(column = \"…\")]`";
            match &column.attrs.column {
                Some(name) => errors.at(name, message, help),
                None => errors.at(&column.field, message, help),
            }
        }
        if let Some(other) = handles.insert(column.handle.to_string(), field.clone()) {
            sound = false;
            errors.at(
                &column.field,
                format_args!(
                    "`{field}` and `{other}` have the same handle `{}::{}`",
                    model.name(),
                    column.handle
                ),
                "rename one of the fields; `#[alchemy(column = \"…\")]` keeps its column's name",
            );
        }
        if let Some(other) = inputs.insert(column.input_name.clone(), field.clone()) {
            errors.at(
                &column.field,
                format_args!("`{field}` and `{other}` have the same name `{}` outside", column.input_name),
                "give one of them another name: `#[serde(rename = \"…\")]`",
            );
        }
        sound &= in_module(model, column, &field, errors);
    }
    sound
}

/// Checks a column's name against those that `table!` takes.
fn in_module(model: &Model, column: &Column, field: &str, errors: &mut Errors) -> bool {
    let Some(module) = &model.table.module else { return true };
    if *module == column.ident {
        errors.at(
            &column.field,
            format_args!("the field `{field}` has the name of its table, which Diesel does not allow"),
            format_args!(
                "rename the field and keep the column: `#[alchemy(column = \"{}\")]`",
                column.sql_name
            ),
        );
        return false;
    }
    if TABLE_ITEMS.contains(&field) {
        errors.at(
            &column.field,
            format_args!("a field cannot be called `{field}`: Diesel's `table!` has an item of that name"),
            format_args!(
                "rename the field and keep the column: `#[alchemy(column = \"{}\")]`",
                column.sql_name
            ),
        );
        return false;
    }
    true
}

fn column(column: &Column, errors: &mut Errors) {
    let attrs = &column.attrs;
    let type_is_known = column.known.is_some() && attrs.sql_type.is_none();
    let is_text = column.is_string() || !type_is_known;
    if let Some(length) = &attrs.max_length {
        if !is_text {
            let help = "remove `max_length`, or make the field a `String`";
            errors.at(length, "`max_length` is for text", help);
        } else if !length.base10_parse::<u32>().is_ok_and(|length| length > 0) {
            errors.at(length, "`max_length` is a number from 1 to 4294967295", "`max_length = 100`");
        }
    }
    if let Some(word) = attrs.search.as_ref().filter(|_| !is_text) {
        errors.at(word, "`search` is for text", "`filter` lets query strings compare other columns");
    }
    decimal(column, errors);
    defaults(column, errors);
    foreign_key(column, errors);
}

fn decimal(column: &Column, errors: &mut Errors) {
    let attrs = &column.attrs;
    let is_decimal = column.known.is_none_or(|known| known.sql == "Numeric");
    for (number, word) in [(&attrs.precision, "precision"), (&attrs.scale, "scale")] {
        if let Some(number) = number.as_ref().filter(|_| !is_decimal) {
            errors.at(
                number,
                format_args!("`{word}` is for decimals"),
                format_args!("remove `{word}`, or make the field a `BigDecimal`"),
            );
        }
    }
    let number = |lit: &syn::LitInt, errors: &mut Errors| {
        let number = lit.base10_parse::<u8>().ok().filter(|number| *number <= 65);
        if number.is_none() {
            errors.at(lit, "a decimal has at most 65 digits", "`precision = 10, scale = 2`");
        }
        number
    };
    match (&attrs.precision, &attrs.scale) {
        (Some(precision), Some(scale)) => {
            if let (Some(digits), Some(after)) = (number(precision, errors), number(scale, errors))
                && after > digits
            {
                errors.at(scale, "`scale` cannot be more than `precision`", "`precision = 10, scale = 2`");
            }
        }
        (Some(precision), None) => {
            number(precision, errors);
        }
        (None, Some(scale)) => {
            errors.at(scale, "`scale` needs a `precision`", "`precision = 10, scale = 2`");
        }
        (None, None) => {}
    }
}

fn defaults(column: &Column, errors: &mut Errors) {
    let attrs = &column.attrs;
    if let (Some(default), Some(_)) = (&attrs.default, &attrs.db_default) {
        errors.at(
            &default.word,
            "`default` and `db_default` exclude each other",
            "keep `default` to have the program fill the column in, `db_default` to have the database do it",
        );
    }
    if let Some(word) = &attrs.skip_create
        && column.role == Role::Data
        && !column.nullable
        && !column.has_default()
    {
        errors.at(
            word,
            format_args!("`{}` is required, so a create cannot leave it out", column.field),
            "give it a default (`default = …` or `db_default = \"…\"`), or make it an `Option`",
        );
    }
}

fn choices(model: &Model, column: &Column, errors: &mut Errors) {
    let Some(word) = &column.attrs.check_choices else { return };
    if !column.is_presumed_text() {
        errors.at(
            word,
            "`check_choices` is for an enum that derives `TextEnum`",
            "remove `check_choices`; `check(name = \"…\", \"…\")` on the struct checks other columns",
        );
    } else if model.table.module.is_none() {
        errors.at(
            word,
            "`check_choices` is for a table that Alchemy makes, and this one is adopted by `schema`",
            "remove `check_choices`; the migrations that own the table can have the check",
        );
    }
}

fn foreign_key(column: &Column, errors: &mut Errors) {
    if let Some(key) = &column.attrs.foreign_key {
        actions(&key.options, &[column], errors);
    }
}

/// Checks that what a foreign key does to its columns can be done.
fn actions(options: &ForeignKeyOptions, columns: &[&Column], errors: &mut Errors) {
    for action in [&options.on_delete, &options.on_update].into_iter().flatten() {
        let required = columns.iter().find(|column| !column.nullable);
        if let Some(column) = required.filter(|_| action.variant == "SetNull") {
            errors.at(
                &action.word,
                format_args!("`{}` cannot be null, so `set_null` would always fail", column.field),
                "make the field an `Option`, or choose `cascade` or `restrict`",
            );
        }
        let without = columns.iter().find(|column| !column.nullable && column.attrs.db_default.is_none());
        if let Some(column) = without.filter(|_| action.variant == "SetDefault") {
            errors.at(
                &action.word,
                format_args!(
                    "the database has no default for `{}`, so `set_default` would fail",
                    column.field
                ),
                "add `db_default = \"…\"`, or choose `cascade` or `restrict`",
            );
        }
    }
}

fn output(model: &Model, errors: &mut Errors) {
    if model.serialize.is_some() {
        return;
    }
    for word in model.columns.iter().filter_map(|column| column.attrs.skip_output.as_ref()) {
        errors.at(
            word,
            "`skip(output)` works where Alchemy serializes the model",
            "add `#[alchemy(serialize)]` to the struct and remove `Serialize` from its derives",
        );
    }
}
