//! Tables and columns that are called something else.

use super::chain;
use super::same::Constraint;
use crate::backend::{
    Dialect, mentions, renamed_foreign_key, renamed_in_expression, renamed_in_trigger, renamed_triggers,
};
use crate::migration::schema::{ForeignKey, Generation, Index, IndexKey, Schema, Table};

/// The tables and columns of one schema that have other names in another.
#[derive(Debug, Default)]
pub(crate) struct Renames {
    tables: Vec<TableRename>,
    /// Old and new names of tables, one after the other.
    steps: Vec<(String, String)>,
}

#[derive(Debug)]
struct TableRename {
    old: String,
    new: String,
    /// Old and new.
    columns: Vec<(String, String)>,
    /// The same, one after the other.
    steps: Vec<(String, String)>,
}

impl Renames {
    /// Those that `to` says, of what `from` has; those in whose place `from` has something that stays, if `over_others`.
    pub(crate) fn of(from: &Schema, to: &Schema, over_others: bool) -> Self {
        let names = chain::of(
            to.tables.iter().map(|table| (table.renamed_from.as_deref(), table.name.as_str())),
            |name| from.table(name).is_some(),
            over_others,
        );
        let mut tables = Vec::new();
        for table in &to.tables {
            let old = names.iter().find(|(_, new)| *new == table.name).map_or(&table.name, |(old, _)| old);
            // What was there by this name may be another table now.
            let is_another = old == &table.name && names.iter().any(|(old, _)| *old == table.name);
            let Some(old) = from.table(old).filter(|_| !is_another) else { continue };
            let columns = chain::of(
                table.columns.iter().map(|column| (column.renamed_from.as_deref(), column.name.as_str())),
                |name| old.column(name).is_some(),
                over_others,
            );
            if old.name != table.name || !columns.is_empty() {
                let is_taken = |name: &str| old.column(name).is_some() || table.column(name).is_some();
                let steps = chain::steps(&columns, is_taken);
                tables.push(TableRename { old: old.name.clone(), new: table.name.clone(), columns, steps });
            }
        }
        let is_taken = |name: &str| from.table(name).is_some() || to.table(name).is_some();
        Self { tables, steps: chain::steps(&names, is_taken) }
    }

    /// Whether nothing is renamed.
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Tables: their old and new names, in an order in which each name is free when it is given.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.steps.iter().map(|(old, new)| (old.as_str(), new.as_str()))
    }

    /// Columns: the new name of their table, their own old and new names, in such an order too.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.tables.iter().flat_map(|table| {
            table.steps.iter().map(|(old, new)| (table.new.as_str(), old.as_str(), new.as_str()))
        })
    }

    /// Says in `from`, to which these lead back, what everything is called before they are taken back.
    pub(crate) fn mark_back(&self, from: &mut Schema) {
        for table in &mut from.tables {
            let rename = self.tables.iter().find(|rename| rename.old == table.name);
            table.renamed_from =
                rename.filter(|rename| rename.old != rename.new).map(|rename| rename.new.clone());
            for column in &mut table.columns {
                let new = rename.and_then(|rename| {
                    rename.columns.iter().find(|(old, _)| *old == column.name).map(|(_, new)| new.clone())
                });
                column.renamed_from = new;
            }
        }
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
        // SQLite knows better than anybody what it makes of triggers.
        let triggers = renamed_triggers(dialect, schema, self);
        let mut schema = schema.clone();
        for table in &mut schema.tables {
            for key in &mut table.foreign_keys {
                self.apply_to_target(key);
            }
            let before = table.triggers.clone();
            if let Some(rename) = self.tables.iter().find(|rename| rename.old == table.name) {
                rename.apply(table, dialect);
            }
            if let Some(triggers) = &triggers {
                let of = |trigger: String| triggers.get(&trigger).cloned().unwrap_or(trigger);
                table.triggers = before.into_iter().map(of).collect();
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
        for other in table.others.iter_mut().chain(&mut table.mentions) {
            other.part.iter_mut().for_each(|column| self.apply_to_column(column));
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
