use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    #[alchemy(default = Uuid::nil())]
    id: Uuid,
    name: String,
}

fn main() {}
