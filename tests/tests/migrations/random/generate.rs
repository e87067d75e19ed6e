//! Pairs of schemas, such that the rows of the first fit the second, and the other way round.

mod schema;

use alchemy_core::migration::Schema;
use alchemy_core::migration::schema::{
    Check, Column, ForeignKey, Generation, Index, IndexPart, PrimaryKey, ReferentialAction, Table, Unique,
};

use alchemy_tests::Backend;

use self::schema::{schema, types};
use super::number::Random;

pub(crate) use self::schema::quoted;

/// What a column holds, whatever its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// The number of the row.
    Number,
    Flag,
    Day,
    Moment,
    Hour,
    Uuid,
    Bytes,
    Json,
}

/// Two schemas.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) from: Schema,
    pub(crate) to: Schema,
    pub(crate) backend: Backend,
    drafts: (Vec<Draft>, Vec<Draft>),
}

/// A table, with numbers by which it and its columns are known in both schemas.
#[derive(Debug, Clone)]
struct Draft {
    id: usize,
    name: String,
    columns: Vec<DraftColumn>,
    key: Vec<usize>,
    generated: Option<Generation>,
    uniques: Vec<Vec<usize>>,
    indexes: Vec<DraftIndex>,
    checks: Vec<usize>,
    foreign_keys: Vec<DraftKey>,
}

#[derive(Debug, Clone)]
struct DraftColumn {
    id: usize,
    name: String,
    family: Family,
    /// Whether it may be in keys and indexes, which not every type may.
    keyed: bool,
    sql_type: &'static str,
    nullable: bool,
    has_default: bool,
}

#[derive(Debug, Clone)]
struct DraftIndex {
    columns: Vec<usize>,
    descending: bool,
    partial: bool,
}

#[derive(Debug, Clone)]
struct DraftKey {
    column: usize,
    target: usize,
    target_column: usize,
    on_delete: ReferentialAction,
    on_update: ReferentialAction,
    deferred: bool,
}

/// A column of both schemas: its table and name in each.
pub(crate) struct Survivor {
    pub(crate) family: Family,
    pub(crate) from: (String, String),
    pub(crate) to: (String, String),
    /// The column by which its rows are ordered, in both.
    pub(crate) order: (String, String),
}

impl Pair {
    pub(crate) fn random(random: &mut Random, backend: Backend) -> Self {
        let mut maker = Maker { random, backend, next: 0 };
        let mut from = maker.tables();
        let mut to = maker.mutated(&from);
        for _ in 0..4 {
            let (before, after) = (from.clone(), to.clone());
            settle(&mut from, &after, backend);
            settle(&mut to, &before, backend);
        }
        let schemas = (schema(&from, None, backend), schema(&to, Some(&from), backend));
        Self { from: schemas.0, to: schemas.1, backend, drafts: (from, to) }
    }

    /// The tables of the first schema with the families of their columns.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (&str, Vec<(&str, Family)>)> {
        self.drafts.0.iter().map(|table| {
            let columns = table.columns.iter().map(|column| (column.name.as_str(), column.family));
            (table.name.as_str(), columns.collect())
        })
    }

    /// The columns that are in both schemas.
    pub(crate) fn survivors(&self) -> Vec<Survivor> {
        let mut survivors = Vec::new();
        for from in &self.drafts.0 {
            let Some(to) = self.drafts.1.iter().find(|to| to.id == from.id) else { continue };
            for column in &from.columns {
                if let Some(other) = to.column(column.id) {
                    survivors.push(Survivor {
                        family: column.family,
                        from: (from.name.clone(), column.name.clone()),
                        to: (to.name.clone(), other.name.clone()),
                        order: (from.columns[0].name.clone(), to.columns[0].name.clone()),
                    });
                }
            }
        }
        survivors
    }
}

impl Draft {
    fn column(&self, id: usize) -> Option<&DraftColumn> {
        self.columns.iter().find(|column| column.id == id)
    }

    fn is_unique(&self, column: usize) -> bool {
        self.key == [column] || self.uniques.iter().any(|unique| unique == &[column])
    }
}

/// Takes out of one schema what the rows of the other could not be brought to, and what a database would not take.
fn settle(tables: &mut [Draft], others: &[Draft], backend: Backend) {
    let all = tables.to_vec();
    for table in tables {
        let other = others.iter().find(|other| other.id == table.id);
        let draft = table.clone();
        let column = |id: usize| draft.column(id);
        // Rows have nothing of their own in a column that comes.
        let has_values = |id: usize| {
            other.is_none_or(|other| {
                other.column(id).is_some_and(|column| {
                    column.family == draft.column(id).map_or(Family::Json, |c| c.family)
                })
            })
        };
        let may_be_null = |id: usize| column(id).is_some_and(|column| column.nullable && !column.has_default);
        let fits = |id: usize| column(id).is_some() && (has_values(id) || may_be_null(id));
        table.key.retain(|&id| column(id).is_some() && has_values(id));
        if table.key.is_empty() {
            table.key = vec![table.columns[0].id];
        }
        if table.key != [table.columns[0].id] {
            table.generated = None;
        }
        table.uniques.retain(|unique| unique.iter().all(|&id| fits(id)) && *unique != draft.key);
        table.uniques.sort();
        table.uniques.dedup();
        table.indexes.retain(|index| index.columns.iter().all(|&id| column(id).is_some()));
        table.checks.retain(|&id| column(id).is_some());
        table.foreign_keys.retain(|key| {
            let Some(target) = all.iter().find(|other| other.id == key.target) else { return false };
            let survives = others.iter().any(|other| other.id == key.target) || other.is_none();
            let types = column(key.column).zip(target.column(key.target_column));
            let same_type = types.is_some_and(|(left, right)| left.sql_type == right.sql_type);
            let target_has_values = other.is_none()
                || others
                    .iter()
                    .any(|other| other.id == key.target && other.column(key.target_column).is_some());
            // A decimal becomes a text with all its digits, which is another than that of a whole number.
            let written = |draft: &Draft, others: &[Draft], id: usize| {
                let other = others.iter().find(|other| other.id == draft.id)?;
                let is_decimal =
                    |column: &DraftColumn| column.sql_type.contains('(') && !is_text(column.sql_type);
                let (here, there) = (draft.column(id)?, other.column(id)?);
                Some(
                    is_decimal(here) != is_decimal(there)
                        && (is_text(here.sql_type) || is_text(there.sql_type)),
                )
            };
            let same_writing = written(&draft, others, key.column).unwrap_or_default()
                == written(target, others, key.target_column).unwrap_or_default();
            survives
                && same_writing
                && fits(key.column)
                && same_type
                && target_has_values
                && target.is_unique(key.target_column)
        });
        if backend == Backend::Mysql {
            // It has no checks of what an action of a foreign key may change.
            let keys = &table.foreign_keys;
            table.checks.retain(|&id| !keys.iter().any(|key| key.column == id));
        }
        for key in &mut table.foreign_keys {
            let nullable = draft.column(key.column).is_some_and(|column| column.nullable)
                && !draft.key.contains(&key.column);
            for action in [&mut key.on_delete, &mut key.on_update] {
                let is_null = *action == ReferentialAction::SetNull && !nullable;
                if is_null || *action == ReferentialAction::SetDefault && backend == Backend::Mysql {
                    *action = ReferentialAction::Cascade;
                }
            }
        }
        for column in &mut table.columns {
            if draft.key.contains(&column.id) || table.key.contains(&column.id) {
                column.nullable = false;
            }
        }
        // A key that the database makes has one type everywhere.
        if table.generated.is_some() {
            table.columns[0].sql_type = if backend == Backend::Sqlite { "INTEGER" } else { "BIGINT" };
            table.columns[0].has_default = false;
            // MariaDB checks no column whose values it makes.
            let first = table.columns[0].id;
            table.checks.retain(|&id| id != first || backend != Backend::Mysql);
        }
    }
}

fn is_text(sql_type: &str) -> bool {
    sql_type.starts_with("VARCHAR") || sql_type.contains("TEXT")
}

struct Maker<'a> {
    random: &'a mut Random,
    backend: Backend,
    next: usize,
}

impl Maker<'_> {
    fn number(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    fn tables(&mut self) -> Vec<Draft> {
        let mut tables: Vec<_> = (0..1 + self.random.below(3)).map(|_| self.table()).collect();
        for _ in 0..self.random.below(5) {
            self.add_foreign_key(&mut tables);
        }
        tables
    }

    fn table(&mut self) -> Draft {
        let id = self.number();
        let mut key = self.column();
        (key.family, key.keyed, key.nullable, key.has_default) = (Family::Number, true, false, false);
        key.sql_type = if self.random.chance(50) { "INTEGER" } else { "BIGINT" };
        let mut columns = vec![key];
        columns.extend((0..1 + self.random.below(5)).map(|_| self.column()));
        let mut draft = Draft {
            id,
            name: format!("table {id}"),
            key: vec![columns[0].id],
            columns,
            generated: None,
            uniques: Vec::new(),
            indexes: Vec::new(),
            checks: Vec::new(),
            foreign_keys: Vec::new(),
        };
        for _ in 0..self.random.below(6) {
            self.add_part(&mut draft);
        }
        draft
    }

    fn column(&mut self) -> DraftColumn {
        use Family::{Bytes, Day, Flag, Hour, Json, Moment, Number, Uuid};
        let id = self.number();
        let families = [Number, Number, Number, Number, Flag, Day, Moment, Hour, Uuid, Bytes, Json];
        let family = families[self.random.below(families.len())];
        let keyed = matches!(family, Number | Day | Uuid) && self.random.chance(75);
        DraftColumn {
            id,
            name: if id.is_multiple_of(3) { format!("Col \"{id}`") } else { format!("c{id}") },
            family,
            keyed,
            sql_type: self.sql_type(family, keyed),
            nullable: self.random.chance(40),
            has_default: self.random.chance(30),
        }
    }

    fn sql_type(&mut self, family: Family, keyed: bool) -> &'static str {
        let types = types(family, keyed, self.backend);
        types[self.random.below(types.len())]
    }

    fn keyed(&mut self, draft: &Draft, most: usize) -> Vec<usize> {
        let mut columns: Vec<_> =
            draft.columns.iter().filter(|column| column.keyed).map(|column| column.id).collect();
        let count = 1 + self.random.below(most);
        while columns.len() > count {
            columns.remove(self.random.below(columns.len()));
        }
        if self.random.chance(30) {
            columns.reverse();
        }
        columns
    }

    /// A key, a constraint or an index.
    fn add_part(&mut self, draft: &mut Draft) {
        match self.random.below(6) {
            0 => draft.key = self.keyed(draft, 2),
            1 => {
                draft.generated = match (self.backend, self.random.below(2)) {
                    (Backend::Postgres, 0) | (Backend::Mysql, _) => Some(Generation::Sequence),
                    _ => Some(Generation::Identity),
                }
            }
            2 => {
                let columns = self.keyed(draft, 2);
                draft.uniques.push(columns);
            }
            3 | 4 => {
                let index = DraftIndex {
                    columns: self.keyed(draft, 2),
                    descending: self.random.chance(20) && self.backend != Backend::Mysql,
                    partial: self.random.chance(20) && self.backend != Backend::Mysql,
                };
                let is_there = draft.indexes.iter().any(|other| other.columns == index.columns);
                if !is_there {
                    draft.indexes.push(index);
                }
            }
            _ => {
                let numbers: Vec<_> =
                    draft.columns.iter().filter(|column| column.family == Family::Number).collect();
                if let Some(column) = self.random.pick(&numbers).map(|column| column.id)
                    && !draft.checks.contains(&column)
                {
                    draft.checks.push(column);
                }
            }
        }
    }

    fn add_foreign_key(&mut self, tables: &mut [Draft]) {
        use ReferentialAction::{Cascade, NoAction, Restrict, SetDefault, SetNull};
        let backend = self.backend;
        let (place, target) = (self.random.below(tables.len()), self.random.below(tables.len()));
        let target = tables[target].clone();
        let unique: Vec<_> = target
            .columns
            .iter()
            .filter(|column| column.family == Family::Number && target.is_unique(column.id))
            .collect();
        let Some(to) = self.random.pick(&unique) else { return };
        let numbers: Vec<_> = tables[place]
            .columns
            .iter()
            .skip(1)
            .filter(|column| column.keyed && column.family == Family::Number)
            .map(|column| column.id)
            .collect();
        let Some(&column) = self.random.pick(&numbers) else { return };
        if tables[place].foreign_keys.iter().any(|key| key.column == column) {
            return;
        }
        let actions = if backend == Backend::Mysql {
            // Both are one there, and read as `NoAction`.
            vec![Cascade, NoAction, SetNull]
        } else {
            vec![Cascade, NoAction, Restrict, SetDefault, SetNull]
        };
        let key = DraftKey {
            column,
            target: target.id,
            target_column: to.id,
            on_delete: actions[self.random.below(actions.len())],
            on_update: actions[self.random.below(actions.len())],
            deferred: self.random.chance(20) && backend != Backend::Mysql,
        };
        let sql_type = to.sql_type;
        tables[place]
            .columns
            .iter_mut()
            .filter(|other| other.id == column)
            .for_each(|other| other.sql_type = sql_type);
        tables[place].foreign_keys.push(key);
    }

    fn mutated(&mut self, from: &[Draft]) -> Vec<Draft> {
        let mut tables = from.to_vec();
        for _ in 0..1 + self.random.below(7) {
            self.mutate(&mut tables);
        }
        tables
    }

    fn mutate(&mut self, tables: &mut Vec<Draft>) {
        let place = self.random.below(tables.len());
        match self.random.below(14) {
            0 => tables.push(self.table()),
            1 if tables.len() > 1 => drop(tables.remove(place)),
            2 => tables[place].name = format!("renamed {}", self.number()),
            3 => {
                let name = format!("n{}", self.number());
                let columns = &mut tables[place].columns;
                let column = self.random.below(columns.len());
                columns[column].name = name;
            }
            4 => {
                let column = self.column();
                tables[place].columns.push(column);
            }
            5 => {
                let column = self.random.below(tables[place].columns.len());
                if column > 0 {
                    tables[place].columns.remove(column);
                }
            }
            6 => self.add_foreign_key(tables),
            7 if !tables[place].foreign_keys.is_empty() => drop(tables[place].foreign_keys.pop()),
            8 => self.change_key_types(tables),
            9 => self.remove_part(&mut tables[place]),
            10 | 11 => self.add_part(&mut tables[place]),
            _ => self.change_column(&mut tables[place]),
        }
    }

    fn remove_part(&mut self, draft: &mut Draft) {
        match self.random.below(4) {
            0 => drop(draft.uniques.pop()),
            1 => drop(draft.indexes.pop()),
            2 => drop(draft.checks.pop()),
            _ => draft.generated = None,
        }
    }

    fn change_column(&mut self, draft: &mut Draft) {
        let place = self.random.below(draft.columns.len());
        let (family, keyed) = (draft.columns[place].family, draft.columns[place].keyed);
        let sql_type = self.sql_type(family, keyed);
        let kind = self.random.below(3);
        let column = &mut draft.columns[place];
        match kind {
            0 => column.sql_type = sql_type,
            1 => column.nullable = !column.nullable && place > 0,
            _ => column.has_default = !column.has_default && place > 0,
        }
    }

    /// Gives both sides of all foreign keys to a column another type.
    fn change_key_types(&mut self, tables: &mut [Draft]) {
        let keys: Vec<_> = tables.iter().flat_map(|table| table.foreign_keys.clone()).collect();
        let Some(key) = self.random.pick(&keys).cloned() else { return };
        let sql_type = self.sql_type(Family::Number, true);
        for table in tables.iter_mut() {
            let (id, foreign_keys) = (table.id, table.foreign_keys.clone());
            for column in &mut table.columns {
                let refers = foreign_keys
                    .iter()
                    .any(|other| other.column == column.id && other.target_column == key.target_column);
                if refers || id == key.target && column.id == key.target_column {
                    column.sql_type = sql_type;
                }
            }
        }
    }
}
