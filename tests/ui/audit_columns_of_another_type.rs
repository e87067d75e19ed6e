use alchemy_core::prelude::*;

#[derive(UuidAuditBase)]
struct Author {
    id: Uuid,
    created_at: NaiveDateTime,
    updated_at: DateTime<Utc>,
}

fn main() {}
