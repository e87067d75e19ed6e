use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(version)]
    version: i64,
    #[alchemy(version)]
    revision: i64,
}

fn main() {}
