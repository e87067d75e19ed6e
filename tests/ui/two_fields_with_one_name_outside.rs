use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[serde(rename = "title")]
    name: String,
    title: String,
}

fn main() {}
