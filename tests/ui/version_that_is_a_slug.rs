use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    name: String,
    #[alchemy(version, slug(from = name))]
    version: i64,
}

fn main() {}
