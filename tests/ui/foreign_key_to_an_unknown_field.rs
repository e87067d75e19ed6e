use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(foreign_key(Author, field = code))]
    parent: Uuid,
}

fn main() {}
