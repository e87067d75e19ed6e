use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(table = "")]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
