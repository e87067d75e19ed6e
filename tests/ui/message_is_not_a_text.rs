use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(messages(not_found))]
struct Author {
    id: Uuid,
}

fn main() {}
