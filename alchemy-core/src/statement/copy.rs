//! `COPY`, for rows in bulk.

// Only PostgreSQL has it.
#![cfg_attr(not(feature = "postgres"), allow(dead_code))]

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::query_builder::QueryFragment;

use super::kept::{bind_kept, is_kept};
use crate::backend::classify::at_field;
use crate::backend::{AnyBackend, BindPass};
use crate::model::{ModelMeta, Row};

/// The row at a place.
pub(crate) type RowAt<'a> = &'a (dyn Fn(usize) -> &'a (dyn Row) + Send + Sync);

/// Rows of a model that all have the same columns, found by their places as they are sent.
pub(crate) struct Copy<'a> {
    meta: &'static ModelMeta,
    columns: Vec<usize>,
    places: &'a [usize],
    row: RowAt<'a>,
    /// For the columns that Alchemy keeps.
    now: DateTime<Utc>,
}

impl<'a> Copy<'a> {
    /// The rows at `places`, which have the columns of [`copied_columns`].
    pub(crate) fn new(
        meta: &'static ModelMeta,
        columns: Vec<usize>,
        places: &'a [usize],
        row: RowAt<'a>,
        now: DateTime<Utc>,
    ) -> Self {
        Self { meta, columns, places, row, now }
    }

    /// The table's name.
    pub(crate) fn table(&self) -> &'static str {
        self.meta.table
    }

    /// The columns' names. What is left out gets its default from the database.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|&column| self.meta.columns[column].name)
    }

    /// How many rows there are.
    pub(crate) fn count(&self) -> usize {
        self.places.len()
    }

    /// A row, which binds the values of its columns in their order.
    pub(crate) fn row(&self, place: usize) -> CopiedRow<'_, 'a> {
        CopiedRow { copy: self, row: (self.row)(self.places[place]) }
    }
}

/// The columns that a row gives a value to, those that Alchemy keeps among them.
pub(crate) fn copied_columns(meta: &'static ModelMeta, row: &dyn Row) -> Vec<usize> {
    (0..meta.columns.len()).filter(|&column| row.has(column) || is_kept(meta, column)).collect()
}

/// A row of a [`Copy`].
pub(crate) struct CopiedRow<'c, 'a> {
    copy: &'c Copy<'a>,
    row: &'a dyn Row,
}

impl QueryFragment<AnyBackend> for CopiedRow<'_, '_> {
    fn walk_ast<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        let Copy { meta, columns, now, .. } = self.copy;
        columns.iter().try_for_each(|&column| {
            if !self.row.has(column) {
                return bind_kept(meta, column, now, out.reborrow());
            }
            self.row.bind(column, out.reborrow()).map_err(|error| at_field(error, meta.columns[column].field))
        })
    }
}
