use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Post {
    id: Uuid,
    title: String,
    #[alchemy(slug(from = name))]
    slug: String,
}

fn main() {}
