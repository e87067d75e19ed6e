use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Book {
    id: Uuid,
    #[alchemy(filter)]
    first_author: String,
    #[alchemy(filter = "firstAuthorIn")]
    author: String,
}

fn main() {}
