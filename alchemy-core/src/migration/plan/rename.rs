//! Tables and columns that are called something else.

use std::collections::HashSet;

use super::same::Constraint;
use crate::backend::{Dialect, mentions, renamed_foreign_key, renamed_in_expression, renamed_in_trigger};
use crate::migration::schema::{ForeignKey, Generation, Index, IndexKey, Schema, Table};

/// The tables and columns of one schema that have other names in another.
#[derive(Debug, Default)]
pub(crate) struct Renames {
    tables: Vec<TableRename>,
}

#[derive(Debug)]
struct TableRename {
    old: String,
    new: String,
    /// Old and new.
    columns: Vec<(String, String)>,
}

impl Renames {
    /// Those that `to` says, of what `from` has; those in whose place `from` has something already, if `over_others`.
    pub(crate) fn of(from: &Schema, to: &Schema, over_others: bool) -> Self {
        let mut tables = Vec::new();
        for table in &to.tables {
            let Some(old) = old_table(from, table, over_others) else { continue };
            let columns: Vec<_> = table
                .columns
                .iter()
                .filter_map(|column| {
                    let name = column.renamed_from.as_ref()?;
                    let free = over_others || old.column(&column.name).is_none();
                    (old.column(name).is_some() && free && *name != column.name)
                        .then(|| (name.clone(), column.name.clone()))
                })
                .collect();
            // Of two that were the same one, one is new.
            let mut seen = HashSet::new();
            let columns: Vec<_> = columns.into_iter().filter(|(old, _)| seen.insert(old.clone())).collect();
            if tables.iter().any(|rename: &TableRename| rename.old == old.name) {
                continue;
            }
            if old.name != table.name || !columns.is_empty() {
                tables.push(TableRename { old: old.name.clone(), new: table.name.clone(), columns });
            }
        }
        Self { tables }
    }

    /// Tables: their old and new names.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (&str, &str)> {
        let tables = self.tables.iter().filter(|table| table.old != table.new);
        tables.map(|table| (table.old.as_str(), table.new.as_str()))
    }

    /// Columns: the new name of their table, their own old and new names.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.tables.iter().flat_map(|table| {
            table.columns.iter().map(|(old, new)| (table.new.as_str(), old.as_str(), new.as_str()))
        })
    }

    /// Keeps these in what `to` says, and no other.
    pub(crate) fn mark(&self, to: &mut Schema) {
        for table in &mut to.tables {
            let rename = self.tables.iter().find(|rename| rename.new == table.name);
            table.renamed_from =
                rename.filter(|rename| rename.old != rename.new).map(|rename| rename.old.clone());
            for column in &mut table.columns {
                let old = rename.and_then(|rename| {
                    rename.columns.iter().find(|(_, new)| *new == column.name).map(|(old, _)| old.clone())
                });
                column.renamed_from = old;
            }
        }
    }

    /// The other direction.
    pub(crate) fn reversed(&self) -> Self {
        let reversed = |table: &TableRename| TableRename {
            old: table.new.clone(),
            new: table.old.clone(),
            columns: table.columns.iter().map(|(old, new)| (new.clone(), old.clone())).collect(),
        };
        Self { tables: self.tables.iter().map(reversed).collect() }
    }

    /// The schema without what stands in the place of something renamed; `None` where nothing does.
    pub(crate) fn cleared(&self, schema: &Schema, dialect: Dialect) -> Option<Schema> {
        let mut cleared = schema.clone();
        for rename in &self.tables {
            if rename.old != rename.new && !self.tables.iter().any(|other| other.old == rename.new) {
                drop_table(&mut cleared, &rename.new);
            }
            let Some(table) = schema.table(&rename.old) else { continue };
            for (_, new) in &rename.columns {
                let moves = rename.columns.iter().any(|(old, _)| old == new);
                if table.column(new).is_some() && !moves {
                    drop_column(&mut cleared, &rename.old, new, dialect);
                }
            }
        }
        (cleared != *schema).then_some(cleared)
    }

    /// The schema with the new names.
    pub(crate) fn applied(&self, schema: &Schema, dialect: Dialect) -> Schema {
        let mut schema = schema.clone();
        for table in &mut schema.tables {
            for key in &mut table.foreign_keys {
                self.apply_to_target(key);
            }
            if let Some(rename) = self.tables.iter().find(|rename| rename.old == table.name) {
                rename.apply(table, dialect);
            }
        }
        schema.tables.sort_by(|left, right| left.name.cmp(&right.name));
        schema
    }

    fn apply_to_target(&self, key: &mut ForeignKey) {
        if let Some(rename) = self.tables.iter().find(|rename| rename.old == key.target) {
            key.target.clone_from(&rename.new);
            rename.apply_to_columns(&mut key.target_columns);
        }
    }
}

impl TableRename {
    fn apply(&self, table: &mut Table, dialect: Dialect) {
        let names = (self.old.as_str(), self.new.as_str());
        let expression = |sql: &mut String| *sql = renamed_in_expression(dialect, sql, names, &self.columns);
        table.name.clone_from(&self.new);
        for column in &mut table.columns {
            self.apply_to_column(&mut column.name);
            if let Some(Generation::Computed { expression: sql, .. }) = &mut column.generated {
                expression(sql);
            }
        }
        if let Some(key) = &mut table.primary_key {
            self.apply_to_columns(&mut key.columns);
        }
        table.uniques.iter_mut().for_each(|unique| self.apply_to_columns(&mut unique.columns));
        for key in &mut table.foreign_keys {
            self.apply_to_columns(&mut key.columns);
            key.name = key.name.take().map(|name| renamed_foreign_key(dialect, name, names));
        }
        for check in &mut table.checks {
            expression(&mut check.expression);
            check.column.iter_mut().for_each(|column| self.apply_to_column(column));
        }
        table.indexes.iter_mut().for_each(|index| self.apply_to_index(index, &expression));
        for trigger in &mut table.triggers {
            *trigger = renamed_in_trigger(dialect, trigger, names, &self.columns);
        }
    }

    fn apply_to_index(&self, index: &mut Index, expression: &impl Fn(&mut String)) {
        for part in &mut index.parts {
            match &mut part.key {
                IndexKey::Column(name) => self.apply_to_column(name),
                IndexKey::Expression(sql) => expression(sql),
            }
        }
        index.condition.iter_mut().for_each(expression);
        expression(&mut index.options);
    }

    fn apply_to_columns(&self, names: &mut [String]) {
        names.iter_mut().for_each(|name| self.apply_to_column(name));
    }

    fn apply_to_column(&self, name: &mut String) {
        if let Some((_, new)) = self.columns.iter().find(|(old, _)| old == name) {
            name.clone_from(new);
        }
    }
}

/// What a table is in the schema before.
fn old_table<'a>(from: &'a Schema, table: &Table, over_others: bool) -> Option<&'a Table> {
    let same = from.table(&table.name);
    let old = table.renamed_from.as_deref().and_then(|name| from.table(name));
    if over_others { old.or(same) } else { same.or(old) }
}

fn drop_table(schema: &mut Schema, name: &str) {
    schema.tables.retain(|table| table.name != name);
    for table in &mut schema.tables {
        table.foreign_keys.retain(|key| key.target != name);
    }
}

fn drop_column(schema: &mut Schema, table: &str, name: &str, dialect: Dialect) {
    let has = |columns: &[String]| columns.iter().any(|column| column == name);
    for other in &mut schema.tables {
        other.foreign_keys.retain(|key| key.target != table || !has(&key.target_columns));
    }
    let Some(table) = schema.tables.iter_mut().find(|other| other.name == table) else { return };
    table.columns.retain(|column| match &column.generated {
        Some(Generation::Computed { expression, .. }) if mentions(dialect, expression, name) => false,
        _ => column.name != name,
    });
    table.primary_key.take_if(|key| has(&key.columns));
    table.uniques.retain(|unique| !unique.has(name, dialect));
    table.foreign_keys.retain(|key| !key.has(name, dialect));
    table.checks.retain(|check| !check.has(name, dialect));
    table.indexes.retain(|index| !index.has(name, dialect));
}
