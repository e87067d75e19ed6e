//! How conditions on related rows are written, and which are refused.

use std::hash::{DefaultHasher, Hasher};

use diesel::prelude::*;
use diesel::query_builder::{QueryBuilder, QueryFragment};
use uuid::Uuid;

use super::model::{META, Person, people};
use super::{backends, render, spelled};
use crate::backend::{AnyBackend, AnyQueryBuilder};
use crate::error::Error;
use crate::filter::{Exists, Filter, FilterError, Filters, IntoFilters, Where, all};
use crate::model::{Column, ColumnKind, ColumnMeta, ColumnRole, Model, ModelMeta, RowReader};

diesel::table! {
    pets (id) {
        id -> Uuid,
        owner_id -> Nullable<Uuid>,
        #[sql_name = "called"]
        name -> Text,
        deleted_at -> Nullable<Timestamptz>,
    }
}

/// A pet, which may have been deleted.
struct Pet;

impl Pet {
    const ID: Column<Self, Uuid> = Column::new(0);
    const OWNER_ID: Column<Self, Option<Uuid>> = Column::new(1);
    const NAME: Column<Self, String> = Column::new(2);
}

static PETS: ModelMeta = ModelMeta::new("Pet", "pets", PET_COLUMNS);

const PET_COLUMNS: &[ColumnMeta] = &[
    ColumnMeta { role: ColumnRole::PrimaryKey, ..ColumnMeta::new("id", "id", ColumnKind::Uuid) },
    ColumnMeta { nullable: true, ..ColumnMeta::new("owner_id", "owner_id", ColumnKind::Uuid) },
    ColumnMeta::new("name", "called", ColumnKind::Text),
    ColumnMeta {
        nullable: true,
        role: ColumnRole::DeletedAt,
        ..ColumnMeta::new("deleted_at", "deleted_at", ColumnKind::TimestampTz)
    },
];

/// Rows of a hand-written select.
struct Summary;

impl Summary {
    const NAME: Column<Self, Option<String>> = Column::new(0);
    const PETS: Column<Self, i64> = Column::new(1);
}

static SUMMARIES: ModelMeta = ModelMeta {
    primary_key: &[],
    query: Some("SELECT called AS name, count(*) AS pets FROM pets GROUP BY called"),
    managed: false,
    ..ModelMeta::new("Summary", "summaries", SUMMARY_COLUMNS)
};

const SUMMARY_COLUMNS: &[ColumnMeta] = &[
    ColumnMeta { nullable: true, ..ColumnMeta::new("name", "name", ColumnKind::Text) },
    ColumnMeta::new("pets", "pets", ColumnKind::BigInt),
];

/// A table of the name that a table has when it is related to itself.
struct Relative;

impl Relative {
    const ID: Column<Self, Uuid> = Column::new(0);
}

static RELATIVES: ModelMeta = ModelMeta::new("Relative", "RELATED", ID_COLUMN);

/// A table in another database.
struct Far;

impl Far {
    const ID: Column<Self, Uuid> = Column::new(0);
}

static FAR: ModelMeta = ModelMeta { bind_key: Some("far"), ..ModelMeta::new("Far", "pets", ID_COLUMN) };

const ID_COLUMN: &[ColumnMeta] =
    &[ColumnMeta { role: ColumnRole::PrimaryKey, ..ColumnMeta::new("id", "id", ColumnKind::Uuid) }];

macro_rules! models {
    ($($model:ident: $meta:ident;)+) => {$(
        impl Model for $model {
            type Table = pets::table;

            const META: &'static ModelMeta = &$meta;

            fn read(_: &mut RowReader<'_>) -> QueryResult<Self> {
                Ok(Self)
            }
        }
    )+};
}

models! {
    Pet: PETS;
    Summary: SUMMARIES;
    Relative: RELATIVES;
    Far: FAR;
}

fn check<M: Model>(filter: Filter<M>, sql: &str) {
    let filters = Filters::from(filter).into_filters().expect("it can be written");
    for backend in backends() {
        let written = render(backend, &filters.criteria().condition(M::META));
        assert_eq!(written, spelled(backend, sql));
    }
}

/// The condition is refused where filters are asked for, and cannot be written in a query of Diesel's either.
fn refused(filter: Filter<Person>, expected: &FilterError) {
    for given in [filter.clone().into_filters(), Filters::from(filter.clone()).into_filters()] {
        match given.expect_err("it cannot be written") {
            Error::Filter(error) => assert_eq!(error, *expected),
            error => panic!("{error}"),
        }
    }
    for backend in backends() {
        let mut builder = AnyQueryBuilder::new(backend);
        let error = QueryFragment::<AnyBackend>::to_sql(&filter, &mut builder, &backend);
        let error = error.expect_err("it cannot be written here either");
        let diesel::result::Error::QueryBuilderError(error) = error else { panic!("{error}") };
        assert_eq!(error.downcast_ref::<FilterError>(), Some(expected), "{}", builder.finish());
    }
}

#[test]
fn related_rows_are_asked_for_by_their_columns() {
    let live = r#""pets"."deleted_at" IS NULL"#;
    let on = r#""pets"."owner_id" = "people"."id""#;
    let called = Pet::NAME.eq("Rex");
    check(
        Person::ID.exists(Pet::OWNER_ID, called.clone()),
        &format!(r#"EXISTS (SELECT 1 FROM "pets" WHERE {on} AND ("pets"."called" = ? AND {live}))"#),
    );
    check(
        Person::ID.exists(Pet::OWNER_ID, all()),
        &format!(r#"EXISTS (SELECT 1 FROM "pets" WHERE {on} AND {live})"#),
    );
    let none =
        format!(r#"NOT EXISTS (SELECT 1 FROM "pets" WHERE {on} AND ("pets"."called" = ? AND {live}))"#);
    check(Person::ID.not_exists(Pet::OWNER_ID, called.clone()), &none);
    check(!Person::ID.exists(Pet::OWNER_ID, called.clone()), &none);
    check(
        Exists::over::<Pet>().on(Person::ID, Pet::OWNER_ID).on(Person::NICK_NAME, Pet::NAME).filter(called),
        &format!(
            r#"EXISTS (SELECT 1 FROM "pets" WHERE {on} AND "pets"."called" = "people"."nick_name" AND ("pets"."called" = ? AND {live}))"#
        ),
    );
    // From the other side there is nothing that may have been deleted.
    check(
        Pet::OWNER_ID.exists(Person::ID, all()),
        r#"EXISTS (SELECT 1 FROM "people" WHERE "people"."id" = "pets"."owner_id")"#,
    );
}

#[test]
fn related_conditions_nest_and_combine() {
    let inner = Pet::ID.exists(Person::ID, Person::AGE.gt(1) | Person::AGE.is_null());
    let filter = Person::IS_ACTIVE.eq(true) & !(Person::ID.exists(Pet::OWNER_ID, !inner) | Person::AGE.lt(9));
    check(
        filter,
        concat!(
            r#""people"."is_active" = ? AND "#,
            r#"(NOT EXISTS (SELECT 1 FROM "pets" WHERE "pets"."owner_id" = "people"."id" AND ("#,
            r#"NOT EXISTS (SELECT 1 FROM "people" WHERE "people"."id" = "pets"."id" AND ("#,
            r#""people"."age" > ? OR "people"."age" IS NULL)) AND "pets"."deleted_at" IS NULL)) AND "#,
            r#"("people"."age" >= ? OR "people"."age" IS NULL))"#,
        ),
    );
}

#[test]
fn a_table_related_to_itself_has_two_names() {
    check(
        Person::NAME.exists(Person::NICK_NAME, Person::AGE.ne(1) & Person::NAME.is_in(["a", "b"])),
        concat!(
            r#"EXISTS (SELECT 1 FROM "people" AS "related" WHERE "related"."nick_name" = "people"."full_name" AND ("#,
            r#"("related"."age" <> ? OR "related"."age" IS NULL) AND "related"."full_name" IN (?, ?)))"#,
        ),
    );
    let child = Person::NAME.exists(Person::NICK_NAME, Person::SCORE.gt(1.0));
    check(
        Person::NAME.exists(Person::NICK_NAME, child),
        concat!(
            r#"EXISTS (SELECT 1 FROM "people" AS "related" WHERE "related"."nick_name" = "people"."full_name" AND "#,
            r#"EXISTS (SELECT 1 FROM "people" WHERE "people"."nick_name" = "related"."full_name" AND "#,
            r#""people"."score" > ?))"#,
        ),
    );
    check(
        Relative::ID.exists(Relative::ID, all()),
        r#"EXISTS (SELECT 1 FROM "RELATED" AS "related_rows" WHERE "related_rows"."id" = "RELATED"."id")"#,
    );
    check(
        Person::NAME.exists(Person::NICK_NAME, Person::ID.exists(Relative::ID, all())),
        concat!(
            r#"EXISTS (SELECT 1 FROM "people" AS "related" WHERE "related"."nick_name" = "people"."full_name" AND "#,
            r#"EXISTS (SELECT 1 FROM "RELATED" AS "related_rows" WHERE "related_rows"."id" = "related"."id"))"#,
        ),
    );
}

#[test]
fn a_hand_written_select_can_be_related() {
    let query = SUMMARIES.query.expect("it has one");
    check(
        Person::NAME.exists(Summary::NAME, Summary::PETS.gt(1)),
        &format!(
            r#"EXISTS (SELECT 1 FROM ({query}) AS "summaries" WHERE "summaries"."name" = "people"."full_name" AND "summaries"."pets" > ?)"#
        ),
    );
    check(
        Summary::PETS.exists(Summary::PETS, all()),
        &format!(
            r#"EXISTS (SELECT 1 FROM ({query}) AS "related" WHERE "related"."pets" = "summaries"."pets")"#
        ),
    );
}

#[test]
fn related_rows_are_in_the_same_database() {
    let error = FilterError::OtherDatabase { model: "Person", related: "Far" };
    assert_eq!(error.to_string(), "`Far` is not in the same database as `Person`");
    refused(Person::ID.exists(Far::ID, all()), &error);
    refused(Person::AGE.gt(1) | !Person::ID.exists(Far::ID, all()), &error);
    let error = FilterError::OtherDatabase { model: "Pet", related: "Far" };
    refused(Person::ID.exists(Pet::OWNER_ID, Pet::ID.exists(Far::ID, all())), &error);
}

#[test]
fn diesels_conditions_are_refused_where_they_would_mean_another_table() {
    check(
        Person::ID.exists(Pet::OWNER_ID, pets::name.eq("Rex")),
        concat!(
            r#"EXISTS (SELECT 1 FROM "pets" WHERE "pets"."owner_id" = "people"."id" AND "#,
            r#"((("pets"."called" = ?)) AND "pets"."deleted_at" IS NULL))"#,
        ),
    );
    let error = FilterError::AmbiguousCondition { model: "Person" };
    refused(Person::NAME.exists(Person::NICK_NAME, people::age.gt(1)), &error);
    refused(!Person::NAME.exists(Person::NICK_NAME, Person::AGE.gt(1).or(people::age.gt(1))), &error);
    // Two levels further in, the table has its own name again.
    let inner = Person::NAME.exists(Person::NICK_NAME, people::age.gt(1));
    check(
        Person::NAME.exists(Person::NICK_NAME, inner),
        concat!(
            r#"EXISTS (SELECT 1 FROM "people" AS "related" WHERE "related"."nick_name" = "people"."full_name" AND "#,
            r#"EXISTS (SELECT 1 FROM "people" WHERE "people"."nick_name" = "related"."full_name" AND "#,
            r#"(("people"."age" > ?))))"#,
        ),
    );
}

#[test]
fn a_related_condition_is_an_expression_of_diesel() {
    let query = people::table.filter(Person::ID.exists(Pet::OWNER_ID, all())).select(people::id);
    for backend in backends() {
        let sql = concat!(
            r#"SELECT "people"."id" FROM "people" WHERE EXISTS (SELECT 1 FROM "pets" WHERE "#,
            r#""pets"."owner_id" = "people"."id" AND "pets"."deleted_at" IS NULL)"#,
        );
        assert_eq!(render(backend, &query), spelled(backend, sql));
    }
}

#[test]
fn related_conditions_of_the_same_shape_are_those_of_the_same_text() {
    let conditions = [
        Person::ID.exists(Pet::OWNER_ID, Pet::NAME.eq("a")),
        Person::ID.exists(Pet::OWNER_ID, Pet::NAME.eq("b")),
        Person::ID.exists(Pet::OWNER_ID, Pet::NAME.gt("a")),
        Person::ID.exists(Pet::ID, Pet::NAME.eq("a")),
        Person::ID.not_exists(Pet::OWNER_ID, Pet::NAME.eq("a")),
        Person::ID.exists(Relative::ID, all()),
        Person::ID.exists(Person::ID, all()),
        Exists::over::<Pet>().on(Person::ID, Pet::OWNER_ID).on(Person::ID, Pet::ID).filter(Pet::NAME.eq("a")),
    ];
    for backend in backends() {
        let shapes: Vec<_> = conditions
            .iter()
            .map(|condition| {
                let mut hasher = DefaultHasher::new();
                assert!(condition.predicate.shape(backend, &mut hasher), "{condition:?}");
                (hasher.finish(), render(backend, &Where { meta: &META, predicate: &condition.predicate }))
            })
            .collect();
        for (one, text) in &shapes {
            for (other, other_text) in &shapes {
                assert_eq!(one == other, text == other_text, "{text} and {other_text}");
            }
        }
        let list = Person::ID.exists(Pet::OWNER_ID, Pet::NAME.is_in(["a", "b"]));
        assert!(!list.predicate.shape(backend, &mut DefaultHasher::new()));
        assert_eq!(list.predicate.binds(backend), 2);
        assert!(!list.is_safe_to_cache_prepared(&backend).expect("it can be walked"));
    }
}
