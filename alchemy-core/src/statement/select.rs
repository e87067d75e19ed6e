//! `SELECT`.

use std::hash::Hasher;

use diesel::QueryResult;
use diesel::query_builder::QueryFragment;
use diesel::sql_types::BigInt;

use super::prepared::READS;
use super::{Condition, Keep, Statement, push_columns};
use crate::backend::{AnyBackend, BindPass};
use crate::filter::{LimitOffset, OrderTerms};
use crate::model::ModelMeta;

/// Reads columns of rows.
pub(crate) struct Select<'a> {
    pub(crate) meta: &'static ModelMeta,
    /// Which columns; `None` is all of them.
    pub(crate) columns: Option<&'static [usize]>,
    pub(crate) condition: Condition<'a>,
    pub(crate) order: Option<OrderTerms<'a>>,
    pub(crate) page: Option<LimitOffset>,
    /// Whether the number of all rows that match, whatever the page, is read as a first column.
    pub(crate) total: bool,
    /// Whether the rows are locked for a write that follows.
    pub(crate) for_update: bool,
    pub(crate) keep: Keep,
}

impl<'a> Select<'a> {
    /// All columns of the rows that match, in no order.
    pub(crate) fn new(meta: &'static ModelMeta, condition: Condition<'a>) -> Self {
        Self {
            meta,
            columns: None,
            condition,
            order: None,
            page: None,
            total: false,
            for_update: false,
            keep: Keep::default(),
        }
    }

    /// The same with a page.
    pub(crate) fn limit(mut self, limit: i64) -> Self {
        self.page = Some(LimitOffset { limit, offset: 0 });
        self
    }

    /// Hashes what the text depends on.
    fn shape(&self, backend: AnyBackend, out: &mut dyn Hasher) -> bool {
        out.write_usize(std::ptr::from_ref(self.meta).addr());
        out.write_u8(
            u8::from(self.total) | u8::from(self.for_update) << 1 | u8::from(self.columns.is_some()) << 2,
        );
        if let Some(columns) = self.columns {
            out.write_usize(columns.len());
            columns.iter().for_each(|&column| out.write_usize(column));
        }
        if let Some(order) = &self.order {
            order.shape(out);
        }
        out.write_u8(u8::MAX);
        if let Some(page) = &self.page {
            out.write_u8(u8::from(page.offset > 0));
            out.write_i64(if backend.dialect().literal_limit() { page.limit } else { 0 });
        }
        self.condition.shape(backend, out)
    }
}

impl Statement for Select<'_> {
    fn write<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        // What is left is asked for in the same words each time.
        if self.condition.varies() || self.order.is_some() || self.page.is_some() {
            self.keep.mark(&READS, &mut out, |backend, shape| self.shape(backend, shape));
        }
        out.push_sql("SELECT ");
        if self.total {
            // Counted beside the page, in one statement and one snapshot; unlike a window function it leaves the
            // database free to stop at the page's end.
            out.push_sql("(");
            push_count(self.meta, &self.condition, out.reborrow())?;
            out.push_sql("), ");
        }
        match self.columns {
            Some(columns) => push_columns(&mut out, self.meta, columns.iter().copied())?,
            None => push_columns(&mut out, self.meta, 0..self.meta.columns.len())?,
        }
        out.push_sql(" FROM ");
        out.push_identifier(self.meta.table)?;
        self.condition.write(self.meta, out.reborrow())?;
        if let Some(order) = &self.order {
            out.push_sql(" ORDER BY ");
            order.walk_ast(out.reborrow())?;
        }
        if let Some(page) = &self.page {
            push_page(page, out.reborrow())?;
        }
        if self.for_update {
            out.push_sql(" FOR UPDATE");
        }
        Ok(())
    }
}

/// Counts rows.
pub(crate) struct Count<'a> {
    pub(crate) meta: &'static ModelMeta,
    pub(crate) condition: Condition<'a>,
    pub(crate) keep: Keep,
}

impl Statement for Count<'_> {
    fn write<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        mark(&self.keep, b'c', self.meta, &self.condition, &mut out);
        push_count(self.meta, &self.condition, out)
    }
}

/// Asks whether there is a row.
pub(crate) struct Exists<'a> {
    pub(crate) meta: &'static ModelMeta,
    pub(crate) condition: Condition<'a>,
    pub(crate) keep: Keep,
}

impl Statement for Exists<'_> {
    fn write<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        mark(&self.keep, b'e', self.meta, &self.condition, &mut out);
        out.push_sql("SELECT EXISTS (SELECT 1 FROM ");
        out.push_identifier(self.meta.table)?;
        self.condition.write(self.meta, out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// Marks a statement that is not to be kept prepared; `kind` tells statements on the same condition apart.
fn mark(
    keep: &Keep,
    kind: u8,
    meta: &'static ModelMeta,
    condition: &Condition<'_>,
    out: &mut BindPass<'_, '_>,
) {
    if condition.varies() {
        keep.mark(&READS, out, |backend, shape| {
            shape.write_u8(kind);
            shape.write_usize(std::ptr::from_ref(meta).addr());
            condition.shape(backend, shape)
        });
    }
}

/// `SELECT count(*) FROM … WHERE …`
fn push_count<'b>(
    meta: &'static ModelMeta,
    condition: &'b Condition<'_>,
    mut out: BindPass<'_, 'b>,
) -> QueryResult<()> {
    out.push_sql("SELECT count(*) FROM ");
    out.push_identifier(meta.table)?;
    condition.write(meta, out)
}

/// ` LIMIT … OFFSET …`
fn push_page<'b>(page: &'b LimitOffset, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
    out.push_sql(" LIMIT ");
    if out.backend().dialect().literal_limit() {
        out.push_sql(&page.limit.to_string());
    } else {
        out.push_bind_param::<BigInt, _>(&page.limit)?;
    }
    if page.offset > 0 {
        out.push_sql(" OFFSET ");
        out.push_bind_param::<BigInt, _>(&page.offset)?;
    }
    Ok(())
}
