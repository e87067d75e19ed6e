use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Book {
    id: Uuid,
    #[alchemy(filter = "the author")]
    author: String,
    #[alchemy(filter = 1)]
    title: String,
}

fn main() {}
