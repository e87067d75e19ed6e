//! `DELETE`.

use diesel::QueryResult;

use super::{Condition, Statement, push_returning};
use crate::backend::BindPass;
use crate::model::ModelMeta;

/// Deletes rows and returns them as they were.
pub(crate) struct Delete<'a> {
    pub(crate) meta: &'static ModelMeta,
    pub(crate) condition: Condition<'a>,
}

impl Statement for Delete<'_> {
    fn write<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        out.push_sql("DELETE FROM ");
        out.push_identifier(self.meta.table)?;
        self.condition.write(self.meta, out.reborrow())?;
        push_returning(&mut out, self.meta)
    }
}
