//! Tables, their columns, and the constraints within one table.

use super::{foreign_key_constraint, names};
use crate::backend::{
    self, Dialect, column_type, generated_clause, quote_identifier, quote_text, table_options,
};
use crate::error::Result;
use crate::model::{CheckCondition, CheckMeta, DefaultValue, ModelMeta, UniqueMeta};

/// What a statement does about a table or index of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It fails.
    Refused,
    /// It does nothing: `IF NOT EXISTS`.
    Kept,
}

impl Existing {
    pub(super) fn clause(self) -> &'static str {
        match self {
            Self::Refused => "",
            Self::Kept => "IF NOT EXISTS ",
        }
    }
}

/// The `CREATE TABLE` of a model, with every constraint. Indexes are statements of their own:
/// [`create_indexes`](super::create_indexes).
///
/// # Errors
/// When a column, or a foreign key, cannot be had on the database; the error names it.
pub fn create_table(model: &ModelMeta, dialect: Dialect, existing: Existing) -> Result<String> {
    create_table_without(model, &[], dialect, existing)
}

/// The `CREATE TABLE` of a model without the foreign keys at `left_out`, indexes into
/// [`ModelMeta::foreign_keys`], which [`add_foreign_key`](super::add_foreign_key) adds afterwards.
///
/// # Errors
/// As [`create_table`].
pub fn create_table_without(
    model: &ModelMeta,
    left_out: &[usize],
    dialect: Dialect,
    existing: Existing,
) -> Result<String> {
    let mut items = Vec::with_capacity(model.columns.len() + 1);
    for column in 0..model.columns.len() {
        items.push(column_definition(model, column, dialect)?);
    }
    if !model.primary_key.is_empty() && inline_primary_key(model, dialect).is_none() {
        items.push(primary_key_constraint(model, dialect));
    }
    items.extend(model.uniques.iter().map(|unique| unique_constraint(model, unique, dialect)));
    for (index, foreign_key) in model.foreign_keys.iter().enumerate() {
        if !left_out.contains(&index) {
            items.push(foreign_key_constraint(model, foreign_key, dialect)?);
        }
    }
    items.extend(model.checks.iter().map(|check| check_constraint(model, check, dialect)));
    Ok(format!(
        "CREATE TABLE {}{} (\n    {}\n){}",
        existing.clause(),
        quote_identifier(dialect, model.table),
        items.join(",\n    "),
        table_options(dialect)
    ))
}

/// The `DROP TABLE` of a model; does nothing where there is no such table.
#[must_use]
pub fn drop_table(model: &ModelMeta, dialect: Dialect) -> String {
    format!("DROP TABLE IF EXISTS {}", quote_identifier(dialect, model.table))
}

/// A column in a `CREATE TABLE`: `"name" VARCHAR(100) NOT NULL`. `column` is an index into [`ModelMeta::columns`].
///
/// The text of a default is the model's, unchanged: one that is neither a literal nor a word like
/// `CURRENT_TIMESTAMP` needs parentheses around it for SQLite.
///
/// # Errors
/// When the database has no type for the column; the error names it.
///
/// A key that the database makes is written so that it does. SQLite's `AUTOINCREMENT` comes with the primary key itself.
///
/// # Panics
/// When there is no such column.
pub fn column_definition(model: &ModelMeta, column: usize, dialect: Dialect) -> Result<String> {
    let meta = &model.columns[column];
    let mut sql =
        format!("{} {}", quote_identifier(dialect, meta.name), column_type(dialect, model, column)?);
    if !meta.nullable {
        sql.push_str(" NOT NULL");
    }
    if let Some(generated) = meta.generated {
        sql.push_str(generated_clause(dialect, generated));
        if let Some(key) = inline_primary_key(model, dialect) {
            sql.push(' ');
            sql.push_str(&constraint(&names::primary_key(model, dialect), key, dialect));
        }
    }
    if let Some(DefaultValue::Sql(default)) = meta.default {
        sql.push_str(" DEFAULT ");
        sql.push_str(default);
    }
    Ok(sql)
}

/// The primary key, where it can only stand with its column.
fn inline_primary_key(model: &ModelMeta, dialect: Dialect) -> Option<&'static str> {
    let &[column] = model.primary_key else { return None };
    backend::inline_primary_key(dialect, model.columns[column].generated?)
}

/// The primary key in a `CREATE TABLE`: `CONSTRAINT "pk_author" PRIMARY KEY ("id")`.
#[must_use]
pub fn primary_key_constraint(model: &ModelMeta, dialect: Dialect) -> String {
    let columns = column_list(model, model.primary_key, dialect);
    constraint(&names::primary_key(model, dialect), &format!("PRIMARY KEY ({columns})"), dialect)
}

/// A unique constraint in a `CREATE TABLE`: `CONSTRAINT "uq_author_name" UNIQUE ("name")`.
#[must_use]
pub fn unique_constraint(model: &ModelMeta, unique: &UniqueMeta, dialect: Dialect) -> String {
    let columns = column_list(model, unique.columns, dialect);
    constraint(&names::unique(model, unique, dialect), &format!("UNIQUE ({columns})"), dialect)
}

/// A check constraint in a `CREATE TABLE`: `CONSTRAINT "ck_author_named" CHECK (name <> '')`.
#[must_use]
pub fn check_constraint(model: &ModelMeta, check: &CheckMeta, dialect: Dialect) -> String {
    let condition = check_condition(model, check, dialect);
    constraint(&names::check(model, check, dialect), &format!("CHECK ({condition})"), dialect)
}

/// The condition of a check constraint, without the parentheses around it.
///
/// # Panics
/// When it is about a column that is not there.
#[must_use]
pub fn check_condition(model: &ModelMeta, check: &CheckMeta, dialect: Dialect) -> String {
    match check.condition {
        CheckCondition::Sql(expression) => expression.to_owned(),
        CheckCondition::OneOf { column, texts } => {
            let texts: Vec<_> = texts.iter().map(|text| quote_text(dialect, text)).collect();
            format!("{} IN ({})", quote_identifier(dialect, model.columns[column].name), texts.join(", "))
        }
    }
}

pub(super) fn constraint(name: &str, definition: &str, dialect: Dialect) -> String {
    format!("CONSTRAINT {} {definition}", quote_identifier(dialect, name))
}

/// Quoted column names, with commas between them.
pub(super) fn column_list(model: &ModelMeta, columns: &[usize], dialect: Dialect) -> String {
    let names: Vec<_> =
        columns.iter().map(|&column| quote_identifier(dialect, model.columns[column].name)).collect();
    names.join(", ")
}
