use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    name: String,
}

fn main() {}
