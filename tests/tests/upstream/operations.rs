//! `integration/test_operations.py`: upserts by the database's own statement.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};

use crate::{date, moment, open};

database_tests! {
    every_database_upserts_with_its_own_statement,
    an_insert_and_then_a_change_leave_one_row,
    a_batch_inserts_and_changes,
    a_merge_changes_what_was_inserted_otherwise,
    a_store_sets_a_value_again,
}

/// Upstream's table of the operations' tests.
#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "entries", bind_key = "upstream_operations")]
#[alchemy(unique(key, namespace), match_fields(key, namespace))]
struct Entry {
    id: i64,
    #[alchemy(max_length = 50)]
    key: String,
    #[alchemy(max_length = 50)]
    namespace: String,
    #[alchemy(max_length = 255)]
    value: String,
    day: NaiveDate,
}

/// A store of values that expire, as upstream's session and cache backends keep them.
#[derive(Debug, Clone, PartialEq, UuidV7Base, Service)]
#[alchemy(table = "store", bind_key = "upstream_operations")]
#[alchemy(unique(key, namespace), match_fields(key, namespace))]
struct StoreItem {
    id: Uuid,
    #[alchemy(max_length = 100)]
    key: String,
    #[alchemy(max_length = 50)]
    namespace: String,
    value: Vec<u8>,
    expires_at: Option<DateTime<Utc>>,
}

fn new(key: &str, namespace: &str, value: &str, day: &str) -> NewEntry {
    NewEntry { id: None, key: key.into(), namespace: namespace.into(), value: value.into(), day: date(day) }
}

fn entries(db: &TestDatabase) -> EntryService {
    EntryService::new(open(db, "upstream_operations").session())
}

/// `integration/test_operations.py` 454, 467. There is no database without one, so there is nothing to ask.
fn every_database_upserts_with_its_own_statement(db: TestDatabase) {
    let entries = entries(&db);
    let statements = |value: &str| {
        let before = entries.session().stats().statements;
        entries.upsert(new("test_key", "test_ns", value, "2024-01-01")).unwrap();
        entries.session().stats().statements - before
    };
    // MariaDB changes a row or returns it, not both.
    let own = if db.backend() == Backend::Mysql { 2 } else { 1 };
    assert_eq!((statements("inserted"), statements("changed")), (own, own));
}

/// `integration/test_operations.py` 512
fn an_insert_and_then_a_change_leave_one_row(db: TestDatabase) {
    let entries = entries(&db);
    let first = entries.upsert(new("test_key", "test_ns", "test_value", "2024-01-01")).unwrap();
    assert_eq!(first.value, "test_value");
    let second = entries.upsert(new("test_key", "test_ns", "updated_value", "2024-01-02")).unwrap();
    let expected = Entry { value: "updated_value".into(), day: date("2024-01-02"), ..first };
    assert_eq!(second, expected);
    entries.session().commit().unwrap();
    assert_eq!(entries.list(all()).unwrap(), [expected]);
}

/// `integration/test_operations.py` 624
fn a_batch_inserts_and_changes(db: TestDatabase) {
    let entries = entries(&db);
    let first = entries
        .upsert_many([
            new("key1", "ns1", "value1", "2024-01-01"),
            new("key2", "ns1", "value2", "2024-01-02"),
            new("key3", "ns2", "value3", "2024-01-03"),
        ])
        .unwrap();
    assert_eq!(first.iter().map(|entry| &*entry.value).collect::<Vec<_>>(), ["value1", "value2", "value3"]);
    let second = entries
        .upsert_many([
            new("key4", "ns2", "value4", "2024-01-04"),
            new("key1", "ns1", "updated1", "2024-02-01"),
            // The same key in another namespace is another row.
            new("key1", "ns2", "value5", "2024-01-05"),
        ])
        .unwrap();
    // In the order of what was given, inserted or changed.
    assert_eq!(
        second.iter().map(|entry| &*entry.value).collect::<Vec<_>>(),
        ["value4", "updated1", "value5"]
    );
    assert_eq!(second[1].id, first[0].id);
    let by_key = Filters::new().order_by(Entry::KEY.asc()).order_by(Entry::NAMESPACE.asc());
    let values: Vec<_> = entries.list(by_key).unwrap().into_iter().map(|entry| entry.value).collect();
    assert_eq!(values, ["updated1", "value5", "value2", "value3", "value4"]);
}

/// `integration/test_operations.py` 720, 880: what upstream says by `MERGE`.
fn a_merge_changes_what_was_inserted_otherwise(db: TestDatabase) {
    let entries = entries(&db);
    let inserted = entries.create(new("test_key", "test_ns", "test_value", "2024-01-01")).unwrap();
    let merged = entries.upsert(new("test_key", "test_ns", "updated_value", "2024-01-02")).unwrap();
    assert_eq!((merged.id, merged.value.as_str()), (inserted.id, "updated_value"));
    assert_eq!(entries.count(all()).unwrap(), 1);
}

/// `integration/test_operations.py` 934
fn a_store_sets_a_value_again(db: TestDatabase) {
    let engine = open(&db, "upstream_operations");
    let set = |value: &str, expires_at: &str| {
        let session = engine.session();
        let item = StoreItemService::new(session.clone())
            .upsert(NewStoreItem {
                id: None,
                key: "cache_key".into(),
                namespace: "default".into(),
                value: value.into(),
                expires_at: Some(moment(expires_at)),
            })
            .unwrap();
        session.commit().unwrap();
        item
    };
    let first = set("cached_data", "2024-01-01T01:00:00Z");
    let second = set("updated_cache", "2024-01-01T02:00:00Z");
    let expected = StoreItem {
        value: b"updated_cache".to_vec(),
        expires_at: Some(moment("2024-01-01T02:00:00Z")),
        ..first
    };
    assert_eq!(second, expected);
    let store = StoreItemService::new(engine.session());
    let key = StoreItem::KEY.lookup("cache_key").and(StoreItem::NAMESPACE.lookup("default"));
    assert_eq!(store.get(key).unwrap(), expected);
    assert_eq!(store.count(all()).unwrap(), 1);
}
