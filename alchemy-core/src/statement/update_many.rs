//! `UPDATE` of many rows, each to values of its own.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::sql_types::BigInt;

use super::condition::{push_key, push_keys};
use super::kept::is_touched;
use super::update::{push_assignment, push_touches, version_of};
use super::{BindKey, Selection, Statement, push_returning};
use crate::backend::BindPass;
use crate::backend::classify::at_field;
use crate::filter::push_column;
use crate::model::{ColumnRole, ModelMeta, Row};

/// Changes rows, all or none: `SET "a" = CASE WHEN "id" = ? THEN ? … ELSE "a" END`.
///
/// Each database understands it, and rows may be given values for different columns.
pub(crate) struct UpdateMany<'a> {
    pub(crate) meta: &'static ModelMeta,
    pub(crate) keys: &'a [&'a dyn BindKey],
    pub(crate) changes: &'a [&'a dyn Row],
    /// The rows by their keys, in the scope of the service.
    pub(crate) selection: Selection<'a>,
    /// How many rows there are; kept here to be bound.
    pub(crate) count: i64,
    /// For the columns that Alchemy keeps.
    pub(crate) now: DateTime<Utc>,
}

impl Statement for UpdateMany<'_> {
    fn write<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("UPDATE ");
        out.push_identifier(self.meta.table)?;
        self.selection.push_index(&mut out)?;
        out.push_sql(" SET ");
        let mut first = true;
        for column in 0..self.meta.columns.len() {
            if is_touched(self.meta, column) || !self.changes.iter().any(|changes| changes.has(column)) {
                continue;
            }
            push_assignment(self.meta, column, &mut first, &mut out)?;
            self.push_cases(column, out.reborrow())?;
        }
        push_touches(self.meta, &self.now, &mut first, &mut out)?;
        out.push_sql(" WHERE (");
        push_keys(self.meta, self.keys, out.reborrow())?;
        // A change of which one row is missing, or newer than was thought, changes none.
        let (count, locked) = out.backend().dialect().locked_count();
        out.push_sql(") AND (");
        out.push_sql(count);
        out.push_identifier(self.meta.table)?;
        self.selection.push_index(&mut out)?;
        self.selection.write(out.reborrow())?;
        self.push_versions(out.reborrow())?;
        self.selection.push_limit(&mut out)?;
        out.push_sql(locked);
        out.push_sql(") = ");
        out.push_bind_param::<BigInt, _>(&self.count)?;
        self.selection.push_limit(&mut out)?;
        push_returning(&mut out, self.meta)
    }

    fn writes(&self) -> bool {
        true
    }
}

impl UpdateMany<'_> {
    fn pairs(&self) -> impl Iterator<Item = (&dyn BindKey, &dyn Row)> {
        self.keys.iter().copied().zip(self.changes.iter().copied())
    }

    fn push_cases<'b>(&'b self, column: usize, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        let field = self.meta.columns[column].field;
        out.push_sql("CASE");
        for (key, changes) in self.pairs().filter(|(_, changes)| changes.has(column)) {
            out.push_sql(" WHEN ");
            push_key(self.meta, key, out.reborrow())?;
            out.push_sql(" THEN ");
            changes.bind(column, out.reborrow()).map_err(|error| at_field(error, field))?;
        }
        out.push_sql(" ELSE ");
        push_column(self.meta, column, out.reborrow())?;
        out.push_sql(" END");
        Ok(())
    }

    /// ` AND CASE WHEN "id" = ? THEN "version" = ? … END`
    fn push_versions<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        let Some(version) = self.meta.index_of_role(ColumnRole::Version) else { return Ok(()) };
        let versioned = self.pairs().filter(|(_, changes)| version_of(self.meta, *changes).is_some());
        let mut any = false;
        for (key, changes) in versioned {
            out.push_sql(if std::mem::replace(&mut any, true) { " WHEN " } else { " AND CASE WHEN " });
            push_key(self.meta, key, out.reborrow())?;
            out.push_sql(" THEN ");
            push_column(self.meta, version, out.reborrow())?;
            out.push_sql(" = ");
            changes.bind(version, out.reborrow())?;
        }
        if any {
            out.push_sql(" ELSE 1=1 END");
        }
        Ok(())
    }
}
