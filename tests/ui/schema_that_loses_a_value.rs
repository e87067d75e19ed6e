use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    name: String,
    rank: i32,
    created_at: Option<DateTime<Utc>>,
}

#[derive(Schema)]
#[schema(model = Author, create)]
struct AuthorSchema {
    name: String,
    rank: i32,
    created_at: Option<DateTime<Utc>>,
}

fn main() {}
