//! The databases.
//!
//! One Diesel backend, [`AnyBackend`], stands for all of them: its connection [`AnyConnection`] is an enum over
//! Diesel's own, chosen by URL. Statements, models and the user's portable Diesel queries are compiled once, for
//! `AnyBackend`, whatever the program's features; a `match` on the connection reaches the database's own API.
//!
//! Which features a program turns on changes which variants exist, never what compiles: the traits that
//! `AnyBackend` implements are the same for all feature sets. A clause that a database lacks is its own error at
//! run time.
//!
//! Whatever differs between databases is in this module and nowhere else.

#[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
compile_error!(
    "alchemy-core needs a database: turn on at least one of the features `sqlite`, `postgres` and `mysql`"
);

/// Runs the same code on whichever variant a value is.
macro_rules! each {
    ($enum:ident, $value:expr, $inner:pat => $body:expr) => {
        match $value {
            #[cfg(feature = "sqlite")]
            $enum::Sqlite($inner) => $body,
            #[cfg(feature = "postgres")]
            $enum::Postgres($inner) => $body,
            #[cfg(feature = "mysql")]
            $enum::Mysql($inner) => $body,
        }
    };
}

/// The same, wrapping the result in the variant of another enum.
macro_rules! each_into {
    ($enum:ident => $target:ident, $value:expr, $inner:pat => $body:expr) => {
        match $value {
            #[cfg(feature = "sqlite")]
            $enum::Sqlite($inner) => $target::Sqlite($body),
            #[cfg(feature = "postgres")]
            $enum::Postgres($inner) => $target::Postgres($body),
            #[cfg(feature = "mysql")]
            $enum::Mysql($inner) => $target::Mysql($body),
        }
    };
}

pub(crate) mod aftermath;
#[cfg(feature = "migrations")]
mod alter;
mod any;
mod bind;
mod connection;
#[cfg(feature = "postgres")]
mod copy;
mod dialect;
#[cfg(feature = "migrations")]
mod drop_tables;
#[cfg(feature = "migrations")]
mod inspect;
#[cfg(feature = "mysql")]
pub(crate) mod mysql;
#[doc(hidden)]
pub mod own;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
mod probe;
mod query_builder;
mod row;
mod schema_change;
#[cfg(any(feature = "migrations", feature = "postgres", feature = "mysql"))]
mod schema_lock;
#[cfg(feature = "migrations")]
mod script;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
#[cfg(all(feature = "sqlite", any(feature = "migrations", feature = "postgres", feature = "mysql")))]
mod sqlite_lock;
mod syntax;
mod text_match;
#[cfg(feature = "migrations")]
mod tokens;
mod types;
#[cfg(feature = "fixtures")]
mod upkeep;
mod value;
#[cfg(feature = "migrations")]
mod versions;

pub(crate) mod classify;
#[cfg(feature = "migrations")]
#[allow(unused_imports)]
pub(crate) use self::alter::*;
pub(crate) use self::bind::{bound_text, out_of_range};
#[cfg(feature = "cli")]
pub(crate) use self::drop_tables::try_drop_tables;
#[cfg(feature = "migrations")]
pub(crate) use self::drop_tables::{drop_statements, drop_tables};
#[cfg(feature = "migrations")]
#[allow(unused_imports)]
pub(crate) use self::inspect::{canonical_type, in_own_words, inspect};
pub(crate) use self::probe::probe;
pub(crate) use self::schema_change::change_schema;
#[cfg(feature = "migrations")]
pub(crate) use self::schema_lock::{LockError, SchemaLock};
#[cfg(feature = "migrations")]
pub(crate) use self::script::{
    Body, Lexis, TransactionWord, client_call, client_delimiter, transaction_word,
};
pub(crate) use self::text_match::*;
pub(crate) use self::types::*;
#[cfg(feature = "fixtures")]
pub(crate) use self::upkeep::{
    advance_keys, begin_snapshot, defer_foreign_keys, defers_any_foreign_key, has_deferred_foreign_keys,
    roll_back,
};
#[cfg(feature = "migrations")]
pub(crate) use self::versions::{
    checksum_table, has_table, in_transaction, keeps_open_transactions, lift_timeout,
};

pub use self::any::{AnyBackend, AnyTypeMetadata};
pub use self::bind::{AnyBind, AnyBindCollector, BoundValue};
pub use self::connection::AnyConnection;
pub use self::dialect::Dialect;
pub use self::query_builder::AnyQueryBuilder;
pub use self::row::{AnyCursor, AnyField, AnyRow};
pub use self::value::AnyValue;

/// A pass over a statement for [`AnyBackend`]: what [`Row::bind`](crate::model::Row::bind) pushes values into.
pub type BindPass<'a, 'b> = diesel::query_builder::AstPass<'a, 'b, AnyBackend>;
