use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(max_length = 10)]
    #[alchemy(max_length = 20)]
    name: String,
}

fn main() {}
