//! `integration/test_unique_mixin.py`: one row for each value, however often it is asked for.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{open, open_async};

database_tests! {
    rows_that_repeat_are_duplicates_without_as_unique,
    as_unique_makes_one_row_of_each_value,
    async as_unique_makes_one_row_of_each_value_async,
    several_rows_of_a_value_are_an_error,
    as_unique_without_a_constraint_is_refused,
}

#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "uniques", bind_key = "upstream_unique", unique(col_1, col_3), match_fields(col_1, col_3))]
struct Unique {
    id: i64,
    col_1: i32,
    #[alchemy(max_length = 50)]
    col_2: String,
    col_3: i32,
}

/// The same without the constraint.
#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "maybe_uniques", bind_key = "upstream_unique")]
struct MaybeUnique {
    id: i64,
    col_1: i32,
    #[alchemy(max_length = 50)]
    col_2: String,
    col_3: i32,
}

/// Two values, the second four times.
fn rows() -> [NewUnique; 5] {
    [1, 2, 2, 2, 2].map(|n| NewUnique { id: None, col_1: n, col_2: format!("value_{n}"), col_3: n })
}

/// `integration/test_unique_mixin.py` 96
fn rows_that_repeat_are_duplicates_without_as_unique(db: TestDatabase) {
    let uniques = UniqueService::new(open(&db, "upstream_unique").session());
    let error = uniques.create_many(rows()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Duplicate);
    assert_eq!(error.detail().unwrap().field.as_deref(), Some("col_1, col_3"));
    uniques.session().rollback().unwrap();
    assert_eq!(uniques.count(all()).unwrap(), 0);
}

/// `integration/test_unique_mixin.py` 96
fn as_unique_makes_one_row_of_each_value(db: TestDatabase) {
    let uniques = UniqueService::new(open(&db, "upstream_unique").session());
    let found = rows().map(|row| uniques.as_unique(row).unwrap());
    assert_eq!(found.iter().map(|row| row.col_1).collect::<Vec<_>>(), [1, 2, 2, 2, 2]);
    assert!(found[2..].iter().all(|row| row == &found[1]));
    assert_eq!(uniques.count(all()).unwrap(), 2);
}

/// `integration/test_unique_mixin.py` 127
async fn as_unique_makes_one_row_of_each_value_async(db: TestDatabase) {
    let session = AsyncSession::new(open_async(&db, "upstream_unique").await);
    let uniques = UniqueService::new(session.clone());
    let mut found = Vec::new();
    for row in rows() {
        found.push(uniques.as_unique(row).await.unwrap());
    }
    assert!(found[2..].iter().all(|row| row == &found[1]));
    assert_eq!(uniques.count(all()).await.unwrap(), 2);
    session.rollback().await.unwrap();
}

/// `integration/test_unique_mixin.py` 96, its last part: a lookup finds more than one.
fn several_rows_of_a_value_are_an_error(db: TestDatabase) {
    let maybe = MaybeUniqueService::new(open(&db, "upstream_unique").session());
    let row = |n: i32| NewMaybeUnique { id: None, col_1: n, col_2: format!("value_{n}"), col_3: n };
    maybe.create_many([1, 2, 2, 2, 2].map(row)).unwrap();
    let value = |n: i32| MaybeUnique::COL_1.eq(n) & MaybeUnique::COL_3.eq(n);
    assert_eq!(maybe.get_one(value(1)).unwrap().col_2, "value_1");
    for error in [maybe.get_one(value(2)).unwrap_err(), maybe.get_one_or_none(value(2)).unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::MultipleRows);
        assert_eq!(error.to_string(), "more than one MaybeUnique was found");
    }
}

/// `integration/test_unique_mixin.py` 96, its last part: what could not be told apart is refused, whatever rows there are.
fn as_unique_without_a_constraint_is_refused(db: TestDatabase) {
    let maybe = MaybeUniqueService::new(open(&db, "upstream_unique").session());
    let matching = maybe.matching((MaybeUnique::COL_1, MaybeUnique::COL_3));
    let row = || NewMaybeUnique { id: None, col_1: 1, col_2: "value_1".into(), col_3: 1 };
    for error in [matching.as_unique(row()).unwrap_err(), matching.upsert(row()).unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().starts_with("`col_1`, `col_3` of MaybeUnique "), "{error}");
    }
    assert_eq!(maybe.count(all()).unwrap(), 0);
}
