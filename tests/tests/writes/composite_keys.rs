//! Keys of several columns, by the verbs.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::json;

use crate::{about, object, open_at};

database_tests! {
    get_takes_each_form_of_the_key,
    a_part_of_the_key_is_not_enough,
    update_and_delete_take_the_key,
    a_row_is_created_once,
    many_rows_come_in_input_order,
    many_updates_take_the_key,
    delete_many_takes_many_keys,
    delete_many_takes_columns_crosswise,
    upserts_match_by_the_whole_key,
    upserts_need_the_whole_key,
    each_verb_takes_the_key,
    a_text_may_be_a_part_of_the_key,
}

#[derive(Debug, Clone, PartialEq, DefaultBase, Service)]
#[alchemy(table = "book_tags", bind_key = "tags")]
struct BookTag {
    #[alchemy(primary_key)]
    book_id: i64,
    #[alchemy(primary_key)]
    tag_id: i64,
    #[alchemy(max_length = 20)]
    note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, DefaultAuditBase, Service)]
#[alchemy(table = "translations", bind_key = "tags")]
struct Translation {
    #[alchemy(primary_key)]
    book: Uuid,
    #[alchemy(primary_key, max_length = 10)]
    language: String,
    #[alchemy(primary_key)]
    day: NaiveDate,
    text: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn tag(book_id: i64, tag_id: i64, note: &str) -> NewBookTag {
    NewBookTag { book_id, tag_id, note: Some(note.into()) }
}

fn note(note: &str) -> BookTagChangeset {
    BookTagChangeset { note: Some(Some(note.into())) }
}

fn row(book_id: i64, tag_id: i64, note: &str) -> BookTag {
    BookTag { book_id, tag_id, note: Some(note.into()) }
}

fn get_takes_each_form_of_the_key(db: TestDatabase) {
    let service = BookTagService::new(open_at(&db, "tags").session());
    let made = service.create_many([tag(1, 2, "a"), tag(2, 1, "b"), tag(1, 1, "c")]).unwrap();
    let key = BookTagId { book_id: 2, tag_id: 1 };
    assert_eq!(service.get((2_i64, 1_i64)).unwrap(), made[1]);
    assert_eq!(service.get(&key).unwrap(), made[1]);
    assert_eq!(service.get(key.clone()).unwrap(), made[1]);
    assert_eq!(service.get(&made[1]).unwrap(), made[1]);
    assert_eq!(service.get(BookTag::TAG_ID.lookup(1).and(BookTag::BOOK_ID.lookup(2))).unwrap(), made[1]);
    assert_eq!(alchemy_core::model::Keyed::id(&made[1]), key);
    assert_eq!(service.get((3_i64, 1_i64)).unwrap_err().kind(), ErrorKind::NotFound);
}

fn a_part_of_the_key_is_not_enough(db: TestDatabase) {
    let service = BookTagService::new(open_at(&db, "tags").session());
    service.create(tag(1, 2, "a")).unwrap();
    assert_eq!(service.get(BookTag::BOOK_ID.lookup(1)).unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(service.delete(BookTag::TAG_ID.lookup(2)).unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(
        service.matching(BookTag::TAG_ID).upsert(tag(1, 2, "b")).unwrap_err().kind(),
        ErrorKind::Config
    );
    assert_eq!(service.count(all()).unwrap(), 1);
}

fn update_and_delete_take_the_key(db: TestDatabase) {
    let session = open_at(&db, "tags").session();
    let service = BookTagService::new(session.clone());
    service.create_many([tag(1, 1, "a"), tag(1, 2, "b"), tag(2, 1, "c")]).unwrap();
    assert_eq!(service.update((1_i64, 2_i64), note("x")).unwrap(), row(1, 2, "x"));
    assert_eq!(service.get_and_update((1_i64, 2_i64), note("x")).unwrap(), (row(1, 2, "x"), false));
    assert_eq!(service.get_and_update((1_i64, 2_i64), note("y")).unwrap(), (row(1, 2, "y"), true));
    assert_eq!(service.update((2_i64, 2_i64), note("x")).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(service.delete(&row(1, 2, "whatever")).unwrap(), row(1, 2, "y"));
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT note FROM book_tags ORDER BY note"), ["a", "c"]);
}

fn a_row_is_created_once(db: TestDatabase) {
    let session = open_at(&db, "tags").session();
    let service = BookTagService::new(session.clone());
    assert_eq!(service.create(tag(1, 1, "a")).unwrap(), row(1, 1, "a"));
    session.commit().unwrap();
    assert_eq!(service.create(tag(1, 1, "b")).unwrap_err().kind(), ErrorKind::Duplicate);
    session.rollback().unwrap();
    let error = service.create(object(json!({"book_id": 1, "note": "x"}))).unwrap_err();
    assert_eq!(about(&error), (ErrorKind::InvalidValue, Some("tag_id")));
}

fn many_rows_come_in_input_order(db: TestDatabase) {
    let service = BookTagService::new(open_at(&db, "tags").session());
    let wanted: Vec<_> = (0..6_000).rev().map(|n| (n % 7, n)).collect();
    let made = service.create_many(wanted.iter().map(|(book, tag_id)| tag(*book, *tag_id, "x"))).unwrap();
    assert!(made.iter().map(|tag| (tag.book_id, tag.tag_id)).eq(wanted));
}

fn many_updates_take_the_key(db: TestDatabase) {
    let service = BookTagService::new(open_at(&db, "tags").session());
    let keys: Vec<_> = (0..450).map(|n| (n % 30, n)).collect();
    service.create_many(keys.iter().map(|(book, tag_id)| tag(*book, *tag_id, "x"))).unwrap();
    let changes = keys.iter().rev().map(|key| (*key, note(&key.1.to_string())));
    let changed = service.update_many(changes).unwrap();
    let expected: Vec<_> = keys.iter().rev().map(|key| row(key.0, key.1, &key.1.to_string())).collect();
    assert_eq!(changed, expected);
    let missing = [((0_i64, 0_i64), note("y")), ((0, 1), note("y"))];
    assert_eq!(service.update_many(missing).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(service.get((0_i64, 0_i64)).unwrap(), row(0, 0, "0"));
}

fn delete_many_takes_many_keys(db: TestDatabase) {
    let service = BookTagService::new(open_at(&db, "tags").session());
    let keys: Vec<_> = (0..6_000).map(|n| (n % 30, n)).collect();
    service.create_many(keys.iter().map(|(book, tag_id)| tag(*book, *tag_id, "x"))).unwrap();
    let deleted = service.delete_many(keys[1..].iter().rev().copied()).unwrap();
    assert!(deleted.iter().map(|tag| (tag.book_id, tag.tag_id)).eq(keys[1..].iter().rev().copied()));
    assert_eq!(service.list(all()).unwrap(), [row(0, 0, "x")]);
}

fn delete_many_takes_columns_crosswise(db: TestDatabase) {
    let service = BookTagService::new(open_at(&db, "tags").session());
    service.create_many([tag(1, 1, "a"), tag(1, 2, "b"), tag(2, 1, "c"), tag(2, 2, "d")]).unwrap();
    // (1, 2) and (2, 1), and neither (1, 1) nor (2, 2); a lookup in another order of columns too.
    let keys = [
        (2_i64, 1_i64).into_key(),
        BookTag::TAG_ID.lookup(2).and(BookTag::BOOK_ID.lookup(1)).into_key(),
        (3_i64, 3_i64).into_key(),
    ];
    assert_eq!(service.delete_many(keys).unwrap(), [row(2, 1, "c"), row(1, 2, "b")]);
    assert_eq!(service.count(all()).unwrap(), 2);
}

fn upserts_match_by_the_whole_key(db: TestDatabase) {
    let session = open_at(&db, "tags").session();
    let service = BookTagService::new(session.clone());
    service.create_many([tag(1, 1, "a"), tag(1, 2, "b")]).unwrap();
    let found = service
        .upsert_many([tag(2, 1, "new"), tag(1, 2, "changed"), tag(2, 2, "x"), tag(2, 2, "y")])
        .unwrap();
    assert_eq!(found, [row(2, 1, "new"), row(1, 2, "changed"), row(2, 2, "y"), row(2, 2, "y")]);
    assert_eq!(service.upsert(tag(1, 1, "z")).unwrap(), row(1, 1, "z"));
    assert_eq!(service.upsert(tag(3, 3, "n")).unwrap(), row(3, 3, "n"));
    assert_eq!(service.as_unique(tag(3, 3, "other")).unwrap(), row(3, 3, "n"));
    assert_eq!(service.get_or_upsert(tag(3, 3, "m")).unwrap(), (row(3, 3, "m"), false));
    assert_eq!(service.get_or_upsert(tag(3, 4, "m")).unwrap(), (row(3, 4, "m"), true));
    let kept = service.upsert(object(json!({"book_id": 3, "tag_id": 4}))).unwrap();
    assert_eq!(kept, row(3, 4, "m"));
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM book_tags"), 6);
}

fn upserts_need_the_whole_key(db: TestDatabase) {
    let session = open_at(&db, "tags").session();
    let service = BookTagService::new(session.clone());
    let error = service.upsert(object(json!({"book_id": 3}))).unwrap_err();
    assert_eq!(about(&error), (ErrorKind::InvalidValue, Some("tag_id")));
    // The key is not among what changes.
    let error = service.upsert(Data::Changeset(note("x"))).unwrap_err();
    assert_eq!(about(&error), (ErrorKind::InvalidValue, Some("book_id")));
    assert_eq!(session.stats().statements, 0);
}

fn each_verb_takes_the_key(db: TestDatabase) {
    let service = BookTagService::new(open_at(&db, "tags").session());
    let made = service.create_each([tag(1, 1, "a"), tag(1, 1, "b"), tag(1, 2, "c")]).unwrap();
    assert_eq!(made.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    let changed = service.update_each([((1_i64, 2_i64), note("x")), ((9, 9), note("y"))]).unwrap();
    assert_eq!((changed[0].as_ref().unwrap(), changed[1].is_err()), (&row(1, 2, "x"), true));
    let deleted = service.delete_each([(1_i64, 1_i64), (1, 1), (1, 2)]).unwrap();
    assert_eq!(deleted.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(service.count(all()).unwrap(), 0);
}

fn a_text_may_be_a_part_of_the_key(db: TestDatabase) {
    let session = open_at(&db, "tags").session();
    let service = TranslationService::new(session.clone());
    let (book, day) = (Uuid::new_v4(), "2024-02-29".parse::<NaiveDate>().unwrap());
    let new = |language: &str, text: &str| NewTranslation {
        book,
        language: language.into(),
        day,
        text: text.into(),
    };
    let made = service.create_many([new("de", "a"), new("DE", "b"), new("de ", "c")]).unwrap();
    assert_eq!(made.iter().map(|made| made.text.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    let key = |language: &str| TranslationId { book, language: language.into(), day };
    assert_eq!(service.get(key("DE")).unwrap(), made[1]);
    let text = |text: &str| TranslationChangeset { text: Some(text.into()) };
    let changed = service.update_many([(key("de "), text("C")), (key("de"), text("A"))]).unwrap();
    assert_eq!(changed.iter().map(|made| made.text.as_str()).collect::<Vec<_>>(), ["C", "A"]);
    let found = service.upsert_many([new("fr", "d"), new("DE", "B")]).unwrap();
    assert_eq!((found[1].text.as_str(), found[1].created_at), ("B", made[1].created_at));
    let before = session.stats().statements;
    let deleted = service.delete_many(["fr", "de ", "xx"].map(key)).unwrap();
    assert_eq!(deleted.iter().map(|made| made.text.as_str()).collect::<Vec<_>>(), ["d", "C"]);
    let expected = if db.backend() == Backend::Mysql { 2 } else { 1 };
    assert_eq!(session.stats().statements - before, expected);
}
