use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
