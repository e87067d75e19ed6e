//! The verbs, each written once: for all models, all databases and both kinds of engine.
//!
//! They know a model by its metadata only, and read rows into a [`Sink`], so that they are compiled once and not for
//! each model. The services give them their names in public.

mod about;
mod create;
mod delete;
mod each;
mod find_or_create;
mod insert_many;
mod order;
mod own_key;
mod page;
mod read;
mod rows;
mod run;
mod slug;
mod stream;
mod update;
mod update_many;
mod upsert;

pub(crate) use self::about::about;
pub(crate) use self::create::create;
pub(crate) use self::delete::{Removal, check_condition, delete, delete_many, delete_where};
pub(crate) use self::each::{Batch, each};
pub(crate) use self::find_or_create::{Found, find_or_create};
pub(crate) use self::insert_many::insert_many;
pub(crate) use self::order::in_order_of;
pub(crate) use self::page::{Ends, page};
pub(crate) use self::read::{Reading, count, exists, get, get_one_or_none, list, list_and_count};
pub(crate) use self::rows::{Placed, Rows, Sink};
pub(crate) use self::run::atomically;
pub(crate) use self::slug::available_slug;
pub(crate) use self::stream::StreamState;
pub(crate) use self::update::{check_version, get_and_update, update};
pub(crate) use self::update_many::update_many;
pub(crate) use self::upsert::{check_match, is_matched, match_fields, upsert, upsert_many};

use chrono::{DateTime, SubsecRound, Utc};

use self::run::{load, select};

/// The current time to the microsecond, which is what all databases keep.
fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
