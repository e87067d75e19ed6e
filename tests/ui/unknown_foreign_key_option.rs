use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(foreign_key(Author, column = id))]
    parent: Uuid,
}

fn main() {}
