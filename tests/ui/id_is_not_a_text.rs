use alchemy_core::prelude::*;

#[derive(NanoIdBase)]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
