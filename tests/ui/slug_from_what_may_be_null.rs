use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Post {
    id: Uuid,
    title: Option<String>,
    #[alchemy(slug(from = title))]
    slug: String,
}

fn main() {}
