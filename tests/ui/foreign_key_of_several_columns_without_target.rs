use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(foreign_key(columns(book_id, tag_id), on_delete = cascade))]
struct Loan {
    id: Uuid,
    book_id: Uuid,
    tag_id: i64,
}

fn main() {}
