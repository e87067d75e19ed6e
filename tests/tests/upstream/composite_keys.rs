//! `integration/test_repository.py`, 1054 to 1424: keys of several columns.
//!
//! What upstream refuses when it runs (1263, 1274: a key of another shape) does not compile here:
//! `tests/ui/key_of_another_type.rs` and `tests/ui/key_of_several_fields_of_another_shape.rs`.

use alchemy_core::filter::all;
use alchemy_core::model::RowKey;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use serde_json::json;

use crate::{map, open};

database_tests! {
    get_takes_a_tuple_the_struct_and_a_row,
    get_wants_both_columns_to_match,
    delete_removes_the_one_row,
    delete_many_takes_tuples_structs_and_rows,
    update_changes_the_one_row,
    update_many_changes_each_row_to_its_own,
    upsert_inserts_then_changes,
    upsert_many_inserts_and_changes_in_one_list,
    a_part_of_the_key_that_is_missing_or_null_is_an_error,
}

#[derive(Debug, Clone, PartialEq, DefaultBase, Service)]
#[alchemy(table = "user_roles", bind_key = "upstream_composite")]
struct UserRole {
    #[alchemy(primary_key)]
    user_id: i64,
    #[alchemy(primary_key)]
    role_id: i64,
    #[alchemy(max_length = 100)]
    permissions: Option<String>,
}

fn new(user_id: i64, role_id: i64, permissions: &str) -> NewUserRole {
    NewUserRole { user_id, role_id, permissions: Some(permissions.to_owned()) }
}

fn row(user_id: i64, role_id: i64, permissions: &str) -> UserRole {
    UserRole { user_id, role_id, permissions: Some(permissions.to_owned()) }
}

fn permit(permissions: &str) -> UserRoleChangeset {
    UserRoleChangeset { permissions: Some(Some(permissions.to_owned())) }
}

/// Two users with two roles each.
fn seeded(db: &TestDatabase) -> UserRoleService {
    let roles = UserRoleService::new(open(db, "upstream_composite").session());
    roles
        .create_many([new(1, 5, "read"), new(1, 6, "write"), new(2, 5, "admin"), new(2, 6, "none")])
        .unwrap();
    roles
}

fn rows(roles: &UserRoleService) -> Vec<UserRole> {
    roles.list(Filters::new().order_by(UserRole::USER_ID.asc()).order_by(UserRole::ROLE_ID.asc())).unwrap()
}

/// `integration/test_repository.py` 1054 to 1424
fn get_takes_a_tuple_the_struct_and_a_row(db: TestDatabase) {
    let roles = seeded(&db);
    let expected = row(1, 5, "read");
    assert_eq!(roles.get((1, 5)).unwrap(), expected);
    // What a dict is upstream.
    assert_eq!(roles.get(UserRoleId { role_id: 5, user_id: 1 }).unwrap(), expected);
    assert_eq!(roles.get(&expected).unwrap(), expected);
}

/// `integration/test_repository.py` 1054 to 1424
fn get_wants_both_columns_to_match(db: TestDatabase) {
    let roles = seeded(&db);
    for key in [(5, 1), (1, 7), (3, 5)] {
        assert_eq!(roles.get(key).unwrap_err().kind(), ErrorKind::NotFound, "{key:?}");
    }
}

/// `integration/test_repository.py` 1054 to 1424
fn delete_removes_the_one_row(db: TestDatabase) {
    let roles = seeded(&db);
    assert_eq!(roles.delete((1, 6)).unwrap(), row(1, 6, "write"));
    assert_eq!(rows(&roles), [row(1, 5, "read"), row(2, 5, "admin"), row(2, 6, "none")]);
    assert_eq!(roles.delete((1, 6)).unwrap_err().kind(), ErrorKind::NotFound);
}

/// `integration/test_repository.py` 1054 to 1424
fn delete_many_takes_tuples_structs_and_rows(db: TestDatabase) {
    let roles = seeded(&db);
    let keys: [RowKey<UserRole>; 4] = [
        (2, 5).into_key(),
        UserRoleId { user_id: 1, role_id: 5 }.into_key(),
        // Each of its parts is there, the whole is not.
        (3, 6).into_key(),
        (&row(1, 6, "write")).into_key(),
    ];
    let deleted = roles.delete_many(keys).unwrap();
    assert_eq!(deleted, [row(2, 5, "admin"), row(1, 5, "read"), row(1, 6, "write")]);
    assert_eq!(rows(&roles), [row(2, 6, "none")]);
}

/// `integration/test_repository.py` 1054 to 1424
fn update_changes_the_one_row(db: TestDatabase) {
    let roles = seeded(&db);
    assert_eq!(roles.update((1, 5), permit("all")).unwrap(), row(1, 5, "all"));
    let expected = [row(1, 5, "all"), row(1, 6, "write"), row(2, 5, "admin"), row(2, 6, "none")];
    assert_eq!(rows(&roles), expected);
    assert_eq!(roles.update((5, 1), permit("all")).unwrap_err().kind(), ErrorKind::NotFound);
}

/// `integration/test_repository.py` 1054 to 1424
fn update_many_changes_each_row_to_its_own(db: TestDatabase) {
    let roles = seeded(&db);
    let updated = roles.update_many([((2, 6), permit("a")), ((1, 5), permit("b"))]).unwrap();
    assert_eq!(updated, [row(2, 6, "a"), row(1, 5, "b")]);
    assert_eq!(rows(&roles), [row(1, 5, "b"), row(1, 6, "write"), row(2, 5, "admin"), row(2, 6, "a")]);
    let error = roles.update_many([((2, 6), permit("c")), ((6, 2), permit("c"))]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(roles.get((2, 6)).unwrap(), row(2, 6, "a"));
}

/// `integration/test_repository.py` 1054 to 1424
fn upsert_inserts_then_changes(db: TestDatabase) {
    let roles = seeded(&db);
    assert_eq!(roles.upsert(new(3, 5, "first")).unwrap(), row(3, 5, "first"));
    assert_eq!(roles.upsert(new(3, 5, "second")).unwrap(), row(3, 5, "second"));
    assert_eq!(roles.count(UserRole::USER_ID.eq(3)).unwrap(), 1);
    assert_eq!(roles.count(all()).unwrap(), 5);
}

/// `integration/test_repository.py` 1054 to 1424
fn upsert_many_inserts_and_changes_in_one_list(db: TestDatabase) {
    let roles = seeded(&db);
    let upserted = roles.upsert_many([new(3, 5, "new"), new(1, 5, "changed"), new(3, 6, "new too")]).unwrap();
    assert_eq!(upserted, [row(3, 5, "new"), row(1, 5, "changed"), row(3, 6, "new too")]);
    let expected = [
        row(1, 5, "changed"),
        row(1, 6, "write"),
        row(2, 5, "admin"),
        row(2, 6, "none"),
        row(3, 5, "new"),
        row(3, 6, "new too"),
    ];
    assert_eq!(rows(&roles), expected);
}

/// `integration/test_repository.py` 1263, 1274: what is left of them for values that are known at run time only.
fn a_part_of_the_key_that_is_missing_or_null_is_an_error(db: TestDatabase) {
    let roles = seeded(&db);
    for (json, field) in [
        (json!({"user_id": 1, "permissions": "x"}), "role_id"),
        (json!({"role_id": 5, "permissions": "x"}), "user_id"),
        (json!({"user_id": 1, "role_id": null, "permissions": "x"}), "role_id"),
        (json!({"user_id": "1", "role_id": 5, "permissions": "x"}), "user_id"),
    ] {
        for error in
            [roles.create(map(json.clone())).unwrap_err(), roles.upsert(map(json.clone())).unwrap_err()]
        {
            assert_eq!(error.kind(), ErrorKind::InvalidValue, "{json}: {error:?}");
            assert_eq!(error.detail().unwrap().field.as_deref(), Some(field), "{json}");
        }
    }
    assert_eq!(rows(&roles).len(), 4);
    assert_eq!(roles.get((1, 5)).unwrap(), row(1, 5, "read"));
    assert!(serde_json::from_value::<UserRoleId>(json!({"user_id": 1})).is_err());
    assert!(serde_json::from_value::<UserRoleId>(json!({"user_id": 1, "role_id": 5, "other": 6})).is_err());
}
