//! Rows in bulk: `insert_many`, which counts them and reads none back, and `create_many`, which does.

mod common;

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use common::{Author, AuthorService, NewAuthor, date, new_author, open};
use serde_json::json;

database_tests! {
    a_hundred_thousand_rows_are_counted_and_kept,
    a_hundred_thousand_rows_come_back_in_their_order,
    every_type_and_its_null_come_back_as_they_went,
    extremes_come_back_as_they_went,
    a_violated_constraint_in_the_last_row_leaves_nothing,
    a_value_that_is_refused_in_the_last_row_leaves_nothing,
    a_text_that_is_too_long_is_refused_before_anything_is_sent,
    no_rows_are_no_statement,
    a_batch_is_as_few_statements_as_the_database_needs,
    what_a_row_leaves_out_gets_the_default_of_the_database,
    keys_that_the_database_makes_and_keys_that_are_given_go_together,
    columns_that_alchemy_keeps_are_filled,
    a_row_may_refer_to_one_before_it_whatever_columns_they_have,
    other_work_of_the_session_outlives_a_batch_that_failed,
    rows_are_there_for_the_same_session_and_gone_after_a_rollback,
    a_column_of_another_type_gets_the_value_and_not_its_bytes: [postgres],
    a_view_takes_rows: [postgres],
    a_killed_connection_is_a_connection_error: [postgres],
}

/// A model with a column of every type, each once for a value and once for a null.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "samples")]
struct Sample {
    id: Uuid,
    flag: Option<bool>,
    small: Option<i16>,
    medium: Option<i32>,
    large: Option<i64>,
    single: Option<f32>,
    double: Option<f64>,
    text: Option<String>,
    #[alchemy(max_length = 20)]
    short: Option<String>,
    bytes: Option<Vec<u8>>,
    other: Option<Uuid>,
    day: Option<NaiveDate>,
    clock: Option<NaiveTime>,
    local: Option<NaiveDateTime>,
    instant: Option<DateTime<Utc>>,
    document: Option<serde_json::Value>,
    #[alchemy(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Json>)]
    plain: Option<serde_json::Value>,
    amount: Option<BigDecimal>,
    #[alchemy(precision = 10, scale = 2)]
    price: Option<BigDecimal>,
    colour: Option<Colour>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TextEnum)]
enum Colour {
    Red,
    DeepBlue,
}

/// A model whose database gives what a row leaves out.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "tickets")]
struct Ticket {
    id: Uuid,
    #[alchemy(unique)]
    title: String,
    #[alchemy(db_default = "7")]
    priority: i32,
}

/// A model whose key the database makes.
#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "events")]
struct Event {
    id: i64,
    name: String,
}

/// A model that refers to itself.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "branches")]
struct Branch {
    id: Uuid,
    #[alchemy(foreign_key(Branch))]
    parent_id: Option<Uuid>,
    #[alchemy(db_default = "7")]
    leaves: i32,
}

/// A model with all columns that Alchemy keeps.
#[derive(Debug, Clone, PartialEq, UuidAuditBase, Service)]
#[alchemy(table = "notes")]
struct Note {
    id: Uuid,
    title: String,
    #[alchemy(version)]
    version: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn ticket(title: impl Into<String>, priority: Option<i32>) -> NewTicket {
    NewTicket { id: None, title: title.into(), priority }
}

/// The field that an error names.
fn field(error: &Error) -> Option<&str> {
    error.detail().and_then(|detail| detail.field.as_deref())
}

fn nothing() -> NewSample {
    NewSample {
        id: Some(Uuid::new_v4()),
        flag: None,
        small: None,
        medium: None,
        large: None,
        single: None,
        double: None,
        text: None,
        short: None,
        bytes: None,
        other: None,
        day: None,
        clock: None,
        local: None,
        instant: None,
        document: None,
        plain: None,
        amount: None,
        price: None,
        colour: None,
    }
}

fn something() -> NewSample {
    NewSample {
        id: Some(Uuid::new_v4()),
        flag: Some(true),
        small: Some(-12),
        medium: Some(123_456),
        large: Some(-9_876_543_210),
        single: Some(1.5),
        double: Some(0.1),
        text: Some("plain, \"quoted\"\t\\N\nčeský 🦀".into()),
        short: Some("Zwölf Boxkämpfer".into()),
        bytes: Some(vec![0, 1, 255]),
        other: Some(Uuid::from_u128(0x1234_5678_9abc_def0_1122_3344_5566_7788)),
        day: Some(date("2024-02-29")),
        clock: Some("23:59:59.999999".parse().unwrap()),
        local: Some("2024-02-29T12:34:56.000001".parse().unwrap()),
        instant: Some("2024-02-29T12:34:56.5Z".parse().unwrap()),
        document: Some(json!({"a": [1, 2.5, null, "x"]})),
        plain: Some(json!(["ä", {"b": false}])),
        amount: Some("1234.5678".parse().unwrap()),
        price: Some("-99999999.99".parse().unwrap()),
        colour: Some(Colour::DeepBlue),
    }
}

/// The row that is to be made of a new one.
fn made(new: &NewSample) -> Sample {
    let new = new.clone();
    Sample {
        id: new.id.unwrap(),
        flag: new.flag,
        small: new.small,
        medium: new.medium,
        large: new.large,
        single: new.single,
        double: new.double,
        text: new.text,
        short: new.short,
        bytes: new.bytes,
        other: new.other,
        day: new.day,
        clock: new.clock,
        local: new.local,
        instant: new.instant,
        document: new.document,
        plain: new.plain,
        amount: new.amount,
        price: new.price,
        colour: new.colour,
    }
}

/// Inserts and commits the rows, and expects each of them back from another session.
fn round_trip(db: &TestDatabase, news: &[NewSample]) {
    let engine = open(db);
    let session = engine.session();
    assert_eq!(SampleService::new(session.clone()).insert_many(news.to_vec()).unwrap(), news.len() as u64);
    session.commit().unwrap();
    let service = SampleService::new(engine.session());
    for new in news {
        assert_eq!(service.get(new.id.unwrap()).unwrap(), made(new));
    }
    assert_eq!(service.count(all()).unwrap(), news.len() as i64);
}

fn a_hundred_thousand_rows_are_counted_and_kept(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = AuthorService::new(session.clone());
    let news = (0..100_000).map(|n| NewAuthor {
        dob: (n % 3 != 0).then(|| date("1980-02-29")),
        ..new_author(&format!("author {n:06}"))
    });
    assert_eq!(service.insert_many(news).unwrap(), 100_000);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM authors"), 100_000);
    assert_eq!(db.number("SELECT count(*) FROM authors WHERE dob IS NULL"), 33_334);
    assert_eq!(db.number("SELECT count(DISTINCT name) FROM authors"), 100_000);
    let service = AuthorService::new(engine.session());
    for (name, dob) in [
        ("author 000000", None),
        ("author 000001", Some(date("1980-02-29"))),
        ("author 065535", None),
        ("author 065536", Some(date("1980-02-29"))),
        ("author 099999", None),
    ] {
        let author = service.get_one(Author::NAME.eq(name)).unwrap();
        assert_eq!((author.name.as_str(), author.dob), (name, dob));
    }
}

fn a_hundred_thousand_rows_come_back_in_their_order(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    let news = (0..100_000).rev().map(|n| new_author(&format!("author {n:06}")));
    let made = service.create_many(news).unwrap();
    session.commit().unwrap();
    assert_eq!(made.len(), 100_000);
    assert!(made.iter().zip((0..100_000).rev()).all(|(author, n)| author.name == format!("author {n:06}")));
    assert_eq!(db.number("SELECT count(*) FROM authors"), 100_000);
}

fn every_type_and_its_null_come_back_as_they_went(db: TestDatabase) {
    round_trip(&db, &[something(), nothing(), something(), NewSample { text: None, ..something() }]);
}

fn extremes_come_back_as_they_went(db: TestDatabase) {
    let least = NewSample {
        flag: Some(false),
        small: Some(i16::MIN),
        medium: Some(i32::MIN),
        large: Some(i64::MIN),
        single: Some(-3.0e38),
        double: Some(f64::MIN),
        text: Some(String::new()),
        short: Some(String::new()),
        bytes: Some(Vec::new()),
        other: Some(Uuid::nil()),
        day: Some(date("1000-01-01")),
        clock: Some("00:00:00".parse().unwrap()),
        local: Some("1000-01-01T00:00:00".parse().unwrap()),
        instant: Some("1000-01-01T00:00:00Z".parse().unwrap()),
        document: Some(json!({})),
        plain: Some(json!([])),
        amount: Some("0".parse().unwrap()),
        price: Some("0.01".parse().unwrap()),
        colour: Some(Colour::Red),
        ..something()
    };
    let most = NewSample {
        small: Some(i16::MAX),
        medium: Some(i32::MAX),
        large: Some(i64::MAX),
        single: Some(3.0e38),
        double: Some(f64::MAX),
        // More than is gathered before it is sent.
        text: Some("x".repeat(200_000)),
        short: Some("ž".repeat(20)),
        bytes: Some(vec![255; 200_000]),
        other: Some(Uuid::max()),
        day: Some(date("9999-12-31")),
        local: Some("9999-12-31T23:59:59.999999".parse().unwrap()),
        instant: Some("9999-12-31T23:59:59.999999Z".parse().unwrap()),
        price: Some("99999999.99".parse().unwrap()),
        ..something()
    };
    round_trip(&db, &[least, most]);
}

fn a_violated_constraint_in_the_last_row_leaves_nothing(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = TicketService::new(session.clone());
    service.create(ticket("first", None)).unwrap();
    session.commit().unwrap();
    let news = (0..99_999).map(|n| ticket(format!("ticket {n}"), Some(n)));
    let error = service.insert_many(news.chain([ticket("first", Some(1))])).unwrap_err();
    assert_eq!((error.kind(), field(&error)), (ErrorKind::Duplicate, Some("title")));
    // Whatever the caller makes of the error, none of the rows is there.
    assert_eq!(service.count(all()).unwrap(), 1);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM tickets"), 1);
}

fn a_value_that_is_refused_in_the_last_row_leaves_nothing(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = SampleService::new(session.clone());
    let refused = NewSample { double: Some(f64::NAN), ..something() };
    let news: Vec<_> = (0..4_999).map(|_| something()).chain([refused]).collect();
    let error = service.insert_many(news).unwrap_err();
    assert_eq!((error.kind(), field(&error)), (ErrorKind::InvalidValue, Some("double")));
    assert_eq!(error.to_string(), "`double` is refused: a number that is not finite cannot be stored");
    assert_eq!(service.insert_many([something()]).unwrap(), 1);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM samples"), 1);
}

fn a_text_that_is_too_long_is_refused_before_anything_is_sent(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let long = NewSample { short: Some("x".repeat(21)), ..something() };
    let error = SampleService::new(session.clone()).insert_many([something(), long]).unwrap_err();
    assert_eq!((error.kind(), field(&error)), (ErrorKind::InvalidValue, Some("short")));
    assert_eq!(session.stats().statements, 0);
}

fn no_rows_are_no_statement(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    assert_eq!(AuthorService::new(session.clone()).insert_many(Vec::<NewAuthor>::new()).unwrap(), 0);
    assert_eq!(session.stats().statements, 0);
}

fn a_batch_is_as_few_statements_as_the_database_needs(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = AuthorService::new(session.clone());
    service.insert_many((0..12_000).map(|n| new_author(&format!("author {n}")))).unwrap();
    let expected = match db.backend() {
        // 5,000 rows each.
        Backend::Sqlite | Backend::Mysql => 3,
        // One asks for the columns' types.
        Backend::Postgres => 2,
    };
    assert_eq!(session.stats().statements, expected);
}

fn what_a_row_leaves_out_gets_the_default_of_the_database(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = TicketService::new(session.clone());
    let news = (0..100).map(|n| ticket(format!("ticket {n}"), (n % 2 == 0).then_some(n)));
    assert_eq!(service.insert_many(news).unwrap(), 100);
    assert_eq!(service.insert_many([ticket("none", None), ticket("neither", None)]).unwrap(), 2);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM tickets WHERE priority = 7"), 52);
    for (title, priority) in
        [("ticket 0", 0), ("ticket 1", 7), ("ticket 98", 98), ("ticket 99", 7), ("none", 7)]
    {
        assert_eq!(service.get_one(Ticket::TITLE.eq(title)).unwrap().priority, priority);
    }
}

fn keys_that_the_database_makes_and_keys_that_are_given_go_together(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = EventService::new(session.clone());
    let event = |id, name: &str| NewEvent { id, name: name.into() };
    assert_eq!(service.insert_many([event(None, "a"), event(None, "b"), event(None, "c")]).unwrap(), 3);
    assert_eq!(service.insert_many([event(None, "d"), event(Some(1000), "e"), event(None, "f")]).unwrap(), 3);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT name FROM events ORDER BY name"), ["a", "b", "c", "d", "e", "f"]);
    assert_eq!(service.get(1000_i64).unwrap(), Event { id: 1000, name: "e".into() });
    assert_eq!(db.number("SELECT count(DISTINCT id) FROM events"), 6);
}

fn a_row_may_refer_to_one_before_it_whatever_columns_they_have(db: TestDatabase) {
    let service = BranchService::new(open(&db).session());
    let id = |n: u128| Some(Uuid::from_u128(n));
    let rows = [
        NewBranch { id: id(1), parent_id: None, leaves: Some(1) },
        NewBranch { id: id(2), parent_id: id(1), leaves: None },
        NewBranch { id: id(3), parent_id: id(2), leaves: None },
        NewBranch { id: id(4), parent_id: id(3), leaves: Some(2) },
        NewBranch { id: id(5), parent_id: id(1), leaves: None },
    ];
    assert_eq!(service.insert_many(rows).unwrap(), 5);
    service.session().commit().unwrap();
    let rows = service.list(Branch::ID.asc()).unwrap().into_iter().map(|row| (row.parent_id, row.leaves));
    assert_eq!(rows.collect::<Vec<_>>(), [(None, 1), (id(1), 7), (id(2), 7), (id(3), 2), (id(1), 7)]);
}

fn columns_that_alchemy_keeps_are_filled(db: TestDatabase) {
    let engine = open(&db);
    let service = NoteService::new(engine.session());
    let before = Utc::now();
    let note = |title: &str| NewNote { id: None, title: title.into() };
    assert_eq!(service.insert_many([note("a"), note("b")]).unwrap(), 2);
    let after = Utc::now();
    let notes = service.list(all()).unwrap();
    assert_eq!(notes.len(), 2);
    for note in notes {
        assert_eq!((note.version, note.updated_at), (1, note.created_at));
        // To the microsecond, cut off.
        let second = chrono::TimeDelta::seconds(1);
        assert!(before - second < note.created_at && note.created_at <= after, "{note:?}");
    }
}

fn other_work_of_the_session_outlives_a_batch_that_failed(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = TicketService::new(session.clone());
    service.create(ticket("mine", None)).unwrap();
    let news = (0..10_000).map(|n| ticket(format!("ticket {}", n % 9_999), None));
    assert_eq!(service.insert_many(news).unwrap_err().kind(), ErrorKind::Duplicate);
    assert_eq!(service.insert_many([ticket("later", None)]).unwrap(), 1);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT title FROM tickets ORDER BY title"), ["later", "mine"]);
}

fn rows_are_there_for_the_same_session_and_gone_after_a_rollback(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = AuthorService::new(session.clone());
    assert_eq!(service.insert_many((0..6_000).map(|n| new_author(&n.to_string()))).unwrap(), 6_000);
    assert_eq!(service.count(all()).unwrap(), 6_000);
    session.rollback().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM authors"), 0);
}

/// A table that others have changed since it was made. The bytes of the one type are those of another value of the
/// other, or of none.
fn a_column_of_another_type_gets_the_value_and_not_its_bytes(db: TestDatabase) {
    let engine = open(&db);
    db.admin(
        "ALTER TABLE samples ALTER medium TYPE bigint, ALTER small TYPE integer, ALTER single TYPE double precision, \
         ALTER large TYPE numeric, ALTER text TYPE varchar(1000), ALTER document TYPE json",
    );
    let session = engine.session();
    let service = SampleService::new(session.clone());
    assert_eq!(service.insert_many([something(), nothing()]).unwrap(), 2);
    session.commit().unwrap();
    assert_eq!(
        db.texts(
            "SELECT concat_ws(' ', medium, small, single, large, document->'a'->1) FROM samples WHERE flag"
        ),
        ["123456 -12 1.5 -9876543210 2.5"]
    );
}

fn a_view_takes_rows(db: TestDatabase) {
    let engine = open(&db);
    db.admin("ALTER TABLE authors RENAME TO people; CREATE VIEW authors AS SELECT * FROM people");
    let session = engine.session();
    let service = AuthorService::new(session.clone());
    assert_eq!(service.insert_many([new_author("Ann"), new_author("Bob")]).unwrap(), 2);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT name FROM people ORDER BY name"), ["Ann", "Bob"]);
}

fn a_killed_connection_is_a_connection_error(db: TestDatabase) {
    let engine = open(&db);
    // Ends the connection that copies, in the middle of it.
    db.admin(
        "CREATE FUNCTION hang_up() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$; \
         CREATE TRIGGER hang_up BEFORE INSERT ON authors FOR EACH ROW WHEN (NEW.name = 'author 50') \
         EXECUTE FUNCTION hang_up()",
    );
    let session = engine.session();
    let service = AuthorService::new(session.clone());
    let error = service.insert_many((0..200_000).map(|n| new_author(&format!("author {n}")))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    drop((service, session));
    db.admin("DROP TRIGGER hang_up ON authors");
    let session = engine.session();
    assert_eq!(AuthorService::new(session.clone()).insert_many([new_author("Ann")]).unwrap(), 1);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT name FROM authors"), ["Ann"]);
}
