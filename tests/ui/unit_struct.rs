use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author;

fn main() {}
