//! `UPDATE`.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::sql_types::Timestamptz;

use super::kept::{is_touched, push_touched};
use super::prepared::UPDATES;
use super::{Keep, Selection, Statement, push_returning};
use crate::backend::classify::at_field;
use crate::backend::{BindPass, Dialect};
use crate::filter::push_column;
use crate::model::{ColumnKind, ColumnRole, ModelMeta, Row};

/// Changes rows; returns them as the database has them where it can.
pub(crate) struct Update<'a> {
    pub(crate) selection: Selection<'a>,
    pub(crate) changes: &'a dyn Row,
    /// Whether only rows are touched in which a value differs from what it is to be.
    pub(crate) if_different: bool,
    /// For the columns that Alchemy keeps.
    pub(crate) now: DateTime<Utc>,
    pub(crate) keep: Keep,
}

impl Update<'_> {
    /// The columns that are given a value.
    fn changed(&self) -> impl Iterator<Item = usize> {
        let meta = self.selection.meta;
        (0..meta.columns.len()).filter(|&column| self.changes.has(column) && !is_touched(meta, column))
    }

    fn bind<'b>(&'b self, column: usize, out: BindPass<'_, 'b>) -> QueryResult<()> {
        let field = self.selection.meta.columns[column].field;
        self.changes.bind(column, out).map_err(|error| at_field(error, field))
    }
}

impl Statement for Update<'_> {
    fn write<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        let meta = self.selection.meta;
        self.keep.mark(&UPDATES, &mut out, |backend, shape| {
            shape.write_usize(std::ptr::from_ref(meta).addr());
            shape.write_u8(u8::from(self.if_different));
            (0..meta.columns.len())
                .filter(|&column| self.changes.has(column))
                .for_each(|column| shape.write_usize(column));
            self.selection.shape(backend, shape)
        });
        out.push_sql("UPDATE ");
        out.push_identifier(meta.table)?;
        out.push_sql(" SET ");
        let mut first = true;
        for column in self.changed() {
            push_assignment(meta, column, &mut first, &mut out)?;
            self.bind(column, out.reborrow())?;
        }
        push_touches(meta, &self.now, &mut first, &mut out)?;
        let mut joint = if self.selection.write(out.reborrow())? { " AND " } else { " WHERE " };
        if let Some(version) = version_of(meta, self.changes) {
            out.push_sql(std::mem::replace(&mut joint, " AND "));
            push_column(meta, version, out.reborrow())?;
            out.push_sql(" = ");
            self.bind(version, out.reborrow())?;
        }
        if self.if_different && self.changed().next().is_some() {
            for (place, column) in self.changed().enumerate() {
                out.push_sql(if place > 0 { " OR " } else { joint });
                out.push_sql(if place > 0 { "" } else { "(" });
                push_difference(meta, column, &mut out, |out| self.bind(column, out))?;
            }
            out.push_sql(")");
        }
        push_returning(&mut out, meta)
    }

    fn writes(&self) -> bool {
        true
    }
}

/// Marks rows as deleted, or as there again.
pub(crate) struct MarkDeleted<'a> {
    pub(crate) selection: Selection<'a>,
    /// When they were deleted; `None` where they are restored.
    pub(crate) deleted_at: Option<DateTime<Utc>>,
    /// For the columns that Alchemy keeps.
    pub(crate) now: DateTime<Utc>,
}

impl Statement for MarkDeleted<'_> {
    fn write<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        let meta = self.selection.meta;
        if self.selection.varies() {
            out.unsafe_to_cache_prepared();
        }
        out.push_sql("UPDATE ");
        out.push_identifier(meta.table)?;
        self.selection.push_index(&mut out)?;
        out.push_sql(" SET ");
        let mut first = true;
        if let Some(column) = meta.index_of_role(ColumnRole::DeletedAt) {
            push_assignment(meta, column, &mut first, &mut out)?;
            match &self.deleted_at {
                Some(time) => out.push_bind_param::<Timestamptz, _>(time)?,
                None => out.push_sql("NULL"),
            }
        }
        push_touches(meta, &self.now, &mut first, &mut out)?;
        self.selection.write(out.reborrow())?;
        self.selection.push_limit(&mut out)?;
        push_returning(&mut out, meta)
    }

    fn writes(&self) -> bool {
        true
    }
}

/// The column with the version that changes were made of, where there is one and they say it.
pub(crate) fn version_of(meta: &'static ModelMeta, changes: &dyn Row) -> Option<usize> {
    meta.index_of_role(ColumnRole::Version).filter(|&column| changes.has(column))
}

/// `"a" = `, after a comma where it is not the first.
pub(super) fn push_assignment(
    meta: &'static ModelMeta,
    column: usize,
    first: &mut bool,
    out: &mut BindPass<'_, '_>,
) -> QueryResult<()> {
    if !std::mem::take(first) {
        out.push_sql(", ");
    }
    out.push_identifier(meta.columns[column].name)?;
    out.push_sql(" = ");
    Ok(())
}

/// The columns that a change touches by itself.
pub(super) fn push_touches<'b>(
    meta: &'static ModelMeta,
    now: &'b DateTime<Utc>,
    first: &mut bool,
    out: &mut BindPass<'_, 'b>,
) -> QueryResult<()> {
    for column in (0..meta.columns.len()).filter(|&column| is_touched(meta, column)) {
        push_assignment(meta, column, first, out)?;
        push_touched(meta, column, now, out.reborrow())?;
    }
    Ok(())
}

/// Whether a column is something else than a value.
fn push_difference<'b>(
    meta: &'static ModelMeta,
    column: usize,
    out: &mut BindPass<'_, 'b>,
    value: impl FnOnce(BindPass<'_, 'b>) -> QueryResult<()>,
) -> QueryResult<()> {
    let dialect = out.backend().dialect();
    let (before, distinct) = dialect.distinct();
    // What goes around the column, and around the value.
    let [around, other] = match (dialect, meta.columns[column].kind) {
        // PostgreSQL cannot compare a `json`.
        (Dialect::Postgres, ColumnKind::Json) => [("CAST(", " AS jsonb)"); 2],
        // The collation of a table made by others may take texts for equal that are not the same.
        (Dialect::Mysql, ColumnKind::Text) => {
            [("CONVERT(", " USING utf8mb4) COLLATE utf8mb4_nopad_bin"), ("", "")]
        }
        (Dialect::Sqlite, ColumnKind::Text) => [("", " COLLATE BINARY"), ("", "")],
        _ => [("", ""); 2],
    };
    out.push_sql(before);
    out.push_sql("(");
    out.push_sql(around.0);
    push_column(meta, column, out.reborrow())?;
    out.push_sql(around.1);
    out.push_sql(distinct);
    out.push_sql(other.0);
    value(out.reborrow())?;
    out.push_sql(other.1);
    out.push_sql(")");
    Ok(())
}
