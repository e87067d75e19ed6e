//! What derived payloads (`NewAuthor`, `AuthorChangeset`) share: reading themselves from maps, binding their values.
//!
//! The derives emit a table of names and one `match`; everything else is here, once.

use std::fmt;
use std::marker::PhantomData;

use bigdecimal::BigDecimal;
use diesel::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::HasSqlType;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::{Deserialize, de};

use super::JsonMap;
use crate::backend::{AnyBackend, BindPass};

mod make;

pub use self::make::{nano_id, uuid_v4, uuid_v6, uuid_v7};
pub use crate::error::{Error, ErrorMessages};

/// A payload that can be read from a map of fields. Written by derives.
pub trait FromFields: Sized {
    /// The struct's name.
    const NAME: &'static str;
    /// The fields' names, as they are outside.
    const FIELDS: &'static [&'static str];
    /// The column of each of [`FIELDS`](Self::FIELDS).
    const COLUMNS: &'static [usize];
    /// The columns without which a row cannot be created.
    const REQUIRED: &'static [usize];
    /// What has been read so far.
    type Partial: Default;

    /// Reads the value of the field at `index` of [`FIELDS`](Self::FIELDS).
    ///
    /// # Errors
    /// When the value is not of the field's type, or the field was read before; names the field.
    fn read<'de, A: MapAccess<'de>>(
        partial: &mut Self::Partial,
        index: usize,
        map: &mut A,
    ) -> Result<(), A::Error>;

    /// The payload.
    ///
    /// # Errors
    /// The name of a required field that was not read.
    fn finish(partial: Self::Partial) -> Result<Self, &'static str>;
}

/// Reads a payload; unknown, duplicate and missing fields are errors that name the field.
///
/// # Errors
/// Those of the deserializer, and those of [`FromFields`].
pub fn deserialize<'de, T: FromFields, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(FieldsVisitor(PhantomData))
}

/// Reads a payload from a JSON object; unknown and missing fields and values that do not fit are errors that name the
/// field.
///
/// # Errors
/// [`Error::InvalidValue`](crate::Error::InvalidValue).
pub fn from_map<T: FromFields>(map: JsonMap) -> Result<T, Error> {
    let mut partial = T::Partial::default();
    for (field, value) in map {
        let Some(index) = T::FIELDS.iter().position(|known| *known == field) else {
            return Err(Error::invalid_value(field, format!("is not a field of {}", T::NAME)));
        };
        T::read(&mut partial, index, &mut OneValue(Some(value))).map_err(|error| {
            let reason = error.to_string();
            // It begins with the field's name, which the error has already.
            let reason = reason.strip_prefix(&format!("`{field}`: ")).unwrap_or(&reason);
            Error::invalid_value(&field, format!("does not fit: {reason}"))
        })?;
    }
    T::finish(partial).map_err(missing)
}

/// A field without which a row cannot be created.
#[must_use]
#[cold]
pub fn missing(field: &'static str) -> Error {
    Error::invalid_value(field, "is missing")
}

/// The value of one field, as a map that is just there.
struct OneValue(Option<serde_json::Value>);

impl<'de> MapAccess<'de> for OneValue {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, _: K) -> Result<Option<K::Value>, Self::Error> {
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Self::Error> {
        seed.deserialize(self.0.take().unwrap_or_default())
    }
}

/// Reads one value into its slot.
///
/// # Errors
/// When the slot is taken, or the value is not a `T`; names the field.
pub fn value<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    match map.next_value() {
        Ok(value) => {
            *slot = Some(value);
            Ok(())
        }
        Err(error) => Err(A::Error::custom(format_args!("`{name}`: {error}"))),
    }
}

/// [`value`] for a decimal: a text longer than any that can be stored is refused before it is parsed, which takes time
/// that grows with the square of its length.
///
/// # Errors
/// As [`value`].
pub fn decimal<'de, A: MapAccess<'de>>(
    slot: &mut Option<BigDecimal>,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    let mut read = slot.take().map(Decimal);
    value(&mut read, name, map)?;
    *slot = read.map(|read| read.0);
    Ok(())
}

/// [`decimal`] for one that may be null.
///
/// # Errors
/// As [`value`].
#[allow(clippy::option_option)] // What is left out, and null.
pub fn nullable_decimal<'de, A: MapAccess<'de>>(
    slot: &mut Option<Option<BigDecimal>>,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    let mut read = slot.take().map(|null| null.map(Decimal));
    value(&mut read, name, map)?;
    *slot = read.map(|null| null.map(|read| read.0));
    Ok(())
}

/// A decimal whose text is no longer than a thousand digits, a point and an exponent.
struct Decimal(BigDecimal);

impl Decimal {
    const LONGEST: usize = 1_100;
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DecimalVisitor).map(Self)
    }
}

struct DecimalVisitor;

impl<'de> Visitor<'de> for DecimalVisitor {
    type Value = BigDecimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or formatted decimal string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<BigDecimal, E> {
        if text.len() > Decimal::LONGEST {
            return Err(E::custom(format_args!(
                "a decimal of more than {} characters cannot be stored",
                Decimal::LONGEST
            )));
        }
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<BigDecimal, E> {
        Ok(number.into())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<BigDecimal, E> {
        Ok(number.into())
    }

    fn visit_u128<E: de::Error>(self, number: u128) -> Result<BigDecimal, E> {
        Ok(number.into())
    }

    fn visit_i128<E: de::Error>(self, number: i128) -> Result<BigDecimal, E> {
        Ok(number.into())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<BigDecimal, E> {
        // What was written, and not what binary digits made of it; which is known of 15 digits.
        let text = format!("{number:e}");
        let digits = text.split('e').next().unwrap_or_default();
        if number.abs() >= 9_007_199_254_740_992.0 || digits.bytes().filter(u8::is_ascii_digit).count() > 15 {
            return Err(E::custom("a decimal of more than 15 digits must be given as a text"));
        }
        text.parse().map_err(E::custom)
    }

    // With serde_json's `arbitrary_precision`, which any crate of the program may turn on, a number is a map of its text.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<BigDecimal, A::Error> {
        match map.next_key::<std::borrow::Cow<'de, str>>() {
            Ok(Some(key)) if key == "$serde_json::private::Number" => {
                map.next_value::<Decimal>().map(|decimal| decimal.0)
            }
            _ => Err(A::Error::invalid_type(de::Unexpected::Map, &self)),
        }
    }
}

/// The slot of a field that a payload must have.
#[derive(Debug)]
pub struct Required<T>(pub Option<T>);

impl<T> Required<T> {
    /// The value.
    ///
    /// # Errors
    /// The field's name, when there is no value.
    pub fn get(self, name: &'static str) -> Result<T, &'static str> {
        self.0.ok_or(name)
    }
}

impl<T> Default for Required<T> {
    fn default() -> Self {
        Self(None)
    }
}

/// Binds a value that is there.
///
/// # Errors
/// When the value cannot be represented in the database's type.
pub fn bind<'b, ST, T>(mut out: BindPass<'_, 'b>, value: &'b T) -> QueryResult<()>
where
    AnyBackend: HasSqlType<ST>,
    T: ToSql<ST, AnyBackend>,
{
    out.push_bind_param::<ST, T>(value)
}

/// Binds a value that the row has been asked for.
///
/// # Errors
/// When the value cannot be represented in the database's type, or the row does not have one.
pub fn bind_set<'b, ST, T>(out: BindPass<'_, 'b>, column: usize, value: Option<&'b T>) -> QueryResult<()>
where
    AnyBackend: HasSqlType<ST>,
    T: ToSql<ST, AnyBackend>,
{
    match value {
        Some(value) => bind::<ST, T>(out, value),
        None => unset(column),
    }
}

/// The text as which a value is bound; `None` where it is null or bound as something else.
pub fn text<ST, T>(value: &T) -> Option<&str>
where
    AnyBackend: HasSqlType<ST>,
    T: ToSql<ST, AnyBackend>,
{
    crate::backend::bound_text(value)
}

/// A row was asked for a column that it does not have.
///
/// # Errors
/// Always.
pub fn unset(column: usize) -> QueryResult<()> {
    Err(diesel::result::Error::QueryBuilderError(format!("the row has no value for column {column}").into()))
}

/// The current time, to the microsecond: what all three databases keep.
#[must_use]
pub fn now() -> chrono::DateTime<chrono::Utc> {
    use chrono::SubsecRound;
    chrono::Utc::now().trunc_subsecs(6)
}

/// A text that is none of an enum's. The error of the `FromStr` that `#[derive(TextEnum)]` writes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {name} `{text}`, expected one of {}", Listed(.known))]
pub struct UnknownText {
    name: &'static str,
    text: String,
    known: &'static [&'static str],
}

impl UnknownText {
    /// What was found, and what the enum `name` has.
    #[doc(hidden)]
    #[must_use]
    pub fn new(name: &'static str, text: &str, known: &'static [&'static str]) -> Self {
        Self { name, text: text.to_owned(), known }
    }
}

struct Listed<'a>(&'a [&'static str]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, text) in self.0.iter().enumerate() {
            write!(f, "{}`{text}`", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

struct FieldsVisitor<T>(PhantomData<T>);

impl<'de, T: FromFields> Visitor<'de> for FieldsVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the fields of {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut partial = T::Partial::default();
        while let Some(index) = map.next_key_seed(FieldName(T::FIELDS))? {
            T::read(&mut partial, index, &mut map)?;
        }
        T::finish(partial).map_err(A::Error::missing_field)
    }
}

/// Reads a field's name as its index.
struct FieldName(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for FieldName {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for FieldName {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<usize, E> {
        self.0.iter().position(|field| *field == name).ok_or_else(|| E::unknown_field(name, self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Payload {
        name: String,
        size: Option<i32>,
        note: Option<Option<String>>,
    }

    #[derive(Default)]
    struct Partial {
        name: Required<String>,
        size: Option<i32>,
        note: Option<Option<String>>,
    }

    impl FromFields for Payload {
        const NAME: &'static str = "Payload";
        const FIELDS: &'static [&'static str] = &["name", "size", "note"];
        const COLUMNS: &'static [usize] = &[0, 1, 2];
        const REQUIRED: &'static [usize] = &[0];
        type Partial = Partial;

        fn read<'de, A: MapAccess<'de>>(
            partial: &mut Partial,
            index: usize,
            map: &mut A,
        ) -> Result<(), A::Error> {
            match index {
                0 => value(&mut partial.name.0, "name", map),
                1 => value(&mut partial.size, "size", map),
                _ => value(&mut partial.note, "note", map),
            }
        }

        fn finish(partial: Partial) -> Result<Self, &'static str> {
            Ok(Self { name: partial.name.get("name")?, size: partial.size, note: partial.note })
        }
    }

    fn read(json: &str) -> Result<Payload, String> {
        deserialize(&mut serde_json::Deserializer::from_str(json)).map_err(|error| error.to_string())
    }

    #[test]
    fn omitted_and_null_are_told_apart() {
        let omitted = read(r#"{"name": "a"}"#).unwrap();
        assert_eq!(omitted, Payload { name: "a".into(), size: None, note: None });
        let null = read(r#"{"note": null, "name": "a", "size": 3}"#).unwrap();
        assert_eq!(null, Payload { name: "a".into(), size: Some(3), note: Some(None) });
    }

    #[test]
    fn every_error_names_its_field() {
        for (json, message) in [
            ("{}", "missing field `name` at line 1 column 2"),
            (
                r#"{"nmae": 1}"#,
                "unknown field `nmae`, expected one of `name`, `size`, `note` at line 1 column 7",
            ),
            (r#"{"name": "a", "name": "b"}"#, "duplicate field `name` at line 1 column 20"),
            (r#"{"name": 1}"#, "`name`: invalid type: integer `1`, expected a string at line 1 column 10"),
            (r#"{"size": null}"#, "`size`: invalid type: null, expected i32 at line 1 column 13"),
            ("[]", "invalid type: sequence, expected the fields of Payload at line 1 column 0"),
        ] {
            assert_eq!(read(json).unwrap_err(), message, "{json}");
        }
    }

    #[test]
    fn a_json_value_is_read_like_text() {
        let payload: Result<Payload, _> = deserialize(serde_json::json!({"name": "a", "note": 1}));
        assert_eq!(payload.unwrap_err().to_string(), "`note`: invalid type: integer `1`, expected a string");
    }
}
