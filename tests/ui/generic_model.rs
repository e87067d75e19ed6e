use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author<T> {
    id: Uuid,
    name: T,
}

fn main() {}
