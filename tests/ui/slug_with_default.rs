use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Post {
    id: Uuid,
    title: String,
    #[alchemy(slug(from = title), default = "post")]
    slug: String,
}

fn main() {}
