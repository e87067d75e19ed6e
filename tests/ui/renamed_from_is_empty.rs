use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(renamed_from = "")]
    name: String,
}

fn main() {}
