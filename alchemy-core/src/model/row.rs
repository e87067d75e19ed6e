//! Rows going to the database ([`Row`]) and coming from it ([`RowReader`]).

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::QueryResult;
use diesel::deserialize::{self, FromSql};
use diesel::result::Error::DeserializationError;
use diesel::row::{Field, Row as _};
use diesel::sql_types as sql;

use super::{ColumnKind, ColumnRole, Keyed, ModelMeta, Writable};
use crate::backend::{AnyBackend, AnyRow, AnyValue, BindPass};
use crate::error::{Error, Result};
use crate::filter::Value;

/// Values for some columns of a table. Columns are numbered as in [`ModelMeta::columns`].
pub trait Row: Send + Sync {
    /// Whether this row carries a value (`NULL` included) for the column.
    fn has(&self, column: usize) -> bool;

    /// Binds the column's value; called only for columns this row [has](Row::has).
    ///
    /// # Errors
    /// When the value cannot be represented in the database's type.
    fn bind<'b>(&'b self, column: usize, out: BindPass<'_, 'b>) -> QueryResult<()>;

    /// The column's value where it is text whose length is to be checked, or of which a slug is made; `None` otherwise.
    fn text(&self, column: usize) -> Option<&str> {
        let _ = column;
        None
    }
}

/// What a create needs: `NewAuthor` for `Author`.
pub trait NewRow: Row + Sized + 'static {
    /// The model that is created.
    type Model: Writable<New = Self>;

    /// Fills what the client side makes: the key of a UUID base, defaults given as Rust expressions.
    /// Values that are already there stay.
    fn fill(&mut self);

    /// The primary key, once [filled](NewRow::fill); `None` where the database makes it.
    fn id(&self) -> Option<<Self::Model as Keyed>::Id>;
}

/// What an update changes: `AuthorChangeset` for `Author`. A column it does not [have](Row::has) stays as it is.
pub trait ChangeRow: Row + Sized + Default + 'static {
    /// The model that is updated.
    type Model: Writable<Changeset = Self>;

    /// Whether there is anything to change.
    fn is_empty(&self) -> bool {
        (0..<Self::Model as super::Model>::META.columns.len()).all(|column| !self.has(column))
    }
}

/// Reads the columns of one row, in order.
pub struct RowReader<'a> {
    row: &'a dyn Fields,
    next: usize,
}

impl<'a> RowReader<'a> {
    pub(crate) fn new(row: &'a AnyRow<'_, '_>) -> Self {
        Self { row, next: 0 }
    }

    /// The same row, to be read from its first column once more.
    pub(crate) fn again(&self) -> RowReader<'a> {
        RowReader { row: self.row, next: 0 }
    }

    /// Reads the next column as `T`, whose SQL type is `ST`.
    ///
    /// # Errors
    /// When there is no such column, or its value is not a `T`; the error names the column.
    #[allow(clippy::should_implement_trait)] // An iterator's items are of one type.
    pub fn next<ST, T>(&mut self) -> QueryResult<T>
    where
        T: FromSql<ST, AnyBackend>,
    {
        let index = self.next;
        self.next += 1;
        let mut read = None;
        self.row.field(index, &mut |value| read = Some(T::from_nullable_sql(value)));
        match read {
            Some(Ok(value)) => Ok(value),
            Some(Err(source)) => Err(self.error(index, &source.to_string())),
            None => Err(self.error(index, "the row has no such column")),
        }
    }

    /// The value of the column at a place, by which the row is found again in an order: exactly what the database has,
    /// where reading it as `kind` could lose a digit or the form it is written in. `None` is `NULL`.
    ///
    /// # Errors
    /// When there is no such column, or values of that kind cannot be read so.
    pub(crate) fn value(&self, at: usize, kind: ColumnKind) -> QueryResult<Option<Value>> {
        let mut read = None;
        self.row
            .field(at, &mut |value| read = Some(value.map(|value| sorted_value(value, kind)).transpose()));
        match read {
            Some(Ok(value)) => Ok(value),
            Some(Err(source)) => Err(self.error(at, &source.to_string())),
            None => Err(self.error(at, "the row has no such column")),
        }
    }

    #[cold]
    fn error(&self, index: usize, reason: &str) -> diesel::result::Error {
        let name = self.row.name(index).unwrap_or_else(|| index.to_string());
        DeserializationError(format!("column `{name}`: {reason}").into())
    }
}

/// A value as its database orders it.
fn sorted_value(value: AnyValue<'_>, kind: ColumnKind) -> deserialize::Result<Value> {
    // SQLite orders by what is stored, whatever the column's type: texts of a time may have several forms, and numbers
    // more digits than the field.
    #[cfg(feature = "sqlite")]
    let value = match value {
        AnyValue::Sqlite(stored) => return Ok(stored_value(stored)),
        #[allow(unreachable_patterns)]
        value => value,
    };
    #[allow(unreachable_code)]
    match kind {
        ColumnKind::Bool => sorted_as::<sql::Bool, bool>(value),
        ColumnKind::SmallInt => sorted_as::<sql::SmallInt, i16>(value),
        ColumnKind::Integer => sorted_as::<sql::Integer, i32>(value),
        ColumnKind::BigInt => sorted_as::<sql::BigInt, i64>(value),
        ColumnKind::Float => sorted_as::<sql::Float, f32>(value),
        ColumnKind::Double => sorted_as::<sql::Double, f64>(value),
        ColumnKind::Text => sorted_as::<sql::Text, String>(value),
        ColumnKind::Binary => sorted_as::<sql::Binary, Vec<u8>>(value),
        ColumnKind::Uuid => sorted_as::<sql::Uuid, uuid::Uuid>(value),
        ColumnKind::Date => sorted_as::<sql::Date, NaiveDate>(value),
        ColumnKind::Time => sorted_as::<sql::Time, NaiveTime>(value),
        ColumnKind::Timestamp => sorted_as::<sql::Timestamp, NaiveDateTime>(value),
        ColumnKind::TimestampTz => sorted_as::<sql::Timestamptz, DateTime<Utc>>(value),
        ColumnKind::Decimal => sorted_as::<sql::Numeric, BigDecimal>(value),
        ColumnKind::Json | ColumnKind::Custom => Err("rows cannot be found by their order in it".into()),
    }
}

fn sorted_as<ST, T: FromSql<ST, AnyBackend> + Into<Value>>(
    value: AnyValue<'_>,
) -> deserialize::Result<Value> {
    T::from_sql(value).map(Into::into)
}

#[cfg(feature = "sqlite")]
fn stored_value(mut value: diesel::sqlite::SqliteValue<'_, '_, '_>) -> Value {
    use diesel::sqlite::SqliteType;

    match value.value_type() {
        Some(SqliteType::Integer | SqliteType::SmallInt | SqliteType::Long) => {
            Value::BigInt(value.read_long())
        }
        Some(SqliteType::Float | SqliteType::Double) => Value::Double(value.read_double()),
        Some(SqliteType::Text) => Value::Text(value.read_text().to_owned()),
        Some(SqliteType::Binary) | None => Value::Binary(value.read_blob().to_vec()),
    }
}

/// A row without its lifetimes, which differ between databases.
trait Fields {
    /// Passes on the field's value, where there is such a field.
    fn field(&self, index: usize, read: &mut dyn FnMut(Option<AnyValue<'_>>));

    /// The field's name.
    fn name(&self, index: usize) -> Option<String>;
}

impl Fields for AnyRow<'_, '_> {
    fn field(&self, index: usize, read: &mut dyn FnMut(Option<AnyValue<'_>>)) {
        if let Some(field) = self.get(index) {
            read(field.value());
        }
    }

    fn name(&self, index: usize) -> Option<String> {
        self.get(index)?.field_name().map(str::to_owned)
    }
}

/// Checks a row's texts: their lengths, and that slugs are such.
pub(crate) fn check_row(meta: &'static ModelMeta, row: &dyn Row) -> Result<()> {
    for (index, column) in meta.columns.iter().enumerate() {
        let is_slug = matches!(column.role, ColumnRole::Slug { .. });
        if !(column.max_length.is_some() || is_slug) || !row.has(index) {
            continue;
        }
        let Some(text) = row.text(index) else { continue };
        if let Some(max) = column.max_length.filter(|max| text.chars().count() > *max as usize) {
            return Err(Error::invalid_value(column.field, format!("must be at most {max} characters long")));
        }
        if is_slug && !is_path_segment(text) {
            return Err(Error::invalid_value(
                column.field,
                "must be of letters, digits and `-`, `_`, `.` or `~`",
            ));
        }
    }
    Ok(())
}

/// Whether a text can stand between the slashes of a URL as it is, or with its letters encoded.
fn is_path_segment(text: &str) -> bool {
    let fits = |character: char| character.is_alphanumeric() || "-_.~".contains(character);
    !matches!(text, "" | "." | "..") && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::is_path_segment;

    #[test]
    fn a_slug_is_what_can_stand_in_a_url() {
        for text in ["a", "hello-world", "a_b.c~d", "солярис", "1"] {
            assert!(is_path_segment(text), "{text}");
        }
        for text in ["", ".", "..", "a/b", "a b", "a?b", "a#b", "a%20b", "a\0", "\u{202e}a"] {
            assert!(!is_path_segment(text), "{text}");
        }
    }
}
