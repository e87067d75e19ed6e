use alchemy_core::prelude::*;

type Name = String;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(check_choices)]
    name: Name,
}

fn main() {}
