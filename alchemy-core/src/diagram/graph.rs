//! What is drawn, however it is drawn.

use crate::model::{ColumnKind, ColumnMeta, ForeignKeyMeta, ModelMeta};

/// Tables, ordered by name, and what refers to what.
pub(super) struct Graph {
    pub(super) tables: Vec<Table>,
    pub(super) relations: Vec<Relation>,
}

/// A table.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

/// A column.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) nullable: bool,
    /// What it is part of: `PK`, `FK`, `UK`.
    pub(super) keys: Vec<&'static str>,
}

/// A type's name, and what its values are limited to.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) limit: Option<String>,
}

/// A foreign key.
pub(super) struct Relation {
    /// The table that refers, and the first of its columns that do.
    pub(super) from: (usize, usize),
    /// The table referred to, and the first of its columns that are.
    pub(super) to: (usize, usize),
    /// The names of the columns that refer.
    pub(super) columns: String,
    /// Whether a row may refer to none.
    pub(super) optional: bool,
    /// Whether a row is referred to by one at most.
    pub(super) unique: bool,
}

/// Makes the graph of models; a foreign key to another model is left out.
pub(super) fn of(models: &[&'static ModelMeta]) -> Graph {
    let mut models = models.to_vec();
    models.sort_by_key(|model| (model.table, model.bind_key()));
    let tables = models.iter().map(|model| table(model, &models)).collect();
    let keys = models.iter().enumerate().flat_map(|(place, model)| {
        model.foreign_keys.iter().filter_map(|key| relation(key, place, &models)).collect::<Vec<_>>()
    });
    Graph { tables, relations: keys.collect() }
}

fn table(model: &ModelMeta, models: &[&ModelMeta]) -> Table {
    let is_only = models.iter().filter(|other| other.table == model.table).count() == 1;
    let name = if is_only { model.table.to_owned() } else { format!("{}.{}", model.bind_key(), model.table) };
    let columns = model.columns.iter().enumerate();
    let columns = columns.map(|(index, column)| Column {
        name: column.name,
        kind: kind(column),
        nullable: column.nullable,
        keys: keys(model, index),
    });
    Table { name, columns: columns.collect() }
}

fn keys(model: &ModelMeta, column: usize) -> Vec<&'static str> {
    let mut keys = Vec::new();
    if model.primary_key.contains(&column) {
        keys.push("PK");
    }
    if model.foreign_keys.iter().any(|key| key.columns.contains(&column)) {
        keys.push("FK");
    }
    if model.uniques.iter().any(|unique| unique.columns == [column]) {
        keys.push("UK");
    }
    keys
}

fn relation(key: &ForeignKeyMeta, place: usize, models: &[&'static ModelMeta]) -> Option<Relation> {
    let (model, target) = (models[place], (key.target)());
    // A model of another database, where that of the same one is not there.
    let same = |other: &&ModelMeta| other.table == target.table && other.bind_key() == target.bind_key();
    let to = models.iter().position(same)?;
    let names: Vec<_> = key.columns.iter().map(|&column| model.columns[column].name).collect();
    let target_column = match key.target_fields.first() {
        Some(field) => target.index_of_field(field)?,
        None => *target.primary_key.first()?,
    };
    Some(Relation {
        from: (place, *key.columns.first()?),
        to: (to, target_column),
        columns: names.join(", "),
        optional: key.columns.iter().any(|&column| model.columns[column].nullable),
        unique: model.is_unique(key.columns),
    })
}

fn kind(column: &ColumnMeta) -> Kind {
    let name = match column.kind {
        ColumnKind::Bool => "bool",
        ColumnKind::SmallInt => "smallint",
        ColumnKind::Integer => "integer",
        ColumnKind::BigInt => "bigint",
        ColumnKind::Float => "float",
        ColumnKind::Double => "double",
        ColumnKind::Text => "text",
        ColumnKind::Binary => "binary",
        ColumnKind::Uuid => "uuid",
        ColumnKind::Date => "date",
        ColumnKind::Time => "time",
        ColumnKind::Timestamp => "timestamp",
        ColumnKind::TimestampTz => "timestamptz",
        ColumnKind::Json => "json",
        ColumnKind::Decimal => "decimal",
        ColumnKind::Custom => "custom",
    };
    let limit = match (column.max_length, column.precision) {
        (Some(length), _) => Some(length.to_string()),
        (None, Some((digits, scale))) => Some(format!("{digits},{scale}")),
        (None, None) => None,
    };
    Kind { name, limit }
}
