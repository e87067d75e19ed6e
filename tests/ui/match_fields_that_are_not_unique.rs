use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(match_fields(email, name))]
struct Author {
    id: Uuid,
    #[alchemy(unique)]
    email: String,
    name: String,
}

fn main() {}
