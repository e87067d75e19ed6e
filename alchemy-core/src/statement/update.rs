//! `UPDATE`.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::sql_types::Timestamptz;

use super::prepared::UPDATES;
use super::{Condition, Keep, Statement, push_returning};
use crate::backend::BindPass;
use crate::backend::classify::at_field;
use crate::model::{ColumnRole, ModelMeta, Row};

/// Changes rows; returns them as the database has them where it can.
pub(crate) struct Update<'a> {
    pub(crate) meta: &'static ModelMeta,
    pub(crate) changes: &'a dyn Row,
    pub(crate) condition: Condition<'a>,
    /// For the columns that Alchemy keeps.
    pub(crate) now: DateTime<Utc>,
    pub(crate) keep: Keep,
}

impl Update<'_> {
    fn is_touched(&self, column: usize) -> bool {
        self.meta.columns[column].role == ColumnRole::UpdatedAt
    }
}

impl Statement for Update<'_> {
    fn write<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        self.keep.mark(&UPDATES, &mut out, |backend, shape| {
            shape.write_usize(std::ptr::from_ref(self.meta).addr());
            let changed = (0..self.meta.columns.len()).filter(|&column| self.changes.has(column));
            changed.for_each(|column| shape.write_usize(column));
            self.condition.shape(backend, shape)
        });
        out.push_sql("UPDATE ");
        out.push_identifier(self.meta.table)?;
        out.push_sql(" SET ");
        let mut first = true;
        for (index, column) in self.meta.columns.iter().enumerate() {
            let changed = self.changes.has(index);
            if !changed && !self.is_touched(index) {
                continue;
            }
            if !std::mem::take(&mut first) {
                out.push_sql(", ");
            }
            out.push_identifier(column.name)?;
            out.push_sql(" = ");
            if changed {
                self.changes.bind(index, out.reborrow()).map_err(|error| at_field(error, column.field))?;
            } else {
                out.push_bind_param::<Timestamptz, _>(&self.now)?;
            }
        }
        self.condition.write(self.meta, out.reborrow())?;
        push_returning(&mut out, self.meta)
    }
}
