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
#[schema(model = Author)]
struct AuthorSchema {
    name: String,
    #[schema(column = "name")]
    title: String,
}

fn main() {}
