use alchemy_core::prelude::*;

#[derive(DefaultBase)]
#[alchemy(id = AuthorKey)]
struct Author {
    #[alchemy(primary_key)]
    code: i32,
}

fn main() {}
