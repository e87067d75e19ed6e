//! `delete_many`, `delete_where` and `delete_all`.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};

use crate::{Member, MemberService, about, emails, member, open, open_at};

database_tests! {
    a_clients_filter_deletes_what_it_matches,
    delete_many_takes_ids_rows_and_lookups,
    delete_many_returns_a_row_once_however_often_it_is_meant,
    delete_many_ignores_what_is_missing,
    delete_many_takes_many_keys,
    delete_many_takes_many_keys_of_alternating_kinds,
    delete_many_of_nothing_is_no_statement,
    delete_many_sends_one_statement,
    delete_many_is_all_or_nothing,
    delete_where_deletes_what_matches_and_returns_it,
    delete_where_without_a_condition_is_refused,
    delete_where_with_a_page_is_refused,
    delete_where_by_a_relation_to_itself_works,
    delete_all_deletes_all_and_returns_them,
    what_is_still_referred_to_stays,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "shelves", bind_key = "shelves")]
struct Shelf {
    id: Uuid,
    number: i32,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "volumes", bind_key = "shelves")]
struct Volume {
    id: Uuid,
    #[alchemy(foreign_key(Shelf))]
    shelf_id: Uuid,
}

fn made(service: &MemberService, count: usize) -> Vec<Member> {
    service.create_many(emails(count).iter().map(|email| member(email))).unwrap()
}

fn delete_many_takes_ids_rows_and_lookups(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = made(&service, 6);
    assert_eq!(
        service.delete_many([members[4].id, members[1].id]).unwrap(),
        [members[4].clone(), members[1].clone()]
    );
    assert_eq!(service.delete_many([&members[5]]).unwrap(), [members[5].clone()]);
    let by_team = Member::TEAM.lookup(1).and(Member::NAME.lookup("m00000"));
    let keys = [
        Member::EMAIL.lookup("m00003@x").into_key(),
        members[2].id.into_key(),
        by_team.into_key(),
        Member::EMAIL.lookup("m00001@x").into_key(),
    ];
    let expected = [3, 2, 0].map(|place: usize| members[place].clone());
    assert_eq!(service.delete_many(keys).unwrap(), expected);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members"), 0);
}

fn delete_many_returns_a_row_once_however_often_it_is_meant(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let members = made(&service, 3);
    let keys = [
        members[1].id.into_key(),
        Member::EMAIL.lookup("m00000@x").into_key(),
        members[1].id.into_key(),
        Member::EMAIL.lookup("m00001@x").into_key(),
    ];
    assert_eq!(service.delete_many(keys).unwrap(), [members[1].clone(), members[0].clone()]);
    assert_eq!(service.list(all()).unwrap(), [members[2].clone()]);
}

fn delete_many_ignores_what_is_missing(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let members = made(&service, 2);
    let keys = [Uuid::new_v4(), members[1].id, Uuid::new_v4()];
    assert_eq!(service.delete_many(keys).unwrap(), [members[1].clone()]);
    assert_eq!(service.delete_many(keys).unwrap(), []);
    assert_eq!(service.list(all()).unwrap(), [members[0].clone()]);
}

fn delete_many_takes_many_keys(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let mut members = made(&service, 12_001);
    let last = members.pop().unwrap();
    members.reverse();
    let deleted = service.delete_many(members.iter().map(|member| member.id)).unwrap();
    assert_eq!(deleted, members);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT email FROM members"), [last.email]);
}

fn delete_many_takes_many_keys_of_alternating_kinds(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let members = made(&service, 3_000);
    let keys = members.iter().enumerate().map(|(place, member)| match place % 2 {
        0 => member.id.into_key(),
        _ => Member::EMAIL.lookup(member.email.as_str()).into_key(),
    });
    assert_eq!(service.delete_many(keys).unwrap(), members);
    assert_eq!(service.count(all()).unwrap(), 0);
}

fn delete_many_of_nothing_is_no_statement(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    assert_eq!(service.delete_many(Vec::<Uuid>::new()).unwrap(), []);
    assert_eq!(session.stats().statements, 0);
    assert!(!session.in_transaction());
}

fn delete_many_sends_one_statement(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = made(&service, 100);
    let before = session.stats().statements;
    service.delete_many(members.iter().map(|member| member.id)).unwrap();
    let expected = if db.backend() == Backend::Mysql { 2 } else { 1 };
    assert_eq!(session.stats().statements - before, expected);
}

fn delete_many_is_all_or_nothing(db: TestDatabase) {
    let session = open_at(&db, "shelves").session();
    let shelves = ShelfService::new(session.clone());
    let made = shelves.create_many((0..5_100).map(|number| NewShelf { id: None, number })).unwrap();
    let last = made.last().unwrap();
    VolumeService::new(session.clone()).create(NewVolume { id: None, shelf_id: last.id }).unwrap();
    // The one that cannot go is in the second statement.
    let error = shelves.delete_many(made.iter().map(|shelf| shelf.id)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKey);
    assert_eq!(shelves.count(all()).unwrap(), 5_100);
    // The session goes on.
    shelves.delete(made[0].id).unwrap();
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM shelves"), 5_099);
}

fn delete_where_deletes_what_matches_and_returns_it(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = made(&service, 5);
    let mut deleted = service.delete_where(Member::EMAIL.is_in(["m00001@x", "m00003@x", "none"])).unwrap();
    deleted.sort_by_key(|member| member.email.clone());
    assert_eq!(deleted, [members[1].clone(), members[3].clone()]);
    assert_eq!(service.delete_where(Member::EMAIL.eq("none")).unwrap(), []);
    assert_eq!(service.delete_where(Member::EMAIL.is_in(Vec::<String>::new())).unwrap(), []);
    // An order does no harm: the rows that match are all deleted.
    let ordered = Filters::new().filter(Member::EMAIL.eq("m00004@x")).order_by(Member::EMAIL.desc());
    assert_eq!(service.delete_where(ordered).unwrap(), [members[4].clone()]);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT email FROM members ORDER BY email"), ["m00000@x", "m00002@x"]);
}

fn delete_where_without_a_condition_is_refused(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    made(&service, 3);
    let before = session.stats().statements;
    let errors = [
        service.delete_where(all()).map(drop).unwrap_err(),
        service.delete_where(Filters::<Member>::new()).map(drop).unwrap_err(),
        service.delete_where(Filter::<Member>::everything()).map(drop).unwrap_err(),
        service.delete_where(Filter::<Member>::all_of([])).map(drop).unwrap_err(),
        service.delete_where(Filter::<Member>::nothing().not()).map(drop).unwrap_err(),
        service.delete_where(Member::EMAIL.not_in(Vec::<String>::new())).map(drop).unwrap_err(),
        service.delete_where(Member::EMAIL.eq("x") | Filter::<Member>::everything()).map(drop).unwrap_err(),
        service.delete_where(Filters::<Member>::new().order_by(Member::EMAIL.asc())).map(drop).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Filter, "{error}");
        assert_eq!(error.filter_error().unwrap().parameter(), "filters");
    }
    assert_eq!(session.stats().statements, before);
    assert_eq!(service.count(all()).unwrap(), 3);
}

fn delete_where_with_a_page_is_refused(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    made(&service, 3);
    let paged = Filters::new().filter(Member::TEAM.eq(1)).limit_offset(LimitOffset::new(1, 0));
    let error = service.delete_where(paged).unwrap_err();
    assert_eq!((error.kind(), error.filter_error().unwrap().parameter()), (ErrorKind::Filter, "page"));
    assert_eq!(service.delete_where(LimitOffset::new(1, 0)).unwrap_err().kind(), ErrorKind::Filter);
    assert_eq!(service.count(all()).unwrap(), 3);
}

fn delete_where_by_a_relation_to_itself_works(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    made(&service, 4);
    let condition = (Member::SCORE.eq(7) & Member::NAME.gt("m00000")) & Member::NAME.ne("m00003");
    assert_eq!(service.delete_where(condition).unwrap().len(), 2);
    assert_eq!(service.count(all()).unwrap(), 2);
}

fn delete_all_deletes_all_and_returns_them(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = made(&service, 3);
    let mut deleted = service.delete_all().unwrap();
    deleted.sort_by_key(|member| member.email.clone());
    assert_eq!(deleted, members);
    assert_eq!(service.delete_all().unwrap(), []);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members"), 0);
}

fn what_is_still_referred_to_stays(db: TestDatabase) {
    let session = open_at(&db, "shelves").session();
    let (shelves, volumes) = (ShelfService::new(session.clone()), VolumeService::new(session.clone()));
    let made = shelves.create_many((0..3).map(|number| NewShelf { id: None, number })).unwrap();
    volumes.create(NewVolume { id: None, shelf_id: made[1].id }).unwrap();
    session.commit().unwrap();
    let ids = made.iter().map(|shelf| shelf.id);
    let verbs: [&dyn Fn() -> Error; 4] = [
        &|| shelves.delete(made[1].id).unwrap_err(),
        &|| shelves.delete_many(ids.clone()).unwrap_err(),
        &|| shelves.delete_where(Shelf::NUMBER.ge(0)).unwrap_err(),
        &|| shelves.delete_all().unwrap_err(),
    ];
    for verb in verbs {
        assert_eq!(about(&verb()).0, ErrorKind::ForeignKey);
        session.rollback().unwrap();
        assert_eq!(shelves.count(all()).unwrap(), 3);
    }
}

fn a_clients_filter_deletes_what_it_matches(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    service.create_many(["a@x", "b@x", "c@x"].map(member)).unwrap();
    let filter = |email: &str| {
        let json = serde_json::json!({"and_": [{"type": "comparison", "field_name": "email", "operator": "eq", "value": email}]});
        alchemy_core::filter::MultiFilter::from_value(json).unwrap()
    };
    // The field is not open to clients.
    assert_eq!(service.delete_where(filter("a@x")).unwrap_err().kind(), ErrorKind::Filter);
    let trusted = filter("a@x").resolve_trusted::<Member>().unwrap();
    assert_eq!(service.count(&trusted).unwrap(), 1);
    assert!(service.exists(&trusted).unwrap());
    let gone = service.delete_where(&trusted).unwrap();
    assert_eq!(gone.iter().map(|member| member.email.as_str()).collect::<Vec<_>>(), ["a@x"]);
    assert_eq!(service.count(all()).unwrap(), 2);
}
