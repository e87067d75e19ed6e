use alchemy_core::prelude::*;

#[derive(UuidBase)]
enum Author {
    Known { id: Uuid },
}

fn main() {}
