use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Post {
    id: Uuid,
    #[alchemy(slug(from = slug))]
    slug: String,
}

fn main() {}
