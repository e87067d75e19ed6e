use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(version)]
    version: Option<i64>,
}

fn main() {}
