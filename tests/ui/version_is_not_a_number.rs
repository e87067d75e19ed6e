use alchemy_core::prelude::*;

#[derive(UuidBase, Service)]
struct Author {
    id: Uuid,
    #[alchemy(version)]
    version: String,
}

fn main() {}
