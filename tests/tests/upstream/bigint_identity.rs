//! `integration/test_bigint_identity.py`: products and tags with keys that the database makes, and the rows that relate
//! them.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{open, open_async};

database_tests! {
    products_and_their_tags,
    async products_and_their_tags_async,
}

#[derive(Debug, Clone, PartialEq, IdentityBase, Service)]
#[alchemy(table = "products", bind_key = "upstream_identity")]
struct Product {
    id: i64,
    #[alchemy(max_length = 50)]
    name: String,
}

#[derive(Debug, Clone, PartialEq, IdentityBase, Service)]
#[alchemy(table = "tags", bind_key = "upstream_identity")]
struct Tag {
    id: i64,
    #[alchemy(max_length = 100, index)]
    name: String,
}

#[derive(Debug, Clone, PartialEq, DefaultBase, Service)]
#[alchemy(table = "product_tags", bind_key = "upstream_identity")]
struct ProductTag {
    #[alchemy(primary_key, foreign_key(Product, on_delete = cascade))]
    product_id: i64,
    #[alchemy(primary_key, foreign_key(Tag, on_delete = cascade))]
    tag_id: i64,
}

/// `integration/test_bigint_identity.py` 21
fn products_and_their_tags(db: TestDatabase) {
    let session = open(&db, "upstream_identity").session();
    let products = ProductService::new(session.clone());
    let tags = TagService::new(session.clone());
    let links = ProductTagService::new(session.clone());
    let add = |product: &str, names: &[&str]| {
        let product = products.create(NewProduct { id: None, name: product.into() }).unwrap();
        let made =
            tags.create_many(names.iter().map(|&name| NewTag { id: None, name: name.into() })).unwrap();
        links
            .create_many(made.iter().map(|tag| NewProductTag { product_id: product.id, tag_id: tag.id }))
            .unwrap();
        product
    };
    let tags_of = |product: &Product| {
        let related = Tag::ID.exists(ProductTag::TAG_ID, ProductTag::PRODUCT_ID.eq(product.id));
        let found = tags.list(Filters::new().filter(related).order_by(Tag::ID.asc())).unwrap();
        found.into_iter().map(|tag| tag.name).collect::<Vec<_>>()
    };

    let first = add("Product 1", &["a new tag", "second tag"]);
    assert_eq!(tags.count(all()).unwrap(), 2);
    let second = add("Product 2", &["third tag"]);
    assert_eq!(tags.count(all()).unwrap(), 3);
    assert!(second.id > first.id);
    assert_eq!(tags_of(&first), ["a new tag", "second tag"]);
    assert_eq!(tags_of(&second), ["third tag"]);

    // A product without tags leaves the tags where they are.
    links.delete_where(ProductTag::PRODUCT_ID.eq(second.id)).unwrap();
    assert_eq!(products.get_one(Product::NAME.eq("Product 2")).unwrap(), second);
    assert_eq!((tags_of(&second).len(), tags.count(all()).unwrap()), (0, 3));
    // A product that goes takes its relations along.
    products.delete(first.id).unwrap();
    assert_eq!((links.count(all()).unwrap(), tags.count(all()).unwrap()), (0, 3));
    // What both tags refer to must be there.
    let error = links.create(NewProductTag { product_id: first.id, tag_id: 1 }).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKey);
}

/// `integration/test_bigint_identity.py` 107
async fn products_and_their_tags_async(db: TestDatabase) {
    let session = AsyncSession::new(open_async(&db, "upstream_identity").await);
    let products = ProductService::new(session.clone());
    let tags = TagService::new(session.clone());
    let product = products.create(NewProduct { id: None, name: "Product 1 async".into() }).await.unwrap();
    let names = ["a new tag", "second tag"];
    let made = tags.create_many(names.map(|name| NewTag { id: None, name: name.into() })).await.unwrap();
    assert_eq!(made.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(), names);
    assert!(made[0].id < made[1].id);
    tags.create(NewTag { id: None, name: "third tag".into() }).await.unwrap();
    assert_eq!(tags.count(all()).await.unwrap(), 3);
    assert_eq!(products.get(product.id).await.unwrap(), product);
    session.rollback().await.unwrap();
}
