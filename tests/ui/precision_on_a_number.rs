use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(precision = 10)]
    rank: i32,
}

fn main() {}
