use alchemy_core::prelude::*;

#[derive(Debug, Clone, QueryBase)]
pub struct AuthorStats {
    name: String,
}

#[derive(Schema)]
#[schema(model = AuthorStats, create)]
struct AuthorStatsSchema {
    name: String,
}

fn main() {}
