use alchemy_core::prelude::*;

#[derive(DefaultAuditBase)]
struct Event {
    #[alchemy(primary_key)]
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn main() {}
