//! `DELETE`.

use diesel::QueryResult;

use super::{Selection, Statement, push_returning};
use crate::backend::BindPass;

/// Deletes rows for good and returns them as they were.
pub(crate) struct Delete<'a> {
    pub(crate) selection: Selection<'a>,
}

impl Statement for Delete<'_> {
    fn write<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        if self.selection.varies() {
            // What code asks for is as varied as the program; it is not sent often enough to be kept.
            out.unsafe_to_cache_prepared();
        }
        out.push_sql("DELETE FROM ");
        out.push_identifier(self.selection.meta.table)?;
        self.selection.write(out.reborrow())?;
        self.selection.push_limit(&mut out)?;
        push_returning(&mut out, self.selection.meta)
    }

    fn writes(&self) -> bool {
        true
    }
}
