use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(index(name = "ix", columns(title)))]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
