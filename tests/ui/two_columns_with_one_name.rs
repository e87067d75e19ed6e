use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(column = "title")]
    name: String,
    title: String,
}

fn main() {}
