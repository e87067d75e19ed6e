use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author(Uuid, String);

fn main() {}
