use alchemy_core::prelude::*;

#[derive(Debug, Clone, DefaultBase, Service)]
pub struct BookTag {
    #[alchemy(primary_key)]
    book_id: Uuid,
    #[alchemy(primary_key)]
    tag_id: i64,
}

fn find(_: impl IntoKey<BookTag>) {}

fn main() {
    find((Uuid::nil(), 1, 2));
    find((1, Uuid::nil()));
    find(Uuid::nil());
}
