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
#[schema(model = Author, delete)]
struct AuthorSchema {
    #[schema(rename)]
    name: String,
}

fn main() {}
