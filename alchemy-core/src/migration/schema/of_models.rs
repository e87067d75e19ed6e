//! The schema that models ask for.

use super::{Check, Column, ForeignKey, Generation, Index, IndexPart, PrimaryKey, Schema, Table, Unique};
use crate::backend::{Dialect, column_type, index_prefix, quote_text, table_options};
use crate::ddl::{self, names};
use crate::error::Result;
use crate::model::{
    ColumnKind, ColumnMeta, DefaultValue, ForeignKeyMeta, Generated, ModelMeta, ReferentialAction,
};

/// The schema that models ask for on a database.
///
/// Models whose table is not [managed](ModelMeta::managed) are left out. All `models` should live in the same
/// database.
///
/// # Errors
/// As [`create_all`](crate::ddl::create_all).
pub fn of_models(models: &[&'static ModelMeta], dialect: Dialect) -> Result<Schema> {
    let managed: Vec<&'static ModelMeta> = models.iter().copied().filter(|model| model.managed).collect();
    ddl::check(&managed, dialect)?;
    let mut tables = managed.iter().map(|model| table(model, dialect)).collect::<Result<Vec<_>>>()?;
    tables.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(Schema { tables })
}

fn table(model: &ModelMeta, dialect: Dialect) -> Result<Table> {
    let columns = |places: &[usize]| -> Vec<String> {
        places.iter().map(|&place| model.columns[place].name.to_owned()).collect()
    };
    let mut uniques: Vec<_> = model
        .uniques
        .iter()
        .map(|unique| Unique {
            name: Some(names::unique(model, unique, dialect)),
            is_named: unique.name.is_some(),
            columns: columns(unique.columns),
        })
        .collect();
    uniques.sort_by(|left, right| left.columns.cmp(&right.columns));
    let mut foreign_keys =
        model.foreign_keys.iter().map(|key| foreign_key(model, key, dialect)).collect::<Result<Vec<_>>>()?;
    foreign_keys.sort_by(|left, right| left.columns.cmp(&right.columns));
    let mut checks: Vec<_> = model
        .checks
        .iter()
        .map(|check| Check {
            column: None,
            name: Some(names::check(model, check, dialect)),
            expression: ddl::check_condition(model, check, dialect),
        })
        .collect();
    checks.sort_by(|left, right| left.name.cmp(&right.name));
    let mut indexes: Vec<_> = model
        .indexes
        .iter()
        .map(|index| Index {
            name: names::index(model, index, dialect),
            is_named: index.name.is_some(),
            parts: index
                .columns
                .iter()
                .map(|&column| IndexPart {
                    length: index_prefix(dialect, model, index.columns, column),
                    ..IndexPart::column(model.columns[column].name)
                })
                .collect(),
            ..Index::default()
        })
        .collect();
    indexes.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(Table {
        name: model.table.to_owned(),
        renamed_from: model.renamed_from.map(str::to_owned),
        columns: (0..model.columns.len())
            .map(|place| column(model, place, dialect))
            .collect::<Result<_>>()?,
        primary_key: (!model.primary_key.is_empty()).then(|| PrimaryKey {
            name: (dialect != Dialect::Mysql).then(|| names::primary_key(model, dialect)),
            columns: columns(model.primary_key),
        }),
        uniques,
        foreign_keys,
        checks,
        indexes,
        options: table_options(dialect).trim().to_owned(),
        triggers: Vec::new(),
        unkept: Vec::new(),
        others: Vec::new(),
        mentions: Vec::new(),
    })
}

fn column(model: &ModelMeta, place: usize, dialect: Dialect) -> Result<Column> {
    let meta = &model.columns[place];
    let generated = match (meta.generated, dialect) {
        (None, _) | (Some(Generated::Sequence), Dialect::Sqlite) => None,
        (Some(Generated::Sequence), _) | (Some(Generated::Identity), Dialect::Mysql) => {
            Some(Generation::Sequence)
        }
        (Some(Generated::Identity), _) => Some(Generation::Identity),
    };
    let sql_type = column_type(dialect, model, place)?;
    Ok(Column {
        options: String::new(),
        name: meta.name.to_owned(),
        renamed_from: meta.renamed_from.map(str::to_owned),
        sql_type: if sql_type == "BIGSERIAL" { "BIGINT".to_owned() } else { sql_type.into_owned() },
        nullable: meta.nullable,
        neutral: neutral(meta, dialect),
        default: meta.default.map(|DefaultValue::Sql(default)| default.to_owned()),
        generated,
        collation: None,
        sequence: None,
    })
}

/// What the model can read, where any other value of the type would do for the database alone.
fn neutral(column: &ColumnMeta, dialect: Dialect) -> Option<String> {
    match (column.choices, column.kind) {
        (Some(choices), _) => choices.first().map(|choice| quote_text(dialect, choice)),
        // A text there.
        (None, ColumnKind::Json) if dialect == Dialect::Sqlite => Some("'{}'".to_owned()),
        _ => None,
    }
}

fn foreign_key(model: &ModelMeta, key: &ForeignKeyMeta, dialect: Dialect) -> Result<ForeignKey> {
    let target = (key.target)();
    let action = |action| match action {
        ReferentialAction::Restrict if dialect == Dialect::Mysql => ReferentialAction::NoAction,
        action => action,
    };
    Ok(ForeignKey {
        name: Some(names::foreign_key(model, key, dialect)),
        is_named: key.name.is_some(),
        columns: key.columns.iter().map(|&column| model.columns[column].name.to_owned()).collect(),
        target: target.table.to_owned(),
        target_columns: ddl::target_columns(model, key)?
            .into_iter()
            .map(|column| target.columns[column].name.to_owned())
            .collect(),
        on_delete: action(key.on_delete),
        on_update: action(key.on_update),
        deferred: key.deferred && dialect != Dialect::Mysql,
    })
}
