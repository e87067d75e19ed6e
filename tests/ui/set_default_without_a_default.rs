use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(foreign_key(Author, on_delete = set_default))]
    parent: Uuid,
}

fn main() {}
