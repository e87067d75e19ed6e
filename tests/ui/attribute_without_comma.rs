use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(table = "authors" serialize)]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
