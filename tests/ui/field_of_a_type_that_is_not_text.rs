use alchemy_core::prelude::*;

type Rank = i32;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    rank: Rank,
}

fn main() {}
