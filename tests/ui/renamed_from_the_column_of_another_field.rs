use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(column = "full_name")]
    name: String,
    #[alchemy(renamed_from = "full_name")]
    title: String,
}

fn main() {}
