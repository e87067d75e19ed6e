use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(messages(missing = "there is no such author"))]
struct Author {
    id: Uuid,
}

fn main() {}
