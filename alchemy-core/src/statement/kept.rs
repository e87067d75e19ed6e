//! Columns whose values Alchemy gives.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::sql_types::{BigInt, Integer, Timestamptz};

use crate::backend::BindPass;
use crate::filter::push_column;
use crate::model::{ColumnKind, ColumnRole, ModelMeta};

/// Whether Alchemy gives the column of a new row its value.
pub(super) fn is_kept(meta: &ModelMeta, column: usize) -> bool {
    use ColumnRole::{CreatedAt, UpdatedAt, Version};
    matches!(meta.columns[column].role, CreatedAt | UpdatedAt | Version)
}

/// Binds the value for a new row.
pub(super) fn bind_kept<'b>(
    meta: &ModelMeta,
    column: usize,
    now: &'b DateTime<Utc>,
    mut out: BindPass<'_, 'b>,
) -> QueryResult<()> {
    let column = &meta.columns[column];
    match (column.role, column.kind) {
        (ColumnRole::Version, ColumnKind::BigInt) => out.push_bind_param::<BigInt, i64>(&1),
        (ColumnRole::Version, _) => out.push_bind_param::<Integer, i32>(&1),
        _ => out.push_bind_param::<Timestamptz, _>(now),
    }
}

/// Whether a change of the row touches the column.
pub(super) fn is_touched(meta: &ModelMeta, column: usize) -> bool {
    matches!(meta.columns[column].role, ColumnRole::UpdatedAt | ColumnRole::Version)
}

/// Writes what a change of the row makes of a column that is touched.
pub(super) fn push_touched<'b>(
    meta: &'static ModelMeta,
    column: usize,
    now: &'b DateTime<Utc>,
    mut out: BindPass<'_, 'b>,
) -> QueryResult<()> {
    if meta.columns[column].role == ColumnRole::Version {
        push_column(meta, column, out.reborrow())?;
        out.push_sql(" + 1");
        return Ok(());
    }
    out.push_bind_param::<Timestamptz, _>(now)
}
