//! The tables of SQLite: pragmas say what their columns are, and the text that made them says the rest.

use std::collections::HashMap;

use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, SqliteConnection};

use super::create_table::{self, Definition};
use super::{index, mentions, unreadable};
use crate::backend::Dialect;
use crate::migration::schema::{Column, Generation, IndexKey, Table};

/// What makes a table, an index or a trigger.
#[derive(QueryableByName)]
struct Made {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

/// What a pragma says of a column.
#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    sql_type: Option<String>,
    #[diesel(sql_type = Bool)]
    not_null: bool,
    /// The place in the primary key, from 1 on.
    #[diesel(sql_type = BigInt)]
    key: i64,
}

/// Tables come before indexes and triggers, which may name theirs in other letters. The tables in which an extension keeps a virtual one are
/// its own, and so are those whose names begin with `sqlite_`.
const MADE: &str = "SELECT m.type AS kind, t.name AS \"table\", m.sql AS sql \
    FROM sqlite_master AS m \
    JOIN pragma_table_list AS t ON t.schema = 'main' AND t.name = m.tbl_name COLLATE NOCASE \
    WHERE t.type = 'table' AND m.type IN ('table', 'index', 'trigger') AND m.sql IS NOT NULL \
    AND t.name NOT LIKE 'sqlite^_%' ESCAPE '^' \
    ORDER BY m.type <> 'table', m.type, m.name";

const TOLD: &str = "SELECT m.name AS \"table\", c.name AS name, c.type AS sql_type, c.\"notnull\" AS not_null, \
    c.pk AS key \
    FROM (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table') AS m \
    JOIN pragma_table_xinfo(m.name) AS c ORDER BY m.name, c.cid";

/// What may mention tables: triggers and views.
const MENTIONING: &str = "SELECT type AS kind, name AS \"table\", sql AS sql FROM sqlite_master \
    WHERE type IN ('trigger', 'view') AND sql IS NOT NULL ORDER BY type, name";

pub(super) fn tables(
    connection: &mut SqliteConnection,
    is_wanted: impl Fn(&str) -> bool,
) -> QueryResult<Vec<Table>> {
    let mut told: HashMap<String, Vec<Told>> = HashMap::new();
    for column in diesel::sql_query(TOLD).load::<Told>(connection)? {
        told.entry(column.table.clone()).or_default().push(column);
    }
    let mut tables = Vec::new();
    for made in diesel::sql_query(MADE).load::<Made>(connection)? {
        if made.kind == "table" {
            let definition = create_table::read(Dialect::Sqlite, &made.sql);
            let table =
                definition.and_then(|definition| table(&made.table, definition, told.get(&made.table)?));
            tables.push(table.ok_or_else(|| unreadable(&made.table, &made.sql))?);
        } else if let Some(table) = tables.iter_mut().find(|table: &&mut Table| table.name == made.table) {
            add(table, made)?;
        }
    }
    resolve_targets(&mut tables);
    for made in diesel::sql_query(MENTIONING).load::<Made>(connection)? {
        for table in &mut tables {
            let is_own = table.triggers.contains(&made.sql);
            let Made { kind, table: name, sql } = &made;
            mentions::add(Dialect::Sqlite, table, is_own, &format!("the {kind} `{name}`"), sql);
        }
    }
    tables.retain(|table| is_wanted(&table.name));
    Ok(tables)
}

/// The table, where what the pragma and the text say of it agree.
fn table(name: &str, definition: Definition, told: &[Told]) -> Option<Table> {
    let Definition { mut table, column_checks, is_descending_key, is_numbered } = definition;
    // The text may have it in other letters.
    table.name = name.to_owned();
    if table.columns.len() != told.len() {
        return None;
    }
    let keeps_no_row_number = table.options.to_ascii_uppercase().contains("ROWID");
    for (column, told) in table.columns.iter_mut().zip(told) {
        if column.name != told.name {
            return None;
        }
        column.sql_type = told.sql_type.clone().unwrap_or_default();
        let is_integer = column.sql_type.eq_ignore_ascii_case("INTEGER");
        let is_whole_key =
            told.key == 1 && table.primary_key.as_ref().is_some_and(|key| key.columns.len() == 1);
        // The number of a row is never null, whatever is said.
        let is_row_number = is_integer && is_whole_key && !is_descending_key && !keeps_no_row_number;
        column.nullable = !told.not_null && !is_row_number;
        column.collation = column.collation.take().filter(|name| !name.eq_ignore_ascii_case("BINARY"));
        if is_numbered && is_whole_key {
            column.generated = Some(Generation::Identity);
        }
    }
    table.checks.extend(column_checks.into_iter().map(|(_, check)| check));
    spell_columns(&mut table);
    // One over the same columns is the same.
    table.uniques.sort_by(|left, right| left.columns.cmp(&right.columns).then(right.name.cmp(&left.name)));
    table.uniques.dedup_by(|left, right| left.columns == right.columns);
    Some(table)
}

/// Adds what is made by a statement of its own.
fn add(table: &mut Table, made: Made) -> QueryResult<()> {
    if made.kind == "trigger" {
        table.triggers.push(made.sql);
        return Ok(());
    }
    let mut index =
        index::read(Dialect::Sqlite, &made.sql).ok_or_else(|| unreadable(&made.table, &made.sql))?;
    for part in &mut index.parts {
        if let IndexKey::Column(name) = &mut part.key {
            *name = spelled(&table.columns, name);
        }
    }
    table.indexes.push(index);
    Ok(())
}

/// Names columns in keys as the table does: to SQLite names in other letters are the same.
fn spell_columns(table: &mut Table) {
    let Table { columns, primary_key, uniques, foreign_keys, .. } = table;
    let keys = primary_key.iter_mut().map(|key| &mut key.columns);
    let keys = keys.chain(uniques.iter_mut().map(|unique| &mut unique.columns));
    for name in keys.chain(foreign_keys.iter_mut().map(|key| &mut key.columns)).flatten() {
        *name = spelled(columns, name);
    }
}

fn spelled(columns: &[Column], name: &str) -> String {
    let column = columns.iter().find(|column| column.name.eq_ignore_ascii_case(name));
    column.map_or(name, |column| &column.name).to_owned()
}

/// Names what foreign keys refer to as it names itself, and where no columns are said, those of the primary key.
fn resolve_targets(tables: &mut [Table]) {
    let there: Vec<_> = tables
        .iter()
        .map(|table| (table.name.clone(), table.columns.clone(), table.primary_key.clone()))
        .collect();
    for key in tables.iter_mut().flat_map(|table| &mut table.foreign_keys) {
        // One may refer to a table that is not there.
        let Some((name, columns, primary_key)) =
            there.iter().find(|(name, ..)| name.eq_ignore_ascii_case(&key.target))
        else {
            continue;
        };
        key.target.clone_from(name);
        if key.target_columns.is_empty() {
            key.target_columns = primary_key.as_ref().map(|key| key.columns.clone()).unwrap_or_default();
        }
        for column in &mut key.target_columns {
            *column = spelled(columns, column);
        }
    }
}
