use alchemy_core::prelude::*;

#[derive(QueryBase)]
#[alchemy(unique(name, books), index(name), check(name = "some", "books > 0"), match_fields(name), new = Row)]
struct AuthorStats {
    #[alchemy(primary_key, unique, max_length = 10)]
    name: String,
    #[alchemy(default = 0, skip(update))]
    books: i64,
    #[alchemy(foreign_key(AuthorStats))]
    best: Option<String>,
    #[alchemy(version)]
    version: i64,
    #[alchemy(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
    #[alchemy(slug(from = name))]
    slug: String,
}

fn main() {}
