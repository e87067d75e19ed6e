//! The types that are built in, their extremes, and what they refuse.

use std::str::FromStr;

use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::json;

use crate::{Colour, open};

database_tests! {
    every_type_comes_back_as_it_went,
    nulls_come_back_as_nulls,
    extremes_come_back_as_they_went,
    texts_come_back_as_they_went,
    json_comes_back_as_it_went,
    decimals_are_kept_or_refused,
    a_number_that_is_none_is_refused,
    filters_compare_every_type,
    audit_columns_are_kept_in_utc,
    unknown_text_of_an_enum_is_an_error_that_names_it,
    a_decimal_too_long_for_any_column_is_refused_unparsed,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "samples")]
struct Sample {
    id: Uuid,
    flag: bool,
    small: i16,
    medium: i32,
    large: i64,
    single: f32,
    double: f64,
    text: String,
    bytes: Vec<u8>,
    other: Uuid,
    day: NaiveDate,
    clock: NaiveTime,
    local: NaiveDateTime,
    instant: DateTime<Utc>,
    document: serde_json::Value,
    amount: BigDecimal,
    colour: Colour,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "optional_samples")]
struct OptionalSample {
    id: Uuid,
    flag: Option<bool>,
    small: Option<i16>,
    medium: Option<i32>,
    large: Option<i64>,
    single: Option<f32>,
    double: Option<f64>,
    text: Option<String>,
    bytes: Option<Vec<u8>>,
    other: Option<Uuid>,
    day: Option<NaiveDate>,
    clock: Option<NaiveTime>,
    local: Option<NaiveDateTime>,
    instant: Option<DateTime<Utc>>,
    document: Option<serde_json::Value>,
    amount: Option<BigDecimal>,
    colour: Option<Colour>,
}

#[derive(Debug, Clone, PartialEq, UuidAuditBase, Service)]
#[alchemy(table = "notes")]
struct Note {
    id: Uuid,
    title: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn sample() -> NewSample {
    NewSample {
        id: None,
        flag: true,
        small: -12,
        medium: 123_456,
        large: -9_876_543_210,
        single: 1.5,
        double: 0.1,
        text: "plain".into(),
        bytes: vec![0, 1, 255],
        other: Uuid::from_u128(0x1234_5678_9abc_def0_1122_3344_5566_7788),
        day: "2024-02-29".parse().unwrap(),
        clock: "23:59:59.999999".parse().unwrap(),
        local: local("2024-02-29T12:34:56.000001"),
        instant: "2024-02-29T12:34:56.5Z".parse().unwrap(),
        document: json!({"a": [1, 2.5, null, "x"]}),
        amount: "1234.5678".parse().unwrap(),
        colour: Colour::DeepBlue,
    }
}

fn round_trip(db: &TestDatabase, new: NewSample) -> Sample {
    let engine = open(db);
    let session = engine.session();
    let created = SampleService::new(session.clone()).create(new.clone()).unwrap();
    session.commit().unwrap();
    let read = SampleService::new(engine.session()).get(created.id).unwrap();
    assert_eq!(read, created);
    let expected = Sample { id: created.id, ..from(new) };
    assert_eq!(read, expected);
    read
}

fn from(new: NewSample) -> Sample {
    Sample {
        id: Uuid::nil(),
        flag: new.flag,
        small: new.small,
        medium: new.medium,
        large: new.large,
        single: new.single,
        double: new.double,
        text: new.text,
        bytes: new.bytes,
        other: new.other,
        day: new.day,
        clock: new.clock,
        local: new.local,
        instant: new.instant,
        document: new.document,
        amount: new.amount,
        colour: new.colour,
    }
}

fn every_type_comes_back_as_it_went(db: TestDatabase) {
    round_trip(&db, sample());
    assert_eq!(db.texts("SELECT colour FROM samples"), ["deep_blue"]);
}

fn nulls_come_back_as_nulls(db: TestDatabase) {
    let engine = open(&db);
    let service = OptionalSampleService::new(engine.session());
    let empty = service.create(NewOptionalSample::default()).unwrap();
    let expected = OptionalSample {
        id: empty.id,
        flag: None,
        small: None,
        medium: None,
        large: None,
        single: None,
        double: None,
        text: None,
        bytes: None,
        other: None,
        day: None,
        clock: None,
        local: None,
        instant: None,
        document: None,
        amount: None,
        colour: None,
    };
    assert_eq!(service.get(empty.id).unwrap(), expected);
    // One row with values and one without, in one statement.
    let full = NewOptionalSample {
        flag: Some(false),
        large: Some(7),
        text: Some(String::new()),
        instant: Some("2024-01-01T00:00:00Z".parse().unwrap()),
        colour: Some(Colour::Red),
        ..Default::default()
    };
    let created = service.create_many([full, NewOptionalSample::default()]).unwrap();
    assert_eq!(created[0].flag, Some(false));
    assert_eq!(created[0].text.as_deref(), Some(""));
    assert_eq!(created[1], OptionalSample { id: created[1].id, ..expected });
}

fn extremes_come_back_as_they_went(db: TestDatabase) {
    for (small, medium, large) in [(i16::MIN, i32::MIN, i64::MIN), (i16::MAX, i32::MAX, i64::MAX), (0, 0, 0)]
    {
        round_trip(&db, NewSample { small, medium, large, ..sample() });
    }
    for (double, single) in [
        (f64::MAX, 3.0e38),
        (f64::MIN_POSITIVE, 1.0e-37),
        (-0.1, -0.1),
        (123_456_789.123_456_79, 16_777_217.0),
    ] {
        round_trip(&db, NewSample { double, single, ..sample() });
    }
    for (day, clock, moment) in [
        ("1000-01-01", "00:00:00", "1000-01-01T00:00:00"),
        ("9999-12-31", "23:59:59.999999", "9999-12-31T23:59:59.999999"),
        ("1970-01-01", "12:00:00.000001", "1969-12-31T23:59:59.999999"),
    ] {
        let (day, clock) = (day.parse().unwrap(), clock.parse().unwrap());
        round_trip(
            &db,
            NewSample { day, clock, local: local(moment), instant: local(moment).and_utc(), ..sample() },
        );
    }
    round_trip(&db, NewSample { bytes: Vec::new(), text: String::new(), ..sample() });
    round_trip(&db, NewSample { bytes: (0..=255).cycle().take(200_000).collect(), ..sample() });
}

fn texts_come_back_as_they_went(db: TestDatabase) {
    let long = "x\u{1F600}é'\"\\".repeat(100_000);
    for text in [
        "it's \"quoted\" `so`",
        "\\ % _ ! ?",
        "\u{1F600}\u{10FFFF} 漢字 é",
        " spaces \t\n\r ",
        "$1 ? :x",
        &long,
    ] {
        round_trip(&db, NewSample { text: text.to_owned(), ..sample() });
    }
    let engine = open(&db);
    let service = SampleService::new(engine.session());
    let result = service.create(NewSample { text: "a\0b".into(), ..sample() });
    match db.backend() {
        // PostgreSQL's texts have no NUL.
        Backend::Postgres => assert_eq!(result.unwrap_err().kind(), ErrorKind::InvalidValue),
        _ => assert_eq!(service.get(result.unwrap().id).unwrap().text, "a\0b"),
    }
}

fn json_comes_back_as_it_went(db: TestDatabase) {
    for document in [
        json!(null),
        json!(true),
        json!(1),
        json!(-1.5),
        json!("text"),
        json!([]),
        json!({}),
        json!({"deep": {"er": [{"x": "é\u{1F600}\""}]}}),
        json!(9_007_199_254_740_993_i64),
    ] {
        round_trip(&db, NewSample { document, ..sample() });
    }
}

fn decimals_are_kept_or_refused(db: TestDatabase) {
    for amount in ["0", "-1", "0.1", "99999999.99", "123456789012345", "-0.000001", "9007199254740993"] {
        round_trip(&db, NewSample { amount: BigDecimal::from_str(amount).unwrap(), ..sample() });
    }
    let engine = open(&db);
    let service = SampleService::new(engine.session());
    let amount = BigDecimal::from_str("12345678901234567890.123456789").unwrap();
    let result = service.create(NewSample { amount: amount.clone(), ..sample() });
    match db.backend() {
        // Its numbers have 15 digits; what does not fit is refused, not rounded.
        Backend::Sqlite => assert_eq!(result.unwrap_err().kind(), ErrorKind::InvalidValue),
        _ => assert_eq!(service.get(result.unwrap().id).unwrap().amount, amount),
    }
}

fn a_number_that_is_none_is_refused(db: TestDatabase) {
    let engine = open(&db);
    let service = SampleService::new(engine.session());
    for double in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = service.create(NewSample { double, ..sample() }).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
        assert_eq!(error.to_string(), "`double` is refused: a number that is not finite cannot be stored");
        let error = service.create(NewSample { single: double as f32, ..sample() }).unwrap_err();
        assert_eq!(error.detail().unwrap().field.as_deref(), Some("single"));
    }
    assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 0);
}

fn filters_compare_every_type(db: TestDatabase) {
    let engine = open(&db);
    let service = SampleService::new(engine.session());
    let row = service.create(sample()).unwrap();
    service
        .create(NewSample {
            flag: false,
            small: 1,
            medium: 1,
            large: 1,
            single: 9.0,
            double: 9.0,
            text: "zzz".into(),
            bytes: vec![9],
            other: Uuid::nil(),
            day: "1999-01-01".parse().unwrap(),
            clock: "01:00:00".parse().unwrap(),
            local: local("1999-01-01T00:00:00"),
            instant: "1999-01-01T00:00:00Z".parse().unwrap(),
            amount: 5.into(),
            colour: Colour::Red,
            ..sample()
        })
        .unwrap();
    let found = |filter: Filter<Sample>| service.get_one(filter).unwrap().id;
    assert_eq!(found(Sample::FLAG.eq(true)), row.id);
    assert_eq!(found(Sample::SMALL.lt(0)), row.id);
    assert_eq!(found(Sample::MEDIUM.ge(123_456)), row.id);
    assert_eq!(found(Sample::LARGE.eq(-9_876_543_210)), row.id);
    assert_eq!(found(Sample::SINGLE.eq(1.5)), row.id);
    assert_eq!(found(Sample::DOUBLE.eq(0.1)), row.id);
    assert_eq!(found(Sample::TEXT.eq("plain")), row.id);
    assert_eq!(found(Sample::BYTES.eq(vec![0, 1, 255])), row.id);
    assert_eq!(found(Sample::OTHER.eq(row.other)), row.id);
    assert_eq!(found(Sample::DAY.gt(NaiveDate::from_ymd_opt(2024, 2, 28).unwrap())), row.id);
    assert_eq!(found(Sample::CLOCK.eq(row.clock)), row.id);
    assert_eq!(found(Sample::LOCAL.eq(row.local)), row.id);
    assert_eq!(found(Sample::INSTANT.eq(row.instant)), row.id);
    assert_eq!(found(Sample::INSTANT.between(row.instant, row.instant)), row.id);
    assert_eq!(found(Sample::AMOUNT.gt(BigDecimal::from(1234))), row.id);
    assert_eq!(found(Sample::AMOUNT.eq(row.amount.clone())), row.id);
    assert_eq!(found(Sample::COLOUR.eq(Colour::DeepBlue)), row.id);
}

fn audit_columns_are_kept_in_utc(db: TestDatabase) {
    let engine = open(&db);
    let service = NoteService::new(engine.session());
    let before = Utc::now();
    let note = service.create(NewNote { id: None, title: "a".into() }).unwrap();
    let after = Utc::now();
    assert_eq!(note.created_at, note.updated_at);
    // To the microsecond, as all databases keep it.
    assert!(note.created_at.timestamp_micros() >= before.timestamp_micros(), "{note:?}");
    assert!(note.created_at <= after, "{note:?}");
    std::thread::sleep(std::time::Duration::from_millis(2));
    let changes = NoteChangeset { title: Some("b".into()) };
    let changed = service.update(note.id, changes).unwrap();
    assert_eq!(changed.created_at, note.created_at);
    assert!(changed.updated_at > note.updated_at, "{changed:?}");
    let same = service.update(note.id, NoteChangeset::default()).unwrap();
    assert_eq!(same, changed);
}

fn unknown_text_of_an_enum_is_an_error_that_names_it(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let row = SampleService::new(session.clone()).create(sample()).unwrap();
    session.commit().unwrap();
    db.admin("UPDATE samples SET colour = 'mauve'");
    let error = SampleService::new(session).get(row.id).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database);
    let cause = error.driver_error().unwrap().to_string();
    assert!(cause.contains("colour") && cause.contains("mauve"), "{cause}");
}

#[derive(Debug, Clone, PartialEq, UuidBase)]
#[alchemy(table = "prices")]
struct Price {
    id: Uuid,
    amount: BigDecimal,
    discount: Option<BigDecimal>,
}

fn a_decimal_too_long_for_any_column_is_refused_unparsed(_: TestDatabase) {
    let text = |digits: usize| "9".repeat(digits);
    let read = |json: &str| serde_json::from_str::<NewPrice>(json).map_err(|error| error.to_string());
    let refused = "a decimal of more than 1100 characters cannot be stored";
    for (json, field) in [
        (format!(r#"{{"amount": "{}"}}"#, text(1101)), "amount"),
        (format!(r#"{{"amount": 1, "discount": "{}"}}"#, text(1101)), "discount"),
        (format!(r#"{{"amount": 1, "discount": "{}"}}"#, text(10_000_000)), "discount"),
    ] {
        let error = read(&json).unwrap_err();
        assert!(error.starts_with(&format!("`{field}`: {refused}")), "{error}");
        let error = serde_json::from_str::<PriceChangeset>(&json).unwrap_err().to_string();
        assert!(error.starts_with(&format!("`{field}`: {refused}")), "{error}");
    }
    let new = read(&format!(r#"{{"amount": "{}", "discount": -1.5}}"#, text(1100))).unwrap();
    assert_eq!(new.amount, BigDecimal::from_str(&text(1100)).unwrap());
    assert_eq!(new.discount, Some("-1.5".parse().unwrap()));
    let new = read(r#"{"amount": 18446744073709551615, "discount": null}"#).unwrap();
    assert_eq!((new.amount, new.discount), (u64::MAX.into(), None));
    let changes: PriceChangeset = serde_json::from_str(r#"{"discount": null}"#).unwrap();
    assert_eq!((changes.amount, changes.discount), (None, Some(None)));
    assert_eq!(
        read(r#"{"amount": 1, "amount": 2}"#).unwrap_err(),
        "duplicate field `amount` at line 1 column 22"
    );
    assert_eq!(
        read(r#"{"amount": true}"#).unwrap_err(),
        "`amount`: invalid type: boolean `true`, expected a number or formatted decimal string at line 1 column 15"
    );
}
