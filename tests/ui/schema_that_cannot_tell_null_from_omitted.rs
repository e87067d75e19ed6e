use alchemy_core::prelude::*;

#[derive(UuidAuditBase)]
struct Author {
    id: Uuid,
    name: String,
    nick: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Schema)]
#[schema(model = Author, update)]
struct AuthorSchema {
    name: Option<String>,
    nick: Option<String>,
}

fn main() {}
