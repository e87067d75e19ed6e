//! Streams: all rows, a batch at a time.

use alchemy_core::filter::{FilterError, Keyset};
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use super::row;
use crate::{NewThing, Thing, ThingService, numbers, open};

database_tests! {
    a_stream_is_the_list_in_batches_of_one_statement,
    a_stream_that_is_left_early_reads_no_further,
    a_stream_has_at_most_as_many_rows_as_the_page,
    a_stream_holds_nothing_that_keeps_its_session_from_work,
    a_stream_takes_no_page_but_the_first,
}

/// So many rows, each of five of one size, every seventh without one.
fn fill(db: &TestDatabase, count: i32) -> ThingService {
    let service = ThingService::new(open(db, "things").session());
    let size = |number: i32| (number % 7 != 0).then_some(number % (count / 5));
    service
        .create_many((1..=count).map(|number| NewThing { size: size(number), ..row(number, "") }))
        .unwrap();
    service
}

fn statements(service: &ThingService) -> u64 {
    service.session().stats().statements
}

fn a_stream_is_the_list_in_batches_of_one_statement(db: TestDatabase) {
    let service = fill(&db, 2500);
    let filters = Filters::new().order_by(Thing::SIZE.desc()).filter(Thing::NUMBER.gt(100));
    let expected = numbers(service.list(filters.clone().order_by(Thing::ID.desc())).unwrap());
    let before = statements(&service);
    let rows: Result<Vec<Thing>> = service.stream(filters).unwrap().collect();
    assert_eq!(numbers(rows.unwrap()), expected);
    // 1000, 1000 and 400.
    assert_eq!(statements(&service) - before, 3);
}

fn a_stream_that_is_left_early_reads_no_further(db: TestDatabase) {
    let service = fill(&db, 2500);
    let before = statements(&service);
    let mut stream = service.stream(Thing::NUMBER.asc()).unwrap();
    assert_eq!(statements(&service), before);
    let rows: Vec<_> = stream.by_ref().take(10).map(|row| row.unwrap().number).collect();
    assert_eq!(rows, (1..=10).collect::<Vec<_>>());
    assert_eq!(statements(&service) - before, 1);
    assert_eq!(stream.next().unwrap().unwrap().number, 11);
    assert_eq!(statements(&service) - before, 1);
}

fn a_stream_has_at_most_as_many_rows_as_the_page(db: TestDatabase) {
    let service = fill(&db, 1100);
    for (limit, rows, batches) in [(0, 0, 0), (1, 1, 1), (1000, 1000, 1), (1001, 1001, 2), (5000, 1100, 2)] {
        let before = statements(&service);
        let filters = Filters::new().order_by(Thing::NUMBER.asc()).limit_offset(LimitOffset::new(limit, 0));
        let seen: Vec<_> = service.stream(filters).unwrap().map(|row| row.unwrap().number).collect();
        assert_eq!(seen, (1..=rows).collect::<Vec<_>>(), "{limit}");
        assert_eq!(statements(&service) - before, batches, "{limit}");
    }
}

fn a_stream_holds_nothing_that_keeps_its_session_from_work(db: TestDatabase) {
    let service = fill(&db, 1100);
    let mut seen = Vec::new();
    for thing in service.stream(Thing::NUMBER.asc()).unwrap() {
        let thing = thing.unwrap();
        seen.push(thing.number);
        // The row that the next batch begins after is among them.
        if thing.number % 100 == 0 {
            service.delete(thing.id).unwrap();
        }
        if thing.number == 1050 {
            service.session().commit().unwrap();
        }
    }
    assert_eq!(seen, (1..=1100).collect::<Vec<_>>());
    assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 1089);
}

fn a_stream_takes_no_page_but_the_first(db: TestDatabase) {
    let service = fill(&db, 10);
    let refused = |filters: Filters<Thing>| match service.stream(filters).map(|_| ()) {
        Err(Error::Filter(error)) => error,
        other => panic!("{other:?}"),
    };
    let offset = Filters::new().limit_offset(LimitOffset::new(1, 1));
    assert_eq!(refused(offset), FilterError::UnexpectedPage);
    assert_eq!(refused(Filters::new().keyset(Keyset::first(1))), FilterError::UnexpectedPage);
    let at = Filters::new().keyset(Keyset::at(1, "x"));
    assert_eq!(refused(at), FilterError::InvalidCursor { name: "cursor".to_owned() });
    let error = service.stream_in(Thing::NUMBER.asc(), 0).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "`batch` must be at least 1");
}
