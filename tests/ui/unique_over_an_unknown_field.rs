use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(unique(name, title))]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
