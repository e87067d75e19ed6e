use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(tabel = "authors")]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
