//! Values of every type, by verbs that compare them or choose between them.

use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use serde_json::json;

use crate::open_at;

database_tests! {
    update_many_writes_values_of_every_type,
    update_many_writes_nulls_of_every_type,
    update_many_mixes_values_and_nulls_of_every_type,
    get_and_update_knows_equal_values_of_every_type,
    get_and_update_tells_a_value_from_another_null_and_back,
    upserts_write_values_of_every_type,
}

#[derive(Debug, Clone, PartialEq, UuidAuditBase, Service)]
#[alchemy(table = "samples", bind_key = "samples", match_fields(number))]
struct Sample {
    id: Uuid,
    #[alchemy(unique)]
    number: i32,
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
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TextEnum)]
enum Colour {
    Red,
    DeepBlue,
}

fn nulls() -> SampleChangeset {
    SampleChangeset {
        number: None,
        flag: Some(None),
        small: Some(None),
        medium: Some(None),
        large: Some(None),
        single: Some(None),
        double: Some(None),
        text: Some(None),
        short: Some(None),
        bytes: Some(None),
        other: Some(None),
        day: Some(None),
        clock: Some(None),
        local: Some(None),
        instant: Some(None),
        document: Some(None),
        plain: Some(None),
        amount: Some(None),
        price: Some(None),
        colour: Some(None),
    }
}

fn some() -> SampleChangeset {
    SampleChangeset {
        number: None,
        flag: Some(Some(true)),
        small: Some(Some(-12)),
        medium: Some(Some(123_456)),
        large: Some(Some(-9_876_543_210)),
        single: Some(Some(0.1)),
        double: Some(Some(0.1)),
        text: Some(Some("plain, \"quoted\"\t\\N\nčeský 🦀".into())),
        short: Some(Some("Zwölf Boxkämpfer".into())),
        bytes: Some(Some(vec![0, 1, 255])),
        other: Some(Some(Uuid::from_u128(0x1234_5678_9abc_def0_1122_3344_5566_7788))),
        day: Some(Some("2024-02-29".parse().unwrap())),
        clock: Some(Some("23:59:59.999999".parse().unwrap())),
        local: Some(Some("2024-02-29T12:34:56.000001".parse().unwrap())),
        instant: Some(Some("2024-02-29T12:34:56.5Z".parse().unwrap())),
        document: Some(Some(json!({"b": [1, 2.5, null, "ä"], "a": {"x": false}}))),
        plain: Some(Some(json!(["ä", {"b": false, "a": 1}]))),
        amount: Some(Some("1234.5678".parse().unwrap())),
        price: Some(Some("-99999999.90".parse().unwrap())),
        colour: Some(Some(Colour::DeepBlue)),
    }
}

fn others() -> SampleChangeset {
    SampleChangeset {
        number: None,
        flag: Some(Some(false)),
        small: Some(Some(13)),
        medium: Some(Some(-123_457)),
        large: Some(Some(9_876_543_211)),
        single: Some(Some(0.2)),
        double: Some(Some(1e300)),
        text: Some(Some(String::new())),
        short: Some(Some("zwölf boxkämpfer".into())),
        bytes: Some(Some(Vec::new())),
        other: Some(Some(Uuid::max())),
        day: Some(Some("1999-12-31".parse().unwrap())),
        clock: Some(Some("00:00:00".parse().unwrap())),
        local: Some(Some("2024-02-29T12:34:56.000002".parse().unwrap())),
        instant: Some(Some("2024-02-29T12:34:56.500001Z".parse().unwrap())),
        document: Some(Some(json!({"b": [1, 2.5, null, "a"], "a": {"x": false}}))),
        plain: Some(Some(json!(["ä", {"b": null, "a": 1}]))),
        amount: Some(Some("1234.5679".parse().unwrap())),
        price: Some(Some("0.01".parse().unwrap())),
        colour: Some(Some(Colour::Red)),
    }
}

/// The changes by column, each alone.
fn each_alone(changes: &SampleChangeset) -> Vec<(&'static str, SampleChangeset)> {
    macro_rules! alone {
        ($($field:ident)+) => {
            vec![$((
                stringify!($field),
                SampleChangeset { $field: changes.$field.clone(), ..SampleChangeset::default() },
            )),+]
        };
    }
    alone!(flag small medium large single double text short bytes other day clock local instant document plain
        amount price colour)
}

/// The row after the changes.
fn after(row: &Sample, changes: &SampleChangeset, found: &Sample) -> Sample {
    macro_rules! set {
        ($($field:ident)+) => {
            Sample { $($field: changes.$field.clone().unwrap_or_else(|| row.$field.clone()),)+ ..row.clone() }
        };
    }
    let row = set!(flag small medium large single double text short bytes other day clock local instant document
        plain amount price colour);
    Sample { updated_at: found.updated_at, ..row }
}

/// A row with a number, of nulls.
fn made(service: &SampleService, number: i32) -> Sample {
    service.create(object(json!({ "number": number }))).unwrap()
}

fn object(value: serde_json::Value) -> alchemy_core::model::JsonMap {
    crate::object(value)
}

fn changed_as(service: &SampleService, changes: &[SampleChangeset]) {
    let rows: Vec<_> = (0..).take(changes.len()).map(|number| made(service, number)).collect();
    let keys = rows.iter().map(|row| row.id);
    let changed = service.update_many(keys.zip(changes.to_vec())).unwrap();
    for ((before, changes), changed) in rows.iter().zip(changes).zip(&changed) {
        assert_eq!(*changed, after(before, changes, changed));
        assert_eq!(service.get(before.id).unwrap(), *changed);
    }
}

fn update_many_writes_values_of_every_type(db: TestDatabase) {
    let service = SampleService::new(open_at(&db, "samples").session());
    changed_as(&service, &[some(), others()]);
}

fn update_many_writes_nulls_of_every_type(db: TestDatabase) {
    let service = SampleService::new(open_at(&db, "samples").session());
    let rows = [made(&service, 1), made(&service, 2)];
    service.update_many(rows.iter().map(|row| (row.id, some()))).unwrap();
    let changed = service.update_many(rows.iter().map(|row| (row.id, nulls()))).unwrap();
    for (row, changed) in rows.iter().zip(&changed) {
        assert_eq!(*changed, Sample { updated_at: changed.updated_at, ..row.clone() });
    }
}

fn update_many_mixes_values_and_nulls_of_every_type(db: TestDatabase) {
    let service = SampleService::new(open_at(&db, "samples").session());
    let mut changes = vec![some(), nulls(), others()];
    changes.extend(each_alone(&others()).into_iter().map(|(_, changes)| changes));
    changes.extend(each_alone(&some()).into_iter().map(|(_, changes)| changes));
    changed_as(&service, &changes);
}

fn get_and_update_knows_equal_values_of_every_type(db: TestDatabase) {
    let session = open_at(&db, "samples").session();
    let service = SampleService::new(session.clone());
    for (number, changes) in [(1, some()), (2, others()), (3, nulls())] {
        let made = made(&service, number);
        let (row, changed) = service.get_and_update(made.id, changes.clone()).unwrap();
        assert_eq!(changed, number < 3);
        for (field, changes) in each_alone(&changes) {
            let same = service.get_and_update(made.id, changes).unwrap();
            assert_eq!(same, (row.clone(), false), "{field}");
        }
        assert_eq!(service.get_and_update(made.id, changes).unwrap(), (row.clone(), false));
        assert_eq!(service.get_and_update(made.id, row.clone()).unwrap(), (row, false));
    }
}

fn get_and_update_tells_a_value_from_another_null_and_back(db: TestDatabase) {
    let service = SampleService::new(open_at(&db, "samples").session());
    let row = made(&service, 1);
    let (some, others, nulls) = (each_alone(&some()), each_alone(&others()), each_alone(&nulls()));
    for place in 0..some.len() {
        for (field, changes) in [&some[place], &others[place], &some[place], &nulls[place], &others[place]] {
            let before = service.get(row.id).unwrap();
            let (found, changed) = service.get_and_update(row.id, changes.clone()).unwrap();
            assert!(changed, "{field}");
            assert_eq!(found, after(&before, changes, &found), "{field}");
            assert!(found.updated_at > before.updated_at, "{field}");
        }
    }
}

fn upserts_write_values_of_every_type(db: TestDatabase) {
    let service = SampleService::new(open_at(&db, "samples").session());
    let rows: Vec<_> = (0..3).map(|number| made(&service, number)).collect();
    for changes in [[some(), others(), nulls()], [nulls(), some(), others()]] {
        let data = changes.iter().enumerate().map(|(number, changes)| {
            let number = i32::try_from(number).ok();
            Data::Changeset(SampleChangeset { number, ..changes.clone() })
        });
        let changed = service.upsert_many(data).unwrap();
        for ((row, changes), changed) in rows.iter().zip(&changes).zip(&changed) {
            assert_eq!(*changed, after(row, changes, changed));
        }
    }
}
