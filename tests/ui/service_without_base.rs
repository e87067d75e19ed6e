use alchemy_core::prelude::*;

#[derive(Service)]
struct Author {
    id: Uuid,
}

fn main() {}
