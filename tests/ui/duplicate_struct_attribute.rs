use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(table = "authors", table = "writers")]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
