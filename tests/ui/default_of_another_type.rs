use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(default = "one")]
    rank: i32,
}

fn main() {}
