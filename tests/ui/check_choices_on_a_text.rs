use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(check_choices)]
    name: String,
    #[alchemy(check_choices)]
    rank: i32,
}

fn main() {}
