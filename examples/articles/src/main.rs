//! Articles: found by slugs, changed by versions, deleted softly, listed by cursors.
//!
//! `cargo run -p articles` serves them on SQLite; `DATABASE_URL` names another database.

use alchemy_rocket::prelude::*;

/// A row of the table `articles`.
#[derive(Debug, Clone, Serialize, UuidV7AuditBase, Service)]
#[alchemy(
    table = "articles",
    messages(not_found = "no such article", stale = "somebody else changed the article; read it again")
)]
pub struct Article {
    /// The primary key; keys rise with time.
    pub id: Uuid,
    /// What it is about.
    #[alchemy(max_length = 200, search, sort)]
    pub title: String,
    /// What it says.
    #[alchemy(search)]
    pub text: String,
    /// The title in the letters of URLs; unique.
    #[alchemy(slug(from = title))]
    pub slug: String,
    /// Raised by each change.
    #[alchemy(version)]
    pub version: i64,
    /// When it was deleted.
    #[alchemy(soft_delete)]
    pub deleted_at: Option<DateTime<Utc>>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

#[get("/articles?<filters..>")]
async fn list_articles(
    filters: Filters<Article>,
    articles: ArticleService,
) -> Result<Json<CursorPage<Article>>> {
    Ok(Json(articles.list_page(&filters).await?))
}

#[post("/articles", data = "<article>")]
async fn create_article(
    article: Json<NewArticle>,
    articles: ArticleService,
) -> Result<Created<Json<Article>>> {
    let article = articles.create(article.into_inner()).await?;
    Ok(Created::new(uri!(get_article(&article.slug)).to_string()).body(Json(article)))
}

#[get("/articles/<slug>")]
async fn get_article(slug: &str, articles: ArticleService) -> Result<Json<Article>> {
    Ok(Json(articles.get_by_slug(slug).await?))
}

#[patch("/articles/<slug>", data = "<changes>")]
async fn update_article(
    slug: &str,
    changes: Json<ArticleChangeset>,
    articles: ArticleService,
) -> Result<Json<Article>> {
    Ok(Json(articles.update(Article::SLUG.lookup(slug), changes.into_inner()).await?))
}

#[delete("/articles/<slug>")]
async fn delete_article(slug: &str, articles: ArticleService) -> Result<NoContent> {
    articles.delete(Article::SLUG.lookup(slug)).await?;
    Ok(NoContent)
}

#[post("/articles/<slug>/restore")]
async fn restore_article(slug: &str, articles: ArticleService) -> Result<Json<Article>> {
    Ok(Json(articles.restore(Article::SLUG.lookup(slug)).await?))
}

/// The service on a database.
fn service(url: String) -> rocket::Rocket<rocket::Build> {
    let database = Config::new(url).create_all(true).commit_mode(CommitMode::Autocommit);
    rocket::build().attach(Alchemy::new(database)).mount(
        "/",
        routes![list_articles, create_article, get_article, update_article, delete_article, restore_article],
    )
}

#[launch]
fn rocket() -> _ {
    service(std::env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite://articles.db".to_owned()))
}

#[cfg(test)]
mod tests;
