use alchemy_core::prelude::*;

struct Author;

#[derive(UuidBase)]
struct Book {
    id: Uuid,
    #[alchemy(foreign_key(Author))]
    author_id: Uuid,
}

fn main() {}
