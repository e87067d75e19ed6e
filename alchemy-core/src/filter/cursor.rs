//! Cursors: places in a list, as texts that clients keep.

use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::order::OrderTerm;
use super::{FilterError, Place, SortOrder, Value};
use crate::backend::Dialect;
use crate::model::ModelMeta;

/// A place in a list, as `next` or `previous` of a [`CursorPage`](crate::schema::CursorPage): a text for URLs that a
/// client sends back to have the page to which it leads.
///
/// It is signed. One that was changed, or was given out for another model, table or order, is
/// [`FilterError::InvalidCursor`]; that it is one of this list is known when the page is read. The conditions may be
/// others than those it was given out with: they say which rows there are, and a place is as good among fewer of them.
///
/// It is **not encrypted**: whoever has it can read the values of the fields that are ordered by. They are of a row that
/// the client was shown, but a field that is not part of the output should not be ordered by here.
///
/// Texts of more than 500 characters are not put into a cursor; on MariaDB, which orders by no more of them, 255. A page
/// after whose last row, with such a text, there are more is [`FilterError::TooLong`]. A column without a `max_length`
/// whose collation in MariaDB tells case or accents apart by weights (`utf8mb4_uca1400_as_cs` and the like, not the
/// binary collation that Alchemy gives a table) is not one to order by here: the server itself does not tell them apart
/// when it sorts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor(String);

/// What cursors are signed with.
#[derive(Clone)]
pub(crate) struct CursorKey(Arc<Hmac<Sha256>>);

/// What a cursor belongs to: it is good for nothing else.
pub(crate) struct CursorOf<'a> {
    pub(crate) key: &'a CursorKey,
    pub(crate) meta: &'static ModelMeta,
    /// In the direction of a list that is read forwards.
    pub(crate) order: &'a [OrderTerm],
    /// Databases do not give the same values for one column.
    pub(crate) dialect: Dialect,
}

const VERSION: u8 = 1;

/// The bytes of the signature.
const SIGNATURE: usize = 16;

/// The most characters of a text.
const MAX_CHARACTERS: usize = 500;

/// The most bytes of a value, which as many characters may have.
const MAX_BYTES: usize = MAX_CHARACTERS * 4;

/// The most characters of a cursor that is looked at.
const MAX_LENGTH: usize = 16 * 1024;

impl Cursor {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Cursor {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl FilterError {
    pub(crate) fn invalid_cursor() -> Self {
        Self::InvalidCursor { name: "cursor".to_owned() }
    }
}

impl CursorKey {
    /// The fewest bytes of a secret.
    pub(crate) const MIN_SECRET: usize = 16;

    pub(crate) fn new(secret: &[u8]) -> Self {
        // As HMAC does itself with secrets of more than a block.
        let mut key = Key::<Hmac<Sha256>>::default();
        let digest = Sha256::digest(secret);
        key[..digest.len()].copy_from_slice(&digest);
        Self(Arc::new(Hmac::new(&key)))
    }
}

impl Default for CursorKey {
    /// A random key, the same until the process ends.
    fn default() -> Self {
        static KEY: LazyLock<CursorKey> = LazyLock::new(|| {
            let random = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()];
            CursorKey::new(&random.map(uuid::Uuid::into_bytes).concat())
        });
        KEY.clone()
    }
}

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey")
    }
}

impl CursorOf<'_> {
    /// A cursor to a place.
    ///
    /// # Errors
    /// [`FilterError::TooLong`].
    pub(crate) fn seal(&self, place: &Place) -> Result<String, FilterError> {
        let mut bytes = vec![VERSION, u8::from(place.backwards) | u8::from(place.inclusive) << 1];
        for (term, value) in self.order.iter().zip(&place.values) {
            if put(&mut bytes, value.as_ref()).is_none() {
                let what = self.meta.columns[term.column].field.to_owned();
                return Err(FilterError::TooLong { what, max: MAX_CHARACTERS });
            }
        }
        let signature = self.signature(&bytes).finalize().into_bytes();
        bytes.extend_from_slice(&signature[..SIGNATURE]);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The place that a cursor leads to.
    ///
    /// # Errors
    /// [`FilterError::InvalidCursor`], whatever is wrong with it.
    pub(crate) fn open(&self, cursor: &Cursor) -> Result<Place, FilterError> {
        self.read(cursor).ok_or_else(FilterError::invalid_cursor)
    }

    fn read(&self, cursor: &Cursor) -> Option<Place> {
        if cursor.0.len() > MAX_LENGTH {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(&cursor.0).ok()?;
        let (signed, signature) = bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE)?)?;
        // In a time that does not tell how much of it is right.
        self.signature(signed).verify_truncated_left(signature).ok()?;
        let [VERSION, flags, values @ ..] = signed else { return None };
        let mut values = values;
        let mut place = Place { values: Vec::new(), backwards: flags & 1 != 0, inclusive: flags & 2 != 0 };
        for _ in self.order {
            place.values.push(take(&mut values)?);
        }
        values.is_empty().then_some(place)
    }

    /// Signs the bytes together with all that they are to be good for.
    fn signature(&self, bytes: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::clone(&self.key.0);
        // Each part ends where the next begins, whatever is in it.
        let mut part = |text: &str| {
            mac.update(&(text.len() as u64).to_le_bytes());
            mac.update(text.as_bytes());
        };
        part("alchemy cursor");
        part(self.dialect.name());
        part(self.meta.bind_key());
        part(self.meta.table);
        part(self.meta.name);
        for term in self.order {
            let column = &self.meta.columns[term.column];
            part(column.name);
            part(if term.order == SortOrder::Asc { "asc" } else { "desc" });
            part(&format!("{:?}", column.kind));
        }
        part("values");
        mac.update(bytes);
        mac
    }
}

/// Writes a value; `None` where it is too long.
fn put(out: &mut Vec<u8>, value: Option<&Value>) -> Option<()> {
    let mut fixed = |tag: u8, bytes: &[u8]| {
        out.push(tag);
        out.extend_from_slice(bytes);
    };
    match value {
        None => fixed(0, &[]),
        Some(Value::Bool(value)) => fixed(1, &[u8::from(*value)]),
        Some(Value::SmallInt(value)) => fixed(2, &value.to_le_bytes()),
        Some(Value::Integer(value)) => fixed(3, &value.to_le_bytes()),
        Some(Value::BigInt(value)) => fixed(4, &value.to_le_bytes()),
        Some(Value::Float(value)) => fixed(5, &value.to_le_bytes()),
        Some(Value::Double(value)) => fixed(6, &value.to_le_bytes()),
        Some(Value::Text(value)) => {
            if value.chars().nth(MAX_CHARACTERS).is_some() {
                return None;
            }
            put_bytes(out, 7, value.as_bytes())?;
        }
        Some(Value::Binary(value)) => put_bytes(out, 8, value)?,
        Some(Value::Uuid(value)) => fixed(9, value.as_bytes()),
        Some(Value::Date(value)) => put_bytes(out, 10, value.to_string().as_bytes())?,
        Some(Value::Time(value)) => put_bytes(out, 11, value.to_string().as_bytes())?,
        Some(Value::Timestamp(value)) => fixed(12, &value.and_utc().timestamp_micros().to_le_bytes()),
        Some(Value::TimestampTz(value)) => fixed(13, &value.timestamp_micros().to_le_bytes()),
        Some(Value::Decimal(value)) => put_bytes(out, 14, value.to_string().as_bytes())?,
        // Not in an order that has cursors.
        Some(Value::Json(_)) => return None,
    }
    Some(())
}

fn put_bytes(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) -> Option<()> {
    let length = u16::try_from(bytes.len()).ok().filter(|&length| usize::from(length) <= MAX_BYTES)?;
    out.push(tag);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(bytes);
    Some(())
}

/// Reads a value off the front.
fn take(bytes: &mut &[u8]) -> Option<Option<Value>> {
    let [tag] = take_array(bytes)?;
    Some(Some(match tag {
        0 => return Some(None),
        1 => Value::Bool(take_array::<1>(bytes)? == [1]),
        2 => Value::SmallInt(i16::from_le_bytes(take_array(bytes)?)),
        3 => Value::Integer(i32::from_le_bytes(take_array(bytes)?)),
        4 => Value::BigInt(i64::from_le_bytes(take_array(bytes)?)),
        5 => Value::Float(f32::from_le_bytes(take_array(bytes)?)),
        6 => Value::Double(f64::from_le_bytes(take_array(bytes)?)),
        7 => Value::Text(take_text(bytes)?.to_owned()),
        8 => Value::Binary(take_bytes(bytes)?.to_vec()),
        9 => Value::Uuid(uuid::Uuid::from_bytes(take_array(bytes)?)),
        10 => Value::Date(take_text(bytes)?.parse().ok()?),
        11 => Value::Time(take_text(bytes)?.parse().ok()?),
        12 => Value::Timestamp(take_moment(bytes)?.naive_utc()),
        13 => Value::TimestampTz(take_moment(bytes)?),
        14 => Value::Decimal(take_text(bytes)?.parse().ok()?),
        _ => return None,
    }))
}

fn take_array<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (array, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*array)
}

fn take_bytes<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u16::from_le_bytes(take_array(bytes)?);
    let (taken, rest) = bytes.split_at_checked(length.into())?;
    *bytes = rest;
    Some(taken)
}

fn take_text<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    std::str::from_utf8(take_bytes(bytes)?).ok()
}

fn take_moment(bytes: &mut &[u8]) -> Option<chrono::DateTime<chrono::Utc>> {
    chrono::DateTime::from_timestamp_micros(i64::from_le_bytes(take_array(bytes)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ColumnKind, ColumnMeta};

    static META: ModelMeta = ModelMeta::new("Book", "books", COLUMNS);
    static OTHER: ModelMeta = ModelMeta::new("Book", "films", COLUMNS);
    static FAR: ModelMeta = ModelMeta { bind_key: Some("far"), ..ModelMeta::new("Book", "books", COLUMNS) };
    static TWIN: ModelMeta = ModelMeta::new("Volume", "books", COLUMNS);

    const COLUMNS: &[ColumnMeta] = &[
        ColumnMeta::new("id", "id", ColumnKind::Uuid),
        ColumnMeta::new("title", "title", ColumnKind::Text),
        ColumnMeta::new("subtitle", "subtitle", ColumnKind::Text),
        ColumnMeta::new("year", "year", ColumnKind::Integer),
    ];

    const fn term(column: usize, order: SortOrder) -> OrderTerm {
        OrderTerm { column, order }
    }

    const ORDER: &[OrderTerm] = &[term(1, SortOrder::Asc), term(0, SortOrder::Asc)];

    fn of<'a>(key: &'a CursorKey, order: &'a [OrderTerm]) -> CursorOf<'a> {
        CursorOf { key, meta: &META, order, dialect: Dialect::Postgres }
    }

    fn place() -> Place {
        let values = vec![Some(Value::from("Solaris")), Some(Value::Uuid(uuid::Uuid::from_u128(7)))];
        Place { values, backwards: true, inclusive: false }
    }

    #[test]
    fn a_place_comes_back_with_each_value_as_it_was() {
        let moment = chrono::DateTime::from_timestamp_micros(-1_234_567_890_123_457).expect("in range");
        let values = [
            None,
            Some(Value::Bool(true)),
            Some(Value::Bool(false)),
            Some(Value::SmallInt(i16::MIN)),
            Some(Value::Integer(-1)),
            Some(Value::BigInt(i64::MAX)),
            Some(Value::Float(0.1)),
            Some(Value::Double(f64::NEG_INFINITY)),
            Some(Value::from("")),
            Some(Value::from("\u{1F600}\0".repeat(MAX_CHARACTERS / 2).as_str())),
            Some(Value::Binary(vec![0, 255])),
            Some(Value::Uuid(uuid::Uuid::from_u128(u128::MAX))),
            Some(Value::Date(moment.date_naive())),
            Some(Value::Time(moment.time())),
            Some(Value::Timestamp(moment.naive_utc())),
            Some(Value::TimestampTz(moment)),
            Some(Value::Decimal("-12.3400".parse().expect("a decimal"))),
        ];
        let key = CursorKey::default();
        let order: Vec<_> = values.iter().map(|_| term(1, SortOrder::Desc)).collect();
        for (backwards, inclusive) in [(false, false), (false, true), (true, false), (true, true)] {
            let place = Place { values: values.to_vec(), backwards, inclusive };
            let cursor = of(&key, &order).seal(&place).expect("short");
            assert!(cursor.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            assert_eq!(of(&key, &order).open(&cursor.into()), Ok(place));
        }
    }

    #[test]
    fn a_cursor_that_was_changed_is_refused() {
        let key = CursorKey::default();
        let cursor = of(&key, ORDER).seal(&place()).expect("short");
        let refused = |text: &str| {
            let error = of(&key, ORDER).open(&text.into()).expect_err(text);
            assert_eq!(error, FilterError::InvalidCursor { name: "cursor".to_owned() });
        };
        let bytes = URL_SAFE_NO_PAD.decode(&cursor).expect("it was encoded so");
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                refused(&URL_SAFE_NO_PAD.encode(changed));
            }
            refused(&URL_SAFE_NO_PAD.encode(&bytes[..at]));
            refused(&URL_SAFE_NO_PAD.encode(&bytes[at + 1..]));
        }
        for at in 0..cursor.len() {
            for other in ["A", "B", "_", "+", "=", " ", "é"] {
                let changed = format!("{}{other}{}", &cursor[..at], &cursor[at + 1..]);
                if changed != cursor {
                    refused(&changed);
                }
            }
            refused(&cursor[..at]);
        }
        for text in ["", "=", "A", "next", &format!("{cursor}A"), &format!("{cursor}="), &"A".repeat(1 << 20)]
        {
            refused(text);
        }
    }

    #[test]
    fn a_cursor_is_good_for_nothing_but_its_own_list() {
        let key = CursorKey::new(b"a secret of some length");
        let cursor = Cursor::from(of(&key, ORDER).seal(&place()).expect("short"));
        assert_eq!(of(&CursorKey::new(b"a secret of some length"), ORDER).open(&cursor), Ok(place()));

        let orders: [&[OrderTerm]; 6] = [
            &[term(1, SortOrder::Desc), term(0, SortOrder::Asc)],
            &[term(1, SortOrder::Asc), term(0, SortOrder::Desc)],
            &[term(2, SortOrder::Asc), term(0, SortOrder::Asc)],
            &[term(0, SortOrder::Asc), term(1, SortOrder::Asc)],
            &[term(1, SortOrder::Asc)],
            &[term(1, SortOrder::Asc), term(0, SortOrder::Asc), term(3, SortOrder::Asc)],
        ];
        for order in orders {
            assert_eq!(of(&key, order).open(&cursor), Err(FilterError::invalid_cursor()), "{order:?}");
        }
        for other in [CursorKey::new(b"A secret of some length"), CursorKey::default()] {
            assert_eq!(of(&other, ORDER).open(&cursor), Err(FilterError::invalid_cursor()));
        }
        for meta in [&OTHER, &FAR, &TWIN] {
            let model = CursorOf { meta, ..of(&key, ORDER) };
            assert_eq!(model.open(&cursor), Err(FilterError::invalid_cursor()), "{meta:?}");
        }
        let database = CursorOf { dialect: Dialect::Mysql, ..of(&key, ORDER) };
        assert_eq!(database.open(&cursor), Err(FilterError::invalid_cursor()));
    }

    #[test]
    fn a_value_that_would_make_a_cursor_too_long_is_refused_by_the_name_of_its_field() {
        let key = CursorKey::default();
        let seal = |value: Value| of(&key, ORDER).seal(&Place { values: vec![Some(value), None], ..place() });
        let too_long = FilterError::TooLong { what: "title".to_owned(), max: 500 };
        assert!(seal(Value::Text("漢".repeat(500))).is_ok());
        assert_eq!(seal(Value::Text("x".repeat(501))), Err(too_long.clone()));
        assert!(seal(Value::Binary(vec![1; 2000])).is_ok());
        assert_eq!(seal(Value::Binary(vec![1; 2001])), Err(too_long.clone()));
        assert_eq!(seal(Value::Binary(vec![1; 1 << 17])), Err(too_long));
    }
}
