//! A service is tested on databases in memory.

use alchemy_rocket::core::diesel::dsl::sql;
use alchemy_rocket::core::diesel::prelude::*;
use alchemy_rocket::core::diesel::sql_types::{BigInt, Text};
use alchemy_rocket::core::engine::Engines;
use alchemy_rocket::prelude::*;
use rocket::local::blocking::{Client, LocalResponse};
use rocket::serde::json::{Value, json};

fn client() -> Client {
    let memory = |key| {
        Config::new("sqlite::memory:").bind_key(key).commit_mode(CommitMode::Autocommit).create_all(true)
    };
    Client::tracked(super::service(memory("users"), memory("products"))).expect("a service that launches")
}

fn body(response: LocalResponse<'_>) -> Value {
    response.into_json().expect("a JSON body")
}

/// The tables of a database, each with the number of its rows.
fn tables(client: &Client, bind_key: &str) -> Vec<(String, i64)> {
    let engines = client.rocket().state::<Engines>().expect("engines");
    let session = engines.get(bind_key).expect(bind_key).session();
    let names = sql::<Text>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    let names: Vec<String> = session.read(|connection| names.load(connection)).expect("names");
    let count = |name: String| {
        let count = sql::<BigInt>(&format!("SELECT count(*) FROM {name}"));
        let count = session.read(|connection| count.get_result(connection)).expect("a count");
        (name, count)
    };
    names.into_iter().map(count).collect()
}

/// How many users and products there are, each in a database that has nothing else.
fn users_and_products(client: &Client) -> (i64, i64) {
    let (users, products) = (tables(client, "users"), tables(client, "products"));
    match (&users[..], &products[..]) {
        ([(user, users)], [(product, products)]) if user == "users" && product == "products" => {
            (*users, *products)
        }
        _ => panic!("{users:?} {products:?}"),
    }
}

#[test]
fn users_and_products_go_to_databases_of_their_own() {
    let client = client();
    assert_eq!(users_and_products(&client), (0, 0));

    let response = client.post("/users").json(&json!({ "name": "ann" })).dispatch();
    assert_eq!(response.status(), Status::Created);
    let ann = body(response);
    assert_eq!(ann, json!({ "id": ann["id"], "name": "ann" }));
    assert_eq!(users_and_products(&client), (1, 0));

    let lamp = json!({ "name": "Lamp", "seller": ann["id"] });
    let response = client.post("/products").json(&lamp).dispatch();
    assert_eq!(response.status(), Status::Created);
    let lamp = body(response);
    assert_eq!(lamp, json!({ "id": lamp["id"], "name": "Lamp", "seller": ann["id"] }));
    assert_eq!(users_and_products(&client), (1, 1));

    let of_ann = format!("/products?seller={}", ann["id"].as_str().expect("an id"));
    for (list, item) in [("/users?searchString=ann", &ann), (&of_ann, &lamp)] {
        let page = body(client.get(list).dispatch());
        assert_eq!(page, json!({ "items": [item], "limit": 20, "offset": 0, "total": 1 }), "{list}");
    }
}

#[test]
fn a_shop_is_a_row_in_each_database_or_in_none() {
    let client = client();
    let response = client.post("/shops").json(&json!({ "user": "ann", "product": "Lamp" })).dispatch();
    assert_eq!(response.status(), Status::Created);
    let shop = body(response);
    assert_eq!(shop["product"]["seller"], shop["user"]["id"]);
    assert_eq!(users_and_products(&client), (1, 1));

    let cases = [
        (json!({ "user": "ann", "product": "Chair" }), 409, "name"),
        (json!({ "user": "bob", "product": "x".repeat(101) }), 422, "name"),
    ];
    for (shop, status, field) in cases {
        let response = client.post("/shops").json(&shop).dispatch();
        assert_eq!(response.status().code, status, "{shop}");
        assert_eq!(body(response)["field"], field, "{shop}");
        assert_eq!(users_and_products(&client), (1, 1), "{shop}");
    }
}

#[test]
fn the_health_check_asks_both_databases() {
    let client = client();
    let response = client.get("/health").dispatch();
    assert_eq!(response.status(), Status::Ok);
    let databases = json!({ "users": "ok", "products": "ok" });
    assert_eq!(body(response), json!({ "status": "ok", "databases": databases }));
}
