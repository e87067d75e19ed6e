//! `INSERT`.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::sql_types::Timestamptz;

use super::{Statement, push_returning};
use crate::backend::classify::at_field;
use crate::backend::{BindPass, Dialect};
use crate::model::{ColumnRole, DefaultValue, ModelMeta, Row};

/// How many rows go into one statement at most, however few values they bind.
const MAX_ROWS: usize = 5_000;

/// How many rows of a model fit into one statement.
pub(crate) fn rows_per_statement(meta: &'static ModelMeta, dialect: Dialect) -> usize {
    (dialect.max_binds() / meta.columns.len().max(1)).clamp(1, MAX_ROWS)
}

/// Inserts rows and returns them as the database has them.
pub(crate) struct Insert<'a> {
    pub(crate) meta: &'static ModelMeta,
    pub(crate) rows: Vec<&'a dyn Row>,
    /// For the columns that Alchemy keeps.
    pub(crate) now: DateTime<Utc>,
}

impl Insert<'_> {
    /// The columns that get a value: those that some row has, and those that Alchemy keeps. What is left out gets
    /// its default from the database.
    fn columns(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.meta.columns.len())
            .filter(|&column| self.is_kept(column) || self.rows.iter().any(|row| row.has(column)))
    }

    fn is_kept(&self, column: usize) -> bool {
        matches!(self.meta.columns[column].role, ColumnRole::CreatedAt | ColumnRole::UpdatedAt)
    }

    fn write_value<'b>(
        &'b self,
        row: &'b dyn Row,
        column: usize,
        mut out: BindPass<'_, 'b>,
    ) -> QueryResult<()> {
        if row.has(column) {
            return row.bind(column, out).map_err(|error| at_field(error, self.meta.columns[column].field));
        }
        if self.is_kept(column) {
            return out.push_bind_param::<Timestamptz, _>(&self.now);
        }
        // Another row of this statement has a value here.
        if out.backend().dialect().default_keyword() {
            out.push_sql("DEFAULT");
            return Ok(());
        }
        match self.meta.columns[column].default {
            Some(DefaultValue::Sql(expression)) => {
                out.push_sql("(");
                out.push_sql(expression);
                out.push_sql(")");
            }
            None => out.push_sql("NULL"),
        }
        Ok(())
    }
}

impl Statement for Insert<'_> {
    fn write<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        if self.rows.len() > 1 {
            // As many texts as there are batch sizes: not worth keeping prepared.
            out.unsafe_to_cache_prepared();
        }
        out.push_sql("INSERT INTO ");
        out.push_identifier(self.meta.table)?;
        out.push_sql(" (");
        for (place, column) in self.columns().enumerate() {
            if place > 0 {
                out.push_sql(", ");
            }
            out.push_identifier(self.meta.columns[column].name)?;
        }
        out.push_sql(") VALUES ");
        for (place, row) in self.rows.iter().enumerate() {
            out.push_sql(if place > 0 { ", (" } else { "(" });
            for (place, column) in self.columns().enumerate() {
                if place > 0 {
                    out.push_sql(", ");
                }
                self.write_value(*row, column, out.reborrow())?;
            }
            out.push_sql(")");
        }
        push_returning(&mut out, self.meta)
    }
}
