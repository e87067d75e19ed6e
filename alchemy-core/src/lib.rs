//! The core of Alchemy: models, filters, sessions and services over Diesel, on SQLite, PostgreSQL and MariaDB.
//!
//! ```
//! # #[cfg(feature = "sqlite")] {
//! use alchemy_core::prelude::*;
//!
//! #[derive(Debug, Clone, UuidBase, Service)]
//! #[alchemy(table = "authors")]
//! pub struct Author {
//!     pub id: Uuid,
//!     #[alchemy(max_length = 100)]
//!     pub name: String,
//!     pub dob: Option<NaiveDate>,
//! }
//!
//! # fn main() -> Result<()> {
//! let engine = Engine::connect(EngineConfig::new("sqlite::memory:"))?;
//! engine.create_all()?;
//!
//! let session = engine.session();
//! let authors = AuthorService::new(session.clone());
//! let ann = authors.create(NewAuthor { id: None, name: "Ann".into(), dob: None })?;
//! assert_eq!(authors.list(Author::NAME.eq("Ann"))?[0].id, ann.id);
//! session.commit()?;
//! # Ok(()) }
//! # }
//! ```
//!
//! `alchemy-rocket` puts this behind Rocket's guards, and ends each request's unit of work.

pub mod backend;
#[cfg(feature = "cli")]
pub mod command;
pub mod ddl;
#[cfg(feature = "migrations")]
pub mod diagram;
pub mod engine;
pub mod error;
#[cfg(feature = "fixtures")]
pub mod file;
pub mod filter;
#[cfg(feature = "fixtures")]
pub mod fixture;
#[cfg(feature = "migrations")]
pub mod migration;
pub mod model;
pub mod schema;
pub mod service;
pub mod session;
mod statement;
mod verb;

pub use diesel;

pub use self::error::{Error, ErrorKind, ErrorMessages, Result};

/// Everything a program that uses Alchemy without a web framework usually needs.
pub mod prelude {
    pub use alchemy_derive::{
        BigIntAuditBase, BigIntBase, DefaultAuditBase, DefaultBase, IdentityAuditBase, IdentityBase,
        NanoIdAuditBase, NanoIdBase, QueryBase, Schema, Service, TextEnum, UuidAuditBase, UuidBase,
        UuidV6AuditBase, UuidV6Base, UuidV7AuditBase, UuidV7Base,
    };
    pub use bigdecimal::BigDecimal;
    pub use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
    pub use serde::{Deserialize, Serialize};
    pub use uuid::Uuid;

    pub use crate::engine::{Engine, EngineConfig, Engines};
    pub use crate::error::{Error, ErrorKind, ErrorMessages, Result};
    pub use crate::filter::{
        Exists, Filter, FilterGroup, Filters, IntoFilters, Keyset, LimitOffset, MultiFilter, OrderBy,
        SearchFilter, SortOrder,
    };
    pub use crate::model::{Data, IntoKey, Model};
    pub use crate::schema::{CursorPage, OffsetPagination, Schema as _};
    #[cfg(feature = "async")]
    pub use crate::session::AsyncSession;
    pub use crate::session::Session;
}

/// What derives refer to. Not for use by hand: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use {chrono, diesel, inventory, serde, serde_json, uuid};

    pub use crate::backend::{AnyBackend, BindPass};
    pub use crate::error::ErrorKind;
    pub use crate::filter::{FilterValue, Value};
    pub use crate::model::*;
    pub use crate::schema::*;
    pub use crate::service::Service;
    #[cfg(feature = "async")]
    pub use crate::session::AsyncSession;
    pub use crate::session::Session;
}
