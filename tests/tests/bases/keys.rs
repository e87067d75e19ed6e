//! Keys that the program makes, or that are given.

use alchemy_core::model::Keyed;
use alchemy_core::model::NewRow;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::prelude::*;

use crate::open;

database_tests! {
    a_row_of_each_base_comes_back_by_its_key,
    a_nano_id_is_compared_with_its_case,
    a_key_of_ones_own_is_unique_and_has_its_default,
    audit_columns_of_each_base_are_set,
}

macro_rules! models {
    ($($base:ident $audit:ident $plain:ident $audited:ident $table:literal $audit_table:literal $key:ty;)+) => {$(
        #[derive(Debug, Clone, PartialEq, $base)]
        #[alchemy(table = $table)]
        struct $plain {
            id: $key,
            name: String,
        }

        #[derive(Debug, Clone, PartialEq, $audit)]
        #[alchemy(table = $audit_table)]
        struct $audited {
            id: $key,
            name: String,
            created_at: DateTime<Utc>,
            updated_at: DateTime<Utc>,
        }
    )+};
}

models! {
    UuidBase UuidAuditBase Fourth AuditedFourth "fourths" "audited_fourths" Uuid;
    UuidV6Base UuidV6AuditBase Sixth AuditedSixth "sixths" "audited_sixths" Uuid;
    UuidV7Base UuidV7AuditBase Seventh AuditedSeventh "sevenths" "audited_sevenths" Uuid;
    NanoIdBase NanoIdAuditBase Nano AuditedNano "nanos" "audited_nanos" String;
}

#[derive(Debug, Clone, PartialEq, DefaultBase)]
#[alchemy(table = "countries")]
struct Country {
    name: String,
    #[alchemy(primary_key, max_length = 2, default = "XX")]
    code: String,
}

/// Inserts two rows by a new one each, and reads one of them by its key.
macro_rules! round_trip {
    ($session:expr, $model:ident, $new:ident, $table:ident) => {{
        let mut ann = $new { id: None, name: "Ann".into() };
        ann.fill();
        let id = ann.id().expect("the program makes the key");
        $session
            .run(|connection| {
                let bob = $new { id: None, name: "Bob".into() };
                diesel::insert_into($table::table).values(&ann).execute(connection)?;
                diesel::insert_into($table::table).values(bob).execute(connection)?;
                let found: $model =
                    $table::table.find(id.clone()).select($model::as_select()).first(connection)?;
                assert_eq!((Keyed::id(&found), found.name.as_str()), (id, "Ann"));
                let names: Vec<String> =
                    $table::table.select($table::name).order($table::name).load(connection)?;
                assert_eq!(names, ["Ann", "Bob"]);
                Ok(())
            })
            .unwrap();
    }};
}

fn a_row_of_each_base_comes_back_by_its_key(db: TestDatabase) {
    let session = open(&db).session();
    round_trip!(session, Fourth, NewFourth, fourths);
    round_trip!(session, Sixth, NewSixth, sixths);
    round_trip!(session, Seventh, NewSeventh, sevenths);
    round_trip!(session, Nano, NewNano, nanos);
}

fn a_nano_id_is_compared_with_its_case(db: TestDatabase) {
    let session = open(&db).session();
    let new = |id: &str| NewNano { id: Some(id.into()), name: id.into() };
    let found: Vec<String> = session
        .run(|connection| {
            diesel::insert_into(nanos::table).values(new("aB_-")).execute(connection)?;
            diesel::insert_into(nanos::table).values(new("Ab_-")).execute(connection)?;
            nanos::table.find("Ab_-").select(nanos::name).load(connection)
        })
        .unwrap();
    assert_eq!(found, ["Ab_-"]);
}

fn a_key_of_ones_own_is_unique_and_has_its_default(db: TestDatabase) {
    let session = open(&db).session();
    let new = |code: Option<&str>| NewCountry { code: code.map(str::to_owned), name: "Peru".into() };
    let insert = |new: NewCountry| {
        session.savepoint(|session| {
            session.run(|connection| diesel::insert_into(countries::table).values(new).execute(connection))
        })
    };
    assert_eq!(insert(new(Some("PE"))).unwrap(), 1);
    assert_eq!(insert(new(None)).unwrap(), 1);
    assert_eq!(insert(new(Some("PE"))).unwrap_err().kind(), ErrorKind::Duplicate);
    let codes: Vec<String> = session
        .run(|connection| countries::table.select(countries::code).order(countries::code).load(connection))
        .unwrap();
    assert_eq!(codes, ["PE", "XX"]);
}

fn audit_columns_of_each_base_are_set(db: TestDatabase) {
    let session = open(&db).session();
    let before = Utc::now() - chrono::TimeDelta::seconds(1);
    macro_rules! check {
        ($model:ident, $new:ident, $table:ident) => {
            let row: $model = session
                .run(|connection| {
                    let new = $new { id: None, name: "Ann".into() };
                    diesel::insert_into($table::table).values(&new).execute(connection)?;
                    $table::table.select($model::as_select()).first(connection)
                })
                .unwrap();
            assert!(row.created_at > before && row.updated_at >= row.created_at, "{row:?}");
        };
    }
    check!(AuditedFourth, NewAuditedFourth, audited_fourths);
    check!(AuditedSixth, NewAuditedSixth, audited_sixths);
    check!(AuditedSeventh, NewAuditedSeventh, audited_sevenths);
    check!(AuditedNano, NewAuditedNano, audited_nanos);
}
