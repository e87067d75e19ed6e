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

/// Maps a struct to a table whose primary key is a UUID (version 4) made by the program.
///
/// The struct has a field `id: Uuid`. For `Author` this makes the table module, `NewAuthor`, `AuthorChangeset`, a
/// handle for each column (`Author::NAME`), the implementation of `Model`, and Diesel's `Queryable`, `Selectable`,
/// `Identifiable` and `Insertable`.
///
/// On the struct, `#[alchemy(…)]` takes
///
/// * `table = "authors"`: the table's name; by default the struct's, in snake case;
/// * `schema = crate::schema::authors`: an existing table module, which is then used instead of a generated one;
/// * `bind_key = "reports"`: the database the model lives in;
/// * `unique(a, b)`, `index(a, b)`: constraints over several fields; with a name of their own
///   `unique(name = "…", columns(a, b))`;
/// * `check(name = "…", "price > 0")`: a check constraint;
/// * `new = Ident`, `changeset = Ident`: other names for `NewAuthor` and `AuthorChangeset`;
/// * `serialize`: implement serde's `Serialize`, without the fields marked `skip(output)`;
/// * `crate = path`: where Alchemy is, for a crate that re-exports it.
///
/// On a field it takes
///
/// * `column = "…"`: the column's name; by default the field's;
/// * `unique`, `index`, `max_length = 100`, `precision = 10`, `scale = 2`;
/// * `default = expression`, or just `default`: filled in by the program;
/// * `db_default = "SQL"`: filled in by the database;
/// * `foreign_key(Author, field = id, on_delete = cascade, on_update = restrict, deferred, name = "…")`;
/// * `search`, `sort`, `filter`: what query strings may do with the column;
/// * `skip(create, update, output)`: what the column is left out of;
/// * `sql_type = Text`: Diesel's type for the column, for a type that Alchemy does not know by its name. Without it such
///   a type is taken for an enum that derives `TextEnum`.
#[proc_macro_derive(UuidBase, attributes(alchemy, serde))]
pub fn uuid_base(input: TokenStream) -> TokenStream {
    expand::model(&parse_macro_input!(input as DeriveInput), &base::UUID, Facade::Core).into()
}

/// [`UuidBase`](macro@UuidBase) with fields `created_at` and `updated_at` of type `DateTime<Utc>`, which Alchemy keeps.
#[proc_macro_derive(UuidAuditBase, attributes(alchemy, serde))]
pub fn uuid_audit_base(input: TokenStream) -> TokenStream {
    expand::model(&parse_macro_input!(input as DeriveInput), &base::UUID_AUDIT, Facade::Core).into()
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

/// `UuidBase`, for users of `alchemy_rocket`.
#[doc(hidden)]
#[proc_macro_derive(__RocketUuidBase, attributes(alchemy, serde))]
pub fn rocket_uuid_base(input: TokenStream) -> TokenStream {
    expand::model(&parse_macro_input!(input as DeriveInput), &base::UUID, Facade::Rocket).into()
}

/// `UuidAuditBase`, for users of `alchemy_rocket`.
#[doc(hidden)]
#[proc_macro_derive(__RocketUuidAuditBase, attributes(alchemy, serde))]
pub fn rocket_uuid_audit_base(input: TokenStream) -> TokenStream {
    expand::model(&parse_macro_input!(input as DeriveInput), &base::UUID_AUDIT, Facade::Rocket).into()
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
