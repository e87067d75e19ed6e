//! A service of authors.
//!
//! `cargo run -p authors` serves it on a SQLite file; `cargo run -p authors -- database --help` says how to migrate it.
//! `DATABASE_URL` names another database; PostgreSQL and MariaDB are built in with `--features postgres,mysql`.

use alchemy_rocket::prelude::*;

/// A row of the table `authors`.
#[derive(Debug, Clone, Serialize, UuidBase, Service)]
#[alchemy(table = "authors")]
pub struct Author {
    /// The primary key; made by Alchemy where a create does not give one.
    pub id: Uuid,
    /// The full name.
    #[alchemy(max_length = 100, search, sort)]
    pub name: String,
    /// The date of birth, where it is known.
    #[alchemy(sort)]
    pub dob: Option<NaiveDate>,
}

/// What a list shows of an author.
#[derive(Debug, Serialize, Schema)]
#[schema(model = Author)]
pub struct AuthorSchema {
    /// The full name.
    pub name: String,
    /// The primary key.
    pub id: Option<Uuid>,
    /// The date of birth, where it is known.
    pub dob: Option<NaiveDate>,
}

#[get("/authors?<filters..>")]
async fn list_authors(
    filters: Filters<Author>,
    authors: AuthorService,
) -> Result<Json<OffsetPagination<AuthorSchema>>> {
    let (items, total) = authors.list_and_count(&filters).await?;
    Ok(Json(authors.to_schema_page(items, total, &filters)))
}

#[post("/authors", data = "<author>")]
async fn create_author(author: Json<NewAuthor>, authors: AuthorService) -> Result<Created<Json<Author>>> {
    let author = authors.create(author.into_inner()).await?;
    Ok(Created::new(uri!(get_author(author.id)).to_string()).body(Json(author)))
}

#[get("/authors/<id>")]
async fn get_author(id: Uuid, authors: AuthorService) -> Result<Json<Author>> {
    Ok(Json(authors.get(id).await?))
}

#[patch("/authors/<id>", data = "<changes>")]
async fn update_author(
    id: Uuid,
    changes: Json<AuthorChangeset>,
    authors: AuthorService,
) -> Result<Json<Author>> {
    Ok(Json(authors.update(id, changes.into_inner()).await?))
}

#[delete("/authors/<id>")]
async fn delete_author(id: Uuid, authors: AuthorService) -> Result<NoContent> {
    authors.delete(id).await?;
    Ok(NoContent)
}

#[launch]
fn rocket() -> _ {
    let url = std::env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite://local.db".to_owned());
    let database = Alchemy::new(Config::new(url).commit_mode(CommitMode::Autocommit).create_all(true));
    database.command(); // cargo run -p authors -- database …
    service(database)
}

/// The service on a database.
fn service(database: Alchemy) -> Rocket<Build> {
    rocket::build()
        .attach(database)
        .mount("/", routes![list_authors, create_author, get_author, update_author, delete_author])
        .mount("/", health())
}

#[cfg(all(test, feature = "sqlite"))]
mod tests;
