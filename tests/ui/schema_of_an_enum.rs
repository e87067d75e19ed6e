use alchemy_core::prelude::*;

#[derive(Schema)]
enum AuthorSchema {
    Known,
}

fn main() {}
