//! From models to schemas.

use super::Service;
use crate::filter::Paged;
use crate::model::Model;
use crate::schema::{CursorPage, OffsetPagination, Schema};

impl<M: Model, S> Service<M, S> {
    /// A model as a schema.
    pub fn to_schema<T: Schema<Model = M>>(&self, model: M) -> T {
        model.into()
    }

    /// Models as schemas.
    pub fn to_schemas<T: Schema<Model = M>>(&self, models: impl IntoIterator<Item = M>) -> Vec<T> {
        models.into_iter().map(Into::into).collect()
    }

    /// A page of models as a page of schemas. `total` is the number of all rows that match; limit and offset are
    /// those of `filters`, or all of `models` where it has no page.
    pub fn to_schema_page<T: From<M>>(
        &self,
        models: Vec<M>,
        total: i64,
        filters: &impl Paged,
    ) -> OffsetPagination<T> {
        OffsetPagination::new(models, total, filters).map(Into::into)
    }

    /// A page found by a cursor as one of schemas.
    pub fn to_schema_cursor_page<T: From<M>>(&self, page: CursorPage<M>) -> CursorPage<T> {
        page.map(Into::into)
    }
}
