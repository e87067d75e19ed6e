use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    name: String,
}

#[derive(Schema)]
#[schema(model = Author, update)]
struct AuthorSchema {
    name: Option<String>,
    nick: Option<String>,
}

fn main() {}
