use alchemy_core::prelude::*;

#[derive(UuidBase)]
union Author {
    id: u128,
}

fn main() {}
