use alchemy_core::prelude::*;

#[derive(DefaultBase, Service)]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
