//! Models that can only be read.

use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::prelude::*;

use crate::open;

database_tests! {
    a_view_is_read_and_not_created,
    a_query_is_not_created,
}

#[derive(Debug, Clone, UuidBase)]
#[alchemy(table = "sales")]
struct Sale {
    id: Uuid,
    #[alchemy(max_length = 20)]
    shop: String,
    amount: i32,
}

#[derive(Debug, Clone, PartialEq, QueryBase)]
#[alchemy(table = "shop_sales")]
struct ShopSales {
    shop: String,
    sales: i64,
}

#[derive(Debug, Clone, PartialEq, QueryBase)]
#[alchemy(table = "large_sales", query = "SELECT shop, amount FROM sales WHERE amount > 100")]
struct LargeSale {
    shop: String,
    amount: i32,
}

fn a_view_is_read_and_not_created(db: TestDatabase) {
    let engine = open(&db);
    db.admin("CREATE VIEW shop_sales AS SELECT shop, count(*) AS sales FROM sales GROUP BY shop");
    engine.create_all().expect("a view that is there stays as it is");
    let session = engine.session();
    let found: Vec<ShopSales> = session
        .run(|connection| {
            for (shop, amount) in [("a", 1), ("b", 2), ("a", 3)] {
                let new = NewSale { id: None, shop: shop.into(), amount };
                diesel::insert_into(sales::table).values(&new).execute(connection)?;
            }
            shop_sales::table.filter(shop_sales::sales.gt(1)).select(ShopSales::as_select()).load(connection)
        })
        .unwrap();
    assert_eq!(found, [ShopSales { shop: "a".into(), sales: 2 }]);
}

fn a_query_is_not_created(db: TestDatabase) {
    let session = open(&db).session();
    let read = session.read(|connection| large_sales::table.count().get_result::<i64>(connection));
    assert_eq!(read.unwrap_err().kind(), ErrorKind::Database, "Diesel finds no table of that name");
    assert!(LargeSale::META.query.is_some() && !LargeSale::META.managed);
    let sale = LargeSale { shop: "a".into(), amount: 1 };
    assert_eq!((sale.shop.as_str(), sale.amount), ("a", 1));
}
