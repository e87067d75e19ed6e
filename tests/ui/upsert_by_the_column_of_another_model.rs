use alchemy_core::prelude::*;

#[derive(Debug, Clone, UuidBase, Service)]
pub struct Author {
    id: Uuid,
    #[alchemy(unique)]
    email: String,
}

#[derive(Debug, Clone, UuidBase, Service)]
pub struct Book {
    id: Uuid,
    #[alchemy(unique)]
    isbn: String,
}

fn save(books: &BookService, book: NewBook) -> Result<Book> {
    books.matching(Author::EMAIL).upsert(book)
}

fn main() {}
