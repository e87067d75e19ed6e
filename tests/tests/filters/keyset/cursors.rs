//! Cursors: where they lead, and what is refused.

use alchemy_core::filter::{FilterError, Keyset, ParamLimits, all};
use alchemy_core::prelude::*;
use alchemy_core::schema::CursorPage;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use diesel::prelude::*;

use super::{in_order, numbers, page, page_of, row};
use crate::{NewThing, Thing, ThingService, open};

database_tests! {
    a_page_goes_on_after_a_row_that_is_gone,
    a_page_whose_rows_have_gone_leads_back,
    a_cursor_is_good_under_another_condition_and_with_another_size,
    a_cursor_that_was_changed_is_refused_without_a_statement,
    a_cursor_of_another_order_or_model_is_refused,
    a_cursor_is_good_wherever_the_secret_is_the_same,
    a_list_that_counts_rows_takes_no_cursor,
    a_page_needs_a_size_and_an_order_of_values,
    a_schema_without_the_columns_that_are_ordered_by,
    the_parameters_of_a_query_string,
    a_number_that_is_none_is_no_end_of_a_page: [sqlite, postgres],
    times_in_every_form_that_the_database_takes: [sqlite],
    a_page_of_composite_keys,
    every_kind_of_value_can_be_ordered_by,
}

pub(super) fn service(db: &TestDatabase) -> ThingService {
    ThingService::new(open(db, "things").session())
}

/// Nine rows, three of each name.
fn fill(db: &TestDatabase) -> ThingService {
    let service = service(db);
    let names = ["a", "b", "c"].into_iter().cycle();
    service.create_many((1..=9).zip(names).map(|(number, name)| row(number, name))).unwrap();
    service
}

fn by_name() -> [OrderBy<Thing>; 2] {
    [Thing::NAME.asc(), Thing::NUMBER.desc()]
}

pub(super) fn filter_error(result: Result<CursorPage<Thing>>) -> FilterError {
    match result.map(|page| numbers(&page)) {
        Err(Error::Filter(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn invalid_cursor() -> FilterError {
    FilterError::InvalidCursor { name: "cursor".to_owned() }
}

fn a_page_goes_on_after_a_row_that_is_gone(db: TestDatabase) {
    let service = fill(&db);
    let first = page(&service, &by_name(), Keyset::first(4));
    assert_eq!(numbers(&first), [7, 4, 1, 8]);
    service.delete(first.items[3].id).unwrap();
    service.create(row(10, "b")).unwrap();
    service.create(row(6, "b")).unwrap();
    let second = page(&service, &by_name(), Keyset::at(4, first.next.unwrap()));
    assert_eq!(numbers(&second), [6, 5, 2, 9]);
    let back = page(&service, &by_name(), Keyset::at(4, second.previous.unwrap()));
    assert_eq!(numbers(&back), [7, 4, 1, 10]);
    assert_eq!(back.previous, None);
}

fn a_page_whose_rows_have_gone_leads_back(db: TestDatabase) {
    let service = fill(&db);
    let first = page(&service, &by_name(), Keyset::first(5));
    let second = page(&service, &by_name(), Keyset::at(5, first.next.clone().unwrap()));
    assert_eq!((numbers(&first), numbers(&second)), (vec![7, 4, 1, 8, 5], vec![2, 9, 6, 3]));

    for thing in &second.items {
        service.delete(thing.id).unwrap();
    }
    let empty = page(&service, &by_name(), Keyset::at(5, first.next.unwrap()));
    assert_eq!((numbers(&empty), empty.next), (vec![], None));
    let back = page(&service, &by_name(), Keyset::at(5, empty.previous.unwrap()));
    assert_eq!((numbers(&back), back.previous), (vec![7, 4, 1, 8, 5], None));

    for thing in &first.items {
        service.delete(thing.id).unwrap();
    }
    let last = service.create(row(1, "b")).unwrap();
    let empty = page(&service, &by_name(), Keyset::at(5, second.previous.unwrap()));
    assert_eq!((numbers(&empty), empty.previous), (vec![], None));
    let on = page(&service, &by_name(), Keyset::at(5, empty.next.unwrap()));
    assert_eq!((numbers(&on), on.items[0].id), (vec![1], last.id));
}

fn a_cursor_is_good_under_another_condition_and_with_another_size(db: TestDatabase) {
    let service = fill(&db);
    let next = page(&service, &by_name(), Keyset::first(3)).next.unwrap();
    let odd = in_order(&by_name()).filter(Thing::NUMBER.is_in([1, 3, 5, 7, 9]));
    let page = page_of(&service, &odd, Keyset::at(2, next));
    assert_eq!((numbers(&page), page.limit), (vec![5, 9], 2));
    let page = page_of(&service, &odd, Keyset::at(2, page.next.unwrap()));
    assert_eq!((numbers(&page), page.next), (vec![3], None));
}

fn a_cursor_that_was_changed_is_refused_without_a_statement(db: TestDatabase) {
    let service = fill(&db);
    let next = page(&service, &by_name(), Keyset::first(3)).next.unwrap();
    let before = service.session().stats().statements;
    for at in 0..next.len() {
        let mut changed = next.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let filters = in_order(&by_name()).keyset(Keyset::at(3, changed.as_str()));
        assert_eq!(filter_error(service.list_page(filters)), invalid_cursor(), "{changed}");
    }
    assert_eq!(service.session().stats().statements, before);
}

fn a_cursor_of_another_order_or_model_is_refused(db: TestDatabase) {
    let service = fill(&db);
    let next = page(&service, &by_name(), Keyset::first(3)).next.unwrap();
    let at = || Keyset::at(3, next.as_str());
    for orders in [
        &[Thing::NAME.asc(), Thing::NUMBER.asc()][..],
        &[Thing::NUMBER.desc(), Thing::NAME.asc()],
        &[Thing::NAME.asc()],
        &[],
    ] {
        let error = filter_error(service.list_page(in_order(orders).keyset(at())));
        assert_eq!(error, invalid_cursor(), "{orders:?}");
    }
    service.session().commit().unwrap();
    let twins = TwinService::new(open(&db, "keyset").session());
    let filters = Filters::new().order_by(Twin::NAME.asc()).order_by(Twin::NUMBER.desc()).keyset(at());
    let error = twins.list_page(filters).map(|page| page.items.len()).unwrap_err();
    assert!(matches!(error, Error::Filter(FilterError::InvalidCursor { .. })), "{error:?}");
}

/// As far as the order goes, the same as a [`Thing`].
#[derive(Debug, Clone, UuidBase, Service)]
#[alchemy(table = "twins", bind_key = "keyset")]
struct Twin {
    id: Uuid,
    number: i32,
    name: String,
}

fn a_cursor_is_good_wherever_the_secret_is_the_same(db: TestDatabase) {
    fill(&db).session().commit().unwrap();
    let with = |secret: Option<&str>| {
        let config = EngineConfig::new(db.url()).bind_key("things");
        let config = match secret {
            Some(secret) => config.cursor_secret(secret),
            None => config,
        };
        ThingService::new(Engine::connect(config).unwrap().session())
    };
    let (one, same, other) = (
        with(Some("correct horse battery")),
        with(Some("correct horse battery")),
        with(Some("wrong horse battery")),
    );
    let next = page(&one, &by_name(), Keyset::first(3)).next.unwrap();
    assert_eq!(numbers(&page(&same, &by_name(), Keyset::at(3, next.as_str()))), [8, 5, 2]);
    for service in [other, with(None)] {
        let filters = in_order(&by_name()).keyset(Keyset::at(3, next.as_str()));
        assert_eq!(filter_error(service.list_page(filters)), invalid_cursor());
    }
    // Engines without one share that of the process.
    let next = page(&with(None), &by_name(), Keyset::first(3)).next.unwrap();
    assert_eq!(numbers(&page(&with(None), &by_name(), Keyset::at(3, next))), [8, 5, 2]);
}

fn a_list_that_counts_rows_takes_no_cursor(db: TestDatabase) {
    let service = fill(&db);
    let next = page(&service, &[], Keyset::first(3)).next.unwrap();
    let at = || Filters::<Thing>::new().keyset(Keyset::at(3, next.as_str()));
    let refused = |error: Error| match error {
        Error::Filter(error) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(service.list(at()).unwrap_err()), invalid_cursor());
    assert_eq!(refused(service.list_and_count(at()).unwrap_err()), invalid_cursor());
    assert_eq!(refused(service.list(Keyset::first(3)).unwrap_err()), FilterError::UnexpectedPage);
    // How many match does not depend on the page.
    assert_eq!(service.count(at()).unwrap(), 9);
}

fn a_page_needs_a_size_and_an_order_of_values(db: TestDatabase) {
    let service = fill(&db);
    let message = |filters: Filters<Thing>| filter_error(service.list_page(filters)).to_string();
    assert_eq!(filter_error(service.list_page(all())).to_string(), "`limit` must be given");
    assert_eq!(message(Filters::new().keyset(Keyset::first(0))), "`limit` must be at least 1");
    assert_eq!(message(Filters::new().keyset(Keyset::last(-1))), "`limit` must be at least 1");
    assert_eq!(
        message(Filters::new().limit_offset(LimitOffset::new(3, 3))),
        "`offset` must be zero: other pages are found by a cursor"
    );
    // A limit alone is the first page.
    let first = service.list_page(in_order(&by_name()).limit_offset(LimitOffset::new(3, 0))).unwrap();
    assert_eq!((numbers(&first), first.limit), (vec![7, 4, 1], 3));
    let everything = page(&service, &by_name(), Keyset::first(i64::MAX));
    assert_eq!((everything.items.len(), everything.next), (9, None));

    service.session().commit().unwrap();
    let notes = NoteService::new(open(&db, "keyset").session());
    let filters = Filters::new().order_by(Note::BODY.asc()).keyset(Keyset::first(3));
    let error = notes.list_page(filters).map(|page| page.items.len()).unwrap_err();
    assert_eq!(error.to_string(), "cannot order by `body`");
}

#[derive(Debug, Clone, UuidBase, Service)]
#[alchemy(table = "notes", bind_key = "keyset")]
struct Note {
    id: Uuid,
    body: Option<serde_json::Value>,
}

#[derive(Debug, PartialEq, Schema)]
#[schema(model = Thing)]
struct Numbered {
    number: i32,
}

fn a_schema_without_the_columns_that_are_ordered_by(db: TestDatabase) {
    let service = fill(&db);
    let mut seen = Vec::new();
    let mut keyset = Keyset::first(2);
    loop {
        let before = service.session().stats().statements;
        let filters = in_order(&by_name()).keyset(keyset);
        let page: CursorPage<Numbered> = service.list_page_as(filters).unwrap();
        assert_eq!(service.session().stats().statements - before, 1);
        seen.extend(page.items.into_iter().map(|thing| thing.number));
        let Some(next) = page.next else { break };
        keyset = Keyset::at(2, next);
    }
    assert_eq!(seen, [7, 4, 1, 8, 5, 2, 9, 6, 3]);
}

#[derive(Debug, Clone, UuidBase, Service)]
#[alchemy(table = "guests", bind_key = "keyset")]
struct Guest {
    id: Uuid,
    #[alchemy(sort, filter)]
    name: String,
    #[alchemy(sort)]
    age: Option<i32>,
}

fn the_parameters_of_a_query_string(db: TestDatabase) {
    let service = GuestService::new(open(&db, "keyset").session());
    let ages = [None, Some(3), Some(1), None, Some(2), Some(2)];
    let guests = ["ann", "bob", "cid", "dan", "eve", "fay"].into_iter().zip(ages);
    service
        .create_many(guests.map(|(name, age)| NewGuest { name: name.into(), age, ..Default::default() }))
        .unwrap();
    let read = |query: &[(&str, &str)]| {
        let query = [query, &[("orderBy", "age"), ("sortOrder", "asc"), ("pageSize", "4")]].concat();
        let filters = Filters::<Guest>::from_params(query, &ParamLimits::default()).unwrap();
        service.list_page(&filters)
    };
    let first = read(&[]).unwrap();
    let ages = |page: &CursorPage<Guest>| page.items.iter().map(|guest| guest.age).collect::<Vec<_>>();
    assert_eq!((ages(&first), first.previous.as_deref()), (vec![None, None, Some(1), Some(2)], None));
    let second = read(&[("cursor", first.next.as_deref().unwrap())]).unwrap();
    assert_eq!((ages(&second), second.next.as_deref()), (vec![Some(2), Some(3)], None));
    assert_ne!(first.items[3].name, second.items[0].name);
    let back = read(&[("cursor", second.previous.as_deref().unwrap())]).unwrap();
    assert_eq!(ages(&back), ages(&first));

    let error = read(&[("cursor", "nonsense")]).unwrap_err();
    assert_eq!(error.to_string(), "`cursor` is not a cursor of this list");
    let error = read(&[("currentPage", "2")]).unwrap_err();
    assert_eq!(error.to_string(), "`offset` must be zero: other pages are found by a cursor");
}

fn times_in_every_form_that_the_database_takes(db: TestDatabase) {
    let service = service(&db);
    service.create_many((1..=12).map(|number| row(number, ""))).unwrap();
    // By `CURRENT_TIMESTAMP`, by other programs, and by Alchemy: equal moments are not equal texts.
    let forms = [
        "2024-01-01 00:00:00",
        "2024-01-01T00:00:00Z",
        "2024-01-01 00:00:00.000",
        "2024-01-01 00:00:00.000000",
    ];
    for number in 1..=12 {
        let form = forms[number as usize % 4];
        let query = format!("UPDATE things SET moment = '{form}', single = 0.1 WHERE number = {number}");
        service.session().run(|connection| diesel::sql_query(query).execute(connection)).unwrap();
    }
    for orders in [[Thing::MOMENT.asc(), Thing::SINGLE.asc()], [Thing::SINGLE.desc(), Thing::MOMENT.desc()]] {
        let mut seen = Vec::new();
        let mut keyset = Keyset::first(2);
        loop {
            let page = page(&service, &orders, keyset);
            seen.extend(numbers(&page));
            let Some(next) = page.next else { break };
            keyset = Keyset::at(2, next);
        }
        seen.sort_unstable();
        assert_eq!(seen, (1..=12).collect::<Vec<_>>());
    }
}

#[derive(Debug, Clone, DefaultBase, Service)]
#[alchemy(table = "seats", bind_key = "keyset")]
struct Seat {
    #[alchemy(primary_key)]
    line: i64,
    #[alchemy(primary_key)]
    place: i64,
    taken: bool,
}

fn a_page_of_composite_keys(db: TestDatabase) {
    let service = SeatService::new(open(&db, "keyset").session());
    let seats = (0..20).map(|n| NewSeat { line: n / 5, place: n % 5, taken: n % 3 == 0 });
    service.create_many(seats).unwrap();
    for (orders, key) in [
        (vec![], (0..20).collect::<Vec<_>>()),
        (vec![Seat::LINE.desc()], (0..20).rev().collect()),
        (vec![Seat::LINE.desc(), Seat::PLACE.asc()], (0..20).map(|n| (3 - n / 5) * 5 + n % 5).collect()),
        (vec![Seat::PLACE.asc()], (0..20).map(|n| n % 4 * 5 + n / 4).collect()),
    ] {
        let filters: Filters<Seat> =
            orders.iter().fold(Filters::new(), |filters, order| filters.order_by(*order));
        let mut seen = Vec::new();
        let mut keyset = Keyset::first(3);
        loop {
            let page = service.list_page(filters.clone().keyset(keyset)).unwrap();
            seen.extend(page.items.iter().map(|seat| seat.line * 5 + seat.place));
            let Some(next) = page.next else { break };
            keyset = Keyset::at(3, next);
        }
        assert_eq!(seen, key, "{orders:?}");
    }
}

/// The kinds that a [`Thing`] lacks.
#[derive(Debug, Clone, UuidBase, Service)]
#[alchemy(table = "samples", bind_key = "keyset")]
struct Sample {
    id: Uuid,
    small: Option<i16>,
    stamp: Option<NaiveDateTime>,
    bytes: Option<Vec<u8>>,
}

fn every_kind_of_value_can_be_ordered_by(db: TestDatabase) {
    let service = SampleService::new(open(&db, "keyset").session());
    let stamp = |micros| DateTime::from_timestamp_micros(micros).unwrap().naive_utc();
    let samples = (0..24_i16).map(|n| NewSample {
        small: (n % 4 > 0).then_some(n % 4 * -10_000),
        stamp: (n % 3 > 0).then_some(stamp(i64::from(n % 3))),
        bytes: (n % 5 > 0).then(|| vec![0xff, n as u8 % 5]),
        ..Default::default()
    });
    service.create_many(samples).unwrap();
    for field in ["small", "stamp", "bytes", "id"] {
        for direction in [SortOrder::Asc, SortOrder::Desc] {
            let filters = Filters::new().order_by(OrderBy::field(field, direction).unwrap());
            let listed = service.list(filters.clone().order_by(OrderBy::new(Sample::ID, direction))).unwrap();
            let mut seen = Vec::new();
            let mut keyset = Keyset::first(5);
            loop {
                let page = service.list_page(filters.clone().keyset(keyset)).unwrap();
                seen.extend(page.items.iter().map(|sample| sample.id));
                let Some(next) = page.next else { break };
                keyset = Keyset::at(5, next);
            }
            assert_eq!(
                seen,
                listed.iter().map(|sample| sample.id).collect::<Vec<_>>(),
                "{field} {direction:?}"
            );
        }
    }
}

fn a_number_that_is_none_is_no_end_of_a_page(db: TestDatabase) {
    let service = service(&db);
    let numbered = |number: i32| NewThing { ratio: Some(f64::from(number)), ..row(number, "") };
    service.create_many((1..=4).map(numbered)).unwrap();
    let endless = match db.backend() {
        Backend::Sqlite => "UPDATE things SET ratio = 9e999 WHERE number = 1",
        _ => "UPDATE things SET ratio = 'Infinity' WHERE number = 1",
    };
    service.session().run(|connection| diesel::sql_query(endless).execute(connection)).unwrap();
    let orders = [Thing::RATIO.desc()];
    let before = service.session().stats().statements;
    let error = filter_error(service.list_page(in_order(&orders).keyset(Keyset::first(1))));
    let expected = "finite in a row at which a page ends".into();
    assert_eq!(error, FilterError::InvalidValue { field: "ratio".to_owned(), expected });
    let mut stream = service.stream_in(in_order(&orders), 1).unwrap();
    assert!(matches!(stream.next(), Some(Err(Error::Filter(FilterError::InvalidValue { .. })))));
    assert_eq!(service.session().stats().statements - before, 2);

    // Within a page it is a number like others, and a way back to it there is as well.
    let first = page(&service, &orders, Keyset::first(2));
    assert_eq!(numbers(&first), [1, 4]);
    let second = page(&service, &orders, Keyset::at(2, first.next.unwrap()));
    assert_eq!(numbers(&second), [3, 2]);
    let back = page(&service, &orders, Keyset::at(2, second.previous.unwrap()));
    assert_eq!((numbers(&back), back.previous), (vec![1, 4], None));
}
