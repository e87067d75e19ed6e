//! `ON CONFLICT`, and MariaDB's `ON DUPLICATE KEY UPDATE`.

use std::hash::Hasher;

use chrono::{DateTime, Utc};
use diesel::QueryResult;

use super::kept::{is_touched, push_touched};
use super::push_names;
use super::update::push_assignment;
use crate::backend::BindPass;
use crate::filter::push_column;
use crate::model::{ColumnRole, ModelMeta};

/// What becomes of a row that is to be inserted and is there already.
#[derive(Clone, Copy)]
pub(crate) enum OnConflict<'a> {
    /// It is an error.
    Error,
    /// Nothing, where a row with the same values in these columns is there. On MariaDB, which cannot tell one unique
    /// constraint from another here, it is an error.
    Nothing(&'a [usize]),
    /// The row with the same values in the columns `target` is changed.
    Update { target: &'a [usize], columns: &'a [usize] },
}

impl OnConflict<'_> {
    pub(super) fn shape(&self, out: &mut dyn Hasher) {
        let (kind, target, columns): (_, &[usize], &[usize]) = match self {
            Self::Error => (0, &[], &[]),
            Self::Nothing(target) => (1, target, &[]),
            Self::Update { target, columns } => (2, target, columns),
        };
        out.write_u8(kind);
        target.iter().for_each(|&column| out.write_usize(column));
        out.write_u8(u8::MAX);
        columns.iter().for_each(|&column| out.write_usize(column));
    }

    pub(super) fn write<'b>(
        &'b self,
        meta: &'static ModelMeta,
        now: &'b DateTime<Utc>,
        mut out: BindPass<'_, 'b>,
    ) -> QueryResult<()> {
        let has_target = out.backend().dialect().conflict_target();
        match self {
            Self::Error => Ok(()),
            Self::Nothing(_) if !has_target => Ok(()),
            Self::Nothing(target) => {
                push_target(meta, target, &mut out)?;
                out.push_sql(" DO NOTHING");
                Ok(())
            }
            Self::Update { target, columns } if has_target => {
                push_target(meta, target, &mut out)?;
                out.push_sql(" DO UPDATE SET ");
                let keep = |column, out: &mut BindPass<'_, 'b>| push_column(meta, column, out.reborrow());
                push_changes(meta, target, columns, now, out, keep, |column, out| {
                    out.push_sql("excluded.");
                    out.push_identifier(meta.columns[column].name)
                })
            }
            Self::Update { target, columns } => {
                out.push_sql(" ON DUPLICATE KEY UPDATE ");
                let keep = |column, out: &mut BindPass<'_, 'b>| push_guarded(meta, target, column, out);
                push_changes(meta, target, columns, now, out, keep, |column, out| {
                    push_value(meta, column, out)
                })
            }
        }
    }
}

/// ` ON CONFLICT ("a", "b")`
fn push_target(meta: &'static ModelMeta, target: &[usize], out: &mut BindPass<'_, '_>) -> QueryResult<()> {
    out.push_sql(" ON CONFLICT (");
    push_names(out, meta, target.iter().copied())?;
    out.push_sql(")");
    Ok(())
}

/// `"a" = …, "b" = …`, and what a change touches.
fn push_changes<'b>(
    meta: &'static ModelMeta,
    target: &[usize],
    columns: &[usize],
    now: &'b DateTime<Utc>,
    mut out: BindPass<'_, 'b>,
    keep: impl Fn(usize, &mut BindPass<'_, 'b>) -> QueryResult<()>,
    value: impl Fn(usize, &mut BindPass<'_, 'b>) -> QueryResult<()>,
) -> QueryResult<()> {
    let is_set = |column: &usize| {
        columns.contains(column)
            || meta.columns[*column].role == ColumnRole::DeletedAt
            || is_touched(meta, *column)
    };
    let mut first = true;
    // MariaDB assigns from left to right, so that this one guards the others. Elsewhere it is there only where nothing
    // changes, so that the row is found, locked and returned: PostgreSQL would lock more than it has to.
    let guards = !out.backend().dialect().conflict_target();
    if let Some(&kept) = target.first()
        && (guards || !(0..meta.columns.len()).any(|column| is_set(&column)))
    {
        push_assignment(meta, kept, &mut first, &mut out)?;
        keep(kept, &mut out)?;
    }
    for &column in columns {
        push_assignment(meta, column, &mut first, &mut out)?;
        value(column, &mut out)?;
    }
    for column in 0..meta.columns.len() {
        let restored = meta.columns[column].role == ColumnRole::DeletedAt;
        if columns.contains(&column) || !(restored || is_touched(meta, column)) {
            continue;
        }
        push_assignment(meta, column, &mut first, &mut out)?;
        if restored {
            // What was deleted is there again.
            out.push_sql("NULL");
        } else {
            push_touched(meta, column, now, out.reborrow())?;
        }
    }
    Ok(())
}

/// The column's own value where the row that is there is the one that was meant, and an error of the database where
/// another unique constraint found it: a subquery of two rows, which fails when it is asked for its value. Whatever it
/// gives then is no null, which would be an error of its own.
fn push_guarded(
    meta: &'static ModelMeta,
    target: &[usize],
    column: usize,
    out: &mut BindPass<'_, '_>,
) -> QueryResult<()> {
    out.push_sql("IF(");
    for (place, &column) in target.iter().enumerate() {
        out.push_sql(if place > 0 { " AND " } else { "" });
        push_column(meta, column, out.reborrow())?;
        out.push_sql(" = ");
        push_value(meta, column, out)?;
    }
    for before in [", ", ", IFNULL((SELECT ", " UNION ALL SELECT ", "), "] {
        out.push_sql(before);
        push_column(meta, column, out.reborrow())?;
    }
    out.push_sql("))");
    Ok(())
}

/// The value that was to be inserted, in MariaDB's words.
fn push_value(meta: &'static ModelMeta, column: usize, out: &mut BindPass<'_, '_>) -> QueryResult<()> {
    out.push_sql("VALUES(");
    out.push_identifier(meta.columns[column].name)?;
    out.push_sql(")");
    Ok(())
}
