use alchemy_core::prelude::*;

struct Writer {
    name: String,
}

#[derive(Schema)]
#[schema(model = Writer)]
struct AuthorSchema {
    name: String,
}

fn main() {}
