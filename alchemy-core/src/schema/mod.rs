//! Schemas: the shapes in which models are sent and received.

mod fit;
pub mod omittable;
mod pagination;

pub use self::fit::FitField;
#[doc(hidden)]
pub use self::fit::{
    ColumnAt, FitChange, FitNew, NoColumn, NoValue, assert_creates, assert_kept, is_nullable,
};
pub use self::pagination::{CursorPage, OffsetPagination};

use crate::model::{Model, RowReader};

/// A struct that holds some fields of a model, for output.
///
/// Implemented by `#[derive(Schema)]`, which matches fields at compile time. A model converts into its schemas, and a
/// list of a schema selects the schema's columns only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a schema",
    label = "this type does not say which fields of which model it has",
    note = "derive it: `#[derive(Schema)] #[schema(model = Author)]`"
)]
pub trait Schema: From<Self::Model> + Sized + Send + 'static {
    /// The model whose fields these are.
    type Model: Model;

    /// The columns that are read, in order: indexes into [`ModelMeta::columns`](crate::model::ModelMeta::columns).
    const COLUMNS: &'static [usize];

    /// Reads a row whose columns are [`COLUMNS`](Schema::COLUMNS), in that order.
    ///
    /// # Errors
    /// When a value cannot be read as its field's type; the error names the column.
    fn read(row: &mut RowReader<'_>) -> diesel::QueryResult<Self>;
}
