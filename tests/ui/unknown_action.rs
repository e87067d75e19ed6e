use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(foreign_key(Author, on_delete = destroy))]
    parent: Uuid,
}

fn main() {}
