//! `upsert_many`.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::json;

use crate::{Member, MemberService, NewMember, about, emails, member, object, open};

database_tests! {
    new_rows_and_old_ones_come_in_input_order,
    the_order_holds_over_several_statements,
    each_row_changes_only_what_it_gives,
    a_row_meant_twice_is_changed_by_the_later_data,
    a_row_meant_thrice_gathers_the_columns_of_all,
    a_null_among_match_fields_is_an_error,
    a_missing_match_field_is_an_error,
    a_violation_of_another_constraint_writes_nothing,
    a_violation_in_a_later_statement_writes_nothing,
    rows_with_the_same_columns_are_one_statement,
    no_rows_are_no_statement,
    a_text_that_is_too_long_is_refused_before_anything_is_sent,
    kinds_of_data_may_be_mixed,
    rows_are_matched_by_the_primary_key_given_or_made,
    a_row_may_refer_to_one_before_it,
    as_many_values_as_a_statement_can_bind_are_not_too_many,
    an_index_of_another_name_is_no_fault: [mysql],
}

fn new_rows_and_old_ones_come_in_input_order(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let old = service.create_many(["b@x", "d@x"].map(member)).unwrap();
    let wanted = ["e@x", "d@x", "a@x", "b@x", "c@x"];
    let news = wanted.map(|email| NewMember { nick: Some("n".into()), ..member(email) });
    let found = service.upsert_many(news).unwrap();
    assert_eq!(found.iter().map(|member| member.email.as_str()).collect::<Vec<_>>(), wanted);
    assert_eq!((found[1].id, found[3].id), (old[1].id, old[0].id));
    assert!(found.iter().all(|member| member.nick.as_deref() == Some("n")));
    assert_eq!((found[1].created_at, found[3].created_at), (old[1].created_at, old[0].created_at));
    assert!(found[1].updated_at > old[1].updated_at);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members"), 5);
}

fn the_order_holds_over_several_statements(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let wanted = emails(12_000);
    service.create_many(wanted.iter().step_by(3).map(|email| member(email))).unwrap();
    let found = service
        .upsert_many(wanted.iter().rev().map(|email| NewMember { score: Some(1), ..member(email) }))
        .unwrap();
    assert!(found.iter().map(|member| &member.email).eq(wanted.iter().rev()));
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members WHERE score = 1"), 12_000);
}

fn each_row_changes_only_what_it_gives(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let old = ["a@x", "b@x", "c@x"].map(|email| NewMember { nick: Some("old".into()), ..member(email) });
    service.create_many(old).unwrap();
    let found = service
        .upsert_many([
            object(json!({"email": "a@x", "team": 1, "name": "a", "nick": null})),
            object(json!({"email": "b@x", "team": 1, "name": "b"})),
            object(json!({"email": "z@x", "team": 1, "name": "z"})),
            object(json!({"email": "c@x", "team": 1, "name": "c", "score": 1, "nick": "new"})),
        ])
        .unwrap();
    let values: Vec<_> = found.iter().map(|m| (m.email.as_str(), m.nick.as_deref(), m.score)).collect();
    let expected = [("a@x", None, 7), ("b@x", Some("old"), 7), ("z@x", None, 7), ("c@x", Some("new"), 1)];
    assert_eq!(values, expected);
}

fn a_row_meant_twice_is_changed_by_the_later_data(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    for round in 0..2 {
        let found = service
            .upsert_many([
                NewMember { nick: Some("first".into()), ..member("a@x") },
                member("b@x"),
                NewMember { nick: Some("second".into()), ..member("a@x") },
            ])
            .unwrap();
        assert_eq!((found.len(), &found[0]), (3, &found[2]), "{round}");
        assert_eq!((found[0].nick.as_deref(), found[1].email.as_str()), (Some("second"), "b@x"), "{round}");
        assert_eq!(service.count(all()).unwrap(), 2);
    }
}

fn a_row_meant_thrice_gathers_the_columns_of_all(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let base = json!({"email": "a@x", "team": 1, "name": "a"});
    let with = |more: serde_json::Value| {
        let mut map = object(base.clone());
        map.extend(object(more));
        map
    };
    for round in 0..2 {
        let found = service
            .upsert_many([
                with(json!({"nick": "n", "score": 1})),
                with(json!({"score": 2, "rank": 5})),
                with(json!({"rank": 6})),
                with(json!({"team": 4})),
            ])
            .unwrap();
        let values: Vec<_> = found.iter().map(|m| (m.nick.as_deref(), m.score, m.rank, m.team)).collect();
        assert_eq!(values, [(Some("n"), 2, 6, 4); 4], "{round}");
    }
    assert_eq!(service.count(all()).unwrap(), 1);
}

/// A model that is matched by a column that may be null.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "parts", match_fields(code))]
struct Part {
    id: Uuid,
    #[alchemy(unique, max_length = 20)]
    code: Option<String>,
    stock: i32,
}

fn a_null_among_match_fields_is_an_error(db: TestDatabase) {
    let session = open(&db).session();
    let service = PartService::new(session.clone());
    let part = |code: Option<&str>| NewPart { id: None, code: code.map(Into::into), stock: 1 };
    let errors = [
        service.upsert(part(None)).map(drop).unwrap_err(),
        service.upsert_many([part(Some("a")), part(None)]).map(drop).unwrap_err(),
        service.as_unique(part(None)).map(drop).unwrap_err(),
        service.get_or_upsert(part(None)).map(drop).unwrap_err(),
        service.upsert(object(json!({"code": null, "stock": 1}))).map(drop).unwrap_err(),
        service.upsert(object(json!({"stock": 1}))).map(drop).unwrap_err(),
        service.upsert(Data::Changeset(PartChangeset { stock: Some(1), code: None })).map(drop).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(about(&error), (ErrorKind::InvalidValue, Some("code")), "{error}");
        assert_eq!(error.to_string(), "`code` must be given and not null: rows are matched by it");
    }
    assert_eq!(session.stats().statements, 0);
    let each = service.upsert_each([part(Some("a")), part(None), part(Some("b"))]).unwrap();
    assert_eq!(about(each[1].as_ref().unwrap_err()), (ErrorKind::InvalidValue, Some("code")));
    assert!(each[0].is_ok() && each[2].is_ok());
    assert_eq!(service.count(all()).unwrap(), 2);
}

fn a_missing_match_field_is_an_error(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let error = service.upsert(object(json!({"team": 1, "name": "a"}))).unwrap_err();
    assert_eq!(about(&error), (ErrorKind::InvalidValue, Some("email")));
    assert_eq!(session.stats().statements, 0);
}

fn a_violation_of_another_constraint_writes_nothing(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let ann = service.create(member("ann@x")).unwrap();
    session.commit().unwrap();
    let error = service
        .upsert_many([
            NewMember { score: Some(1), ..member("ann@x") },
            member("bob@x"),
            NewMember { email: "other@x".into(), ..member("ann@x") },
        ])
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Duplicate);
    session.rollback().unwrap();
    assert_eq!(service.list(all()).unwrap(), [ann]);
}

fn a_violation_in_a_later_statement_writes_nothing(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let ann = service.create(member("ann@x")).unwrap();
    let wanted = emails(11_000);
    let clash = NewMember { email: "other@x".into(), ..member("ann@x") };
    let error = service.upsert_many(wanted.iter().map(|email| member(email)).chain([clash])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Duplicate);
    // The session goes on without them.
    assert_eq!(service.list(all()).unwrap(), [ann]);
    service.create(member("bob@x")).unwrap();
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT email FROM members ORDER BY email"), ["ann@x", "bob@x"]);
}

fn rows_with_the_same_columns_are_one_statement(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    service.create_many(emails(50).iter().map(|email| member(email))).unwrap();
    let before = session.stats().statements;
    service.upsert_many(emails(100).iter().map(|email| member(email))).unwrap();
    let expected = if db.backend() == Backend::Mysql { 2 } else { 1 };
    assert_eq!(session.stats().statements - before, expected);
}

fn no_rows_are_no_statement(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    assert_eq!(service.upsert_many(Vec::<NewMember>::new()).unwrap(), []);
    assert_eq!(session.stats().statements, 0);
    assert!(!session.in_transaction());
}

fn a_text_that_is_too_long_is_refused_before_anything_is_sent(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let long = NewMember { nick: Some("much longer than it may be".into()), ..member("b@x") };
    let error = service.upsert_many([member("a@x"), long]).unwrap_err();
    assert_eq!(about(&error), (ErrorKind::InvalidValue, Some("nick")));
    assert_eq!(session.stats().statements, 0);
}

fn kinds_of_data_may_be_mixed(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(member("ann@x")).unwrap();
    let changes = crate::MemberChangeset {
        email: Some("bob@x".into()),
        team: Some(1),
        name: Some("bob".into()),
        score: Some(2),
        ..Default::default()
    };
    let found = service
        .upsert_many([
            Data::Model(Member { score: 1, ..ann.clone() }),
            Data::Changeset(changes),
            Data::New(NewMember { score: Some(3), ..member("cid@x") }),
            Data::Json(object(json!({"email": "dan@x", "team": 1, "name": "dan", "score": 4}))),
        ])
        .unwrap();
    let values: Vec<_> = found.iter().map(|m| (m.email.as_str(), m.score)).collect();
    assert_eq!(values, [("ann@x", 1), ("bob@x", 2), ("cid@x", 3), ("dan@x", 4)]);
    assert_eq!(found[0].id, ann.id);
}

fn rows_are_matched_by_the_primary_key_given_or_made(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(member("ann@x")).unwrap();
    let found = service
        .matching(Member::ID)
        .upsert_many([member("bob@x"), NewMember { id: Some(ann.id), ..member("anna@x") }, member("cid@x")])
        .unwrap();
    let values: Vec<_> = found.iter().map(|m| m.email.as_str()).collect();
    assert_eq!((values, found[1].id), (vec!["bob@x", "anna@x", "cid@x"], ann.id));
    assert_eq!(service.count(all()).unwrap(), 3);
}

#[derive(Debug, Clone, PartialEq, DefaultBase, Service)]
#[alchemy(table = "nodes", bind_key = "trees")]
struct Node {
    #[alchemy(primary_key)]
    id: i64,
    #[alchemy(foreign_key(Node))]
    parent: Option<i64>,
    #[alchemy(db_default = "1")]
    weight: i32,
}

fn a_row_may_refer_to_one_before_it(db: TestDatabase) {
    let service = NodeService::new(crate::open_at(&db, "trees").session());
    let node = |id, parent, weight| NewNode { id, parent, weight };
    // Against the order of the keys, and with different columns.
    let nodes =
        [node(9, None, Some(5)), node(1, Some(9), None), node(5, Some(1), Some(7)), node(3, Some(5), None)];
    let made = service.upsert_many(nodes.clone()).unwrap();
    let expected: Vec<_> = [(9, None, 5), (1, Some(9), 1), (5, Some(1), 7), (3, Some(5), 1)]
        .map(|(id, parent, weight)| Node { id, parent, weight })
        .into();
    assert_eq!(made, expected);
    assert_eq!(service.upsert_many(nodes).unwrap(), expected);
}

#[derive(Debug, Clone, PartialEq, BigIntAuditBase, Service)]
#[alchemy(table = "wide", bind_key = "wide")]
struct Wide {
    id: i64,
    a: i32,
    b: i32,
    c: i32,
    d: i32,
    e: i32,
    f: i32,
    g: i32,
    h: i32,
    i: i32,
    j: i32,
    k: i32,
    l: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn as_many_values_as_a_statement_can_bind_are_not_too_many(db: TestDatabase) {
    let service = WideService::new(crate::open_at(&db, "wide").session());
    // 15 columns divide the 65,535 values of a statement, to which a conflict adds one.
    let rows = (1..=4_369_i64).map(|id| NewWide {
        id: Some(id),
        a: 1,
        b: 2,
        c: 3,
        d: 4,
        e: 5,
        f: 6,
        g: 7,
        h: 8,
        i: 9,
        j: 10,
        k: 11,
        l: 12,
    });
    assert_eq!(service.upsert_many(rows).unwrap().len(), 4_369);
    assert_eq!(service.count(all()).unwrap(), 4_369);
}

fn an_index_of_another_name_is_no_fault(db: TestDatabase) {
    let engine = crate::open(&db);
    db.admin("ALTER TABLE members RENAME INDEX uq_members_email TO of_another_name");
    let service = MemberService::new(engine.session());
    let made = service.upsert_many(["a@x", "b@x"].map(crate::member)).unwrap();
    let keys = || ["a@x", "b@x"].map(|email| Member::EMAIL.lookup(email));
    let changes = keys().map(|key| (key, crate::nick("n")));
    assert_eq!(service.update_many(changes).unwrap().len(), made.len());
    assert_eq!(service.delete_many(keys()).unwrap().len(), made.len());
}
