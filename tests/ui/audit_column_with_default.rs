use alchemy_core::prelude::*;

#[derive(UuidAuditBase)]
struct Author {
    id: Uuid,
    #[alchemy(default = Utc::now())]
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn main() {}
