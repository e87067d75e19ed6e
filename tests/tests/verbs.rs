//! The verbs of a service, blocking, on a session.

mod common;

use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use common::{Author, AuthorChangeset, AuthorService, NewAuthor, date, new_author, open};

database_tests! {
    create_returns_the_row_as_the_database_has_it,
    create_keeps_an_id_that_was_given,
    create_many_returns_rows_in_input_order_over_several_statements,
    create_many_is_all_or_nothing,
    get_finds_by_key_or_says_not_found,
    get_one_wants_exactly_one,
    list_filters_orders_and_pages,
    list_and_count_knows_the_total_past_the_last_page,
    update_changes_what_is_given_and_nothing_else,
    an_empty_update_returns_the_row,
    delete_returns_the_row_and_the_second_time_not_found,
    each_verb_sends_the_fewest_statements,
    messages_are_overridden_per_service_and_per_call,
    a_schema_reads_only_its_columns,
}

fn create_returns_the_row_as_the_database_has_it(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = AuthorService::new(session.clone());
    let new = NewAuthor { id: None, name: "Ann".into(), dob: Some(date("1980-02-29")) };
    let created = service.create(new).unwrap();
    assert_eq!((created.name.as_str(), created.dob), ("Ann", Some(date("1980-02-29"))));
    assert_eq!(service.get(created.id).unwrap(), created);
    session.commit().unwrap();
    assert_eq!(AuthorService::new(engine.session()).get(created.id).unwrap(), created);
}

fn create_keeps_an_id_that_was_given(db: TestDatabase) {
    let engine = open(&db);
    let service = AuthorService::new(engine.session());
    let id = Uuid::new_v4();
    let created = service.create(NewAuthor { id: Some(id), name: "Ann".into(), dob: None }).unwrap();
    assert_eq!(created.id, id);
}

fn create_many_returns_rows_in_input_order_over_several_statements(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = AuthorService::new(session.clone());
    let names: Vec<_> = (0..12_000).map(|n| format!("author {n:05}")).collect();
    let created = service.create_many(names.iter().map(|name| new_author(name))).unwrap();
    session.commit().unwrap();
    assert_eq!(created.iter().map(|author| author.name.clone()).collect::<Vec<_>>(), names);
    assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 12_000);
    assert_eq!(service.create_many(Vec::<NewAuthor>::new()).unwrap(), []);
}

fn create_many_is_all_or_nothing(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("first")).unwrap();
    session.commit().unwrap();
    // The last row of the last statement repeats the first one's key.
    let mut news: Vec<_> = (0..11_000).map(|n| new_author(&format!("author {n}"))).collect();
    let repeated = Uuid::new_v4();
    news[0].id = Some(repeated);
    news.last_mut().unwrap().id = Some(repeated);
    let error = service.create_many(news).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Duplicate);
    // Whatever the caller makes of the error, none of the rows is there.
    assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 1);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM authors"), 1);
}

fn get_finds_by_key_or_says_not_found(db: TestDatabase) {
    let engine = open(&db);
    let service = AuthorService::new(engine.session());
    let ann = service.create(new_author("Ann")).unwrap();
    service.create(new_author("Bob")).unwrap();
    assert_eq!(service.get(ann.id).unwrap(), ann);
    let error = service.get(Uuid::new_v4()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.to_string(), "no Author was found");
}

fn get_one_wants_exactly_one(db: TestDatabase) {
    let engine = open(&db);
    let service = AuthorService::new(engine.session());
    let ann = service.create(new_author("Ann")).unwrap();
    service.create_many([new_author("Bob"), new_author("Bob")]).unwrap();
    assert_eq!(service.get_one(Author::NAME.eq("Ann")).unwrap(), ann);
    assert_eq!(service.get_one_or_none(Author::NAME.eq("Cid")).unwrap(), None);
    assert_eq!(service.get_one(Author::NAME.eq("Cid")).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(service.get_one(Author::NAME.eq("Bob")).unwrap_err().kind(), ErrorKind::MultipleRows);
    assert_eq!(service.get_one_or_none(Author::NAME.eq("Bob")).unwrap_err().kind(), ErrorKind::MultipleRows);
}

fn list_filters_orders_and_pages(db: TestDatabase) {
    let engine = open(&db);
    let service = AuthorService::new(engine.session());
    service.create_many(["Dan", "Ann", "Cid", "Bob", "Eve"].map(new_author)).unwrap();
    let names = |filters: Filters<Author>| {
        service.list(filters).unwrap().into_iter().map(|author| author.name).collect::<Vec<_>>()
    };
    let by_name = Filters::new().order_by(Author::NAME.asc());
    assert_eq!(names(by_name.clone()), ["Ann", "Bob", "Cid", "Dan", "Eve"]);
    assert_eq!(names(by_name.clone().limit_offset(LimitOffset::new(2, 1))), ["Bob", "Cid"]);
    assert_eq!(names(by_name.clone().limit_offset(LimitOffset::new(0, 0))), Vec::<String>::new());
    let filtered = by_name.filter(Author::NAME.gt("Ann") & Author::NAME.ne("Cid"));
    assert_eq!(names(filtered), ["Bob", "Dan", "Eve"]);
    assert_eq!(service.list(LimitOffset::new(3, 0)).unwrap().len(), 3);
    assert!(service.exists(Author::NAME.eq("Ann")).unwrap());
    assert!(!service.exists(Author::NAME.eq("Zoe")).unwrap());
    assert_eq!(service.count(Author::NAME.is_in(["Ann", "Bob", "Zoe"])).unwrap(), 2);
    assert_eq!(service.count(Author::NAME.is_in(Vec::<String>::new())).unwrap(), 0);
}

fn list_and_count_knows_the_total_past_the_last_page(db: TestDatabase) {
    let engine = open(&db);
    let service = AuthorService::new(engine.session());
    service.create_many(["Ann", "Bob", "Cid", "Dan", "Eve"].map(new_author)).unwrap();
    for (limit, offset, expected) in [(2, 0, 2), (2, 4, 1), (2, 5, 0), (2, 500, 0), (100, 0, 5), (0, 0, 0)] {
        let (items, total) = service.list_and_count(LimitOffset::new(limit, offset)).unwrap();
        assert_eq!((items.len(), total), (expected, 5), "limit {limit} offset {offset}");
    }
    let none = Filters::new().filter(Author::NAME.eq("Zoe")).limit_offset(LimitOffset::new(2, 0));
    assert_eq!(service.list_and_count(none).unwrap(), (Vec::new(), 0));
    let (items, total) = service.list_and_count(alchemy_core::filter::all()).unwrap();
    assert_eq!((items.len(), total), (5, 5));
}

fn update_changes_what_is_given_and_nothing_else(db: TestDatabase) {
    let engine = open(&db);
    let service = AuthorService::new(engine.session());
    let dob = Some(date("1980-01-02"));
    let ann = service.create(NewAuthor { id: None, name: "Ann".into(), dob }).unwrap();
    let bob = service.create(new_author("Bob")).unwrap();
    let renamed =
        service.update(ann.id, AuthorChangeset { name: Some("Anna".into()), ..Default::default() }).unwrap();
    assert_eq!(renamed, Author { name: "Anna".into(), ..ann.clone() });
    let nulled = service.update(ann.id, AuthorChangeset { dob: Some(None), ..Default::default() }).unwrap();
    assert_eq!(nulled, Author { dob: None, ..renamed.clone() });
    assert_eq!(service.get(ann.id).unwrap(), nulled);
    assert_eq!(service.get(bob.id).unwrap(), bob);
    let missing = AuthorChangeset { name: Some("x".into()), ..Default::default() };
    assert_eq!(service.update(Uuid::new_v4(), missing).unwrap_err().kind(), ErrorKind::NotFound);
    // The same values again: nothing changes, and the row is there all the same.
    let same = AuthorChangeset { name: Some("Anna".into()), ..Default::default() };
    assert_eq!(service.update(ann.id, same).unwrap(), nulled);
}

fn an_empty_update_returns_the_row(db: TestDatabase) {
    let engine = open(&db);
    let service = AuthorService::new(engine.session());
    let ann = service.create(new_author("Ann")).unwrap();
    assert_eq!(service.update(ann.id, AuthorChangeset::default()).unwrap(), ann);
    let error = service.update(Uuid::new_v4(), AuthorChangeset::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

fn delete_returns_the_row_and_the_second_time_not_found(db: TestDatabase) {
    let engine = open(&db);
    let service = AuthorService::new(engine.session());
    let ann = service.create(new_author("Ann")).unwrap();
    assert_eq!(service.delete(ann.id).unwrap(), ann);
    assert_eq!(service.delete(ann.id).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 0);
}

fn each_verb_sends_the_fewest_statements(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = AuthorService::new(session.clone());
    let ann = service.create(new_author("Ann")).unwrap();
    // Those that write return the row too, but on MariaDB.
    let written = if db.backend() == alchemy_tests::Backend::Mysql { 2 } else { 1 };
    let mut before = session.stats().statements;
    assert_eq!(before, written, "create");
    let mut sent = |what: &str, expected: u64| {
        let now = session.stats().statements;
        assert_eq!(now - before, expected, "{what}");
        before = now;
    };
    service.create_many(["Bob", "Cid"].map(new_author)).unwrap();
    sent("create_many", written);
    service.get(ann.id).unwrap();
    sent("get", 1);
    service.get_one(Author::NAME.eq("Ann")).unwrap();
    sent("get_one", 1);
    service.list(Author::NAME.eq("Ann")).unwrap();
    sent("list", 1);
    service.list_and_count(LimitOffset::new(2, 0)).unwrap();
    sent("list_and_count", 1);
    service.list_and_count(LimitOffset::new(2, 10)).unwrap();
    sent("list_and_count past the end", 2);
    service.count(Author::NAME.eq("Ann")).unwrap();
    sent("count", 1);
    service.exists(Author::NAME.eq("Ann")).unwrap();
    sent("exists", 1);
    service.update(ann.id, AuthorChangeset { name: Some("Anna".into()), ..Default::default() }).unwrap();
    sent("update", written);
    service.update(ann.id, AuthorChangeset::default()).unwrap();
    sent("empty update", 1);
    service.delete(ann.id).unwrap();
    sent("delete", written);
}

fn messages_are_overridden_per_service_and_per_call(db: TestDatabase) {
    let engine = open(&db);
    let service = AuthorService::new(engine.session());
    let service = service.with_messages(ErrorMessages::new().not_found("no such author"));
    let missing = Uuid::new_v4();
    assert_eq!(service.get(missing).unwrap_err().to_string(), "no such author");
    let call = service.with_messages(ErrorMessages::new().not_found("gone"));
    assert_eq!(call.get(missing).unwrap_err().to_string(), "gone");
    assert_eq!(service.get(missing).unwrap_err().to_string(), "no such author");
}

#[derive(Debug, PartialEq, Schema)]
#[schema(model = Author)]
struct Name {
    name: String,
}

fn a_schema_reads_only_its_columns(db: TestDatabase) {
    let engine = open(&db);
    let service = AuthorService::new(engine.session());
    service.create_many(["Ann", "Bob"].map(new_author)).unwrap();
    let filters = Filters::new().order_by(Author::NAME.desc()).limit_offset(LimitOffset::new(1, 0));
    let (names, total) = service.list_and_count_as::<Name>(&filters).unwrap();
    assert_eq!((names, total), (vec![Name { name: "Bob".into() }], 2));
    assert_eq!(Name::COLUMNS, [1]);
    let page: OffsetPagination<Name> = service.to_schema_page(service.list(&filters).unwrap(), 2, &filters);
    let expected =
        OffsetPagination { items: vec![Name { name: "Bob".into() }], limit: 1, offset: 0, total: 2 };
    assert_eq!(page, expected);
}
