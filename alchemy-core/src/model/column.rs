//! Typed handles of columns.

use std::marker::PhantomData;

use super::{ColumnMeta, Model};

/// A column of `M` holding a `T`: `Author::NAME` is a `Column<Author, String>`.
///
/// A handle makes filters and orderings that the compiler checks; see [`crate::filter`].
pub struct Column<M, T> {
    index: usize,
    owner: PhantomData<fn() -> (M, T)>,
}

impl<M: Model, T> Column<M, T> {
    /// The handle of the column at `index` of [`ModelMeta::columns`](super::ModelMeta::columns). Written by derives.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(index: usize) -> Self {
        Self { index, owner: PhantomData }
    }

    /// The column's place in [`ModelMeta::columns`](super::ModelMeta::columns).
    #[must_use]
    pub const fn index(self) -> usize {
        self.index
    }

    /// The column's metadata.
    #[must_use]
    pub const fn meta(self) -> &'static ColumnMeta {
        &M::META.columns[self.index]
    }
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M: Model, T> std::fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", M::META.table, self.meta().name)
    }
}
