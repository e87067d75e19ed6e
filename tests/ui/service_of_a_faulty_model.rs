use alchemy_core::prelude::*;

#[derive(UuidBase, Service)]
struct Author {
    id: i32,
    name: String,
}

fn first(authors: AuthorService, id: Uuid) -> Result<Author> {
    authors.get(id)
}

fn main() {}
