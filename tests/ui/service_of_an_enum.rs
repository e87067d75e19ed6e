use alchemy_core::prelude::*;

#[derive(Service)]
enum Author {
    Known,
}

fn main() {}
