use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(unique(name = "uq_name"))]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
