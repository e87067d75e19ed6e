//! Changing tables of MariaDB: what can be is one statement a table, which copies the table once, and happens or not.

use super::clause::{self, create_index, create_tables, index_definition, index_kind};
use super::foreign_keys::{Move, Moves, has_other_column, has_other_type, is_computed, plain_columns};
use super::kind::Kind;
use super::notes::{NAMELESS, Notes};
use super::tokens::calls;
use crate::backend::{Dialect, quote_identifier};
use crate::error::{Error, Result};
use crate::migration::plan::{Change, Difference, TableChange};
use crate::migration::schema::{Check, Column, ForeignKey, Generation, Index, PrimaryKey, Table};
use crate::migration::{Plan, Statement};

const DIALECT: Dialect = Dialect::Mysql;

/// The statements of a difference.
pub(super) fn alter(difference: &Difference<'_>) -> Result<Plan> {
    let moves = Moves::of(difference, false, |table, key| is_in_the_way(difference, table, key));
    let mut statements = renames(difference);
    for moved in &moves.dropped {
        statements.push(drop_foreign_key(moved)?);
    }
    statements.extend(difference.dropped.iter().map(|table| {
        let mut notes = Notes::new(DIALECT);
        notes.table_dropped(table);
        notes.about(format!("DROP TABLE {}", quote(&table.name)))
    }));
    for change in &difference.changed {
        statements.extend(alter_table(change)?);
    }
    let (tables, circles) = create_tables(DIALECT, &difference.created)?;
    for (table, sql) in difference.created.iter().zip(tables) {
        let mut notes = Notes::new(DIALECT);
        notes.table_created(table);
        statements.push(notes.about(sql));
    }
    for table in &difference.created {
        let indexes = table.indexes.iter().map(|index| create_index(DIALECT, table, index, ""));
        statements.extend(indexes.map(|sql| Notes::new(DIALECT).about(sql)));
    }
    for moved in moves.added.into_iter().chain(circles) {
        statements.push(add_foreign_key(difference, &moved)?);
    }
    Ok(Plan { statements, ..Plan::default() })
}

/// Whether a foreign key that stays keeps something else from being changed: a column of it, or the index that it rests
/// on, on either side.
fn is_in_the_way(difference: &Difference<'_>, table: &Table, key: &ForeignKey) -> bool {
    let rests_on = |table: &str, columns: &[String]| {
        difference.change(table).is_some_and(|change| loses_index(change, columns))
    };
    rests_on(&table.name, &key.columns)
        || rests_on(&key.target, &key.target_columns)
        || has_other_column(difference, table, key, |from, to| {
            has_other_type(DIALECT, from, to)
                || from.nullable != to.nullable
                || from.generated != to.generated
        })
}

/// Whether a table loses an index that begins with some columns, or one that its foreign key has made.
fn loses_index(change: &TableChange<'_>, columns: &[String]) -> bool {
    let begins =
        |index: &[&str]| columns.iter().map(String::as_str).eq(index.iter().copied().take(columns.len()));
    let texts = |columns: &[String]| begins(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    change.primary_key.as_ref().and_then(Change::before).is_some_and(|key| texts(&key.columns))
        || change.uniques.iter().filter_map(Change::before).any(|unique| texts(&unique.columns))
        || change.indexes.iter().filter_map(Change::before).any(|index| begins(&plain_columns(index)))
        || change.foreign_keys.iter().filter_map(Change::before).any(|key| texts(&key.columns))
}

fn renames(difference: &Difference<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    // MariaDB renames nothing in triggers and views. The tables have their new names already.
    let mentioned = |notes: &mut Notes, table: &str, column: Option<&str>| {
        if let Some(table) = difference.from.table(table) {
            notes.mentioned(table, column);
        }
    };
    for (old, new) in difference.renames.tables() {
        let mut notes = Notes::new(DIALECT);
        notes.table_renamed(old, new);
        mentioned(&mut notes, new, None);
        statements.push(notes.about(format!("RENAME TABLE {} TO {}", quote(old), quote(new))));
    }
    for (table, old, new) in difference.renames.columns() {
        let mut notes = Notes::new(DIALECT);
        notes.column_renamed(table, old, new);
        mentioned(&mut notes, table, Some(new));
        let (table, old, new) = (quote(table), quote(old), quote(new));
        statements.push(notes.about(format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new}")));
    }
    statements
}

fn drop_foreign_key(moved: &Move<'_>) -> Result<Statement> {
    let mut notes = Notes::new(DIALECT);
    if !moved.kept {
        notes.foreign_key_dropped(moved.table, moved.key);
    }
    let (table, name) = (quote(&moved.table.name), quote(known(moved.key.name.as_deref())?));
    Ok(notes.about(format!("ALTER TABLE {table} DROP FOREIGN KEY {name}")))
}

fn add_foreign_key(difference: &Difference<'_>, moved: &Move<'_>) -> Result<Statement> {
    let mut notes = Notes::new(DIALECT);
    if difference.from.table(&moved.table.name).is_some() && !moved.kept {
        notes.foreign_key_added(moved.table, moved.key);
    }
    if difference.from.table(&moved.table.name).is_some() {
        notes.warn(copied(moved.table));
    }
    let table = quote(&moved.table.name);
    Ok(notes.about(format!("ALTER TABLE {table} ADD {}", clause::foreign_key(DIALECT, moved.key)?)))
}

/// The statements that change a table: one, and one more where columns had to be given values.
fn alter_table(change: &TableChange<'_>) -> Result<Vec<Statement>> {
    let mut alter = Alter { change, notes: Notes::new(DIALECT), clauses: Vec::new(), defaults: Vec::new() };
    alter.drop_left_indexes()?;
    alter.drop_constraints()?;
    alter.change_columns();
    alter.add_constraints()?;
    let Alter { notes, clauses, defaults, .. } = alter;
    let mut statements = Vec::new();
    if !clauses.is_empty() {
        let statement = notes.about(altered(change.to, &clauses));
        statements.extend(if numbers_rows(change) { keeping_zeros(statement) } else { vec![statement] });
    }
    if !defaults.is_empty() {
        statements.push(Notes::new(DIALECT).about(altered(change.to, &defaults)));
    }
    Ok(statements)
}

/// Whether a column comes to be one whose values the database makes.
fn numbers_rows(change: &TableChange<'_>) -> bool {
    let is_made = |column: &Column| column.generated == Some(Generation::Sequence);
    change.other_columns().any(|(from, to)| !is_made(from) && is_made(to))
}

/// A statement that gives rows numbers, which are not to be given to a row that has the number 0 already.
fn keeping_zeros(statement: Statement) -> Vec<Statement> {
    let setting = |sql: &str| Notes::new(DIALECT).about(sql);
    vec![
        setting(
            "SET @alchemy_sql_mode = @@sql_mode, SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')",
        ),
        statement,
        setting("SET SESSION sql_mode = @alchemy_sql_mode"),
    ]
}

fn altered(table: &Table, clauses: &[String]) -> String {
    let name = quote(&table.name);
    match clauses {
        [clause] => format!("ALTER TABLE {name} {clause}"),
        clauses => format!("ALTER TABLE {name}\n    {}", clauses.join(",\n    ")),
    }
}

struct Alter<'a> {
    change: &'a TableChange<'a>,
    notes: Notes,
    clauses: Vec<String>,
    /// The clauses of the statement after, which takes back the defaults that were for the rows there.
    defaults: Vec<String>,
}

impl Alter<'_> {
    /// A foreign key leaves the index that came with it, which has its name.
    fn drop_left_indexes(&mut self) -> Result<()> {
        for key in self.change.foreign_keys.iter().filter_map(Change::before) {
            let comes_again = |other: &ForeignKey| other.name == key.name && other.columns == key.columns;
            if !self.change.to.foreign_keys.iter().any(comes_again) {
                let name = known(key.name.as_deref())?;
                self.clauses.push(format!("DROP INDEX IF EXISTS {}", quote(name)));
                self.drop_index_of_nameless(name, key);
            }
        }
        Ok(())
    }

    /// The index that came with a foreign key without a name has that of its first column.
    fn drop_index_of_nameless(&mut self, name: &str, key: &ForeignKey) {
        let (from, to) = (self.change.from, self.change.to);
        let is_nameless = name.starts_with(&format!("{}_ibfk_", from.name));
        let Some(index) = key.columns.first().filter(|_| is_nameless) else { return };
        // Any other index of that name is known.
        let has = |table: &Table| {
            table.indexes.iter().any(|other| other.name == *index)
                || table.uniques.iter().any(|other| other.name.as_ref() == Some(index))
        };
        if !has(from) && !has(to) {
            self.clauses.push(format!("DROP INDEX IF EXISTS {}", quote(index)));
        }
    }

    fn drop_constraints(&mut self) -> Result<()> {
        let table = self.change.from;
        for change in &self.change.checks {
            let Some(check) = change.before() else { continue };
            if matches!(change, Change::Gone(_)) {
                self.notes.check_dropped(table, check);
            }
            match &check.name {
                Some(name) => self.clauses.push(format!("DROP CONSTRAINT {}", quote(name))),
                None => self.drop_column_check(check)?,
            }
        }
        for index in self.change.indexes.iter().filter_map(only_gone) {
            self.notes.index_dropped(table, index);
            self.clauses.push(format!("DROP INDEX {}", quote(&index.name)));
        }
        for unique in self.change.uniques.iter().filter_map(only_gone) {
            self.notes.unique_dropped(table, unique);
            self.clauses.push(format!("DROP INDEX {}", quote(known(unique.name.as_deref())?)));
        }
        if let Some(key) = &self.change.primary_key {
            self.notes.primary_key(table, key.before(), key.after());
            if key.before().is_some() {
                self.copies();
                self.clauses.push("DROP PRIMARY KEY".to_owned());
            }
        }
        Ok(())
    }

    /// A check without a name is part of its column's definition: it goes with the column, and wherever that is defined
    /// without it.
    fn drop_column_check(&mut self, check: &Check) -> Result<()> {
        let Some(column) = self.change.to.column(known(check.column.as_deref())?) else { return Ok(()) };
        let is_changed =
            |change: &Change<'_, Column>| change.after().is_some_and(|after| after.name == column.name);
        if !self.change.columns.iter().any(is_changed) {
            self.clauses.push(self.modify(column));
        }
        Ok(())
    }

    /// Defines a column anew, with the check that is part of it and stays.
    fn modify(&self, column: &Column) -> String {
        format!("MODIFY COLUMN {}", self.definition(column))
    }

    fn definition(&self, column: &Column) -> String {
        let (from, to) = (self.change.from, self.change.to);
        let kept = to.checks.iter().find(|check| {
            check.name.is_none() && from.checks.contains(check) && check.column.as_ref() == Some(&column.name)
        });
        let check = kept.map_or_else(String::new, |check| format!(" CHECK ({})", check.expression));
        format!("{}{check}", clause::column(DIALECT, column))
    }

    fn change_columns(&mut self) {
        let (from, to) = (self.change.from, self.change.to);
        for change in &self.change.columns {
            match change {
                Change::Gone(column) => {
                    self.notes.column_dropped(from, column);
                    self.clauses.push(format!("DROP COLUMN {}", quote(&column.name)));
                }
                Change::New(column) => self.add_column(to, column),
                Change::Other(old, column) => {
                    self.notes.column_changed(to, old, column);
                    self.change_column(old, column);
                }
            }
        }
    }

    fn add_column(&mut self, table: &Table, column: &Column) {
        self.notes.column_added(table, column);
        let has_value = column.nullable || column.default.is_some() || column.generated.is_some();
        let neutral = if has_value { None } else { neutral(column) };
        if is_made_for_each_row(column) {
            self.copies();
        }
        let definition = match &neutral {
            Some(neutral) => clause::column_with_default(DIALECT, column, neutral),
            None => clause::column(DIALECT, column),
        };
        if !has_value {
            self.notes.neutral(table, column, neutral.as_deref());
        }
        if neutral.is_some() {
            self.defaults.push(format!("ALTER COLUMN {} DROP DEFAULT", quote(&column.name)));
        }
        self.clauses.push(format!("ADD COLUMN {definition}"));
    }

    fn change_column(&mut self, from: &Column, to: &Column) {
        let is_virtual =
            matches!(&from.generated, Some(Generation::Computed { stored: false, .. })) && !is_computed(to);
        if is_virtual {
            // Its values are nowhere, so that there are none to keep.
            self.notes
                .warn(format!("`{}.{}` loses the values that were computed.", self.change.to.name, to.name));
            self.clauses.push(format!("DROP COLUMN {}", quote(&to.name)));
            self.clauses.push(format!("ADD COLUMN {}", self.definition(to)));
            return;
        }
        if has_other_type(DIALECT, from, to) || from.generated != to.generated {
            self.copies();
        }
        self.clauses.push(self.modify(to));
    }

    fn add_constraints(&mut self) -> Result<()> {
        let table = self.change.to;
        if let Some(key) = self.change.primary_key.as_ref().and_then(Change::after) {
            self.copies();
            self.clauses.push(format!("ADD {}", primary_key(key)));
        }
        for change in &self.change.uniques {
            match change {
                Change::New(unique) => {
                    self.notes.unique_added(table, unique);
                    self.clauses.push(format!("ADD {}", clause::unique(DIALECT, unique)));
                }
                Change::Other(old, unique) => {
                    self.rename_index(known(old.name.as_deref())?, known(unique.name.as_deref())?);
                }
                Change::Gone(_) => {}
            }
        }
        for change in &self.change.checks {
            let Some(check) = change.after() else { continue };
            match change {
                Change::Other(old, _) => {
                    let name = |name: &Option<String>| name.clone().unwrap_or_default();
                    self.notes.constraint_renamed(&table.name, &name(&old.name), &name(&check.name));
                }
                _ => self.notes.check_added(table, check),
            }
            self.copies();
            self.clauses.push(format!("ADD {}", clause::check(DIALECT, check)));
        }
        for change in &self.change.indexes {
            match change {
                Change::New(index) => {
                    self.notes.index_added(table, index);
                    self.clauses.push(add_index(index));
                }
                Change::Other(old, index) => self.rename_index(&old.name, &index.name),
                Change::Gone(_) => {}
            }
        }
        Ok(())
    }

    fn rename_index(&mut self, old: &str, new: &str) {
        self.notes.constraint_renamed(&self.change.to.name, old, new);
        self.clauses.push(format!("RENAME INDEX {} TO {}", quote(old), quote(new)));
    }

    fn copies(&mut self) {
        self.notes.warn(copied(self.change.to));
    }
}

fn copied(table: &Table) -> String {
    format!(
        "MariaDB copies `{}`, and nobody writes to it meanwhile; a large table is better changed by a tool that copies it \
         in portions, as pt-online-schema-change does.",
        table.name
    )
}

/// A value that says nothing. A `TIMESTAMP` has none before 1970, wherever in the world that began.
fn neutral(column: &Column) -> Option<String> {
    if column.neutral.is_some() {
        return column.neutral.clone();
    }
    let is_timestamp = column.sql_type.to_lowercase().starts_with("timestamp");
    if is_timestamp {
        return Some("'1970-01-02 00:00:00'".to_owned());
    }
    Kind::of(DIALECT, &column.sql_type).neutral(DIALECT)
}

/// Whether the rows that are there get values that differ or have to be kept.
fn is_made_for_each_row(column: &Column) -> bool {
    match &column.generated {
        Some(Generation::Computed { stored, .. }) => *stored,
        Some(_) => true,
        None => column.default.as_deref().is_some_and(differs_by_row),
    }
}

/// Whether a default calls more than the clock.
fn differs_by_row(default: &str) -> bool {
    const CLOCK: &[&str] =
        &["current_timestamp", "now", "localtime", "localtimestamp", "curdate", "current_date"];
    calls(DIALECT, default).any(|name| !CLOCK.contains(&name.as_str()))
}

fn primary_key(key: &PrimaryKey) -> String {
    clause::primary_key(DIALECT, &PrimaryKey { name: None, ..key.clone() })
}

fn add_index(index: &Index) -> String {
    let kind = index_kind(DIALECT, index);
    format!("ADD {kind}INDEX {} {}", quote(&index.name), index_definition(DIALECT, index))
}

/// The name by which something is dropped or renamed. A database gives one to whatever is made without.
fn known(name: Option<&str>) -> Result<&str> {
    name.ok_or(Error::Unsupported { feature: NAMELESS, backend: DIALECT.name() })
}

fn only_gone<'a, T>(change: &Change<'a, T>) -> Option<&'a T> {
    if let Change::Gone(old) = change { Some(old) } else { None }
}

fn quote(name: &str) -> String {
    quote_identifier(DIALECT, name)
}
