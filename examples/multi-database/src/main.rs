//! Users and products, each in a database of its own, told apart by bind keys.
//!
//! `cargo run -p multi-database` serves them on two SQLite files; `USERS_URL` and `PRODUCTS_URL` name other databases.

use alchemy_rocket::prelude::*;

/// A row of the table `users`, in the database `users`.
#[derive(Debug, Clone, Serialize, UuidBase, Service)]
#[alchemy(table = "users", bind_key = "users")]
pub struct User {
    /// The primary key.
    pub id: Uuid,
    /// The name a user signs in with.
    #[alchemy(max_length = 50, unique, search, sort)]
    pub name: String,
}

/// A row of the table `products`, in the database `products`.
#[derive(Debug, Clone, Serialize, UuidBase, Service)]
#[alchemy(table = "products", bind_key = "products")]
pub struct Product {
    /// The primary key.
    pub id: Uuid,
    /// What it is called.
    #[alchemy(max_length = 100, search, sort)]
    pub name: String,
    /// The user who offers it. The user lives in another database, so no foreign key can watch over this.
    #[alchemy(filter)]
    pub seller: Uuid,
}

/// A user and the first product they offer.
#[derive(Debug, Serialize, Deserialize)]
pub struct Shop<U, P> {
    /// Who sells.
    pub user: U,
    /// What is sold.
    pub product: P,
}

#[get("/users?<filters..>")]
async fn list_users(filters: Filters<User>, users: UserService) -> Result<Json<OffsetPagination<User>>> {
    let (items, total) = users.list_and_count(&filters).await?;
    Ok(Json(OffsetPagination::new(items, total, &filters)))
}

#[post("/users", data = "<user>")]
async fn create_user(user: Json<NewUser>, users: UserService) -> Result<(Status, Json<User>)> {
    Ok((Status::Created, Json(users.create(user.into_inner()).await?)))
}

#[get("/products?<filters..>")]
async fn list_products(
    filters: Filters<Product>,
    products: ProductService,
) -> Result<Json<OffsetPagination<Product>>> {
    let (items, total) = products.list_and_count(&filters).await?;
    Ok(Json(OffsetPagination::new(items, total, &filters)))
}

#[post("/products", data = "<product>")]
async fn create_product(
    product: Json<NewProduct>,
    products: ProductService,
) -> Result<(Status, Json<Product>)> {
    Ok((Status::Created, Json(products.create(product.into_inner()).await?)))
}

/// Writes to both databases: `{"user": "Ann", "product": "Lamp"}`. A failure of either leaves neither row, except that
/// users, committed first, stay when it is the commit of products that fails.
#[post("/shops", data = "<shop>")]
async fn open_shop(
    shop: Json<Shop<String, String>>,
    users: UserService,
    products: ProductService,
) -> Result<(Status, Json<Shop<User, Product>>)> {
    let Shop { user, product } = shop.into_inner();
    let user = users.create(NewUser { id: None, name: user }).await?;
    let product = products.create(NewProduct { id: None, name: product, seller: user.id }).await?;
    Ok((Status::Created, Json(Shop { user, product })))
}

#[launch]
fn rocket() -> _ {
    // The order is that of the commits: users first.
    let users = database("users", "USERS_URL", "sqlite://users.db");
    let products = database("products", "PRODUCTS_URL", "sqlite://products.db");
    service(users, products)
}

/// The service on two databases.
fn service(users: Config, products: Config) -> Rocket<Build> {
    rocket::build()
        .attach(Alchemy::new(users).with(products))
        .mount("/", routes![list_users, create_user, list_products, create_product, open_shop])
        .mount("/", health())
}

/// The database of a bind key, at the URL in an environment variable.
fn database(bind_key: &str, variable: &str, default_url: &str) -> Config {
    let url = std::env::var(variable).unwrap_or_else(|_| default_url.to_owned());
    Config::new(url).bind_key(bind_key).commit_mode(CommitMode::Autocommit).create_all(true)
}

#[cfg(all(test, feature = "sqlite"))]
mod tests;
