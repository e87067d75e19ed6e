use alchemy_core::prelude::*;

#[derive(BigIntBase)]
struct Author {
    #[alchemy(version)]
    id: i64,
}

fn main() {}
