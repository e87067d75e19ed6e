//! `update_many`.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{Member, MemberChangeset, MemberService, about, emails, member, nick, open, open_at};

database_tests! {
    rows_come_in_input_order_over_several_statements,
    each_row_changes_only_what_its_own_changes_have,
    changes_of_the_same_row_are_made_one_after_the_other,
    a_missing_row_changes_none,
    a_missing_row_in_the_second_statement_changes_none,
    a_violated_constraint_in_the_second_statement_changes_none,
    rows_are_changed_by_themselves,
    the_last_change_is_later_and_the_creation_is_not,
    a_null_is_written_and_what_is_left_out_stays,
    values_may_go_from_one_row_to_another_in_time,
    no_rows_are_no_statement,
    no_changes_read_the_rows,
    some_rows_without_changes_are_read,
    a_few_rows_are_one_statement,
    a_text_that_is_too_long_is_refused_before_anything_is_sent,
    changes_may_be_larger_than_a_message_to_the_server,
}

/// A model whose rows can be large.
#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "essays", bind_key = "essays")]
struct Essay {
    id: i64,
    body: String,
}

fn made(service: &MemberService, count: usize) -> Vec<Member> {
    service.create_many(emails(count).iter().map(|email| member(email))).unwrap()
}

fn rows_come_in_input_order_over_several_statements(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let mut members = made(&service, 450);
    members.reverse();
    let changes = members.iter().map(|member| (member.id, nick(&member.email)));
    let changed = service.update_many(changes).unwrap();
    assert_eq!(changed.len(), 450);
    for (before, after) in members.iter().zip(&changed) {
        let expected =
            Member { nick: Some(before.email.clone()), updated_at: after.updated_at, ..before.clone() };
        assert_eq!(*after, expected);
    }
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members WHERE nick = email"), 450);
}

fn each_row_changes_only_what_its_own_changes_have(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let members = made(&service, 4);
    let none = MemberChangeset::default;
    let changed = service
        .update_many([
            (members[0].id, MemberChangeset { nick: Some(Some("zero".into())), ..none() }),
            (members[1].id, MemberChangeset { score: Some(11), rank: Some(12), ..none() }),
            (members[2].id, MemberChangeset { name: Some("two".into()), score: Some(21), ..none() }),
        ])
        .unwrap();
    let expected = [
        Member { nick: Some("zero".into()), ..members[0].clone() },
        Member { score: 11, rank: 12, ..members[1].clone() },
        Member { name: "two".into(), score: 21, ..members[2].clone() },
    ];
    for (changed, expected) in changed.iter().zip(expected) {
        assert_eq!(*changed, Member { updated_at: changed.updated_at, ..expected });
        assert_eq!(service.get(changed.id).unwrap(), *changed);
    }
    assert_eq!(service.get(members[3].id).unwrap(), members[3]);
}

fn changes_of_the_same_row_are_made_one_after_the_other(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let members = made(&service, 2);
    let changed = service
        .update_many([
            (members[0].id, MemberChangeset { score: Some(1), rank: Some(1), ..MemberChangeset::default() }),
            (members[1].id, nick("one")),
            (members[0].id, MemberChangeset { score: Some(2), ..MemberChangeset::default() }),
            (members[0].id, nick("thrice")),
        ])
        .unwrap();
    let last = service.get(members[0].id).unwrap();
    assert_eq!((last.score, last.rank, last.nick.as_deref()), (2, 1, Some("thrice")));
    let other = service.get(members[1].id).unwrap();
    assert_eq!(other.nick.as_deref(), Some("one"));
    assert_eq!(changed, [last.clone(), other, last.clone(), last]);
}

fn a_missing_row_changes_none(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = made(&service, 3);
    let error = service
        .update_many([(members[0].id, nick("a")), (Uuid::new_v4(), nick("b")), (members[1].id, nick("c"))])
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.to_string(), "no Member was found");
    assert_eq!(service.list(Member::NICK.is_not_null()).unwrap(), []);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members WHERE nick IS NULL"), 3);
}

fn a_missing_row_in_the_second_statement_changes_none(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = made(&service, 300);
    let changes = members.iter().map(|member| (member.id, nick("x"))).chain([(Uuid::new_v4(), nick("x"))]);
    assert_eq!(service.update_many(changes).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(service.count(Member::NICK.is_not_null()).unwrap(), 0);
    // The session goes on.
    service.update(members[0].id, nick("y")).unwrap();
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members WHERE nick IS NOT NULL"), 1);
}

fn a_violated_constraint_in_the_second_statement_changes_none(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = made(&service, 300);
    session.commit().unwrap();
    let changes = members.iter().enumerate().map(|(place, member)| {
        let email = if place == 299 { members[0].email.clone() } else { member.email.clone() };
        (member.id, MemberChangeset { email: Some(email), score: Some(1), ..MemberChangeset::default() })
    });
    let error = service.update_many(changes).unwrap_err();
    assert_eq!(about(&error), (ErrorKind::Duplicate, Some("email")));
    assert_eq!(service.count(Member::SCORE.eq(1)).unwrap(), 0);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members WHERE score = 7"), 300);
}

fn rows_are_changed_by_themselves(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let members = made(&service, 3);
    let changed = service
        .update_many(members.iter().cloned().map(|mut member| {
            member.name = member.name.to_uppercase();
            member.nick = Some("n".into());
            (member.id, member)
        }))
        .unwrap();
    let names: Vec<_> = changed.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(names, ["M00000", "M00001", "M00002"]);
    // A row is a key too.
    let again = service.update_many(changed.iter().map(|member| (member, nick("m")))).unwrap();
    assert!(again.iter().all(|member| member.nick.as_deref() == Some("m")));
    assert_eq!(
        again.iter().map(|m| m.id).collect::<Vec<_>>(),
        members.iter().map(|m| m.id).collect::<Vec<_>>()
    );
}

fn the_last_change_is_later_and_the_creation_is_not(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let members = made(&service, 3);
    let changed = service.update_many(members[..2].iter().map(|member| (member.id, nick("x")))).unwrap();
    for (before, after) in members.iter().zip(&changed) {
        assert_eq!(after.created_at, before.created_at);
        assert!(after.updated_at > before.updated_at, "{after:?}");
    }
    assert_eq!(service.get(members[2].id).unwrap(), members[2]);
}

fn a_null_is_written_and_what_is_left_out_stays(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let members = made(&service, 3);
    service.update_many(members.iter().map(|member| (member.id, nick("old")))).unwrap();
    let none = MemberChangeset::default;
    let changed = service
        .update_many([
            (members[0].id, MemberChangeset { nick: Some(None), ..none() }),
            (members[1].id, MemberChangeset { score: Some(1), ..none() }),
            (members[2].id, nick("new")),
        ])
        .unwrap();
    let nicks: Vec<_> = changed.iter().map(|member| member.nick.as_deref()).collect();
    assert_eq!(nicks, [None, Some("old"), Some("new")]);
    let scores: Vec<_> = changed.iter().map(|member| member.score).collect();
    assert_eq!(scores, [7, 1, 7]);
    // Nothing but nulls.
    let nulls = members.iter().map(|m| (m.id, MemberChangeset { nick: Some(None), ..none() }));
    assert!(service.update_many(nulls).unwrap().iter().all(|member| member.nick.is_none()));
}

fn values_may_go_from_one_row_to_another_in_time(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let members = made(&service, 2);
    let email = |email: &str| MemberChangeset { email: Some(email.into()), ..MemberChangeset::default() };
    // The second takes what the first had, which it gave up before.
    service.update_many([(members[0].id, email("free@x"))]).unwrap();
    let changed = service.update_many([(members[1].id, email(&members[0].email))]).unwrap();
    assert_eq!(changed[0].email, members[0].email);
}

fn no_rows_are_no_statement(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    assert_eq!(service.update_many(Vec::<(Uuid, MemberChangeset)>::new()).unwrap(), []);
    assert_eq!(session.stats().statements, 0);
    assert!(!session.in_transaction());
}

fn no_changes_read_the_rows(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = made(&service, 3);
    session.commit().unwrap();
    let read = service.update_many(members.iter().rev().map(|m| (m.id, MemberChangeset::default()))).unwrap();
    assert_eq!(read, members.iter().rev().cloned().collect::<Vec<_>>());
    assert!(!session.in_transaction());
    let missing = [(members[0].id, MemberChangeset::default()), (Uuid::new_v4(), MemberChangeset::default())];
    assert_eq!(service.update_many(missing).unwrap_err().kind(), ErrorKind::NotFound);
}

fn some_rows_without_changes_are_read(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let members = made(&service, 3);
    let changed = service
        .update_many([
            (members[0].id, MemberChangeset::default()),
            (members[1].id, nick("x")),
            (members[2].id, MemberChangeset::default()),
        ])
        .unwrap();
    assert_eq!((&changed[0], &changed[2]), (&members[0], &members[2]));
    assert_eq!(changed[1].nick.as_deref(), Some("x"));
    assert_eq!(service.list(Member::NICK.is_null()).unwrap().len(), 2);
}

fn a_few_rows_are_one_statement(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = made(&service, 200);
    let before = session.stats().statements;
    service.update_many(members.iter().map(|member| (member.id, nick("x")))).unwrap();
    let expected = if db.backend() == alchemy_tests::Backend::Mysql { 2 } else { 1 };
    assert_eq!(session.stats().statements - before, expected);
    assert_eq!(service.count(all()).unwrap(), 200);
}

fn a_text_that_is_too_long_is_refused_before_anything_is_sent(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = made(&service, 2);
    let before = session.stats().statements;
    let error = service
        .update_many([(members[0].id, nick("short")), (members[1].id, nick("much longer than it may be"))])
        .unwrap_err();
    assert_eq!(about(&error), (ErrorKind::InvalidValue, Some("nick")));
    assert_eq!(session.stats().statements, before);
}

fn changes_may_be_larger_than_a_message_to_the_server(db: TestDatabase) {
    const LENGTH: usize = 300_000;
    let session = open_at(&db, "essays").session();
    let service = EssayService::new(session.clone());
    let essays = service.create_many((0..80).map(|_| NewEssay { id: None, body: String::new() })).unwrap();
    let body = |id: i64| format!("{id:03}").repeat(LENGTH / 3);
    let changes = essays.iter().map(|essay| (essay.id, EssayChangeset { body: Some(body(essay.id)) }));
    let changed = service.update_many(changes).unwrap();
    assert!(changed.iter().zip(&essays).all(|(changed, essay)| changed.id == essay.id));
    assert!(changed.iter().all(|changed| changed.body == body(changed.id)));
    session.commit().unwrap();
    assert_eq!(db.number(&format!("SELECT count(*) FROM essays WHERE length(body) = {LENGTH}")), 80);
}
