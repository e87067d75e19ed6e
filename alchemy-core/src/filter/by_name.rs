//! Fields that are known by name only.

use super::{Comparand, FilterError, Value, parse};
use crate::model::{ColumnKind, ModelMeta};

/// The column of a field.
pub(super) fn column(meta: &ModelMeta, field: &str) -> Result<usize, FilterError> {
    meta.index_of_field(field).ok_or_else(|| {
        // The message may reach clients, whom fields that are never shown to them do not concern.
        let shown = meta.columns.iter().filter(|column| column.output);
        FilterError::UnknownField {
            field: field.to_owned(),
            allowed: shown.map(|column| column.field).collect(),
        }
    })
}

/// The value as the column holds it.
pub(super) fn value(meta: &ModelMeta, column: usize, value: Value) -> Result<Value, FilterError> {
    let column = &meta.columns[column];
    if column.kind == ColumnKind::Custom {
        return Err(FilterError::NotFilterable { field: column.field.to_owned() });
    }
    value
        .fit(column.kind)
        .filter(|value| parse::is_choice(column, value))
        .ok_or_else(|| FilterError::invalid_value(column.field, parse::expected_by(column)))
}

/// The value as the column holds it; `None` for `NULL`.
pub(super) fn nullable(
    meta: &ModelMeta,
    column: usize,
    given: Comparand,
) -> Result<Option<Value>, FilterError> {
    match given {
        Comparand::Null => Ok(None),
        Comparand::One(given) => value(meta, column, given).map(Some),
        Comparand::Many(_) => {
            let column = &meta.columns[column];
            Err(FilterError::invalid_value(column.field, parse::expected(column.kind)))
        }
    }
}

/// The column of a field of text.
pub(super) fn text_column(meta: &ModelMeta, field: &str) -> Result<usize, FilterError> {
    let index = column(meta, field)?;
    if meta.columns[index].kind != ColumnKind::Text {
        return Err(FilterError::NotSearchable { field: field.to_owned() });
    }
    Ok(index)
}
