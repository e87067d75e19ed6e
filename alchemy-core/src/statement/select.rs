//! `SELECT`.

use std::hash::Hasher;

use diesel::QueryResult;
use diesel::query_builder::QueryFragment;
use diesel::sql_types::BigInt;

use super::condition::push_forced_index;
use super::prepared::READS;
use super::{Keep, RowLock, Selection, Statement, push_columns, push_from};
use crate::backend::{AnyBackend, BindPass};
use crate::filter::{LimitOffset, OrderTerms};

/// Reads columns of rows.
pub(crate) struct Select<'a> {
    pub(crate) selection: Selection<'a>,
    /// Which columns; `None` is all of them.
    pub(crate) columns: Option<&'a [usize]>,
    pub(crate) order: Option<OrderTerms<'a>>,
    pub(crate) page: Option<LimitOffset>,
    /// Whether the number of all rows that match, whatever the page, is read as a first column.
    pub(crate) total: bool,
    pub(crate) lock: Option<RowLock>,
    /// The index that the rows are found by, where the database has to be told and it has this name.
    pub(crate) index: Option<String>,
    pub(crate) keep: Keep,
}

impl<'a> Select<'a> {
    /// All columns of the rows selected, in no order.
    pub(crate) fn new(selection: Selection<'a>) -> Self {
        Self {
            selection,
            columns: None,
            order: None,
            page: None,
            total: false,
            lock: None,
            index: None,
            keep: Keep::default(),
        }
    }

    /// The same with a page.
    pub(crate) fn limit(mut self, limit: i64) -> Self {
        self.page = Some(LimitOffset { limit, offset: 0 });
        self
    }

    /// The same with a lock, where there is one.
    pub(crate) fn lock(mut self, lock: Option<RowLock>) -> Self {
        self.lock = lock;
        self
    }

    /// Hashes what the text depends on.
    fn shape(&self, backend: AnyBackend, out: &mut dyn Hasher) -> bool {
        out.write_usize(std::ptr::from_ref(self.selection.meta).addr());
        out.write_u8(u8::from(self.total) | u8::from(self.columns.is_some()) << 1);
        if let Some(lock) = self.lock {
            out.write(lock.sql(backend.dialect()).as_bytes());
        }
        if let Some(columns) = self.columns {
            out.write_usize(columns.len());
            columns.iter().for_each(|&column| out.write_usize(column));
        }
        if let Some(order) = &self.order
            && !order.shape(out)
        {
            return false;
        }
        out.write_u8(u8::MAX);
        if let Some(page) = &self.page {
            let literal = backend.dialect().literal_limit();
            if literal && !is_usual(page.limit) {
                return false;
            }
            out.write_u8(u8::from(page.offset > 0));
            out.write_i64(if literal { page.limit } else { 0 });
        }
        self.selection.shape(backend, out)
    }
}

impl Statement for Select<'_> {
    fn write<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        let meta = self.selection.meta;
        // What is left is asked for in the same words each time.
        if self.selection.varies() || self.order.is_some() || self.page.is_some() {
            self.keep.mark(&READS, &mut out, |backend, shape| self.shape(backend, shape));
        }
        out.push_sql("SELECT ");
        if self.total {
            // Counted beside the page, in one statement and one snapshot; unlike a window function it leaves the
            // database free to stop at the page's end.
            out.push_sql("(");
            push_count(&self.selection, out.reborrow())?;
            out.push_sql("), ");
        }
        match self.columns {
            Some(columns) => push_columns(&mut out, meta, columns.iter().copied())?,
            None => push_columns(&mut out, meta, 0..meta.columns.len())?,
        }
        push_from(&mut out, meta)?;
        match &self.index {
            Some(index) => push_forced_index(index, &mut out)?,
            None if self.lock.is_some() => self.selection.push_index(&mut out)?,
            None => {}
        }
        self.selection.write(out.reborrow())?;
        if self.lock.is_some() {
            self.selection.push_limit(&mut out)?;
        }
        if let Some(order) = &self.order {
            out.push_sql(" ORDER BY ");
            order.walk_ast(out.reborrow())?;
        }
        if let Some(page) = &self.page {
            push_page(page, out.reborrow())?;
        }
        if let Some(lock) = self.lock {
            out.push_sql(lock.sql(out.backend().dialect()));
        }
        Ok(())
    }
}

/// Counts rows.
pub(crate) struct Count<'a> {
    selection: Selection<'a>,
    keep: Keep,
}

impl<'a> Count<'a> {
    pub(crate) fn new(selection: Selection<'a>) -> Self {
        Self { selection, keep: Keep::default() }
    }
}

impl Statement for Count<'_> {
    fn write<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        mark(&self.keep, b'c', &self.selection, &mut out);
        push_count(&self.selection, out)
    }
}

/// Asks whether there is a row.
pub(crate) struct Exists<'a> {
    selection: Selection<'a>,
    keep: Keep,
}

impl<'a> Exists<'a> {
    pub(crate) fn new(selection: Selection<'a>) -> Self {
        Self { selection, keep: Keep::default() }
    }
}

impl Statement for Exists<'_> {
    fn write<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        mark(&self.keep, b'e', &self.selection, &mut out);
        out.push_sql("SELECT EXISTS (SELECT 1");
        push_from(&mut out, self.selection.meta)?;
        self.selection.write(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// Marks a statement that is not to be kept prepared; `kind` tells statements on the same rows apart.
fn mark(keep: &Keep, kind: u8, selection: &Selection<'_>, out: &mut BindPass<'_, '_>) {
    if selection.varies() {
        keep.mark(&READS, out, |backend, shape| {
            shape.write_u8(kind);
            shape.write_usize(std::ptr::from_ref(selection.meta).addr());
            selection.shape(backend, shape)
        });
    }
}

/// `SELECT count(*) FROM … WHERE …`
fn push_count<'b>(selection: &'b Selection<'_>, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
    out.push_sql("SELECT count(*)");
    push_from(&mut out, selection.meta)?;
    selection.write(out).map(drop)
}

/// Whether a page has as many rows as pages mostly have, or one more, by which it is known that there are more. A client
/// may ask for any number, each of which is another text where it is written out.
fn is_usual(limit: i64) -> bool {
    matches!(limit, 1 | 2 | 10 | 11 | 20 | 21 | 25 | 26 | 50 | 51 | 100 | 101 | 1000 | 1001)
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

#[cfg(test)]
mod tests {
    use std::hash::DefaultHasher;

    use super::super::Condition;
    use super::*;
    use crate::backend::Dialect;
    use crate::filter::Criteria;
    use crate::model::{ColumnKind, ColumnMeta, ModelMeta};

    static META: ModelMeta =
        ModelMeta::new("Thing", "things", &[ColumnMeta::new("id", "id", ColumnKind::Uuid)]);

    #[test]
    fn a_page_of_an_unusual_size_is_not_kept_prepared_where_the_size_is_a_part_of_the_text() {
        let criteria = Criteria::default();
        let kept = |dialect, limit| {
            let backend = AnyBackend::for_dialect(dialect)?;
            let selection = Selection::new(&META, Condition::Where(criteria.condition(&META)));
            Some(Select::new(selection).limit(limit).shape(backend, &mut DefaultHasher::new()))
        };
        for limit in 1..=100 {
            let usual = [1, 2, 10, 11, 20, 21, 25, 26, 50, 51, 100].contains(&limit);
            assert!(kept(Dialect::Sqlite, limit).is_none_or(|kept| kept == usual), "{limit}");
            for dialect in [Dialect::Postgres, Dialect::Mysql] {
                assert!(kept(dialect, limit).is_none_or(|kept| kept), "{limit}");
            }
        }
    }
}
