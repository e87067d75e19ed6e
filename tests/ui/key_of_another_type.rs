use alchemy_core::prelude::*;

#[derive(Debug, Clone, UuidBase, Service)]
pub struct Author {
    id: Uuid,
}

fn find(authors: &AuthorService) -> Result<Author> {
    authors.get(1)
}

fn main() {}
