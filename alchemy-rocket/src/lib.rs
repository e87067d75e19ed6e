//! Alchemy for Rocket.
//!
//! Models, services, filters and schemas come from [`core`]; this crate ties them to requests:
//!
//! * [`Alchemy`], a fairing: pools at ignition, each request's unit of work committed or rolled back by the status of
//!   its response, pools closed at shutdown.
//! * Guards: services made by `#[derive(Service)]`, [`Session`], [`Filters`] and [`Json`]. All guards of a request
//!   share one session per database.
//! * [`Error`] and [`Problem`]: responses of failures, as problem details (RFC 9457), with [`catchers()`] for those
//!   that no handler saw.
//! * [`health()`], a health check.
//!
//! ```no_run
//! use alchemy_rocket::prelude::*;
//!
//! #[get("/")]
//! async fn index(session: Session) -> Result<String> {
//!     Ok(format!("connected to {}", session.bind_key()))
//! }
//!
//! #[launch]
//! fn rocket() -> _ {
//!     let config = Config::new("sqlite://local.db").commit_mode(CommitMode::Autocommit).create_all(true);
//!     rocket::build().attach(Alchemy::new(config)).mount("/", routes![index]).mount("/", health())
//! }
//! ```

mod catchers;
#[cfg(feature = "cli")]
mod command;
mod commit_mode;
mod config;
mod databases;
mod error;
mod fairing;
mod filters;
mod health;
mod ignition;
mod json;
pub mod prelude;
mod problem;
mod reason;
mod service;
mod session;
mod unit_of_work;

pub use alchemy_core as core;
pub use alchemy_core::any_type;
pub use alchemy_core::schema::omittable;
pub use alchemy_derive::{
    __RocketBigIntAuditBase as BigIntAuditBase, __RocketBigIntBase as BigIntBase,
    __RocketDefaultAuditBase as DefaultAuditBase, __RocketDefaultBase as DefaultBase,
    __RocketIdentityAuditBase as IdentityAuditBase, __RocketIdentityBase as IdentityBase,
    __RocketNanoIdAuditBase as NanoIdAuditBase, __RocketNanoIdBase as NanoIdBase,
    __RocketQueryBase as QueryBase, __RocketSchema as Schema, __RocketService as Service,
    __RocketTextEnum as TextEnum, __RocketUuidAuditBase as UuidAuditBase, __RocketUuidBase as UuidBase,
    __RocketUuidV6AuditBase as UuidV6AuditBase, __RocketUuidV6Base as UuidV6Base,
    __RocketUuidV7AuditBase as UuidV7AuditBase, __RocketUuidV7Base as UuidV7Base,
};

pub use self::catchers::catchers;
pub use self::commit_mode::CommitMode;
pub use self::config::Config;
pub use self::error::{Error, Result};
pub use self::fairing::Alchemy;
pub use self::filters::{Filters, Limits, StandardLimits};
pub use self::health::health;
pub use self::json::Json;
pub use self::problem::Problem;
pub use self::session::{BindKey, DefaultKey, Session};
pub use self::unit_of_work::session;

/// What the code written by the derives refers to.
#[doc(hidden)]
pub mod __private {
    pub use alchemy_core::__private::*;
    pub use rocket;

    pub use crate::Error;
    pub use crate::service::{abort, abort_service, service_from_request};
}
