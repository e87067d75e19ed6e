//! What Alchemy knows of a model: the traits a derive implements and the metadata it emits.
//!
//! A derive writes data ([`ModelMeta`]) and small glue ([`Model`], [`Row`]); everything that acts on models is
//! written once, in this crate, over those.

mod column;
mod data;
mod field;
#[doc(hidden)]
pub mod fields;
mod key;
mod metadata;
mod naming;
mod registry;
mod row;
mod scope;

pub use self::column::Column;
pub use self::data::{Data, Draft, JsonMap};
pub use self::field::{ColumnKind, FieldType};
pub(crate) use self::key::{Finder, check_unique};
pub use self::key::{IntoKey, Lookup, RowKey};
pub use self::metadata::{
    CheckCondition, CheckMeta, ColumnMeta, ColumnRole, DefaultValue, ForeignKeyMeta, Generated, IndexMeta,
    ModelMeta, ReferentialAction, UniqueMeta,
};
pub use self::naming::{constraint, table_name};
pub use self::registry::{Registered, models};
pub(crate) use self::row::check_row;
pub use self::row::{ChangeRow, NewRow, Row, RowReader};
pub(crate) use self::scope::Scope;

/// A struct whose rows can be read: from a table, a view or a query.
///
/// Implemented by the base derives (`UuidBase`, `QueryBase` and the others); not meant to be implemented by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "this type has no table",
    note = "derive a base on the struct, for example `#[derive(UuidBase)]`"
)]
pub trait Model: Sized + Send + Sync + 'static {
    /// The Diesel table, for the user's own queries.
    type Table: diesel::Table + Default;

    /// Name, columns and constraints of the table.
    const META: &'static ModelMeta;

    /// Reads a row whose columns are those of [`ModelMeta::columns`], in that order.
    ///
    /// # Errors
    /// When a value cannot be read as its field's type; the error names the column.
    fn read(row: &mut RowReader<'_>) -> diesel::QueryResult<Self>;
}

/// A model whose rows have a primary key.
#[diagnostic::on_unimplemented(
    message = "the rows of `{Self}` have no primary key",
    label = "there is no key to find a row by",
    note = "a model of a `QueryBase` is found by its columns: `get_one(Author::NAME.eq(\"Ann\"))`"
)]
pub trait Keyed: Model {
    /// The type of the primary key: that of its column, or for several columns a struct with a field for each.
    type Id: Clone + std::fmt::Debug + Eq + std::hash::Hash + Send + Sync + 'static;

    /// This row's primary key.
    fn id(&self) -> Self::Id;

    /// Binds one component of a primary key; `component` counts in the order of [`ModelMeta::primary_key`].
    ///
    /// # Errors
    /// When the value cannot be represented in the database's type.
    fn bind_id<'b>(
        id: &'b Self::Id,
        component: usize,
        out: crate::backend::BindPass<'_, 'b>,
    ) -> diesel::QueryResult<()>;

    /// The key as the number that a database made, where keys are such numbers. Those of one statement rise in the
    /// order of its rows.
    fn generated_id(&self) -> Option<i64> {
        None
    }
}

/// A model whose rows can be created, changed and deleted.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is read-only",
    label = "rows of this type cannot be created, changed or deleted",
    note = "a `QueryBase` maps a view or a query; another base maps a table"
)]
pub trait Writable: Keyed + Row {
    /// What a create needs.
    type New: NewRow<Model = Self>
        + Clone
        + std::fmt::Debug
        + fields::FromFields
        + From<Self>
        + TryFrom<Self::Changeset, Error = crate::Error>
        + TryFrom<JsonMap, Error = crate::Error>
        + TryFrom<Data<Self>, Error = crate::Error>;
    /// What an update may change.
    type Changeset: ChangeRow<Model = Self>
        + Clone
        + std::fmt::Debug
        + From<Self>
        + From<Self::New>
        + TryFrom<JsonMap, Error = crate::Error>
        + TryFrom<Data<Self>, Error = crate::Error>;
}
