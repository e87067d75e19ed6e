use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(tabel = "authors", bind_key = 1, unique(title))]
struct Author {
    id: Uuid,
    #[alchemy(search, max_length = 0)]
    rank: i32,
    #[alchemy(skip(create))]
    name: String,
}

fn main() {}
