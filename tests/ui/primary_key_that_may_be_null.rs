use alchemy_core::prelude::*;

#[derive(DefaultBase, Service)]
struct Author {
    #[alchemy(primary_key)]
    code: Option<i32>,
    name: String,
}

fn main() {}
