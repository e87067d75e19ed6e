//! `create_each`, `update_each`, `upsert_each` and `delete_each`.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::json;

use crate::{
    Member, MemberChangeset, MemberService, NewMember, about, emails, field, member, nick, object, open,
};

database_tests! {
    one_bad_row_among_fifty_is_the_only_one_that_fails,
    a_row_that_is_faulty_before_it_is_sent_fails_alone,
    later_work_of_the_session_is_kept,
    good_rows_take_few_statements,
    what_fails_for_another_reason_than_a_row_leaves_nothing,
    updates_fail_one_by_one,
    updates_of_the_same_row_see_one_another,
    upserts_fail_one_by_one,
    deletions_fail_one_by_one,
    a_row_deleted_twice_is_missing_the_second_time,
    nothing_is_no_statement,
    all_may_fail,
    messages_are_those_of_the_service,
}

/// Which rows failed, of what kind and about which field.
fn failures<T>(outcomes: &[Result<T>]) -> Vec<(usize, ErrorKind, Option<String>)> {
    let failed = |(place, outcome): (usize, &Result<T>)| {
        let error = outcome.as_ref().err()?;
        Some((place, error.kind(), field(error).map(str::to_owned)))
    };
    outcomes.iter().enumerate().filter_map(failed).collect()
}

fn long() -> Option<String> {
    Some("much longer than it may be".into())
}

fn one_bad_row_among_fifty_is_the_only_one_that_fails(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let taken = service.create(member("taken@x")).unwrap();
    let mut wanted = emails(50);
    wanted[17] = "taken@x".into();
    let news = wanted.iter().enumerate().map(|(n, email)| NewMember { name: n.to_string(), ..member(email) });
    let outcomes = service.create_each(news).unwrap();
    assert_eq!(failures(&outcomes), [(17, ErrorKind::Duplicate, Some("email".into()))]);
    for (place, outcome) in outcomes.iter().enumerate().filter(|(place, _)| *place != 17) {
        assert_eq!(outcome.as_ref().unwrap().email, wanted[place]);
    }
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members"), 50);
    assert_eq!(service.get(taken.id).unwrap(), taken);
}

fn a_row_that_is_faulty_before_it_is_sent_fails_alone(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let outcomes = service
        .create_each([
            Data::New(member("a@x")),
            Data::New(NewMember { nick: long(), ..member("b@x") }),
            Data::Json(object(json!({"email": "c@x", "team": "one", "name": "c"}))),
            Data::Json(object(json!({"email": "d@x", "name": "d"}))),
            Data::Json(object(json!({"email": "e@x", "team": 1, "name": "e", "colour": 1}))),
            Data::New(member("f@x")),
        ])
        .unwrap();
    let invalid = |place, field: &str| (place, ErrorKind::InvalidValue, Some(field.to_owned()));
    let expected = [invalid(1, "nick"), invalid(2, "team"), invalid(3, "team"), invalid(4, "colour")];
    assert_eq!(failures(&outcomes), expected);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT email FROM members ORDER BY email"), ["a@x", "f@x"]);
}

fn later_work_of_the_session_is_kept(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    service.create(member("before@x")).unwrap();
    let outcomes = service.create_each([member("a@x"), member("before@x"), member("a@x")]).unwrap();
    let places: Vec<_> = failures(&outcomes).into_iter().map(|(place, ..)| place).collect();
    assert_eq!(places, [1, 2]);
    let single = service.create_each([member("before@x")]).unwrap();
    assert_eq!(failures(&single).len(), 1);
    service.create(member("after@x")).unwrap();
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT email FROM members ORDER BY email"), ["a@x", "after@x", "before@x"]);
}

fn good_rows_take_few_statements(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let mut before = session.stats().statements;
    let mut sent = |what: &str| {
        let now = session.stats().statements;
        // What writes, what reads it back on MariaDB, and a savepoint.
        let most = if db.backend() == Backend::Mysql { 4 } else { 3 };
        assert!(now - before <= most, "{what}: {}", now - before);
        before = now;
    };
    let wanted = emails(50);
    let made = service.create_each(wanted.iter().map(|email| member(email))).unwrap();
    assert!(made.iter().zip(&wanted).all(|(made, email)| made.as_ref().unwrap().email == *email));
    sent("create_each");
    let ids: Vec<_> = made.into_iter().map(|made| made.unwrap().id).collect();
    let changed = service.update_each(ids.iter().map(|id| (*id, nick("x")))).unwrap();
    assert!(changed.iter().zip(&ids).all(|(changed, id)| changed.as_ref().unwrap().id == *id));
    sent("update_each");
    assert_eq!(failures(&service.upsert_each(wanted.iter().map(|email| member(email))).unwrap()), []);
    sent("upsert_each");
    let deleted = service.delete_each(ids.clone()).unwrap();
    assert!(deleted.iter().zip(&ids).all(|(deleted, id)| deleted.as_ref().unwrap().id == *id));
    sent("delete_each");
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members"), 0);
}

/// Has the database fail at a member, and not because of what it is given.
fn break_at(db: &TestDatabase, email: &str) {
    db.admin(&match db.backend() {
        Backend::Sqlite => format!(
            "CREATE TRIGGER broken BEFORE INSERT ON members WHEN NEW.email = '{email}' \
             BEGIN SELECT json('{{'); END"
        ),
        Backend::Postgres => format!(
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'broken'; END $$; \
             CREATE TRIGGER broken BEFORE INSERT ON members FOR EACH ROW WHEN (NEW.email = '{email}') \
             EXECUTE FUNCTION broken()"
        ),
        Backend::Mysql => format!(
            "CREATE TRIGGER broken BEFORE INSERT ON members FOR EACH ROW \
             IF NEW.email = '{email}' THEN SIGNAL SQLSTATE '45000'; END IF"
        ),
    });
}

fn what_fails_for_another_reason_than_a_row_leaves_nothing(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    service.create(member("taken@x")).unwrap();
    session.commit().unwrap();
    break_at(&db, "broken@x");
    service.create(member("before@x")).unwrap();
    let batch = ["a@x", "taken@x", "broken@x", "b@x"].map(member);
    assert_eq!(service.create_each(batch).unwrap_err().kind(), ErrorKind::Database);
    // Two of a name.
    let batch = ["a@x", "a@y", "broken@x", "b@x"].map(member);
    assert_eq!(service.upsert_each(batch).unwrap_err().kind(), ErrorKind::Database);
    assert_eq!(service.create_each([member("broken@x")]).unwrap_err().kind(), ErrorKind::Database);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT email FROM members ORDER BY email"), ["before@x", "taken@x"]);
}

fn updates_fail_one_by_one(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = service.create_many(emails(5).iter().map(|email| member(email))).unwrap();
    let email = |email: &str| MemberChangeset { email: Some(email.into()), ..Default::default() };
    let outcomes = service
        .update_each([
            (members[0].id, nick("zero")),
            (Uuid::new_v4(), nick("missing")),
            (members[1].id, email("m00002@x")),
            (members[3].id, MemberChangeset { nick: Some(long()), ..Default::default() }),
            (members[4].id, nick("four")),
        ])
        .unwrap();
    let expected = [
        (1, ErrorKind::NotFound, None),
        (2, ErrorKind::Duplicate, Some("email".into())),
        (3, ErrorKind::InvalidValue, Some("nick".into())),
    ];
    assert_eq!(failures(&outcomes), expected);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT nick FROM members WHERE nick IS NOT NULL ORDER BY nick"), ["four", "zero"]);
    assert_eq!(service.get(members[1].id).unwrap(), members[1]);
}

fn updates_of_the_same_row_see_one_another(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(member("ann@x")).unwrap();
    for missing in [Some(Uuid::new_v4()), None] {
        let changes =
            [(ann.id, nick("1")), (ann.id, MemberChangeset { score: Some(1), ..Default::default() })]
                .into_iter()
                .chain(missing.map(|id| (id, nick("x"))));
        let outcomes = service.update_each(changes).unwrap();
        let last = outcomes[1].as_ref().unwrap();
        assert_eq!((last.nick.as_deref(), last.score), (Some("1"), 1));
    }
}

fn upserts_fail_one_by_one(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let ann = service.create(member("ann@x")).unwrap();
    let outcomes = service
        .upsert_each([
            NewMember { score: Some(1), ..member("ann@x") },
            NewMember { email: "other@x".into(), ..member("ann@x") },
            member("bob@x"),
            NewMember { nick: long(), ..member("cid@x") },
        ])
        .unwrap();
    let kinds: Vec<_> = failures(&outcomes).into_iter().map(|(place, kind, _)| (place, kind)).collect();
    assert_eq!(kinds, [(1, ErrorKind::Duplicate), (3, ErrorKind::InvalidValue)]);
    let changed = outcomes[0].as_ref().unwrap();
    assert_eq!((changed.id, changed.score), (ann.id, 1));
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT email FROM members ORDER BY email"), ["ann@x", "bob@x"]);
}

fn deletions_fail_one_by_one(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = service.create_many(emails(4).iter().map(|email| member(email))).unwrap();
    let keys = [
        members[2].id.into_key(),
        IntoKey::<Member>::into_key(Uuid::new_v4()),
        Member::EMAIL.lookup("m00000@x").into_key(),
        Member::EMAIL.lookup("none").into_key(),
        members[3].id.into_key(),
    ];
    let outcomes = service.delete_each(keys).unwrap();
    assert_eq!(failures(&outcomes), [(1, ErrorKind::NotFound, None), (3, ErrorKind::NotFound, None)]);
    let deleted: Vec<_> = outcomes.into_iter().flatten().map(|member| member.email).collect();
    assert_eq!(deleted, ["m00002@x", "m00000@x", "m00003@x"]);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT email FROM members"), ["m00001@x"]);
}

fn a_row_deleted_twice_is_missing_the_second_time(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let members = service.create_many(emails(4).iter().map(|email| member(email))).unwrap();
    let [a, b] = [members[0].id, members[1].id];
    let outcomes = service.delete_each([a, b, a]).unwrap();
    assert_eq!(failures(&outcomes), [(2, ErrorKind::NotFound, None)]);
    // By another key as well.
    let outcomes = service
        .delete_each([members[2].id.into_key(), Member::EMAIL.lookup(members[2].email.as_str()).into_key()])
        .unwrap();
    assert_eq!(failures(&outcomes), [(1, ErrorKind::NotFound, None)]);
    assert_eq!(service.count(all()).unwrap(), 1);
}

fn nothing_is_no_statement(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    assert!(service.create_each(Vec::<NewMember>::new()).unwrap().is_empty());
    assert!(service.update_each(Vec::<(Uuid, MemberChangeset)>::new()).unwrap().is_empty());
    assert!(service.upsert_each(Vec::<NewMember>::new()).unwrap().is_empty());
    assert!(service.delete_each(Vec::<Uuid>::new()).unwrap().is_empty());
    assert_eq!(session.stats().statements, 0);
    assert!(!session.in_transaction());
}

fn all_may_fail(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let faulty = ["a@x", "b@x"].map(|email| NewMember { nick: long(), ..member(email) });
    assert_eq!(failures(&service.create_each(faulty).unwrap()).len(), 2);
    let missing = [Uuid::new_v4(), Uuid::new_v4()];
    assert_eq!(failures(&service.delete_each(missing).unwrap()).len(), 2);
    service.create(member("a@x")).unwrap();
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members"), 1);
}

fn messages_are_those_of_the_service(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let messages =
        ErrorMessages::new().duplicate("taken").not_found("gone").with(ErrorKind::InvalidValue, "bad");
    let service = service.with_messages(messages);
    let outcomes = service
        .create_each([member("a@x"), member("a@x"), NewMember { nick: long(), ..member("b@x") }])
        .unwrap();
    let text = |outcome: &Result<Member>| outcome.as_ref().unwrap_err().to_string();
    assert_eq!([text(&outcomes[1]), text(&outcomes[2])], ["taken", "bad"]);
    assert_eq!(about(outcomes[2].as_ref().unwrap_err()), (ErrorKind::InvalidValue, Some("nick")));
    let outcomes = service.delete_each([Uuid::new_v4(), Uuid::new_v4()]).unwrap();
    assert_eq!(text(&outcomes[0]), "gone");
}
