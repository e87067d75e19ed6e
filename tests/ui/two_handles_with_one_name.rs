use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[allow(non_snake_case)]
    #[alchemy(column = "title")]
    NAME: String,
    name: String,
}

fn main() {}
