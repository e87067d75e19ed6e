use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(check("rank > 0"))]
struct Author {
    id: Uuid,
    rank: i32,
}

fn main() {}
