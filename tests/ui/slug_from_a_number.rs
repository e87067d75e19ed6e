use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Post {
    id: Uuid,
    number: i32,
    #[alchemy(slug(from = number))]
    slug: String,
}

fn main() {}
