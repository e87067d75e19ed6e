use alchemy_core::prelude::*;

#[derive(QueryBase)]
#[alchemy(query = " ")]
struct AuthorStats {
    name: String,
}

fn main() {}
