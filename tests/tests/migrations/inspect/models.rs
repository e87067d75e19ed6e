//! Tables that models made are what the models ask for.

use alchemy_core::backend::Dialect;
use alchemy_core::migration::Schema;
use alchemy_core::migration::schema::{Table, canonical_type, in_own_words, live, of_models};
use alchemy_core::model::{ModelMeta, models};
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};

use super::{described, engine};

database_tests! {
    what_models_made_is_what_they_ask_for,
    what_a_database_repeats_it_repeats_again,
    nothing_is_left_of_asking,
    an_expression_that_is_none_is_refused: [postgres, mysql],
    nothing_is_asked_where_there_is_no_expression,
}

#[derive(Debug, Clone, UuidBase)]
#[alchemy(table = "inspected_types", bind_key = "inspected")]
struct Types {
    id: Uuid,
    flag: bool,
    small: i16,
    medium: i32,
    large: i64,
    single: f32,
    double: f64,
    text: String,
    #[alchemy(max_length = 20)]
    short: String,
    #[alchemy(max_length = 16_384, index)]
    long: String,
    bytes: Vec<u8>,
    other: Uuid,
    day: NaiveDate,
    clock: NaiveTime,
    local: NaiveDateTime,
    instant: DateTime<Utc>,
    document: serde_json::Value,
    #[alchemy(sql_type = diesel::sql_types::Json)]
    plain: serde_json::Value,
    amount: BigDecimal,
    #[alchemy(precision = 10, scale = 2)]
    price: BigDecimal,
    #[alchemy(precision = 7)]
    whole: BigDecimal,
}

#[derive(Debug, Clone, UuidAuditBase)]
#[alchemy(table = "inspected_nulls", bind_key = "inspected")]
struct Nulls {
    id: Uuid,
    flag: Option<bool>,
    small: Option<i16>,
    medium: Option<i32>,
    large: Option<i64>,
    single: Option<f32>,
    double: Option<f64>,
    #[alchemy(index)]
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
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, BigIntBase)]
#[alchemy(
    table = "inspected_sequence",
    bind_key = "inspected",
    unique(hall, label),
    unique(name = "one number", columns(number)),
    index(number, hall),
    index(name = "by label", columns(label)),
    check(name = "counted", "number >= 0 AND (label <> '' OR number IN (1, 2))"),
    check(name = "added", "((hall + 1) > 0)")
)]
struct Sequence {
    id: i64,
    hall: i32,
    #[alchemy(max_length = 20, column = "la\"b`el")]
    label_column: String,
    #[alchemy(max_length = 20)]
    label: String,
    number: i32,
    #[alchemy(db_default = "5")]
    five: i32,
    #[alchemy(db_default = "-1.5")]
    negative: f64,
    #[alchemy(db_default = "(1 + 2)")]
    sum: i64,
    #[alchemy(db_default = "true")]
    flag: bool,
    #[alchemy(db_default = "'it''s (new, \"old\")'", max_length = 40)]
    quoted: String,
    #[alchemy(db_default = "NULL", max_length = 20)]
    nothing: Option<String>,
    #[alchemy(db_default = "CURRENT_TIMESTAMP")]
    made: Option<NaiveDateTime>,
    #[alchemy(db_default = "12.5", precision = 6, scale = 2)]
    price: BigDecimal,
    #[alchemy(db_default = "'2020-01-31'")]
    day: NaiveDate,
}

#[derive(Debug, Clone, IdentityBase)]
#[alchemy(table = "inspected_identity", bind_key = "inspected")]
struct Identity {
    id: i64,
    #[alchemy(unique, max_length = 20)]
    code: String,
}

#[derive(Debug, Clone, DefaultBase)]
#[alchemy(
    table = "inspected order",
    bind_key = "inspected",
    foreign_key(columns(hall, label), references = Composite, fields(hall, label), on_update = cascade)
)]
struct Composite {
    #[alchemy(primary_key)]
    hall: i32,
    #[alchemy(primary_key, max_length = 20)]
    label: String,
    #[alchemy(foreign_key(Sequence, on_delete = cascade, on_update = restrict))]
    first: i64,
    #[alchemy(foreign_key(Identity, on_delete = set_null, on_update = cascade))]
    second: Option<i64>,
    #[alchemy(foreign_key(Types, on_delete = restrict, name = "its types"), index)]
    third: Option<Uuid>,
    #[alchemy(foreign_key(Nulls, deferred), unique)]
    fourth: Option<Uuid>,
    #[alchemy(foreign_key(Identity, field = code), max_length = 20)]
    fifth: Option<String>,
}

fn inspected() -> Vec<&'static ModelMeta> {
    models().into_iter().filter(|meta| meta.bind_key() == "inspected").collect()
}

fn wanted(engine: &Engine) -> Schema {
    of_models(&inspected(), engine.dialect()).unwrap()
}

/// With types by their one name, and what only models say left out.
fn canonical(mut schema: Schema, dialect: Dialect) -> Schema {
    for table in &mut schema.tables {
        table
            .columns
            .iter_mut()
            .for_each(|column| column.sql_type = canonical_type(dialect, &column.sql_type));
        table.uniques.iter_mut().for_each(|unique| unique.is_named = false);
        table.foreign_keys.iter_mut().for_each(|key| key.is_named = false);
        table.indexes.iter_mut().for_each(|index| index.is_named = false);
    }
    schema
}

fn what_models_made_is_what_they_ask_for(db: TestDatabase) {
    let engine = engine(&db);
    engine.create_all().unwrap();
    let found = live(&engine, &[]).unwrap();
    let mut wanted = in_own_words(&engine, &wanted(&engine)).unwrap();
    // What a model says for rows that were there before, no table does.
    let columns = wanted.tables.iter_mut().flat_map(|table| &mut table.columns);
    columns.for_each(|column| column.neutral = None);
    assert_eq!(found.tables.len(), 5);
    let [found, wanted] = [found, wanted].map(|schema| canonical(schema, engine.dialect()));
    for (found, wanted) in found.tables.iter().zip(&wanted.tables) {
        assert_eq!(format!("{found:#?}"), format!("{wanted:#?}"));
    }
    assert_eq!(found, wanted);
}

fn what_a_database_repeats_it_repeats_again(db: TestDatabase) {
    let engine = engine(&db);
    engine.create_all().unwrap();
    let found = live(&engine, &[]).unwrap();
    assert_eq!(described(&in_own_words(&engine, &found).unwrap()), described(&found));
}

fn nothing_is_left_of_asking(db: TestDatabase) {
    let engine = engine(&db);
    in_own_words(&engine, &wanted(&engine)).unwrap();
    assert_eq!(live(&engine, &[]).unwrap(), Schema::default());
    if db.backend() == Backend::Postgres {
        assert_eq!(db.number("SELECT count(*) FROM pg_class WHERE relname LIKE 'alchemy_words%'"), 0);
    }
}

fn an_expression_that_is_none_is_refused(db: TestDatabase) {
    let engine = engine(&db);
    let breaks: [fn(&mut Table); 2] = [
        |table| table.checks[0].expression = "no_such_column > 0".to_owned(),
        |table| table.columns[5].default = Some("no such thing".to_owned()),
    ];
    for break_it in breaks {
        let mut schema = wanted(&engine);
        let table = schema.tables.iter_mut().find(|table| table.name == "inspected_sequence");
        break_it(table.unwrap());
        let error = in_own_words(&engine, &schema).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Database, "{error:?}");
    }
    assert_eq!(live(&engine, &[]).unwrap(), Schema::default());
}

fn nothing_is_asked_where_there_is_no_expression(db: TestDatabase) {
    let engine = engine(&db);
    let mut schema = wanted(&engine);
    // What would be asked about is refused; without expressions, nothing is.
    for table in &mut schema.tables {
        table.checks.clear();
        for column in &mut table.columns {
            column.default = None;
            column.sql_type = "no type at all".to_owned();
        }
    }
    assert_eq!(in_own_words(&engine, &schema).unwrap(), schema);
}
