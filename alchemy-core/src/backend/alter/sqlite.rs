//! Changing tables of SQLite: what it has no `ALTER` for is done to a copy that takes the table's place, as
//! <https://www.sqlite.org/lang_altertable.html> says to.

use super::clause::{self, create_index, create_table, create_tables};
use super::drop_index;
use super::foreign_keys::{has_circles, is_computed};
use super::kind::Kind;
use super::mentions;
use super::notes::Notes;
use super::sqlite_proof::prove;
use crate::backend::{Dialect, quote_identifier, quote_literal};
use crate::error::Result;
use crate::migration::plan::{Change, Difference, Renames, TableChange};
use crate::migration::schema::{Column, Generation, Table};
use crate::migration::{Plan, Statement};

const DIALECT: Dialect = Dialect::Sqlite;

/// What a date looks like, to `GLOB`.
const A_DATE: &str = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";

/// What makes a date a point in time that is read both with a zone and without.
const MIDNIGHT: &str = " 00:00:00+00:00";

/// The statements of a difference.
pub(super) fn alter(difference: &Difference<'_>) -> Result<Plan> {
    let (rebuilt, altered): (Vec<_>, Vec<_>) =
        difference.changed.iter().partition(|change| needs_rebuild(change));
    let mut statements = rename_statements(&difference.renames);
    for change in &altered {
        let gone = change.indexes.iter().filter_map(only_gone);
        statements.extend(gone.map(|index| drop_index(DIALECT, change.from, index)));
    }
    statements.extend(difference.dropped.iter().map(|table| drop_table(table)));
    if !rebuilt.is_empty() {
        // Otherwise the copy's new name would be written into whatever mentions the table.
        statements.push(quiet("PRAGMA legacy_alter_table = ON".to_owned()));
        for change in &rebuilt {
            rebuild(difference, change, &mut statements)?;
        }
        statements.push(quiet("PRAGMA legacy_alter_table = OFF".to_owned()));
    }
    for change in &altered {
        alter_columns(change, &mut statements);
    }
    let (tables, _) = create_tables(DIALECT, &difference.created)?;
    for (table, sql) in difference.created.iter().zip(tables) {
        let mut notes = Notes::new(DIALECT);
        notes.table_created(table);
        statements.push(notes.about(sql));
    }
    drop_renamed(&altered, &mut statements);
    create_indexes(difference, &rebuilt, &altered, &mut statements);
    statements.extend(prove(difference, &rebuilt).into_iter().map(quiet));
    let in_transaction = rebuilt.is_empty() && !has_circles(&difference.dropped);
    Ok(Plan { statements, in_transaction, ..Plan::default() })
}

/// The plan in a transaction of its own, in which foreign keys do nothing.
pub(super) fn wrapped(plan: Plan) -> Plan {
    let before = ["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"];
    let after = ["COMMIT", "PRAGMA foreign_keys = ON"];
    let pragma = |sql: &str| quiet(sql.to_owned());
    let statements =
        before.into_iter().map(pragma).chain(plan.statements).chain(after.into_iter().map(pragma));
    Plan { statements: statements.collect(), ..plan }
}

/// Whether there is a change that SQLite has no statement for.
fn needs_rebuild(change: &TableChange<'_>) -> bool {
    let is_cheap = |column: &Change<'_, Column>| match column {
        Change::New(column) => can_be_added(column),
        Change::Gone(column) => can_be_dropped(change, column),
        Change::Other(..) => false,
    };
    change.primary_key.is_some()
        || !change.uniques.is_empty()
        || !change.foreign_keys.is_empty()
        || !change.checks.is_empty()
        || !change.columns.iter().all(is_cheap)
}

/// Whether `ADD COLUMN` takes a column: one whose value for the rows there is constant.
fn can_be_added(column: &Column) -> bool {
    let default = column.default_value(DIALECT);
    column.generated.is_none() && default.is_none_or(is_constant) && (column.nullable || default.is_some())
}

/// Whether a default is a literal.
fn is_constant(default: &str) -> bool {
    let number = default.trim_start_matches(['-', '+']);
    let is_text = |text: &str| {
        let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        inner.is_some_and(|inner| !inner.replace("''", "").contains('\''))
    };
    is_text(default)
        || is_text(default.trim_start_matches(['x', 'X']))
        || matches!(default.to_lowercase().as_str(), "true" | "false" | "null")
        || !number.is_empty()
            && number.parse::<f64>().is_ok()
            && number.starts_with(|c: char| c.is_ascii_digit() || c == '.')
}

/// Whether `DROP COLUMN` takes a column: one that nothing else in its table is about, and no trigger or view mentions.
fn can_be_dropped(change: &TableChange<'_>, column: &Column) -> bool {
    let table = change.from;
    let has = |columns: &[String]| columns.contains(&column.name);
    let computes = |other: &Column| match &other.generated {
        Some(Generation::Computed { expression, .. }) => mentions(DIALECT, expression, &column.name),
        _ => false,
    };
    !is_computed(column)
        && !table.primary_key.iter().any(|key| has(&key.columns))
        && !table.uniques.iter().any(|unique| has(&unique.columns))
        && !table.foreign_keys.iter().any(|key| has(&key.columns))
        && !table.checks.iter().any(|check| mentions(DIALECT, &check.expression, &column.name))
        && !table.mentions.iter().any(|mention| mention.part.as_deref() == Some(&column.name))
        && !table.columns.iter().any(computes)
}

/// The statements that give tables and columns other names.
pub(super) fn rename_statements(renames: &Renames) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (old, new) in renames.tables() {
        let mut notes = Notes::new(DIALECT);
        notes.table_renamed(old, new);
        statements.push(notes.about(format!("ALTER TABLE {} RENAME TO {}", quote(old), quote(new))));
    }
    for (table, old, new) in renames.columns() {
        let mut notes = Notes::new(DIALECT);
        notes.column_renamed(table, old, new);
        let (table, old, new) = (quote(table), quote(old), quote(new));
        statements.push(notes.about(format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new}")));
    }
    statements
}

fn drop_table(table: &Table) -> Statement {
    let mut notes = Notes::new(DIALECT);
    notes.table_dropped(table);
    notes.about(format!("DROP TABLE {}", quote(&table.name)))
}

fn alter_columns(change: &TableChange<'_>, statements: &mut Vec<Statement>) {
    let table = quote(&change.to.name);
    for column in &change.columns {
        let mut notes = Notes::new(DIALECT);
        let sql = match column {
            Change::Gone(column) => {
                notes.column_dropped(change.from, column);
                format!("ALTER TABLE {table} DROP COLUMN {}", quote(&column.name))
            }
            Change::New(column) | Change::Other(_, column) => {
                notes.column_added(change.to, column);
                format!("ALTER TABLE {table} ADD COLUMN {}", clause::column(DIALECT, column))
            }
        };
        statements.push(notes.about(sql));
    }
}

/// Makes a table anew: a copy under another name takes its place. Its indexes and triggers are made later.
fn rebuild(
    difference: &Difference<'_>,
    change: &TableChange<'_>,
    statements: &mut Vec<Statement>,
) -> Result<()> {
    let (from, to) = (change.from, change.to);
    let mut copy = format!("new_{}", to.name);
    let is_taken = |name: &str| difference.from.table(name).is_some() || difference.to.table(name).is_some();
    while is_taken(&copy) {
        copy.push('_');
    }
    let mut notes = notes_of(change);
    let (columns, values) = copied(change, &mut notes);
    notes.warn(format!("SQLite copies `{}`, and nobody writes to the database meanwhile.", to.name));
    notes.unkept(from);
    statements.push(notes.about(create_table(DIALECT, to, &copy, |_| true)?));
    let (table, quoted_copy) = (quote(&to.name), quote(&copy));
    statements.push(quiet(format!(
        "INSERT INTO {quoted_copy} ({})\nSELECT {}\nFROM {table}",
        columns.join(", "),
        values.join(", ")
    )));
    if counts(from) && counts(to) {
        let (old, new) = (quote_literal(&to.name), quote_literal(&copy));
        statements.push(quiet(format!("DELETE FROM sqlite_sequence WHERE name = {new}")));
        statements.push(quiet(format!(
            "INSERT INTO sqlite_sequence (name, seq) SELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"
        )));
    }
    statements.push(quiet(format!("DROP TABLE {table}")));
    statements.push(quiet(format!("ALTER TABLE {quoted_copy} RENAME TO {table}")));
    Ok(())
}

/// Whether a table has a key that is never given twice: `AUTOINCREMENT`.
fn counts(table: &Table) -> bool {
    clause::inline_key(DIALECT, table).is_some()
}

/// The columns that the rows bring along, and what they get their values from.
fn copied(change: &TableChange<'_>, notes: &mut Notes) -> (Vec<String>, Vec<String>) {
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for column in change.to.columns.iter().filter(|column| !is_computed(column)) {
        let is_new =
            change.columns.iter().any(|change| matches!(change, Change::New(new) if new.name == column.name));
        if !is_new {
            columns.push(quote(&column.name));
            values.push(kept_value(change, column, notes));
        } else if let Some(value) = value_for_rows(change.to, column) {
            notes.neutral(change.to, column, Some(&value));
            columns.push(quote(&column.name));
            values.push(value);
        }
    }
    if columns.is_empty()
        && let Some(column) = change.to.columns.iter().find(|column| !is_computed(column))
    {
        // As many rows as there were, all of them of defaults.
        columns.push(quote(&column.name));
        values.push(column.default.clone().unwrap_or_else(|| "NULL".to_owned()));
    }
    (columns, values)
}

/// The value that a column had, in the form that its new type is read in: SQLite keeps dates and times as texts.
fn kept_value(change: &TableChange<'_>, column: &Column, notes: &mut Notes) -> String {
    let value = quote(&column.name);
    let old = change.other_columns().find(|(_, to)| to.name == column.name).map(|(from, _)| from);
    let kind = |column: &Column| Kind::of(DIALECT, &column.sql_type);
    match (old.map(kind), kind(column)) {
        (Some(Kind::Date), Kind::Timestamp | Kind::TimestampTz) => {
            notes.midnight(change.to, column);
            format!("CASE WHEN {value} GLOB '{A_DATE}' THEN {value} || '{MIDNIGHT}' ELSE {value} END")
        }
        (Some(Kind::Timestamp | Kind::TimestampTz), Kind::Date) => {
            format!("CASE WHEN {value} GLOB '{A_DATE}[ T]*' THEN substr({value}, 1, 10) ELSE {value} END")
        }
        _ => value,
    }
}

/// The value that rows get in a column that comes and has none for them.
fn value_for_rows(table: &Table, column: &Column) -> Option<String> {
    let is_row_number = crate::backend::is_row_number(DIALECT, table)
        && table.primary_key.iter().any(|key| key.columns.contains(&column.name));
    if column.nullable || column.default_value(DIALECT).is_some() || is_row_number {
        return None;
    }
    if column.neutral.is_some() {
        return column.neutral.clone();
    }
    Some(match Kind::of(DIALECT, &column.sql_type) {
        Kind::Timestamp | Kind::TimestampTz => format!("'1970-01-01{MIDNIGHT}'"),
        // A type that means nothing to SQLite takes any value.
        kind => kind.neutral(DIALECT).unwrap_or_else(|| "''".to_owned()),
    })
}

/// All that a rebuild changes.
fn notes_of(change: &TableChange<'_>) -> Notes {
    let (from, to) = (change.from, change.to);
    let mut notes = Notes::new(DIALECT);
    for column in &change.columns {
        match column {
            Change::Gone(column) => notes.column_dropped(from, column),
            Change::New(column) => notes.column_added(to, column),
            Change::Other(old, column) => notes.column_changed(to, old, column),
        }
    }
    if let Some(key) = &change.primary_key {
        notes.primary_key(to, key.before(), key.after());
    }
    each(&mut notes, &change.uniques, to, |unique| &unique.name, Notes::unique_dropped, Notes::unique_added);
    each(&mut notes, &change.checks, to, |check| &check.name, Notes::check_dropped, Notes::check_added);
    each(
        &mut notes,
        &change.foreign_keys,
        to,
        |key| &key.name,
        Notes::foreign_key_dropped,
        Notes::foreign_key_added,
    );
    change.indexes.iter().filter_map(only_gone).for_each(|index| notes.index_dropped(from, index));
    notes
}

fn each<T>(
    notes: &mut Notes,
    changes: &[Change<'_, T>],
    table: &Table,
    name: impl Fn(&T) -> &Option<String>,
    gone: impl Fn(&mut Notes, &Table, &T),
    new: impl Fn(&mut Notes, &Table, &T),
) {
    for change in changes {
        match change {
            Change::Gone(old) => gone(notes, table, old),
            Change::New(constraint) => new(notes, table, constraint),
            Change::Other(old, constraint) => {
                let name = |constraint| name(constraint).as_deref().unwrap_or("a constraint without a name");
                notes.constraint_renamed(&table.name, name(old), name(constraint));
            }
        }
    }
}

/// Drops the indexes that get other names, before any is made: one may get the name of another.
fn drop_renamed(altered: &[&TableChange<'_>], statements: &mut Vec<Statement>) {
    for change in altered.iter().flat_map(|change| &change.indexes) {
        if let Change::Other(old, _) = change {
            statements.push(quiet(format!("DROP INDEX {}", quote(&old.name))));
        }
    }
}

/// Makes indexes that come, those that went with a table that was made anew, and its triggers.
fn create_indexes(
    difference: &Difference<'_>,
    rebuilt: &[&TableChange<'_>],
    altered: &[&TableChange<'_>],
    statements: &mut Vec<Statement>,
) {
    for change in rebuilt.iter().chain(altered) {
        let is_rebuilt = rebuilt.iter().any(|other| other.to.name == change.to.name);
        for index in &change.to.indexes {
            let place =
                change.indexes.iter().find(|one| one.after().is_some_and(|new| new.name == index.name));
            let mut notes = Notes::new(DIALECT);
            match place {
                Some(Change::Other(old, _)) => {
                    notes.constraint_renamed(&change.to.name, &old.name, &index.name);
                }
                Some(_) => notes.index_added(change.to, index),
                None if !is_rebuilt => continue,
                None => {}
            }
            statements.push(notes.about(create_index(DIALECT, change.to, index, "")));
        }
        if is_rebuilt {
            statements.extend(change.from.triggers.iter().cloned().map(quiet));
        }
    }
    for table in &difference.created {
        let indexes = table.indexes.iter().map(|index| create_index(DIALECT, table, index, ""));
        statements.extend(indexes.chain(table.triggers.iter().cloned()).map(quiet));
    }
}

fn only_gone<'a, T>(change: &Change<'a, T>) -> Option<&'a T> {
    if let Change::Gone(old) = change { Some(old) } else { None }
}

/// A statement that serves another.
fn quiet(sql: String) -> Statement {
    Notes::new(DIALECT).about(sql)
}

fn quote(name: &str) -> String {
    quote_identifier(DIALECT, name)
}
