//! What finds one row.

use diesel::QueryResult;
use diesel::query_builder::QueryFragment;

use crate::backend::{AnyBackend, BindPass, probe};
use crate::model::{Finder, Keyed, ModelMeta, NewRow, Row, RowKey};

/// Columns that tell one row from all others, and their values.
pub(crate) trait BindKey: Send + Sync {
    /// The columns: indexes into [`ModelMeta::columns`].
    fn columns(&self, meta: &'static ModelMeta) -> &[usize] {
        meta.primary_key
    }

    /// Binds the value of one of the columns, counted in their order.
    fn bind_component<'b>(&'b self, component: usize, out: BindPass<'_, 'b>) -> QueryResult<()>;
}

impl<M: Keyed> BindKey for RowKey<M> {
    fn columns(&self, meta: &'static ModelMeta) -> &[usize] {
        match &self.0 {
            Finder::Id(_) => meta.primary_key,
            Finder::Unique(lookup) => &lookup.columns,
        }
    }

    fn bind_component<'b>(&'b self, component: usize, out: BindPass<'_, 'b>) -> QueryResult<()> {
        match &self.0 {
            Finder::Id(id) => M::bind_id(id, component, out),
            Finder::Unique(lookup) => lookup.values[component].bind(out),
        }
    }
}

/// The key that a new row has already.
pub(crate) fn key_of<N: NewRow>(new: &N) -> Option<Box<dyn BindKey>> {
    Some(Box::new(RowKey::<N::Model>::id(new.id()?)))
}

/// Some columns of a row, by whose values another is found.
#[derive(Clone, Copy)]
pub(crate) struct MatchKey<'a> {
    pub(crate) columns: &'a [usize],
    pub(crate) row: &'a dyn Row,
}

impl MatchKey<'_> {
    /// The values, as bytes that are the same for equal values.
    ///
    /// # Errors
    /// The column that has no value, or null.
    pub(crate) fn probe(&self, backend: AnyBackend) -> Result<Vec<u8>, Unmatched> {
        if let Some(&missing) = self.columns.iter().find(|&&column| !self.row.has(column)) {
            return Err(Unmatched::Null(missing));
        }
        joined(self.columns, self, backend)
    }

    /// The value of the only column, where it is a whole number.
    pub(crate) fn number(&self, backend: AnyBackend) -> Option<i64> {
        let values = probe(self, backend).ok()?;
        Some(i64::from_be_bytes(values.first()?.as_deref()?.try_into().ok()?))
    }
}

/// The values of a key, as [`MatchKey::probe`] gives them.
pub(crate) fn probe_key(
    meta: &'static ModelMeta,
    key: &dyn BindKey,
    backend: AnyBackend,
) -> Result<Vec<u8>, Unmatched> {
    let columns = key.columns(meta);
    joined(columns, &Components { key, components: &Vec::from_iter(0..columns.len()) }, backend)
}

/// Whether changes give the row of a key other values in some columns by which rows are looked up, than those it was
/// looked up by.
pub(crate) fn moves_lookup(
    meta: &'static ModelMeta,
    key: &dyn BindKey,
    changes: &dyn Row,
    looked_up: &[usize],
    backend: AnyBackend,
) -> bool {
    let columns: Vec<usize> = looked_up.iter().copied().filter(|&column| changes.has(column)).collect();
    if columns.is_empty() {
        return false;
    }
    let component = |column| key.columns(meta).iter().position(|found_by| found_by == column);
    let Some(components) = columns.iter().map(component).collect::<Option<Vec<_>>>() else { return true };
    let before = probe(&Components { key, components: &components }, backend);
    let after = probe(&MatchKey { columns: &columns, row: changes }, backend);
    !matches!((before, after), (Ok(before), Ok(after)) if before == after)
}

fn joined(
    columns: &[usize],
    values: &dyn QueryFragment<AnyBackend>,
    backend: AnyBackend,
) -> Result<Vec<u8>, Unmatched> {
    let values = probe(values, backend).map_err(Unmatched::Error)?;
    let mut bytes = Vec::new();
    for (&column, value) in columns.iter().zip(values) {
        let value = value.ok_or(Unmatched::Null(column))?;
        bytes.extend(value.len().to_be_bytes());
        bytes.extend(value);
    }
    Ok(bytes)
}

/// Some components of a key.
struct Components<'a> {
    key: &'a dyn BindKey,
    components: &'a [usize],
}

impl QueryFragment<AnyBackend> for Components<'_> {
    fn walk_ast<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        let mut components = self.components.iter();
        components.try_for_each(|&component| self.key.bind_component(component, out.reborrow()))
    }
}

/// Why a row cannot be matched by some columns.
#[derive(Debug)]
pub(crate) enum Unmatched {
    /// This column has no value.
    Null(usize),
    /// A value cannot be bound.
    Error(diesel::result::Error),
}

impl QueryFragment<AnyBackend> for MatchKey<'_> {
    fn walk_ast<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        self.columns.iter().try_for_each(|&column| self.row.bind(column, out.reborrow()))
    }
}

impl BindKey for MatchKey<'_> {
    fn columns(&self, _: &'static ModelMeta) -> &[usize] {
        self.columns
    }

    fn bind_component<'b>(&'b self, component: usize, out: BindPass<'_, 'b>) -> QueryResult<()> {
        self.row.bind(self.columns[component], out)
    }
}
