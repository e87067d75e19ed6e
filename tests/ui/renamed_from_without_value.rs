use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(renamed_from)]
struct Author {
    id: Uuid,
    #[alchemy(renamed_from)]
    name: String,
}

fn main() {}
