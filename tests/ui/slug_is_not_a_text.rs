use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Post {
    id: Uuid,
    title: String,
    #[alchemy(slug(from = title))]
    slug: Option<String>,
}

fn main() {}
