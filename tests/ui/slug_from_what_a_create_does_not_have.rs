use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Post {
    id: Uuid,
    #[alchemy(skip(create), db_default = "''")]
    title: String,
    #[alchemy(slug(from = title))]
    slug: String,
}

fn main() {}
