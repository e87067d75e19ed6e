use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(soft_delete)]
    deleted: Option<bool>,
}

fn main() {}
