//! For serde: a field that may be left out, and that may be null.
//!
//! Serde reads `null` into an `Option<Option<T>>` as `None`, as it does what is left out. With this module `None` is
//! left out, and `Some(None)` is null. The field needs serde's `default`, without which it may not be left out, and to
//! be written again as it was read, `skip_serializing_if`. Under `alchemy_rocket` the module is
//! `alchemy_rocket::omittable`.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, PartialEq, Deserialize, Serialize)]
//! struct AuthorPatch {
//!     name: Option<String>,
//!     #[serde(default, with = "alchemy_core::schema::omittable", skip_serializing_if = "Option::is_none")]
//!     dob: Option<Option<String>>,
//! }
//!
//! # fn main() -> Result<(), serde_json::Error> {
//! let read = |json| serde_json::from_str::<AuthorPatch>(json).map(|patch| patch.dob);
//! assert_eq!(read("{}")?, None);
//! assert_eq!(read(r#"{"dob": null}"#)?, Some(None));
//! assert_eq!(read(r#"{"dob": "1900-01-02"}"#)?, Some(Some("1900-01-02".to_owned())));
//! # Ok(()) }
//! ```

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Reads a field that is there: null is `Some(None)`.
///
/// # Errors
/// Those of the value.
pub fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// Writes a field; one that is left out is null, unless it is skipped.
///
/// # Errors
/// Those of the value.
#[allow(clippy::ref_option)] // The form that serde calls.
pub fn serialize<T, S>(value: &Option<Option<T>>, serializer: S) -> Result<S::Ok, S::Error>
where
    T: Serialize,
    S: Serializer,
{
    value.as_ref().and_then(Option::as_ref).serialize(serializer)
}
