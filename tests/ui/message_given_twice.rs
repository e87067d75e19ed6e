use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(messages(not_found = "there is no such author", not_found = "gone"))]
struct Author {
    id: Uuid,
}

fn main() {}
