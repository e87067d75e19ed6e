use alchemy_core::prelude::*;

#[derive(Debug, Clone, QueryBase, Service)]
#[alchemy(query = "SELECT name, count(*) AS books FROM books GROUP BY name")]
struct AuthorStats {
    name: String,
    books: i64,
}

fn write(stats: &AuthorStatsService) -> Result<()> {
    stats.delete_all()?;
    Ok(())
}

fn main() {}
