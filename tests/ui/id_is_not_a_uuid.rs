use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: i32,
    name: String,
}

fn main() {}
