//! Every field type, on every database: what is written is what is read.

use std::str::FromStr;

use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::json;

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
    a_type_of_the_users_own_is_stored,
    whatever_is_stored_as_text_is_measured,
    json_is_kept_in_the_form_that_was_asked_for,
    a_decimal_too_long_for_any_column_is_refused_unparsed,
    an_sql_type_of_the_users_own_is_stored,
    a_database_of_advanced_alchemy_is_opened,
    a_database_of_ours_is_one_that_advanced_alchemy_opens,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TextEnum)]
enum Colour {
    Red,
    DeepBlue,
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

fn open(db: &TestDatabase) -> Engine {
    let engine = Engine::connect(EngineConfig::new(db.url()).pool_size(2)).unwrap();
    engine.create_all().unwrap();
    engine
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

/// A type with Diesel's own traits, stored as text.
#[derive(
    Debug,
    Clone,
    PartialEq,
    alchemy_core::diesel::expression::AsExpression,
    alchemy_core::diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
struct Slug(String);

impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for Slug
where
    DB: diesel::backend::Backend,
    str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
        self.0.as_str().to_sql(out)
    }
}

impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for Slug
where
    DB: diesel::backend::Backend,
    String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
        String::from_sql(value).map(Self)
    }
}

impl Serialize for Slug {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "pages")]
struct Page {
    id: Uuid,
    #[alchemy(sql_type = diesel::sql_types::Text)]
    slug: Slug,
}

fn a_type_of_the_users_own_is_stored(db: TestDatabase) {
    let engine = open(&db);
    let service = PageService::new(engine.session());
    let page = service.create(NewPage { id: None, slug: Slug("home".into()) }).unwrap();
    assert_eq!(service.get(page.id).unwrap().slug, Slug("home".into()));
    use diesel::ExpressionMethods;
    assert_eq!(service.get_one(pages::slug.eq(Slug("home".into()))).unwrap(), page);
}

type Alias = String;

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "labels")]
struct Label {
    id: Uuid,
    #[alchemy(max_length = 4, default = Colour::Red)]
    colour: Colour,
    #[alchemy(max_length = 4, sql_type = Text)]
    slug: Slug,
    #[alchemy(max_length = 4)]
    alias: Option<Alias>,
}

fn whatever_is_stored_as_text_is_measured(db: TestDatabase) {
    let service = LabelService::new(open(&db).session());
    let fitting = NewLabel { id: None, colour: None, slug: Slug("höhe".into()), alias: Some("four".into()) };
    let row = service.create(fitting.clone()).unwrap();
    let long = || "höher".to_owned();
    for (field, new) in [
        ("colour", NewLabel { colour: Some(Colour::DeepBlue), ..fitting.clone() }),
        ("slug", NewLabel { slug: Slug(long()), ..fitting.clone() }),
        ("alias", NewLabel { alias: Some(long()), ..fitting.clone() }),
    ] {
        let error = service.create(new).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
        assert_eq!(error.to_string(), format!("`{field}` must be at most 4 characters long"));
    }
    for (field, changes) in [
        ("colour", LabelChangeset { colour: Some(Colour::DeepBlue), ..Default::default() }),
        ("slug", LabelChangeset { slug: Some(Slug(long())), ..Default::default() }),
        ("alias", LabelChangeset { alias: Some(Some(long())), ..Default::default() }),
    ] {
        let error = service.update(row.id, changes).unwrap_err();
        assert_eq!(error.to_string(), format!("`{field}` must be at most 4 characters long"));
    }
    let changes = LabelChangeset { alias: Some(None), ..Default::default() };
    assert_eq!(service.update(row.id, changes).unwrap(), Label { alias: None, ..row });
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "documents")]
struct Document {
    id: Uuid,
    #[alchemy(sql_type = Json)]
    text: serde_json::Value,
    #[alchemy(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Json>)]
    note: Option<serde_json::Value>,
    binary: serde_json::Value,
}

fn json_is_kept_in_the_form_that_was_asked_for(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = DocumentService::new(session.clone());
    let document = json!({"b": 1, "a": [true, null]});
    let new =
        NewDocument { id: None, text: document.clone(), note: Some(json!(2)), binary: document.clone() };
    let row = service.create(new).unwrap();
    let expected = Document { id: row.id, text: document.clone(), note: Some(json!(2)), binary: document };
    assert_eq!(service.get(row.id).unwrap(), expected);
    let changes = DocumentChangeset { text: Some(json!("new")), note: Some(None), ..Default::default() };
    let changed = service.update(row.id, changes).unwrap();
    assert_eq!(changed, Document { text: json!("new"), note: None, ..expected });
    session.commit().unwrap();
    if db.backend() == Backend::Postgres {
        let types = db.texts(
            "SELECT data_type::text FROM information_schema.columns WHERE table_name = 'documents'
                ORDER BY ordinal_position",
        );
        assert_eq!(types, ["uuid", "json", "json", "jsonb"]);
    }
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

mod moods {
    /// An enum type on PostgreSQL, and a text elsewhere.
    #[derive(diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
    #[diesel(postgres_type(name = "mood"), sqlite_type(name = "Text"), mysql_type(name = "String"))]
    pub struct MoodType;

    diesel::table! {
        use diesel::sql_types::{Nullable, Uuid};
        use super::MoodType;

        people (id) {
            id -> Uuid,
            mood -> MoodType,
            past -> Nullable<MoodType>,
        }
    }
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Serialize,
    Deserialize,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = moods::MoodType)]
enum Mood {
    Good,
    Bad,
}

alchemy_core::any_type!(Mood as moods::MoodType);

impl Mood {
    fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }

    fn from_bytes(text: &[u8]) -> diesel::deserialize::Result<Self> {
        match text {
            b"good" => Ok(Self::Good),
            b"bad" => Ok(Self::Bad),
            _ => Err("no mood".into()),
        }
    }
}

#[cfg(feature = "sqlite")]
mod on_sqlite {
    use super::{Mood, moods::MoodType};
    use diesel::deserialize::{self, FromSql};
    use diesel::serialize::{self, IsNull, Output, ToSql};
    use diesel::sqlite::{Sqlite, SqliteValue};

    impl ToSql<MoodType, Sqlite> for Mood {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
            out.set_value(self.as_str());
            Ok(IsNull::No)
        }
    }

    impl FromSql<MoodType, Sqlite> for Mood {
        fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
            Self::from_bytes(value.read_text().as_bytes())
        }
    }
}

/// The servers' backends are written to alike.
#[cfg(any(feature = "postgres", feature = "mysql"))]
macro_rules! mood_on {
    ($backend:ty, $value:ty) => {
        impl diesel::serialize::ToSql<moods::MoodType, $backend> for Mood {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, $backend>,
            ) -> diesel::serialize::Result {
                std::io::Write::write_all(out, self.as_str().as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }

        impl diesel::deserialize::FromSql<moods::MoodType, $backend> for Mood {
            fn from_sql(value: $value) -> diesel::deserialize::Result<Self> {
                Self::from_bytes(value.as_bytes())
            }
        }
    };
}

#[cfg(feature = "postgres")]
mood_on!(diesel::pg::Pg, diesel::pg::PgValue<'_>);
#[cfg(feature = "mysql")]
mood_on!(diesel::mysql::Mysql, diesel::mysql::MysqlValue<'_>);

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(schema = crate::moods::people)]
struct Person {
    id: Uuid,
    mood: Mood,
    past: Option<Mood>,
}

fn an_sql_type_of_the_users_own_is_stored(db: TestDatabase) {
    use diesel::prelude::*;
    use moods::people;
    let engine = open(&db);
    let (id, mood) = match db.backend() {
        Backend::Postgres => {
            db.admin("CREATE TYPE mood AS ENUM ('good', 'bad')");
            ("UUID", "mood")
        }
        _ => ("BINARY(16)", "VARCHAR(10)"),
    };
    db.admin(&format!("CREATE TABLE people (id {id} PRIMARY KEY, mood {mood} NOT NULL, past {mood})"));
    let session = engine.session();
    let service = PersonService::new(session.clone());
    let ann = service.create(NewPerson { id: None, mood: Mood::Good, past: None }).unwrap();
    assert_eq!(ann, Person { id: ann.id, mood: Mood::Good, past: None });
    let bob = NewPerson { id: None, mood: Mood::Bad, past: Some(Mood::Good) };
    let many = service.create_many([bob.clone(), bob]).unwrap();
    assert_eq!(service.get(many[0].id).unwrap(), many[0]);
    let changes = PersonChangeset { mood: Some(Mood::Bad), past: Some(Some(Mood::Good)) };
    let changed = service.update(ann.id, changes).unwrap();
    assert_eq!(changed, Person { id: ann.id, mood: Mood::Bad, past: Some(Mood::Good) });
    let changes = PersonChangeset { mood: Some(Mood::Good), past: Some(None) };
    assert_eq!(service.update(ann.id, changes).unwrap(), ann);
    // In the user's own queries and filters too.
    assert_eq!(service.get_one(people::mood.eq(Mood::Good)).unwrap(), ann);
    let found: Vec<Person> = session
        .run(|connection| {
            people::table
                .filter(people::mood.eq_any([Mood::Good]).and(people::past.is_null()))
                .select(Person::as_select())
                .load(connection)
        })
        .unwrap();
    assert_eq!(found, [ann]);
    session.commit().unwrap();
    let cast = if db.backend() == Backend::Postgres { "mood::text" } else { "mood" };
    assert_eq!(db.texts(&format!("SELECT {cast} FROM people ORDER BY 1")), ["bad", "bad", "good"]);
}

#[path = "common/advanced_alchemy.rs"]
mod advanced_alchemy;

fn a_database_of_advanced_alchemy_is_opened(db: TestDatabase) {
    use advanced_alchemy::*;
    for statement in
        (tables(db.backend()) + &rows(db.backend())).split(';').filter(|part| !part.trim().is_empty())
    {
        db.admin(statement);
    }
    let engine = Engine::connect(EngineConfig::new(db.url()).pool_size(2)).unwrap();
    let session = engine.session();
    let (publishers, books) = (PublisherService::new(session.clone()), BookService::new(session.clone()));
    let dune = books.get_one(Book::TITLE.eq("Dune")).unwrap();
    let micros = if db.backend() == Backend::Mysql { "" } else { ".731715" };
    let time: DateTime<Utc> = format!("2026-11-22T15:33:43{micros}Z").parse().unwrap();
    let expected = Book {
        id: "bfd279e5-e4ee-402c-98f1-6b9613ec294b".parse().unwrap(),
        title: "Dune".into(),
        edition: 1,
        isbn: Some("123".into()),
        published: Some("1965-08-01".parse().unwrap()),
        available: true,
        price: "12.50".parse().unwrap(),
        details: json!({"pages": 412}),
        opens: "09:30:00".parse().unwrap(),
        publisher_id: "6c744f6f-9ce6-4663-86a0-3e311ab2d25c".parse().unwrap(),
        sa_orm_sentinel: None,
        created_at: time,
        updated_at: time,
    };
    assert_eq!(dune, expected);
    // What is equal in both is found by its value, and the constraints are known by their names.
    assert_eq!(books.get_one(Book::OPENS.eq(dune.opens)).unwrap().id, dune.id);
    assert_eq!(books.get_one(Book::CREATED_AT.eq(time)).unwrap().id, dune.id);
    let again = NewBook { id: None, isbn: None, ..NewBook::from(dune.clone()) };
    let error = session.transaction(|_| books.create(again.clone())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Duplicate);
    let second = books.create(NewBook { edition: 2, ..again }).unwrap();
    assert_eq!(second.edition, 2);
    assert_eq!(publishers.delete(dune.publisher_id).unwrap().name, "Ace");
    assert_eq!(books.count(alchemy_core::filter::all()).unwrap(), 0);
}

fn a_database_of_ours_is_one_that_advanced_alchemy_opens(db: TestDatabase) {
    use advanced_alchemy::*;
    let engine = open(&db);
    let session = engine.session();
    let ace =
        PublisherService::new(session.clone()).create(NewPublisher { id: None, name: "Ace".into() }).unwrap();
    BookService::new(session.clone())
        .create(NewBook {
            id: None,
            title: "Dune".into(),
            edition: 1,
            isbn: None,
            published: Some("1965-08-01".parse().unwrap()),
            available: true,
            price: "12.50".parse().unwrap(),
            details: json!({"pages": 412}),
            opens: "09:30:00".parse().unwrap(),
            publisher_id: ace.id,
        })
        .unwrap();
    session.commit().unwrap();
    if db.backend() == Backend::Sqlite {
        // SQLAlchemy reads these texts with formats of its own; the servers' types leave no choice.
        let stored = db.texts(
            "SELECT typeof(id) || ' ' || length(id) || ' ' || published || ' ' || opens || ' ' || available || ' '
                || typeof(price) || ' ' || (created_at GLOB '????-??-?? ??:??:??.??????') FROM books",
        );
        assert_eq!(stored, ["blob 16 1965-08-01 09:30:00.000000 1 real 1"]);
    }
    let names = match db.backend() {
        Backend::Sqlite => "SELECT count(*) FROM sqlite_master WHERE name = 'ix_books_isbn'
            OR (sql LIKE '%\"pk_books\"%\"uq_books_title\"%\"fk_books_publisher_id_publishers\"%')",
        Backend::Postgres => "SELECT count(*) FROM (SELECT conname FROM pg_constraint UNION ALL
            SELECT indexname FROM pg_indexes WHERE indexname LIKE 'ix%') AS names
            WHERE conname IN ('pk_books', 'ix_books_isbn', 'uq_books_title', 'fk_books_publisher_id_publishers')",
        Backend::Mysql => "SELECT count(DISTINCT name) FROM (SELECT constraint_name AS name FROM
            information_schema.table_constraints WHERE table_schema = DATABASE() UNION ALL SELECT index_name FROM
            information_schema.statistics WHERE table_schema = DATABASE()) AS names
            WHERE name IN ('PRIMARY', 'ix_books_isbn', 'uq_books_title', 'fk_books_publisher_id_publishers')",
    };
    assert_eq!(db.number(names), if db.backend() == Backend::Sqlite { 2 } else { 4 });
}
