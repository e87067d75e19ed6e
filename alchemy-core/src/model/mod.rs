//! What Alchemy knows of a model: the traits a derive implements and the metadata it emits.
//!
//! A derive writes data ([`ModelMeta`]) and small glue ([`Model`], [`Row`]); everything that acts on models is
//! written once, in this crate, over those.

mod column;
mod field;
#[doc(hidden)]
pub mod fields;
mod metadata;
mod naming;
mod registry;
mod row;

pub use self::column::Column;
pub use self::field::{ColumnKind, FieldType};
pub use self::metadata::{
    CheckMeta, ColumnMeta, ColumnRole, DefaultValue, ForeignKeyMeta, IndexMeta, ModelMeta, ReferentialAction,
    UniqueMeta,
};
pub use self::naming::{constraint, table_name};
pub use self::registry::{Registered, models};
pub(crate) use self::row::check_row;
pub use self::row::{ChangeRow, NewRow, Row, RowReader};

/// A struct mapped to a table.
///
/// Implemented by the base derives (`UuidBase`, `UuidAuditBase`); not meant to be implemented by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "this type has no table",
    note = "derive a base on the struct, for example `#[derive(UuidBase)]`"
)]
pub trait Model: Row + Sized + Send + Sync + 'static {
    /// The type of the primary key.
    type Id: Clone + std::fmt::Debug + Eq + std::hash::Hash + Send + Sync + 'static;
    /// The Diesel table, for the user's own queries.
    type Table: diesel::Table + Default;
    /// What a create needs.
    type New: NewRow<Model = Self>;
    /// What an update may change.
    type Changeset: ChangeRow<Model = Self>;

    /// Name, columns and constraints of the table.
    const META: &'static ModelMeta;

    /// This row's primary key.
    fn id(&self) -> Self::Id;

    /// Binds one component of a primary key; `component` counts in the order of [`ModelMeta::primary_key`].
    fn bind_id<'b>(
        id: &'b Self::Id,
        component: usize,
        out: crate::backend::BindPass<'_, 'b>,
    ) -> diesel::QueryResult<()>;

    /// Reads a row whose columns are those of [`ModelMeta::columns`], in that order.
    ///
    /// # Errors
    /// When a value cannot be read as its field's type; the error names the column.
    fn read(row: &mut RowReader<'_>) -> diesel::QueryResult<Self>;
}
