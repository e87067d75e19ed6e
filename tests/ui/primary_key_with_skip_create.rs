use alchemy_core::prelude::*;

#[derive(DefaultBase)]
struct Author {
    #[alchemy(primary_key, skip(create))]
    code: i32,
}

fn main() {}
