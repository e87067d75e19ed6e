//! What most programs need: `use alchemy_rocket::prelude::*;`.

pub use alchemy_core::filter::{
    BeforeAfter, CollectionFilter, ComparisonFilter, Exists, Filter, FilterGroup, IntoFilters, Keyset,
    LimitOffset, MultiFilter, OnBeforeAfter, OrderBy, Paged, SearchFilter, SortOrder,
};
pub use alchemy_core::model::{Data, IntoKey, Model};
pub use alchemy_core::prelude::{BigDecimal, DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc, Uuid};
pub use alchemy_core::schema::{CursorPage, OffsetPagination, Schema as _};
pub use alchemy_core::{ErrorKind, ErrorMessages};
pub use rocket::http::Status;
pub use rocket::response::status::{Created, NoContent};
pub use rocket::{
    Build, Request, Rocket, State, catch, catchers, delete, get, head, launch, options, patch, post, put,
    routes, uri,
};
pub use serde::{Deserialize, Serialize};

pub use crate::{
    Alchemy, BigIntAuditBase, BigIntBase, BindKey, CommitMode, Config, DefaultAuditBase, DefaultBase,
    Filters, IdentityAuditBase, IdentityBase, Json, Limits, NanoIdAuditBase, NanoIdBase, Problem, QueryBase,
    Result, Schema, Service, Session, TextEnum, UuidAuditBase, UuidBase, UuidV6AuditBase, UuidV6Base,
    UuidV7AuditBase, UuidV7Base, health,
};
