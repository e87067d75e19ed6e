//! Orders and pages.

use std::collections::BTreeSet;

use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{NewThing, Thing, ThingService, numbers, open};

database_tests! {
    null_is_the_smallest_value,
    texts_of_one_case_are_in_alphabetical_order,
    orders_apply_one_after_the_other,
    pages_of_equal_rows_hold_each_row_once,
}

fn service(db: &TestDatabase) -> ThingService {
    ThingService::new(open(db, "things").session())
}

fn ordered(service: &ThingService, orders: &[OrderBy<Thing>]) -> Vec<i32> {
    let filters = orders.iter().fold(Filters::new(), |filters, order| filters.order_by(*order));
    numbers(service.list(filters).unwrap())
}

fn null_is_the_smallest_value(db: TestDatabase) {
    let service = service(&db);
    let day = |day| NaiveDate::from_ymd_opt(2024, 1, day);
    service
        .create_many([
            NewThing { number: 1, size: Some(2), label: Some("b".into()), day: day(3), ..Default::default() },
            NewThing { number: 2, ..Default::default() },
            NewThing {
                number: 3,
                size: Some(-1),
                label: Some(String::new()),
                day: day(2),
                ..Default::default()
            },
            NewThing { number: 4, size: Some(1), label: Some("a".into()), day: day(4), ..Default::default() },
        ])
        .unwrap();
    assert_eq!(ordered(&service, &[Thing::SIZE.asc()]), [2, 3, 4, 1]);
    assert_eq!(ordered(&service, &[Thing::SIZE.desc()]), [1, 4, 3, 2]);
    assert_eq!(ordered(&service, &[Thing::LABEL.asc()]), [2, 3, 4, 1]);
    assert_eq!(ordered(&service, &[Thing::LABEL.desc()]), [1, 4, 3, 2]);
    assert_eq!(ordered(&service, &[Thing::DAY.asc()]), [2, 3, 1, 4]);
    assert_eq!(ordered(&service, &[Thing::DAY.desc()]), [4, 1, 3, 2]);
    assert_eq!(ordered(&service, &[OrderBy::field("size", SortOrder::Asc).unwrap()]), [2, 3, 4, 1]);
    let first = Filters::new().order_by(Thing::SIZE.asc()).limit_offset(LimitOffset::new(1, 0));
    assert_eq!(numbers(service.list(first).unwrap()), [2]);
}

fn texts_of_one_case_are_in_alphabetical_order(db: TestDatabase) {
    let service = service(&db);
    let names = ["eve", "ann", "dan", "anna", "bob", "cid"];
    service.create_many((1..).zip(names).map(|(number, name)| row(number, name))).unwrap();
    assert_eq!(ordered(&service, &[Thing::NAME.asc()]), [2, 4, 5, 6, 3, 1]);
    assert_eq!(ordered(&service, &[Thing::NAME.desc()]), [1, 3, 6, 5, 4, 2]);
}

fn row(number: i32, name: &str) -> NewThing {
    NewThing { number, name: name.to_owned(), ..Default::default() }
}

fn orders_apply_one_after_the_other(db: TestDatabase) {
    let service = service(&db);
    service.create_many([row(1, "b"), row(2, "a"), row(3, "b"), row(4, "a")]).unwrap();
    assert_eq!(ordered(&service, &[Thing::NAME.asc(), Thing::NUMBER.desc()]), [4, 2, 3, 1]);
    assert_eq!(ordered(&service, &[Thing::NAME.desc(), Thing::NUMBER.asc()]), [1, 3, 2, 4]);
    assert_eq!(ordered(&service, &[Thing::SIZE.asc(), Thing::NUMBER.desc()]), [4, 3, 2, 1]);
}

fn pages_of_equal_rows_hold_each_row_once(db: TestDatabase) {
    let service = service(&db);
    service.create_many((1..=100).map(|number| row(number, "same"))).unwrap();
    for order in [SortOrder::Asc, SortOrder::Desc] {
        let mut seen = Vec::new();
        for offset in (0..).step_by(7).take(16) {
            let filters = Filters::new()
                .order_by(OrderBy::new(Thing::NAME, order))
                .order_by(OrderBy::new(Thing::ID, order))
                .limit_offset(LimitOffset::new(7, offset));
            let (rows, total) = service.list_and_count(filters).unwrap();
            assert_eq!(total, 100, "offset {offset}");
            seen.extend(rows.into_iter().map(|thing| thing.id));
        }
        assert_eq!(seen.iter().copied().collect::<BTreeSet<_>>().len(), 100);
        assert_eq!(seen.len(), 100);
        let mut sorted = seen.clone();
        sorted.sort_by(|left, right| if order == SortOrder::Asc { left.cmp(right) } else { right.cmp(left) });
        assert_eq!(seen, sorted);
    }
}
