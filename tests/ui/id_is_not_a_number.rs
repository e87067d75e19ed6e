use alchemy_core::prelude::*;

#[derive(BigIntBase)]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
