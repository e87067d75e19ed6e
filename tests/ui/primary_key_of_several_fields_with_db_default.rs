use alchemy_core::prelude::*;

#[derive(DefaultBase)]
struct BookTag {
    #[alchemy(primary_key)]
    book_id: Uuid,
    #[alchemy(primary_key, db_default = "1")]
    tag_id: i64,
}

fn main() {}
