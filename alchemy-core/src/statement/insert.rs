//! `INSERT`.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::query_builder::QueryFragment;

use super::kept::{bind_kept, is_kept};
use super::prepared::INSERTS;
use super::{Keep, MatchKey, OnConflict, Statement, push_names, push_returning};
use crate::backend::classify::at_field;
use crate::backend::{AnyBackend, BindPass, Dialect, out_of_range, probe};
use crate::model::{DefaultValue, ModelMeta, Row};

/// How many rows go into one statement at most, however few values they bind.
const MAX_ROWS: usize = 5_000;

/// How many bytes of values go into one statement for MariaDB, which refuses a message larger than its
/// `max_allowed_packet` and hangs up. That is 16 MiB by default; where it is less, it is seldom less than 4.
pub(crate) const MAX_PACKET: usize = 2 << 20;

/// How many rows of a model fit into one statement, whatever their values.
fn rows_per_statement(meta: &'static ModelMeta, dialect: Dialect) -> usize {
    // A few are left for what the statement binds itself.
    ((dialect.max_binds() - 8) / meta.columns.len().max(1)).clamp(1, MAX_ROWS)
}

/// How many of the rows fit into one statement: one at least.
pub(crate) fn rows_that_fit<'a>(
    meta: &'static ModelMeta,
    dialect: Dialect,
    rows: impl ExactSizeIterator<Item = &'a dyn Row>,
) -> usize {
    let most = rows_per_statement(meta, dialect).min(rows.len());
    if dialect != Dialect::Mysql || most <= 1 {
        return most;
    }
    let mut bytes = 0_usize;
    let fit = rows.take(most).take_while(|row| {
        bytes = bytes.saturating_add(size(meta, *row));
        bytes <= MAX_PACKET
    });
    fit.count().max(1)
}

/// About how many bytes a row's values are.
pub(crate) fn size(meta: &'static ModelMeta, row: &dyn Row) -> usize {
    let backend = AnyBackend::for_dialect(Dialect::Mysql);
    // A value that cannot be bound is reported when it is inserted.
    let values = backend.and_then(|backend| probe(&Values { meta, row }, backend).ok()).unwrap_or_default();
    values.iter().flatten().map(Vec::len).sum()
}

/// The values that a row binds.
struct Values<'a> {
    meta: &'static ModelMeta,
    row: &'a dyn Row,
}

impl QueryFragment<AnyBackend> for Values<'_> {
    fn walk_ast<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        let mut columns = (0..self.meta.columns.len()).filter(|&column| self.row.has(column));
        columns.try_for_each(|column| self.row.bind(column, out.reborrow()))
    }
}

/// Inserts rows and returns them as the database has them.
pub(crate) struct Insert<'a> {
    pub(super) meta: &'static ModelMeta,
    rows: Vec<&'a dyn Row>,
    /// The columns that get a value: those that some row has, and those that Alchemy keeps. What is left out gets
    /// its default from the database. Found once, for they are asked for with each row of each rendering.
    columns: Vec<usize>,
    /// For the columns that Alchemy keeps.
    pub(super) now: DateTime<Utc>,
    /// What becomes of rows that are there already.
    pub(crate) conflict: OnConflict<'a>,
    /// Whether the rows come back, where the database can return them.
    pub(crate) returning: bool,
    keep: Keep,
}

impl<'a> Insert<'a> {
    pub(crate) fn new(meta: &'static ModelMeta, rows: Vec<&'a dyn Row>, now: DateTime<Utc>) -> Self {
        let mut columns: Vec<usize> = (0..meta.columns.len())
            .filter(|&column| is_kept(meta, column) || rows.iter().any(|row| row.has(column)))
            .collect();
        if columns.is_empty() {
            // A row of nothing but defaults; no database takes a list of no columns for several rows.
            columns.extend(meta.primary_key.first());
        }
        let conflict = OnConflict::Error;
        Self { meta, rows, columns, now, conflict, returning: true, keep: Keep::default() }
    }

    fn write_value<'b>(
        &'b self,
        row: &'b dyn Row,
        column: usize,
        mut out: BindPass<'_, 'b>,
    ) -> QueryResult<()> {
        let generated = self.meta.columns[column].generated.is_some();
        let makes_of_zero = out.backend().dialect() == Dialect::Mysql && generated;
        if makes_of_zero && row.has(column) {
            let key = MatchKey { columns: &[column], row };
            if key.number(*out.backend()) == Some(0) {
                let error = out_of_range("MariaDB makes a key of its own for 0");
                return Err(at_field(error, self.meta.columns[column].field));
            }
        }
        if row.has(column) {
            return row.bind(column, out).map_err(|error| at_field(error, self.meta.columns[column].field));
        }
        if is_kept(self.meta, column) {
            return bind_kept(self.meta, column, &self.now, out);
        }
        // Another row of this statement has a value here.
        if makes_of_zero {
            // In some of its modes `DEFAULT` is 0, and 0 is a key like others.
            out.push_sql("NULL");
            return Ok(());
        }
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
        } else {
            self.keep.mark(&INSERTS, &mut out, |_, shape| {
                shape.write_usize(std::ptr::from_ref(self.meta).addr());
                shape.write_u8(u8::from(self.returning));
                self.columns.iter().for_each(|&column| shape.write_usize(column));
                self.conflict.shape(shape);
                true
            });
        }
        out.push_sql("INSERT INTO ");
        out.push_identifier(self.meta.table)?;
        out.push_sql(" (");
        push_names(&mut out, self.meta, self.columns.iter().copied())?;
        out.push_sql(") VALUES ");
        for (place, row) in self.rows.iter().enumerate() {
            out.push_sql(if place > 0 { ", (" } else { "(" });
            for (place, &column) in self.columns.iter().enumerate() {
                if place > 0 {
                    out.push_sql(", ");
                }
                self.write_value(*row, column, out.reborrow())?;
            }
            out.push_sql(")");
        }
        self.conflict.write(self.meta, &self.now, out.reborrow())?;
        if self.returning { push_returning(&mut out, self.meta) } else { Ok(()) }
    }

    fn writes(&self) -> bool {
        true
    }
}
