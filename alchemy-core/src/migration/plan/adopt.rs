//! What a database has, in its own spelling.

use super::Renames;
use super::names;
use super::same::{Constraint, partners, same_default, same_generation};
use crate::backend::{
    Dialect, ignores_case, is_row_number, is_strict, keeps_collation, same_type, strict_type,
};
use crate::migration::schema::{Column, Schema, Table};

/// The schema wanted, with whatever a database has of it already taken from there: the names of constraints that are the
/// same but for their name, types and expressions that mean the same in other words.
///
/// What then still differs is a change. A table or column is still said to be renamed only where the database has it by
/// its old name, and by its new one nothing or something that is renamed too. Those that would trade names are not: whether
/// they have cannot be told.
#[must_use]
pub fn adopt(live: &Schema, mut wanted: Schema, dialect: Dialect) -> Schema {
    let renames = Renames::of(live, &wanted, false);
    renames.mark(&mut wanted);
    let live = renames.applied(live, dialect);
    if ignores_case(dialect) {
        wanted = spellings(&live, &wanted, dialect).applied(&wanted, dialect);
    }
    let asked = wanted.clone();
    for table in &mut wanted.tables {
        if let Some(live) = live.table(&table.name) {
            adopt_table(live, table, dialect);
        }
    }
    names::give_way(&asked, &mut wanted, dialect);
    wanted
}

/// From names as they are wanted to the same in the case that the database has.
fn spellings(live: &Schema, wanted: &Schema, dialect: Dialect) -> Renames {
    let same = |left: &str, right: &str| left != right && left.to_lowercase() == right.to_lowercase();
    let mut spelled = wanted.clone();
    for table in &mut spelled.tables {
        table.renamed_from = None;
        // The tables of MariaDB are files, whose names on some systems differ in their case.
        let other =
            live.tables.iter().find(|live| dialect == Dialect::Sqlite && same(&live.name, &table.name));
        if let Some(live) = other.filter(|_| live.table(&table.name).is_none()) {
            table.renamed_from = Some(std::mem::replace(&mut table.name, live.name.clone()));
        }
        let Some(live) = live.table(&table.name) else { continue };
        for column in &mut table.columns {
            column.renamed_from = None;
            let other = live.columns.iter().find(|live| same(&live.name, &column.name));
            if let Some(live) = other {
                column.renamed_from = Some(std::mem::replace(&mut column.name, live.name.clone()));
            }
        }
    }
    Renames::of(wanted, &spelled, false)
}

fn adopt_table(live: &Table, table: &mut Table, dialect: Dialect) {
    if is_strict(dialect, live) {
        table
            .columns
            .iter_mut()
            .for_each(|column| column.sql_type = strict_type(&column.sql_type).to_owned());
    }
    let row_number = is_row_number(dialect, table);
    for column in &mut table.columns {
        if let Some(live) = live.column(&column.name) {
            adopt_column(live, column, dialect);
            let is_key = table.primary_key.iter().any(|key| key.columns.contains(&column.name));
            if row_number && is_key && live.generated == column.generated {
                column.nullable = live.nullable;
            }
        }
    }
    if let (Some(live), Some(key)) = (&live.primary_key, &mut table.primary_key)
        && live.columns == key.columns
    {
        key.name.clone_from(&live.name);
    }
    adopt_constraints(&live.uniques, &mut table.uniques, dialect);
    adopt_constraints(&live.foreign_keys, &mut table.foreign_keys, dialect);
    adopt_constraints(&live.checks, &mut table.checks, dialect);
    adopt_constraints(&live.indexes, &mut table.indexes, dialect);
    keep_in_columns(table);
    keep_among_columns(live, table, dialect);
    table.options.clone_from(&live.options);
    table.triggers.clone_from(&live.triggers);
    table.unkept.clone_from(&live.unkept);
    table.others.clone_from(&live.others);
    table.mentions.clone_from(&live.mentions);
}

/// A check that is part of a column's definition goes with it; what is wanted of it is one of the table.
fn keep_in_columns(table: &mut Table) {
    let Table { columns, checks, .. } = table;
    for check in checks {
        check.column.take_if(|name| !columns.iter().any(|column| column.name == *name));
    }
}

/// What an index says of a column that goes is wanted no more.
fn keep_among_columns(live: &Table, table: &mut Table, dialect: Dialect) {
    let Table { columns, indexes, .. } = table;
    let goes = |name: &str| !columns.iter().any(|column| column.name == name);
    for index in indexes {
        if live.columns.iter().any(|column| goes(&column.name) && index.goes_with(&column.name, dialect)) {
            index.options.clear();
        }
    }
}

fn adopt_column(live: &Column, column: &mut Column, dialect: Dialect) {
    column.options.clone_from(&live.options);
    // Models say nothing of it.
    if keeps_collation(dialect, &live.sql_type, &column.sql_type) {
        column.collation.clone_from(&live.collation);
    }
    if same_type(dialect, &live.sql_type, &column.sql_type) {
        column.sql_type.clone_from(&live.sql_type);
    }
    if same_default(dialect, live, column) {
        column.default.clone_from(&live.default);
    }
    if same_generation(dialect, live.generated.as_ref(), column.generated.as_ref()) {
        column.generated.clone_from(&live.generated);
    }
}

fn adopt_constraints<C: Constraint>(live: &[C], wanted: &mut [C], dialect: Dialect) {
    let partners = partners(live, wanted, dialect);
    for (constraint, partner) in wanted.iter_mut().zip(partners) {
        if let Some(live) = partner.map(|place| &live[place])
            && !constraint.is_named()
        {
            constraint.named_as(live);
        }
    }
}
