use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(default = 1, db_default = "1")]
    rank: i32,
}

fn main() {}
