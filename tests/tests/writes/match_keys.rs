//! Values by which rows are told apart: texts that are almost the same, and values that the database rounds.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};

use crate::open;

database_tests! {
    texts_that_are_almost_the_same_are_rows_of_their_own,
    lookups_and_deletions_tell_almost_equal_texts_apart,
    texts_that_the_database_takes_for_equal_are_one_row: [sqlite, mysql],
    keys_that_the_database_takes_for_equal_find_one_row: [sqlite, mysql],
    texts_that_the_database_takes_for_equal_are_told_apart_by_get_and_update: [sqlite, mysql],
    times_are_matched_to_the_microsecond,
    decimals_are_matched_by_value,
    rows_with_keys_that_the_database_rounds_come_back_in_input_order,
}

/// A row whose key is a text.
#[derive(Debug, Clone, PartialEq, DefaultBase, Service)]
#[alchemy(table = "codes")]
struct Code {
    #[alchemy(primary_key, max_length = 40)]
    text: String,
    number: i32,
}

/// A row with a text that is no key.
#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "captions")]
struct Caption {
    id: i64,
    #[alchemy(max_length = 40)]
    text: Option<String>,
}

/// A row whose key is a time.
#[derive(Debug, Clone, PartialEq, DefaultBase, Service)]
#[alchemy(table = "moments")]
struct Moment {
    #[alchemy(primary_key)]
    at: DateTime<Utc>,
    number: i32,
}

/// A row that is found by a decimal.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "prices", match_fields(price))]
struct Price {
    id: Uuid,
    #[alchemy(unique, precision = 10, scale = 2)]
    price: BigDecimal,
    number: i32,
}

const ALIKE: [&str; 8] = ["Ann", "ann", "ANN", "Ann ", " Ann", "Änn", "Ann\u{0308}", ""];

fn code(text: &str, number: i32) -> NewCode {
    NewCode { text: text.into(), number }
}

fn codes(found: &[Code]) -> Vec<(&str, i32)> {
    found.iter().map(|code| (code.text.as_str(), code.number)).collect()
}

fn texts_that_are_almost_the_same_are_rows_of_their_own(db: TestDatabase) {
    let service = CodeService::new(open(&db).session());
    for number in 0..2 {
        let found = service.upsert_many(ALIKE.map(|text| code(text, number))).unwrap();
        assert_eq!(codes(&found), ALIKE.map(|text| (text, number)));
        assert_eq!(service.count(all()).unwrap(), 8);
    }
    for text in ALIKE {
        assert_eq!(codes(&[service.upsert(code(text, 2)).unwrap()]), [(text, 2)]);
        assert_eq!(codes(&[service.as_unique(code(text, 3)).unwrap()]), [(text, 2)]);
        let (found, inserted) = service.get_or_upsert(code(text, 4)).unwrap();
        assert_eq!((codes(&[found]), inserted), (vec![(text, 4)], false));
    }
    assert_eq!(service.count(Code::NUMBER.eq(4)).unwrap(), 8);
}

fn lookups_and_deletions_tell_almost_equal_texts_apart(db: TestDatabase) {
    let service = CodeService::new(open(&db).session());
    service.create_many(ALIKE.map(|text| code(text, 0))).unwrap();
    let changes = ALIKE
        .into_iter()
        .zip(1..9)
        .rev()
        .map(|(text, number)| (text.to_owned(), CodeChangeset { number: Some(number) }));
    let changed = service.update_many(changes).unwrap();
    let expected: Vec<_> = ALIKE.into_iter().zip(1..9).rev().collect();
    assert_eq!(codes(&changed), expected);
    let deleted = service.delete_many(["ann", "ann ", "Ann "].map(str::to_owned)).unwrap();
    assert_eq!(codes(&deleted), [("ann", 2), ("Ann ", 4)]);
    assert_eq!(service.count(all()).unwrap(), 6);
}

/// Has the table's texts compared without regard to case, as tables of other makers often are.
fn ignore_case(db: &TestDatabase) {
    db.admin(match db.backend() {
        Backend::Mysql => "ALTER TABLE codes MODIFY text VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL",
        _ => "DROP TABLE codes; CREATE TABLE codes (text TEXT COLLATE NOCASE NOT NULL PRIMARY KEY, number INTEGER NOT NULL)",
    });
}

fn texts_that_the_database_takes_for_equal_are_one_row(db: TestDatabase) {
    let engine = open(&db);
    ignore_case(&db);
    let service = CodeService::new(engine.session());
    let found = service.upsert_many([code("ANN", 1), code("bob", 2), code("Ann", 3)]).unwrap();
    assert_eq!(codes(&found), [("ANN", 3), ("bob", 2), ("ANN", 3)]);
    assert_eq!(codes(&[service.upsert(code("aNN", 4)).unwrap()]), [("ANN", 4)]);
    assert_eq!(codes(&[service.as_unique(code("ann", 5)).unwrap()]), [("ANN", 4)]);
    let (found, inserted) = service.get_or_upsert(code("BOB", 6)).unwrap();
    assert_eq!((codes(&[found]), inserted), (vec![("bob", 6)], false));
    assert_eq!(service.count(all()).unwrap(), 2);
}

fn keys_that_the_database_takes_for_equal_find_one_row(db: TestDatabase) {
    let engine = open(&db);
    ignore_case(&db);
    let service = CodeService::new(engine.session());
    service.create_many([code("Ann", 0), code("bob", 0), code("Cid", 0)]).unwrap();
    let number = |number| CodeChangeset { number: Some(number) };
    let one = service.update_many([("BOB".to_owned(), number(1)), ("ann".to_owned(), number(2))]).unwrap();
    assert_eq!(codes(&one), [("bob", 1), ("Ann", 2)]);
    let twice = service.update_many([("ann".to_owned(), number(3)), ("ANN".to_owned(), number(4))]).unwrap();
    assert_eq!(codes(&twice)[1], ("Ann", 4));
    assert_eq!(service.get("Ann".to_owned()).unwrap().number, 4);
    let missing = service.update_many([("ann".to_owned(), number(5)), ("dan".to_owned(), number(5))]);
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(service.count(Code::NUMBER.eq(5)).unwrap(), 0);
    let deleted = service.delete_many(["ANN", "bob", "ann"].map(str::to_owned)).unwrap();
    let mut deleted = codes(&deleted);
    deleted.sort_unstable();
    assert_eq!(deleted, [("Ann", 4), ("bob", 1)]);
    let each = service.delete_each(["CID", "nobody"].map(str::to_owned)).unwrap();
    assert_eq!(codes(&[each[0].clone().unwrap()]), [("Cid", 0)]);
    assert_eq!(each[1].as_ref().unwrap_err().kind(), ErrorKind::NotFound);
}

fn texts_that_the_database_takes_for_equal_are_told_apart_by_get_and_update(db: TestDatabase) {
    let engine = open(&db);
    db.admin(match db.backend() {
        Backend::Mysql => {
            "ALTER TABLE captions MODIFY text VARCHAR(40) CHARACTER SET latin1 COLLATE latin1_german1_ci NULL"
        }
        _ => "DROP TABLE captions; CREATE TABLE captions (id INTEGER PRIMARY KEY, text TEXT COLLATE NOCASE)",
    });
    let service = CaptionService::new(engine.session());
    let row = service.create(NewCaption { id: None, text: Some("Ann".into()) }).unwrap();
    for text in [Some("ANN"), Some("ANN "), Some("Änn"), Some("änn"), None, Some("")] {
        let changes = || CaptionChangeset { text: Some(text.map(str::to_owned)) };
        let expected = Caption { id: row.id, text: text.map(str::to_owned) };
        assert_eq!(service.get_and_update(row.id, changes()).unwrap(), (expected.clone(), true));
        assert_eq!(service.get_and_update(row.id, changes()).unwrap(), (expected, false));
    }
}

fn times_are_matched_to_the_microsecond(db: TestDatabase) {
    let service = MomentService::new(open(&db).session());
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let stored = at("2024-02-29T12:00:00.123456Z");
    let given = at("2024-02-29T12:00:00.123456789Z");
    let moment = |at, number| NewMoment { at, number };
    let first = service.upsert_many([moment(given, 1), moment(stored, 2)]).unwrap();
    assert_eq!(first, [Moment { at: stored, number: 2 }, Moment { at: stored, number: 2 }]);
    assert_eq!(service.upsert(moment(given, 3)).unwrap(), Moment { at: stored, number: 3 });
    let changed = service.update_many([(given, MomentChangeset { number: Some(4) })]).unwrap();
    assert_eq!(changed, [Moment { at: stored, number: 4 }]);
    assert_eq!(service.delete_many([given]).unwrap(), changed);
}

fn decimals_are_matched_by_value(db: TestDatabase) {
    let service = PriceService::new(open(&db).session());
    let price = |text: &str, number| NewPrice { id: None, price: text.parse().unwrap(), number };
    let found = service.upsert_many([price("1.50", 1), price("2", 2), price("1.5", 3)]).unwrap();
    assert_eq!(found.iter().map(|price| price.number).collect::<Vec<_>>(), [3, 2, 3]);
    assert_eq!(service.upsert(price("2.00", 4)).unwrap().id, found[1].id);
    assert_eq!(service.as_unique(price("1.500", 5)).unwrap(), found[0]);
    assert_eq!(service.count(all()).unwrap(), 2);
}

fn rows_with_keys_that_the_database_rounds_come_back_in_input_order(db: TestDatabase) {
    let service = MomentService::new(open(&db).session());
    let at = |n: i64| DateTime::<Utc>::from_timestamp_nanos(1_700_000_000_000_000_999 + n * 1_000_000);
    let order = [3, 1, 2, 0];
    let created = service.create_many(order.map(|n| NewMoment { at: at(n.into()), number: n })).unwrap();
    assert_eq!(created.iter().map(|moment| moment.number).collect::<Vec<_>>(), order);
    let each = service
        .create_each([NewMoment { at: at(9), number: 9 }, NewMoment { at: at(8), number: 8 }])
        .unwrap();
    assert_eq!(each.into_iter().map(|moment| moment.unwrap().number).collect::<Vec<_>>(), [9, 8]);
}
