//! The bases that a model may derive: what makes the key, and which columns Alchemy keeps.

use proc_macro2::TokenStream;
use quote::quote;

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

/// A primary key of one column.
#[derive(Debug)]
pub(crate) struct Key {
    /// The field's name.
    pub(crate) field: &'static str,
    /// The field's type, as users write it.
    pub(crate) rust: &'static str,
    /// Recognizes that type.
    pub(crate) is_type: fn(&syn::Type) -> bool,
    /// What makes a key on the client side.
    pub(crate) make: fn() -> TokenStream,
}

/// `UuidBase`
pub(crate) const UUID: Base = Base { derive: "UuidBase", key: UUID_V4, audited: false };

/// `UuidAuditBase`
pub(crate) const UUID_AUDIT: Base = Base { derive: "UuidAuditBase", key: UUID_V4, audited: true };

const UUID_V4: Key = Key {
    field: "id",
    rust: "Uuid",
    is_type: types::is_uuid,
    make: || quote!(__private::uuid::Uuid::new_v4),
};

/// The columns of an audited base, last in the table, and their roles.
pub(crate) const AUDIT: [(&str, &str); 2] = [("created_at", "CreatedAt"), ("updated_at", "UpdatedAt")];
