use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(max_length = "100")]
    name: String,
}

fn main() {}
