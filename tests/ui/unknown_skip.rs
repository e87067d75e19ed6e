use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(skip(delete))]
    name: String,
}

fn main() {}
