//! Keys that the database makes, by the verbs.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::json;

use crate::{object, open_at};

database_tests! {
    a_key_is_made_and_returned,
    many_rows_come_in_input_order_with_rising_keys,
    given_and_made_keys_may_be_mixed,
    a_row_of_nothing_but_its_key_gets_one,
    an_identity_is_never_made_again,
    upserts_match_given_keys_and_insert_the_rest,
    upserts_of_given_keys_are_not_lost_to_keys_that_are_made,
    upserts_match_by_another_column,
    a_violation_among_rows_with_and_without_keys_writes_nothing,
    the_other_verbs_find_rows_by_generated_keys,
    each_row_may_have_a_key_or_not,
    a_key_of_zero_is_a_key_or_refused,
}

#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "orders", bind_key = "orders")]
struct Order {
    id: i64,
    #[alchemy(unique, max_length = 20)]
    reference: String,
    total: i32,
}

#[derive(Debug, Clone, PartialEq, IdentityAuditBase, Service)]
#[alchemy(table = "bills", bind_key = "orders", match_fields(number))]
struct Bill {
    id: i64,
    #[alchemy(unique)]
    number: i32,
    total: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "numbers", bind_key = "orders")]
struct Number {
    id: i64,
}

fn order(id: impl Into<Option<i64>>, reference: &str) -> NewOrder {
    NewOrder { id: id.into(), reference: reference.into(), total: 1 }
}

fn bill(number: i32) -> NewBill {
    NewBill { id: None, number, total: 1 }
}

fn references(orders: &[Order]) -> Vec<&str> {
    orders.iter().map(|order| order.reference.as_str()).collect()
}

fn a_key_is_made_and_returned(db: TestDatabase) {
    let session = open_at(&db, "orders").session();
    let (orders, bills) = (OrderService::new(session.clone()), BillService::new(session.clone()));
    let ids = ["a", "b", "c"].map(|reference| orders.create(order(None, reference)).unwrap().id);
    assert_eq!(ids, [1, 2, 3]);
    assert_eq!([1, 2].map(|number| bills.create(bill(number)).unwrap().id), [1, 2]);
    assert_eq!(orders.create(order(50, "d")).unwrap().id, 50);
    session.commit().unwrap();
    assert_eq!(orders.get(2_i64).unwrap().reference, "b");
}

fn many_rows_come_in_input_order_with_rising_keys(db: TestDatabase) {
    let session = open_at(&db, "orders").session();
    let (orders, bills) = (OrderService::new(session.clone()), BillService::new(session.clone()));
    let wanted: Vec<_> = (0..3_000).rev().map(|n| format!("r{n}")).collect();
    let made = orders.create_many(wanted.iter().map(|reference| order(None, reference))).unwrap();
    assert_eq!(references(&made), wanted);
    assert!(made.windows(2).all(|pair| pair[0].id < pair[1].id));
    let numbers: Vec<_> = (0..12_000).rev().collect();
    let made = bills.create_many(numbers.iter().map(|number| bill(*number))).unwrap();
    assert!(made.iter().map(|bill| bill.number).eq(numbers));
    assert!(made.windows(2).all(|pair| pair[0].id < pair[1].id));
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM bills"), 12_000);
}

fn given_and_made_keys_may_be_mixed(db: TestDatabase) {
    let orders = OrderService::new(open_at(&db, "orders").session());
    let made = orders
        .create_many([order(None, "a"), order(900, "b"), order(800, "c"), order(None, "d"), order(None, "e")])
        .unwrap();
    assert_eq!(references(&made), ["a", "b", "c", "d", "e"]);
    assert_eq!((made[1].id, made[2].id), (900, 800));
    for made in &made {
        assert_eq!(orders.get(made.id).unwrap(), *made);
    }
}

fn a_row_of_nothing_but_its_key_gets_one(db: TestDatabase) {
    let numbers = NumberService::new(open_at(&db, "orders").session());
    let new = |id| NewNumber { id };
    assert_eq!(numbers.create(new(None)).unwrap().id, 1);
    assert_eq!(numbers.create_many([new(None), new(None)]).unwrap(), [Number { id: 2 }, Number { id: 3 }]);
    assert_eq!(numbers.insert_many([new(None), new(Some(90)), new(None)]).unwrap(), 3);
    let found = numbers.upsert_many([new(Some(2)), new(Some(80))]).unwrap();
    assert_eq!(found, [Number { id: 2 }, Number { id: 80 }]);
    assert_eq!(numbers.upsert(new(Some(2))).unwrap().id, 2);
    assert_eq!(numbers.count(all()).unwrap(), 7);
}

fn an_identity_is_never_made_again(db: TestDatabase) {
    let session = open_at(&db, "orders").session();
    let bills = BillService::new(session.clone());
    bills.create_many((0..5).map(bill)).unwrap();
    bills.delete(5_i64).unwrap();
    session.commit().unwrap();
    assert_eq!(bills.create(bill(9)).unwrap().id, 6);
    bills.delete_all().unwrap();
    session.commit().unwrap();
    assert_eq!(bills.create(bill(10)).unwrap().id, 7);
}

fn upserts_match_given_keys_and_insert_the_rest(db: TestDatabase) {
    let session = open_at(&db, "orders").session();
    let orders = OrderService::new(session.clone());
    let old = orders.create_many([order(None, "a"), order(None, "b")]).unwrap();
    let changed = orders
        .upsert_many([
            order(None, "new 1"),
            order(old[1].id, "b2"),
            order(None, "new 2"),
            order(500, "given"),
            order(old[0].id, "a2"),
        ])
        .unwrap();
    assert_eq!(references(&changed), ["new 1", "b2", "new 2", "given", "a2"]);
    assert_eq!([changed[1].id, changed[3].id, changed[4].id], [old[1].id, 500, old[0].id]);
    assert_eq!(orders.count(all()).unwrap(), 5);
    let one = orders.upsert(order(None, "single")).unwrap();
    assert_eq!(orders.get(one.id).unwrap(), one);
    let again = orders.upsert(NewOrder { total: 7, ..order(one.id, "single") }).unwrap();
    assert_eq!((again.id, again.total), (one.id, 7));
    let (found, inserted) = orders.get_or_upsert(order(None, "another")).unwrap();
    assert_eq!((found.reference.as_str(), inserted), ("another", true));
    assert_eq!(orders.as_unique(order(one.id, "else")).unwrap(), again);
    assert_eq!(orders.as_unique(order(None, "unique")).unwrap().reference, "unique");
}

fn upserts_of_given_keys_are_not_lost_to_keys_that_are_made(db: TestDatabase) {
    let session = open_at(&db, "orders").session();
    let orders = OrderService::new(session.clone());
    // The next key that is made may be the one that is given; a row is never two of them.
    match orders.upsert_many([order(None, "made"), order(1, "given"), order(None, "made too")]) {
        Ok(found) => {
            assert_eq!(references(&found), ["made", "given", "made too"]);
            assert_eq!((found[1].id, orders.count(all()).unwrap()), (1, 3));
        }
        // PostgreSQL's sequence knows nothing of keys that were given.
        Err(error) => {
            assert_eq!(
                (error.kind(), db.backend()),
                (ErrorKind::Duplicate, alchemy_tests::Backend::Postgres)
            );
            session.rollback().unwrap();
            assert_eq!(orders.count(all()).unwrap(), 0);
        }
    }
}

fn upserts_match_by_another_column(db: TestDatabase) {
    let session = open_at(&db, "orders").session();
    let (orders, bills) = (OrderService::new(session.clone()), BillService::new(session));
    let old = orders.create(order(None, "a")).unwrap();
    let by_reference = orders.matching(Order::REFERENCE);
    let found = by_reference
        .upsert_many([order(None, "b"), NewOrder { total: 5, ..order(None, "a") }, order(None, "c")])
        .unwrap();
    assert_eq!(references(&found), ["b", "a", "c"]);
    assert_eq!((found[1].id, found[1].total), (old.id, 5));
    assert_eq!(by_reference.upsert(order(None, "c")).unwrap().id, found[2].id);
    let first = bills.upsert(bill(1)).unwrap();
    let many = bills.upsert_many([bill(2), NewBill { total: 9, ..bill(1) }]).unwrap();
    assert_eq!((many[1].id, many[1].total, many[0].number), (first.id, 9, 2));
    assert_eq!(bills.upsert(object(json!({"number": 2, "total": 3}))).unwrap().id, many[0].id);
}

fn a_violation_among_rows_with_and_without_keys_writes_nothing(db: TestDatabase) {
    let session = open_at(&db, "orders").session();
    let orders = OrderService::new(session.clone());
    let old = orders.create_many([order(100, "a"), order(200, "b")]).unwrap();
    let rows = [
        [order(100, "changed"), order(None, "b"), order(None, "c")],
        [order(None, "c"), order(100, "b"), order(None, "d")],
    ];
    for rows in rows {
        assert_eq!(orders.upsert_many(rows).unwrap_err().kind(), ErrorKind::Duplicate);
        assert_eq!(orders.list(Filters::new().order_by(Order::ID.asc())).unwrap(), old);
    }
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM orders"), 2);
}

fn the_other_verbs_find_rows_by_generated_keys(db: TestDatabase) {
    let orders = OrderService::new(open_at(&db, "orders").session());
    let made = orders.create_many([order(None, "a"), order(None, "b"), order(None, "c")]).unwrap();
    let total = |total| OrderChangeset { total: Some(total), ..OrderChangeset::default() };
    assert_eq!(orders.update(made[0].id, total(2)).unwrap().total, 2);
    assert!(!orders.get_and_update(&made[0], total(2)).unwrap().1);
    let changed = orders.update_many(made.iter().rev().map(|order| (order.id, total(3)))).unwrap();
    assert_eq!(references(&changed), ["c", "b", "a"]);
    assert_eq!(references(&orders.delete_many([made[2].id, made[0].id]).unwrap()), ["c", "a"]);
    assert_eq!(orders.delete(Order::REFERENCE.lookup("b")).unwrap().total, 3);
}

fn each_row_may_have_a_key_or_not(db: TestDatabase) {
    let session = open_at(&db, "orders").session();
    let orders = OrderService::new(session.clone());
    let outcomes = orders
        .create_each([order(None, "a"), order(70, "b"), order(70, "c"), order(None, "a"), order(None, "d")])
        .unwrap();
    assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false, false, true]);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT reference FROM orders ORDER BY reference"), ["a", "b", "d"]);
}

fn a_key_of_zero_is_a_key_or_refused(db: TestDatabase) {
    let orders = OrderService::new(open_at(&db, "orders").session());
    let zero = || NewOrder { id: Some(0), reference: "zero".into(), total: 1 };
    if db.backend() == Backend::Mysql {
        // The database would make another key of it.
        for error in [orders.create(zero()).unwrap_err(), orders.insert_many([zero()]).unwrap_err()] {
            assert_eq!((error.kind(), crate::about(&error).1), (ErrorKind::InvalidValue, Some("id")));
        }
        assert_eq!(orders.count(all()).unwrap(), 0);
    } else {
        assert_eq!(orders.create(zero()).unwrap().id, 0);
        assert_eq!(orders.get(0).unwrap().reference, "zero");
    }
}
