use alchemy_core::prelude::*;

#[derive(QueryBase)]
#[alchemy(table = "author_stats", renamed_from = "stats")]
struct AuthorStats {
    #[alchemy(renamed_from = "title")]
    name: String,
    books: i64,
}

fn main() {}
