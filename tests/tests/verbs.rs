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
    messages_are_overridden_per_service_and_per_call,
    a_schema_reads_only_its_columns,
    a_batch_may_be_larger_than_a_message_to_the_server,
    more_values_than_a_statement_can_bind_are_refused_before_it_is_sent,
    a_connection_keeps_so_many_statements_prepared_and_no_more,
    errors_that_know_no_details_can_have_a_message_too,
}

/// A model with many ways to change a row.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "grids")]
struct Grid {
    id: Uuid,
    a: i32,
    b: i32,
    c: i32,
    d: i32,
    e: i32,
    f: i32,
    g: i32,
}

/// A model whose rows can be large.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "documents")]
struct Document {
    id: Uuid,
    body: String,
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

fn a_batch_may_be_larger_than_a_message_to_the_server(db: TestDatabase) {
    const LENGTH: usize = 300_000;
    let engine = open(&db);
    let session = engine.session();
    let service = DocumentService::new(session.clone());
    let news: Vec<_> =
        (0..80).map(|n| NewDocument { id: None, body: format!("{n:02}").repeat(LENGTH / 2) }).collect();
    let created = service.create_many(news).unwrap();
    let found: Vec<_> = created.iter().map(|document| (&document.body[..2], document.body.len())).collect();
    let expected: Vec<_> = (0..80).map(|n| (format!("{n:02}"), LENGTH)).collect();
    assert_eq!(found, expected.iter().map(|(text, length)| (text.as_str(), *length)).collect::<Vec<_>>());
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM documents"), 80);
}

fn more_values_than_a_statement_can_bind_are_refused_before_it_is_sent(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = AuthorService::new(session.clone());
    service.create_many(["Ann", "Bob", "Cid"].map(new_author)).unwrap();
    let max = if db.backend() == alchemy_tests::Backend::Sqlite { 32_764 } else { 65_533 };
    let names = |number: usize| {
        let others = (2..number).map(|n| format!("{n}"));
        Author::NAME.is_in(["Ann".to_owned(), "Bob".to_owned()].into_iter().chain(others))
    };
    let page = LimitOffset::new(1, 1);
    let paged =
        |number: usize| Filters::new().filter(names(number)).order_by(Author::NAME.asc()).limit_offset(page);
    let sent = session.stats().statements;
    let errors = [
        service.list(paged(max + 1)).map(drop).unwrap_err(),
        service.list_and_count(paged(max + 1)).map(drop).unwrap_err(),
        service.count(names(max + 1)).map(drop).unwrap_err(),
        service.exists(names(max + 1)).map(drop).unwrap_err(),
        service.get_one(names(max + 1)).map(drop).unwrap_err(),
    ];
    for error in errors {
        let text = format!("`name` has too many values: at most {max} are accepted");
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Filter, text));
    }
    assert_eq!(session.stats().statements, sent);
    // As many as can be are no error, where the condition would stand in a statement twice either.
    let (items, total) = service.list_and_count(paged(max)).unwrap();
    assert_eq!((items.iter().map(|author| &*author.name).collect::<Vec<_>>(), total), (vec!["Bob"], 2));
    let (items, total) = service.list_and_count(paged(max / 2)).unwrap();
    assert_eq!((items.len(), total), (1, 2));
    assert_eq!(service.count(names(max)).unwrap(), 2);
}

fn a_connection_keeps_so_many_statements_prepared_and_no_more(db: TestDatabase) {
    use alchemy_tests::Backend;
    use diesel::dsl::{select, sql};
    use diesel::prelude::*;

    let engine = open(&db);
    let session = engine.session();
    let service = AuthorService::new(session.clone());
    service.create_many(["Ann", "Bob", "Cid"].map(new_author)).unwrap();
    for number in 0..400 {
        let others = (0..number).map(|_| Author::NAME.ne("Ann"));
        let filters = Filters::new().filter(Author::NAME.ne("Bob").and(Filter::all_of(others)));
        let expected = if number == 0 { 2 } else { 1 };
        assert_eq!(service.list(filters).unwrap().len(), expected, "{number}");
    }
    let grids = GridService::new(session.clone());
    let new = NewGrid { id: None, a: 0, b: 0, c: 0, d: 0, e: 0, f: 0, g: 0 };
    let grid = grids.create(new).unwrap();
    for subset in 1..128 {
        let value = |bit: i32| (subset >> bit & 1 == 1).then_some(subset);
        let (a, b, c, d) = (value(0), value(1), value(2), value(3));
        let changes = GridChangeset { a, b, c, d, e: value(4), f: value(5), g: value(6) };
        let changed = grids.update(grid.id, changes).unwrap();
        assert_eq!([changed.a, changed.b].contains(&subset), subset & 3 > 0, "{subset}");
    }
    let counted = match db.backend() {
        // SQLite has no such number to ask for.
        Backend::Sqlite => return,
        Backend::Postgres => "(SELECT count(*) FROM pg_prepared_statements)",
        Backend::Mysql => {
            "(SELECT CAST(sum(IF(variable_name = 'COM_STMT_PREPARE', 1, -1) * variable_value) AS SIGNED) \
             FROM information_schema.session_status \
             WHERE variable_name IN ('COM_STMT_PREPARE', 'COM_STMT_CLOSE'))"
        }
    };
    let kept = session
        .run(|connection| select(sql::<diesel::sql_types::BigInt>(counted)).get_result::<i64>(connection))
        .unwrap();
    // The rest are those whose text does not vary: what this test asks is one of them.
    assert!((1..=256 + 64 + 64 + 8).contains(&kept), "{kept}");
}

fn errors_that_know_no_details_can_have_a_message_too(db: TestDatabase) {
    let engine = open(&db);
    let service = AuthorService::new(engine.session());
    let service = service.with_messages(ErrorMessages::new().with(ErrorKind::Filter, "no such list"));
    let error = service.list(Author::NAME.is_in((0..70_000).map(|n| n.to_string()))).unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Filter, "no such list"));
    assert_eq!(error.filter_error().unwrap().parameter(), "name");
}
