//! The derive macros of Alchemy. Use them through `alchemy_core` or `alchemy_rocket`, which re-export them.
//!
//! A derive runs in four steps, one module each: `attr` reads the syntax, `model` resolves it with its defaults,
//! `validate` checks what concerns several parts, `expand` writes the code, one file for each artefact. Faults are
//! collected on the way (`errors`), so that all of them are reported at once.

mod attr;
mod base;
mod case;
mod errors;
mod expand;
mod krate;
mod model;
mod types;
mod validate;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

use crate::krate::Facade;

/// Makes the derive of each base twice: for users of `alchemy_core`, and for those of `alchemy_rocket`.
macro_rules! base_derives {
    ($(
        $(#[$doc:meta])*
        $derive:ident as $core:ident, $for_rocket:ident as $rocket:ident = $base:ident;
    )+) => {$(
        $(#[$doc])*
        #[proc_macro_derive($derive, attributes(alchemy, serde))]
        pub fn $core(input: TokenStream) -> TokenStream {
            expand::model(&parse_macro_input!(input as DeriveInput), &base::$base, Facade::Core).into()
        }

        #[doc = concat!("`", stringify!($derive), "`, for users of `alchemy_rocket`.")]
        #[doc(hidden)]
        #[proc_macro_derive($for_rocket, attributes(alchemy, serde))]
        pub fn $rocket(input: TokenStream) -> TokenStream {
            expand::model(&parse_macro_input!(input as DeriveInput), &base::$base, Facade::Rocket).into()
        }
    )+};
}

base_derives! {
    /// Maps a struct to a table whose primary key is a UUID (version 4) made by the program.
    ///
    /// The struct has a field `id: Uuid`. For `Author` this makes the table module, `NewAuthor`, `AuthorChangeset`, a
    /// handle for each column (`Author::NAME`), the implementations of `Model`, `Keyed` and `Writable`, and Diesel's
    /// `Queryable`, `Selectable`, `Identifiable` and `Insertable`.
    ///
    /// On the struct, `#[alchemy(…)]` takes
    ///
    /// * `table = "authors"`: the table's name; by default the struct's, in snake case;
    /// * `renamed_from = "writers"`: what the table was called before, so that migrations rename it;
    /// * `schema = crate::schema::authors`: an existing table module, which is then used instead of a generated one;
    /// * `bind_key = "reports"`: the database the model lives in;
    /// * `unique(a, b)`, `index(a, b)`: constraints over several fields; with a name of their own
    ///   `unique(name = "…", columns(a, b))`;
    /// * `foreign_key(columns(a, b), references = Other, fields(x, y), on_delete = cascade)`: a foreign key of several
    ///   columns; without `fields` it refers to the other's primary key. Its options are those of a field's;
    /// * `check(name = "…", "price > 0")`: a check constraint;
    /// * `match_fields(email)`: by what an upsert finds the row that is there already; by default the primary key. They
    ///   are the primary key or a `unique`;
    /// * `messages(not_found = "…", duplicate = "…")`: messages for errors of the model's service, by the kind of
    ///   error;
    /// * `new = Ident`, `changeset = Ident`: other names for `NewAuthor` and `AuthorChangeset`;
    /// * `serialize`: implement serde's `Serialize`, without the fields marked `skip(output)`;
    /// * `crate = path`: where Alchemy is, for a crate that re-exports it.
    ///
    /// On a field it takes
    ///
    /// * `column = "…"`: the column's name; by default the field's;
    /// * `renamed_from = "…"`: what the column was called before, so that migrations rename it;
    /// * `unique`, `index`, `max_length = 100`, `precision = 10`, `scale = 2`;
    /// * `default = expression`, or just `default`: filled in by the program;
    /// * `db_default = "SQL"`: filled in by the database;
    /// * `foreign_key(Author, field = id, on_delete = cascade, on_update = restrict, deferred, name = "…")`;
    /// * `search`, `sort`, `filter`: what query strings may do with the column; `filter = "author"` is another name for
    ///   the parameter;
    /// * `skip(create, update, output)`: what the column is left out of;
    /// * `sql_type = Text`: Diesel's type for the column, for a type that Alchemy does not know by its name. Without it
    ///   such a type is taken for an enum that derives `TextEnum`;
    /// * `check_choices`, on an enum that derives `TextEnum`: a check constraint by which the database takes only the
    ///   texts of its variants; migrations then notice a new variant;
    /// * `version`, on an `i32` or `i64`: a number that each change raises, so that a change made of what has been changed
    ///   since is refused. It begins at 1; in the changeset it is the version that was read;
    /// * `soft_delete`, on an `Option<DateTime<Utc>>`: a delete sets it, and rows that have it are left out;
    /// * `slug(from = title)`, on a `String`: a text for URLs, unique, made of another field where none is given.
    UuidBase as uuid_base, __RocketUuidBase as rocket_uuid_base = UUID;

    /// [`UuidBase`](macro@UuidBase) with fields `created_at` and `updated_at` of type `DateTime<Utc>`, which Alchemy
    /// keeps.
    UuidAuditBase as uuid_audit_base, __RocketUuidAuditBase as rocket_uuid_audit_base = UUID_AUDIT;

    /// [`UuidBase`](macro@UuidBase) with UUIDs of version 6, which begin with the time.
    UuidV6Base as uuid_v6_base, __RocketUuidV6Base as rocket_uuid_v6_base = UUID_V6;

    /// [`UuidV6Base`](macro@UuidV6Base) with fields `created_at` and `updated_at` of type `DateTime<Utc>`, which Alchemy
    /// keeps.
    UuidV6AuditBase as uuid_v6_audit_base, __RocketUuidV6AuditBase as rocket_uuid_v6_audit_base = UUID_V6_AUDIT;

    /// [`UuidBase`](macro@UuidBase) with UUIDs of version 7, which rise with the time they are made at.
    UuidV7Base as uuid_v7_base, __RocketUuidV7Base as rocket_uuid_v7_base = UUID_V7;

    /// [`UuidV7Base`](macro@UuidV7Base) with fields `created_at` and `updated_at` of type `DateTime<Utc>`, which Alchemy
    /// keeps.
    UuidV7AuditBase as uuid_v7_audit_base, __RocketUuidV7AuditBase as rocket_uuid_v7_audit_base = UUID_V7_AUDIT;

    /// Maps a struct to a table whose primary key is a nano id made by the program: 21 characters that may stand in a
    /// URL.
    ///
    /// The struct has a field `id: String`. Everything else is as with [`UuidBase`](macro@UuidBase).
    NanoIdBase as nano_id_base, __RocketNanoIdBase as rocket_nano_id_base = NANO_ID;

    /// [`NanoIdBase`](macro@NanoIdBase) with fields `created_at` and `updated_at` of type `DateTime<Utc>`, which Alchemy
    /// keeps.
    NanoIdAuditBase as nano_id_audit_base, __RocketNanoIdAuditBase as rocket_nano_id_audit_base = NANO_ID_AUDIT;

    /// Maps a struct to a table whose primary key is a number that the database takes from a sequence.
    ///
    /// The struct has a field `id: i64`. Everything else is as with [`UuidBase`](macro@UuidBase), but that a new row has
    /// no key before it is written, unless it is given one.
    BigIntBase as big_int_base, __RocketBigIntBase as rocket_big_int_base = BIG_INT;

    /// [`BigIntBase`](macro@BigIntBase) with fields `created_at` and `updated_at` of type `DateTime<Utc>`, which Alchemy
    /// keeps.
    BigIntAuditBase as big_int_audit_base, __RocketBigIntAuditBase as rocket_big_int_audit_base = BIG_INT_AUDIT;

    /// [`BigIntBase`](macro@BigIntBase) with the identity column of the SQL standard.
    IdentityBase as identity_base, __RocketIdentityBase as rocket_identity_base = IDENTITY;

    /// [`IdentityBase`](macro@IdentityBase) with fields `created_at` and `updated_at` of type `DateTime<Utc>`, which
    /// Alchemy keeps.
    IdentityAuditBase as identity_audit_base, __RocketIdentityAuditBase as rocket_identity_audit_base = IDENTITY_AUDIT;

    /// Maps a struct to a table whose primary key is of one or several fields, those marked `#[alchemy(primary_key)]`.
    ///
    /// A create has to give a key, unless it has a `default` or, where it is of one field, a `db_default`. The key of
    /// several fields gets a struct of its own, `BookTagId` for `BookTag`, which converts from and to a tuple of them in
    /// the order of the struct; `#[alchemy(id = Ident)]` gives it another name. Everything else is as with
    /// [`UuidBase`](macro@UuidBase).
    DefaultBase as default_base, __RocketDefaultBase as rocket_default_base = DEFAULT;

    /// [`DefaultBase`](macro@DefaultBase) with fields `created_at` and `updated_at` of type `DateTime<Utc>`, which Alchemy
    /// keeps.
    DefaultAuditBase as default_audit_base, __RocketDefaultAuditBase as rocket_default_audit_base = DEFAULT_AUDIT;

    /// Maps a struct to a view, or to a query, whose rows can only be read.
    ///
    /// `#[alchemy(table = "author_stats")]` names a view (or a table). With `#[alchemy(query = "SELECT …")]` the rows are
    /// those of that `SELECT`, which has a column for each field; the table module then has only the columns' names and
    /// types, since there is no table that Diesel could read by itself. Alchemy creates neither.
    ///
    /// This makes the table module, the handles, the implementation of `Model`, and Diesel's `Queryable` and
    /// `Selectable`. Attributes that are about writing rows are errors; the others are as with
    /// [`UuidBase`](macro@UuidBase).
    QueryBase as query_base, __RocketQueryBase as rocket_query_base = QUERY;
}

/// Makes a service for a model: `AuthorService` for `Author`.
///
/// The service dereferences to `Service<Author, _>`, which has the verbs; methods of your own go into an `impl`.
#[proc_macro_derive(Service, attributes(alchemy))]
pub fn service(input: TokenStream) -> TokenStream {
    expand::service(&parse_macro_input!(input as DeriveInput), Facade::Core).into()
}

/// Converts a model to a struct with some of its fields, and such a struct to what creates and updates the model.
///
/// On the struct, `#[schema(…)]` takes `model = Author`; `create` for a conversion to `NewAuthor`; `update` for one
/// to `AuthorChangeset`; `crate = path`. On a field, `column = "name"` names the model's field where it is not the
/// same, and `skip(create, update)` leaves the field out of those conversions.
///
/// A field fits when its type is that of the model's field, or an `Option` of it. For `update` a column that may be null
/// takes an `Option<Option<…>>`, read with `#[serde(default, with = "alchemy_core::schema::omittable")]`: a plain `Option`
/// cannot tell what was left out from what is null.
#[proc_macro_derive(Schema, attributes(schema))]
pub fn schema(input: TokenStream) -> TokenStream {
    expand::schema(&parse_macro_input!(input as DeriveInput), Facade::Core).into()
}

/// Stores an enum without data as text.
///
/// The text is the variant's name in snake case; `#[alchemy(rename_all = "kebab-case")]` on the enum and
/// `#[alchemy(rename = "…")]` on a variant change it. Implements Diesel's traits for values of the SQL type `Text`,
/// `Display`, `FromStr` and a method `as_str`. The enum needs `Debug` too, which Diesel asks for, and what the model's
/// payloads need of every field: `Clone` and serde's `Serialize` and `Deserialize`.
#[proc_macro_derive(TextEnum, attributes(alchemy))]
pub fn text_enum(input: TokenStream) -> TokenStream {
    expand::text_enum(&parse_macro_input!(input as DeriveInput), Facade::Core).into()
}

/// `Service`, for users of `alchemy_rocket`: the service is a request guard too.
#[doc(hidden)]
#[proc_macro_derive(__RocketService, attributes(alchemy))]
pub fn rocket_service(input: TokenStream) -> TokenStream {
    expand::service(&parse_macro_input!(input as DeriveInput), Facade::Rocket).into()
}

/// `Schema`, for users of `alchemy_rocket`.
#[doc(hidden)]
#[proc_macro_derive(__RocketSchema, attributes(schema))]
pub fn rocket_schema(input: TokenStream) -> TokenStream {
    expand::schema(&parse_macro_input!(input as DeriveInput), Facade::Rocket).into()
}

/// `TextEnum`, for users of `alchemy_rocket`.
#[doc(hidden)]
#[proc_macro_derive(__RocketTextEnum, attributes(alchemy))]
pub fn rocket_text_enum(input: TokenStream) -> TokenStream {
    expand::text_enum(&parse_macro_input!(input as DeriveInput), Facade::Rocket).into()
}
