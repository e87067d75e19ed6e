//! How the columns of a model fit the fields of a schema. Used by `#[derive(Schema)]`.

use diesel::QueryResult;
use diesel::deserialize::FromSql;

use crate::backend::AnyBackend;
use crate::model::fields::Required;
use crate::model::{Column, Model, ModelMeta, RowReader};

/// A value of a model's field that can become the value of a schema's field of type `T`: the type itself, or an
/// `Option` of it.
#[diagnostic::on_unimplemented(
    message = "the model's field is a `{Self}`, which does not fit this field's type `{T}`",
    label = "expected `{Self}`, or an `Option` of it"
)]
pub trait FitField<T> {
    /// The schema's value.
    fn fit(self) -> T;
}

impl<T> FitField<T> for T {
    fn fit(self) -> T {
        self
    }
}

impl<T> FitField<Option<T>> for T {
    fn fit(self) -> Option<T> {
        Some(self)
    }
}

/// A value of a schema's field that can be given to a new row, which holds it as `Slot`. `NULLABLE` says whether the
/// column may be null: an `Option` too few then means "not given".
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be given to the model's field, which takes `{Slot}`",
    label = "this field does not fit the model's field",
    note = "a required field (`Required<T>`) takes a `T`; one that may be left out takes `Option<T>` or `T`"
)]
pub trait FitNew<Slot, const NULLABLE: bool> {
    /// The payload's value.
    fn fit(self) -> Slot;
}

impl<T> FitNew<Required<T>, false> for T {
    fn fit(self) -> Required<T> {
        Required(Some(self))
    }
}

impl<T> FitNew<Option<T>, false> for T {
    fn fit(self) -> Option<T> {
        Some(self)
    }
}

impl<T> FitNew<Option<T>, false> for Option<T> {
    fn fit(self) -> Self {
        self
    }
}

impl<T> FitNew<Option<Option<T>>, true> for T {
    fn fit(self) -> Option<Option<T>> {
        Some(Some(self))
    }
}

/// `None` is a value that was not given: the column's default, and null where it has none.
impl<T> FitNew<Option<Option<T>>, true> for Option<T> {
    fn fit(self) -> Option<Self> {
        self.map(Some)
    }
}

impl<T> FitNew<Option<Option<T>>, true> for Option<Option<T>> {
    fn fit(self) -> Self {
        self
    }
}

/// A value of a schema's field that can be given to a changeset. `C` is the type of the model's field, and `NULLABLE`
/// says whether that is an `Option`.
///
/// A changeset tells what is left out from what is null, so the field of a nullable column has to tell them apart too.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot say how an update changes the model's field, which is a `{C}`",
    label = "expected `Option<{C}>`",
    note = "where the column may be null, a plain `Option` cannot tell what is left out from what is null; use an \
            `Option<Option<…>>` with `#[serde(default, with = \"alchemy_core::schema::omittable\")]`",
    note = "a field that updates leave alone is marked `#[schema(skip(update))]`"
)]
pub trait FitChange<C, const NULLABLE: bool> {
    /// The changeset's value.
    fn fit(self) -> Option<C>;
}

impl<T> FitChange<T, false> for T {
    fn fit(self) -> Option<T> {
        Some(self)
    }
}

impl<T> FitChange<T, false> for Option<T> {
    fn fit(self) -> Self {
        self
    }
}

impl<T> FitChange<Option<T>, true> for Option<Option<T>> {
    fn fit(self) -> Self {
        self
    }
}

/// An unknown field is reported already.
impl<T> FitChange<NoValue, true> for T {
    fn fit(self) -> Option<NoValue> {
        None
    }
}

/// Whether the column at a place may be null. That of an unknown field may, so that it is told from a known one.
#[must_use]
pub const fn is_nullable(meta: &ModelMeta, place: usize) -> bool {
    place >= meta.columns.len() || meta.columns[place].nullable
}

/// The Rust and SQL types of the column at `INDEX` of a model. Written by derives.
pub trait ColumnAt<const INDEX: usize>: Model {
    /// The type of the model's field.
    type Rust;
    /// Diesel's type for the column.
    type Sql;

    /// Reads the row's next column.
    ///
    /// # Errors
    /// When its value is not of the field's type.
    fn read_next(row: &mut RowReader<'_>) -> QueryResult<Self::Rust>
    where
        Self::Rust: FromSql<Self::Sql, AnyBackend>,
    {
        row.next::<Self::Sql, Self::Rust>()
    }
}

impl<M, T> Column<M, T> {
    /// Fits a value of this column into a field of a schema.
    #[doc(hidden)]
    pub fn __fit<U>(self, value: T) -> U
    where
        T: FitField<U>,
    {
        value.fit()
    }
}

/// Stands for the handle of a column that the model does not have, so that the compiler says so once, on the field,
/// rather than for every use of it.
#[derive(Debug, Clone, Copy)]
pub struct NoColumn;

impl NoColumn {
    /// The place of a column that does not exist.
    #[must_use]
    pub const fn index(self) -> usize {
        usize::MAX
    }

    /// Never called: there is no such value.
    pub fn __fit<U>(self, _: impl Sized) -> U {
        unreachable!("a column that does not exist was read")
    }
}

/// The value, and the SQL type, of a column that does not exist.
#[derive(Debug, Clone, Copy)]
pub struct NoValue;

impl<M: Model> ColumnAt<{ usize::MAX }> for M {
    type Rust = NoValue;
    type Sql = NoValue;
}

impl FromSql<NoValue, AnyBackend> for NoValue {
    fn from_sql(
        _: <AnyBackend as diesel::backend::Backend>::RawValue<'_>,
    ) -> diesel::deserialize::Result<Self> {
        Err("the column does not exist".into())
    }
}

/// Checks, when compiled, that a schema has every column that a new row needs.
///
/// # Panics
/// With the name of a required field that the schema lacks.
pub const fn assert_creates(schema: &str, meta: &ModelMeta, required: &[usize], given: &[usize]) {
    let mut at = 0;
    while at < required.len() {
        if !contains(given, required[at]) {
            let text = Sentence::new()
                .with("`")
                .with(schema)
                .with("` cannot create `")
                .with(meta.name)
                .with("`: the required field `")
                .with(meta.columns[required[at]].field)
                .with("` is missing");
            panic!("{}", text.as_str());
        }
        at += 1;
    }
}

/// Checks, when compiled, that the columns which a schema only shows are Alchemy's to set.
///
/// # Panics
/// With the name of a field that is the user's to set.
pub const fn assert_kept(schema: &str, meta: &ModelMeta, columns: &[usize]) {
    let mut at = 0;
    while at < columns.len() {
        // The column of an unknown field has been reported already.
        if columns[at] < meta.columns.len()
            && matches!(meta.columns[columns[at]].role, crate::model::ColumnRole::Data)
        {
            let text = Sentence::new()
                .with("`")
                .with(schema)
                .with("` would lose the value of `")
                .with(meta.columns[columns[at]].field)
                .with("`: mark the field `#[schema(skip(create, update))]`");
            panic!("{}", text.as_str());
        }
        at += 1;
    }
}

const fn contains(columns: &[usize], column: usize) -> bool {
    let mut at = 0;
    while at < columns.len() {
        if columns[at] == column {
            return true;
        }
        at += 1;
    }
    false
}

/// Text put together when compiled; what does not fit is cut off.
struct Sentence {
    bytes: [u8; 320],
    length: usize,
}

impl Sentence {
    const fn new() -> Self {
        Self { bytes: [0; 320], length: 0 }
    }

    const fn with(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if self.length + text.len() > self.bytes.len() {
            return self;
        }
        let mut at = 0;
        while at < text.len() {
            self.bytes[self.length] = text[at];
            self.length += 1;
            at += 1;
        }
        self
    }

    const fn as_str(&self) -> &str {
        let (text, _) = self.bytes.split_at(self.length);
        match std::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "a field is missing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FitChange, FitField, FitNew};
    use crate::model::fields::Required;

    #[test]
    fn a_value_fits_its_type_and_an_option_of_it() {
        assert_eq!(FitField::<i32>::fit(1), 1);
        assert_eq!(FitField::<Option<i32>>::fit(1), Some(1));
        assert_eq!(FitField::<Option<i32>>::fit(None::<i32>), None);
    }

    #[test]
    fn a_value_fits_the_slot_of_a_new_row() {
        let Required(required) = FitNew::<Required<i32>, false>::fit(1);
        assert_eq!(required, Some(1));
        assert_eq!(FitNew::<Option<i32>, false>::fit(1), Some(1));
        assert_eq!(FitNew::<Option<i32>, false>::fit(None::<i32>), None);
        assert_eq!(FitNew::<Option<Option<i32>>, true>::fit(1), Some(Some(1)));
        assert_eq!(FitNew::<Option<Option<i32>>, true>::fit(Some(1)), Some(Some(1)));
        assert_eq!(FitNew::<Option<Option<i32>>, true>::fit(None::<i32>), None);
        assert_eq!(FitNew::<Option<Option<i32>>, true>::fit(Some(None::<i32>)), Some(None));
    }

    #[test]
    fn a_value_fits_the_field_of_a_changeset() {
        assert_eq!(FitChange::<i32, false>::fit(1), Some(1));
        assert_eq!(FitChange::<i32, false>::fit(None::<i32>), None);
        assert_eq!(FitChange::<Option<i32>, true>::fit(None::<Option<i32>>), None);
        assert_eq!(FitChange::<Option<i32>, true>::fit(Some(None::<i32>)), Some(None));
        assert_eq!(FitChange::<Option<i32>, true>::fit(Some(Some(1))), Some(Some(1)));
    }
}
