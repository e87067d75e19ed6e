//! Where a verb's rows go.

use diesel::QueryResult;

use crate::error::{Error, Result};
use crate::model::{Model, RowReader};

/// Takes rows as they come, whatever is made of them; so that verbs are compiled once and not for each model.
pub(crate) trait Sink: Send {
    /// Reads a row.
    fn read(&mut self, row: &mut RowReader<'_>) -> QueryResult<()>;

    /// How many rows were read.
    fn len(&self) -> usize;
}

/// Rows read as a type.
pub(crate) struct Rows<T> {
    rows: Vec<T>,
    read: fn(&mut RowReader<'_>) -> QueryResult<T>,
}

impl<T> Rows<T> {
    pub(crate) fn new(read: fn(&mut RowReader<'_>) -> QueryResult<T>) -> Self {
        Self { rows: Vec::new(), read }
    }

    pub(crate) fn into_vec(self) -> Vec<T> {
        self.rows
    }

    /// The last row, where there is one.
    pub(crate) fn last(mut self) -> Option<T> {
        self.rows.pop()
    }
}

impl<M: Model> Rows<M> {
    /// The last row.
    pub(crate) fn one(self) -> Result<M> {
        self.last().ok_or_else(|| Error::not_found(M::META.name))
    }
}

impl<T: Send> Sink for Rows<T> {
    fn read(&mut self, row: &mut RowReader<'_>) -> QueryResult<()> {
        self.rows.push((self.read)(row)?);
        Ok(())
    }

    fn len(&self) -> usize {
        self.rows.len()
    }
}
