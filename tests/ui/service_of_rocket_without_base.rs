use alchemy_rocket::prelude::*;

#[derive(Service)]
struct Author {
    id: Uuid,
}

fn main() {}
