use alchemy_core::prelude::*;

#[derive(UuidAuditBase)]
struct Author {
    id: Uuid,
    name: String,
    rank: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Schema)]
#[schema(model = Author, create)]
struct AuthorSchema {
    name: String,
}

fn main() {}
