//! Verbs that write: many rows at once, upserts, deletions, versions, slugs and keys of every kind.

mod asynchronous;
mod column_types;
mod composite_keys;
mod deletes;
mod each;
mod generated_keys;
mod get_and_update;
mod inputs;
mod lookups;
mod match_keys;
mod messages;
mod slugs;
mod soft_delete;
mod unique;
mod unreadable;
mod update_many;
mod upsert;
mod upsert_many;
mod versions;

use alchemy_core::model::JsonMap;
use alchemy_core::prelude::*;
use alchemy_tests::TestDatabase;

/// Someone in a team, found by three unique constraints.
#[derive(Debug, Clone, PartialEq, UuidAuditBase, Service)]
#[alchemy(table = "members", unique(team, name), match_fields(email))]
struct Member {
    id: Uuid,
    #[alchemy(max_length = 50, unique)]
    email: String,
    team: i64,
    #[alchemy(max_length = 50)]
    name: String,
    #[alchemy(max_length = 20)]
    nick: Option<String>,
    #[alchemy(default = 3)]
    rank: i32,
    #[alchemy(db_default = "7")]
    score: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A member to be, of team 1, with a name that is the start of the address.
fn member(email: &str) -> NewMember {
    NewMember {
        id: None,
        email: email.into(),
        team: 1,
        name: email.split('@').next().unwrap_or_default().into(),
        nick: None,
        rank: None,
        score: None,
    }
}

/// Changes of a member's nickname.
fn nick(nick: &str) -> MemberChangeset {
    MemberChangeset { nick: Some(Some(nick.into())), ..MemberChangeset::default() }
}

/// Addresses in rising order.
fn emails(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("m{n:05}@x")).collect()
}

/// An engine on the test's database, with the tables of the models of this bind key.
fn open_at(db: &TestDatabase, bind_key: &str) -> Engine {
    let config = EngineConfig::new(db.url()).bind_key(bind_key).pool_size(2);
    let engine = Engine::connect(config).expect("the database is there");
    engine.create_all().expect("the tables are made");
    engine
}

/// The same for the models without one.
fn open(db: &TestDatabase) -> Engine {
    open_at(db, "default")
}

/// The field that an error names.
fn field(error: &Error) -> Option<&str> {
    error.detail().and_then(|detail| detail.field.as_deref())
}

/// What an error is, and the field it names.
fn about(error: &Error) -> (ErrorKind, Option<&str>) {
    (error.kind(), field(error))
}

/// A JSON object.
fn object(value: serde_json::Value) -> JsonMap {
    match value {
        serde_json::Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}
