//! What makes the numbers of a column of PostgreSQL: a sequence, or the one behind an identity.

use super::quote;
use crate::backend::{dollar_tag, quote_literal};
use crate::migration::schema::{Column, Generation, Table};

/// A variable that no column is called.
const LAST: &str = "\"last number\"";

/// What gives a column its numbers, or takes them, in statements of their own.
pub(super) fn number(table: &Table, from: &Column, to: &Column, has_other_type: bool) -> Vec<String> {
    if from.generated == to.generated {
        let has_other_sequence = has_other_type && to.generated == Some(Generation::Sequence);
        let sequence_type = format!("ALTER SEQUENCE %s AS {}", to.sql_type);
        return has_other_sequence.then(|| on_sequence(table, to, &sequence_type)).into_iter().collect();
    }
    match (is_numbered(from), is_numbered(to)) {
        _ if is_identity(from) && is_identity(to) => Vec::new(),
        (true, true) => vec![passed_on(table, from, to)],
        (false, true) => {
            taken_up(table, from, to, "SELECT", from.sequence.as_deref().map(last_of).as_deref())
        }
        (true, false) => given_up(table, from, to),
        (false, false) => Vec::new(),
    }
}

pub(super) fn is_identity(column: &Column) -> bool {
    matches!(column.generated, Some(Generation::Identity | Generation::IdentityAlways))
}

fn is_numbered(column: &Column) -> bool {
    is_identity(column) || column.generated == Some(Generation::Sequence)
}

/// The statement that goes on with the numbers of one sequence in another, which may get the name of the first.
fn passed_on(table: &Table, from: &Column, to: &Column) -> String {
    let mut statements = match from.generated {
        Some(Generation::Sequence) if to.sequence.is_none() => {
            vec![format!("EXECUTE {}", formatted(table, to, "DROP SEQUENCE %s"))]
        }
        _ if is_identity(from) => vec![without_identity(table, to)],
        _ => given_up(table, from, to),
    };
    statements.extend(taken_up(table, from, to, "PERFORM", Some(LAST)));
    let last = last_of_call(&format!("{}::regclass", sequence_of(table, to)));
    block(&format!("\nDECLARE\n    {LAST} bigint := {last};"), &statements)
}

/// What gives a column its numbers: those after its largest and after `last`. `call` is how a function is called.
fn taken_up(table: &Table, from: &Column, to: &Column, call: &str, last: Option<&str>) -> Vec<String> {
    let (table_name, column_name) = (quote(&table.name), quote(&to.name));
    let last = last.map_or_else(String::new, |last| format!("{last}, "));
    let next = format!("(SELECT GREATEST(max({column_name}), {last}0) + 1 FROM {table_name}), false)");
    if to.generated != Some(Generation::Sequence) {
        let always = if to.generated == Some(Generation::Identity) { "BY DEFAULT" } else { "ALWAYS" };
        return vec![
            format!("ALTER TABLE {table_name} ALTER COLUMN {column_name} ADD GENERATED {always} AS IDENTITY"),
            format!("{call} setval({}, {next}", sequence_of(table, to)),
        ];
    }
    let default = |sequence: &str| {
        format!("ALTER TABLE {table_name} ALTER COLUMN {column_name} SET DEFAULT nextval({sequence})")
    };
    if let Some(sequence) = &from.sequence {
        let mut statements = vec![format!("ALTER SEQUENCE {sequence} OWNED BY {table_name}.{column_name}")];
        statements.push(ahead(table, to, sequence, call, is_numbered(from).then_some(LAST)));
        statements.push(default(&quote_literal(sequence)));
        return statements;
    }
    let sequence = quote(&format!("{}_{}_seq", table.name, to.name));
    let literal = quote_literal(&sequence);
    vec![
        format!("CREATE SEQUENCE {sequence} AS {} OWNED BY {table_name}.{column_name}", to.sql_type),
        format!("{call} setval({literal}, {next}"),
        default(&literal),
    ]
}

/// What takes a column its numbers. A sequence that was there before the column had it stays.
fn given_up(table: &Table, from: &Column, to: &Column) -> Vec<String> {
    match (&to.sequence, is_identity(from)) {
        (Some(sequence), true) => vec![ahead(table, to, sequence, "SELECT", None)],
        (Some(sequence), false) => vec![format!("ALTER SEQUENCE {sequence} OWNED BY NONE")],
        // It has gone by then.
        (None, true) => Vec::new(),
        (None, false) => vec![on_sequence(table, to, "DROP SEQUENCE %s")],
    }
}

/// The statement that takes the identity from a column.
pub(super) fn without_identity(table: &Table, column: &Column) -> String {
    format!("ALTER TABLE {} ALTER COLUMN {} DROP IDENTITY", quote(&table.name), quote(&column.name))
}

/// The call that moves a sequence forward where the column, or `last`, is ahead of it; that is never moved back.
fn ahead(table: &Table, column: &Column, sequence: &str, call: &str, last: Option<&str>) -> String {
    let (table, largest) = (quote(&table.name), format!("max({})", quote(&column.name)));
    let largest = last.map_or_else(|| largest.clone(), |last| format!("GREATEST({largest}, {last})"));
    format!(
        "{call} setval({}, {largest}) FROM {table} HAVING {largest} >= (SELECT last_value FROM {sequence})",
        quote_literal(sequence)
    )
}

/// The last number that a sequence gave; `NULL` before the first.
fn last_of(sequence: &str) -> String {
    last_of_call(&quote_literal(sequence))
}

fn last_of_call(sequence: &str) -> String {
    format!("pg_sequence_last_value({sequence})")
}

/// The call that finds the sequence of a column, whatever it is named.
fn sequence_of(table: &Table, column: &Column) -> String {
    let table = quote_literal(&quote(&table.name));
    format!("pg_get_serial_sequence({table}, {})", quote_literal(&column.name))
}

/// A statement about the sequence of a column, with `%s` for its name.
fn on_sequence(table: &Table, column: &Column, statement: &str) -> String {
    block("", &[format!("EXECUTE {}", formatted(table, column, statement))])
}

fn formatted(table: &Table, column: &Column, statement: &str) -> String {
    format!("format({}, {})", quote_literal(statement), sequence_of(table, column))
}

/// Statements that run as one.
fn block(declared: &str, statements: &[String]) -> String {
    let statements: String = statements.iter().map(|statement| format!("    {statement};\n")).collect();
    let body = format!("{declared}\nBEGIN\n{statements}END\n");
    let tag = dollar_tag(&body);
    format!("DO {tag}{body}{tag}")
}
