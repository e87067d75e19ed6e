//! The bases that a model may derive: what makes the key, and which columns Alchemy keeps.

use syn::Type;

use crate::types;

/// A base, as data.
#[derive(Debug)]
pub(crate) struct Base {
    /// The derive's name.
    pub(crate) derive: &'static str,
    /// The primary key.
    pub(crate) key: Key,
    /// Whether Alchemy keeps `created_at` and `updated_at`.
    pub(crate) audited: bool,
}

/// Where a base has its primary key.
#[derive(Debug)]
pub(crate) enum Key {
    /// In one field that every model of the base has.
    Field(KeyField),
    /// In the fields marked `primary_key`.
    Marked,
    /// Nowhere: the rows can only be read.
    None,
}

/// A primary key of one column.
#[derive(Debug)]
pub(crate) struct KeyField {
    /// The field's name.
    pub(crate) field: &'static str,
    /// The field's type, as users write it.
    pub(crate) rust: &'static str,
    /// Recognizes that type.
    pub(crate) is_type: fn(&Type) -> bool,
    /// What makes a key that is not given.
    pub(crate) maker: Maker,
}

/// What makes a key that is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Maker {
    /// The program, by this function of `fields`.
    Program(&'static str),
    /// The database, by this variant of `Generated`.
    Database(&'static str),
}

impl Base {
    /// The key's field, where the base says which one that is.
    pub(crate) fn key_field(&self) -> Option<&KeyField> {
        match &self.key {
            Key::Field(field) => Some(field),
            Key::Marked | Key::None => None,
        }
    }

    /// Whether rows can only be read.
    pub(crate) fn is_read_only(&self) -> bool {
        matches!(self.key, Key::None)
    }
}

macro_rules! bases {
    ($($plain:ident, $audited:ident = $name:literal, $audited_name:literal, $key:ident;)+) => {$(
        #[doc = concat!("`", $name, "`")]
        pub(crate) const $plain: Base = Base { derive: $name, key: $key, audited: false };

        #[doc = concat!("`", $audited_name, "`")]
        pub(crate) const $audited: Base = Base { derive: $audited_name, key: $key, audited: true };
    )+};
}

bases! {
    UUID, UUID_AUDIT = "UuidBase", "UuidAuditBase", UUID_V4_KEY;
    UUID_V6, UUID_V6_AUDIT = "UuidV6Base", "UuidV6AuditBase", UUID_V6_KEY;
    UUID_V7, UUID_V7_AUDIT = "UuidV7Base", "UuidV7AuditBase", UUID_V7_KEY;
    NANO_ID, NANO_ID_AUDIT = "NanoIdBase", "NanoIdAuditBase", NANO_ID_KEY;
    BIG_INT, BIG_INT_AUDIT = "BigIntBase", "BigIntAuditBase", BIG_INT_KEY;
    IDENTITY, IDENTITY_AUDIT = "IdentityBase", "IdentityAuditBase", IDENTITY_KEY;
    DEFAULT, DEFAULT_AUDIT = "DefaultBase", "DefaultAuditBase", MARKED;
}

/// `QueryBase`
pub(crate) const QUERY: Base = Base { derive: "QueryBase", key: Key::None, audited: false };

/// The name of the key's field in every base that has one of its own.
pub(crate) const KEY_FIELD: &str = "id";

const UUID_V4_KEY: Key = uuid("uuid_v4");
const UUID_V6_KEY: Key = uuid("uuid_v6");
const UUID_V7_KEY: Key = uuid("uuid_v7");
const NANO_ID_KEY: Key = key("String", types::is_string, Maker::Program("nano_id"));
const BIG_INT_KEY: Key = key("i64", types::is_i64, Maker::Database("Sequence"));
const IDENTITY_KEY: Key = key("i64", types::is_i64, Maker::Database("Identity"));
const MARKED: Key = Key::Marked;

const fn uuid(maker: &'static str) -> Key {
    key("Uuid", types::is_uuid, Maker::Program(maker))
}

const fn key(rust: &'static str, is_type: fn(&Type) -> bool, maker: Maker) -> Key {
    Key::Field(KeyField { field: KEY_FIELD, rust, is_type, maker })
}

/// The columns of an audited base, last in the table, and their roles.
pub(crate) const AUDIT: [(&str, &str); 2] = [("created_at", "CreatedAt"), ("updated_at", "UpdatedAt")];
