use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(unique(name, name))]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
