use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(colour = "red")]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
