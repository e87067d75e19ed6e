use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(renamed_from = "name")]
    first_name: String,
    #[alchemy(renamed_from = "name")]
    last_name: String,
}

fn main() {}
