//! The verbs, each written once: for all models, all databases and both kinds of engine.
//!
//! They know a model by its metadata only, and read rows into a [`Sink`], so that they are compiled once and not for
//! each model. The services give them their names in public.

mod about;
mod create;
mod delete;
mod read;
mod rows;
mod update;

pub(crate) use self::create::{check_lengths, create, in_order_of};
pub(crate) use self::delete::delete;
pub(crate) use self::read::{count, exists, get, get_one_or_none, list, list_and_count};
pub(crate) use self::rows::{Rows, Sink};
pub(crate) use self::update::update;

use chrono::{DateTime, SubsecRound, Utc};

use self::about::about;

/// The current time to the microsecond, which is what all databases keep.
fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
