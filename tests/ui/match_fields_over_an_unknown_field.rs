use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(match_fields(mail))]
struct Author {
    id: Uuid,
    #[alchemy(unique)]
    email: String,
}

fn main() {}
