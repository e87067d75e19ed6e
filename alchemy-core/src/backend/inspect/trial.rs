//! Temporary tables, made to hear expressions repeated.

use crate::backend::{Dialect, quote_identifier, renamed_in_expression};
use crate::migration::schema::{Column, Generation, Table};

/// Whether there is an expression in a table.
pub(super) fn has_expressions(table: &Table) -> bool {
    let is_made = |column: &Column| {
        column.default.is_some() || matches!(column.generated, Some(Generation::Computed { .. }))
    };
    !table.checks.is_empty() || table.columns.iter().any(is_made)
}

/// The statement that makes a temporary table with the columns of another, their expressions, and its checks, which have
/// numbers for names. `name` is in quotes; an expression may call the table by its own.
pub(super) fn create(dialect: Dialect, name: &str, table: &Table, options: &str) -> String {
    let unquoted = name.rsplit('.').next().unwrap_or(name).trim_matches(['"', '`']);
    let renamed = |sql: &str| renamed_in_expression(dialect, sql, (&table.name, unquoted), &[]);
    let mut items: Vec<_> = table.columns.iter().map(|column| definition(dialect, column, renamed)).collect();
    for (place, check) in table.checks.iter().enumerate() {
        let name = quote_identifier(dialect, &check_name(place));
        items.push(format!("CONSTRAINT {name} CHECK ({})", renamed(&check.expression)));
    }
    format!("CREATE TEMPORARY TABLE {name} ({}){options}", items.join(", "))
}

/// The table with the expressions of a temporary one that was made of it.
pub(super) fn repeated(table: &Table, by: &Table) -> Table {
    let mut table = table.clone();
    for column in &mut table.columns {
        let Some(told) = by.column(&column.name) else { continue };
        column.default.clone_from(&told.default);
        if let Some(Generation::Computed { expression, .. }) = &mut column.generated
            && let Some(Generation::Computed { expression: told, .. }) = &told.generated
        {
            expression.clone_from(told);
        }
    }
    for (place, check) in table.checks.iter_mut().enumerate() {
        let name = check_name(place);
        if let Some(told) = by.checks.iter().find(|told| told.name.as_ref() == Some(&name)) {
            check.expression.clone_from(&told.expression);
        }
    }
    table
}

fn check_name(place: usize) -> String {
    format!("check_{place}")
}

fn definition(dialect: Dialect, column: &Column, renamed: impl Fn(&str) -> String) -> String {
    let mut sql = format!("{} {}", quote_identifier(dialect, &column.name), column.sql_type);
    if let Some(collation) = &column.collation {
        sql.push_str(" COLLATE ");
        sql.push_str(&quote_identifier(dialect, collation));
    }
    if let Some(Generation::Computed { expression, stored }) = &column.generated {
        let kept = if *stored { "STORED" } else { "VIRTUAL" };
        sql.push_str(&format!(" GENERATED ALWAYS AS ({}) {kept}", renamed(expression)));
        return sql;
    }
    if !column.nullable {
        sql.push_str(" NOT NULL");
    }
    if let Some(default) = &column.default {
        sql.push_str(" DEFAULT ");
        sql.push_str(default);
    }
    sql
}
