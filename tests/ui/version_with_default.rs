use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(version, default = 1)]
    version: i64,
}

fn main() {}
