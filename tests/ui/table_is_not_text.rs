use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(table = 3)]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
