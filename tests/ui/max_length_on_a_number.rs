use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(max_length = 10)]
    rank: i32,
}

fn main() {}
