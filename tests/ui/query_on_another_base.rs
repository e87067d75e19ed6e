use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(query = "SELECT id, name FROM people")]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
