use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Book {
    id: Uuid,
    #[alchemy(filter = "orderBy")]
    author: String,
}

fn main() {}
