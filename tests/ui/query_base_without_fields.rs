use alchemy_core::prelude::*;

#[derive(QueryBase, Service)]
struct AuthorStats {}

fn main() {}
