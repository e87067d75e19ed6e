//! What verbs take in place of a model's own payloads.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use serde_json::json;

use crate::{Member, MemberChangeset, MemberService, NewMember, about, member, nick, object, open};

database_tests! {
    a_create_takes_each_kind_of_data,
    an_update_takes_each_kind_of_data,
    a_row_is_created_as_it_is,
    a_row_is_updated_as_it_is,
    lists_take_kinds_of_data_mixed,
    what_does_not_fit_names_the_field_and_nothing_is_written,
    a_list_with_one_fault_writes_nothing,
}

#[derive(Debug, Schema)]
#[schema(model = Member, create)]
struct Join {
    email: String,
    team: i64,
    name: String,
    score: Option<i32>,
}

#[derive(Debug, Schema)]
#[schema(model = Member, update)]
struct Rename {
    name: Option<String>,
    nick: Option<Option<String>>,
}

fn a_create_takes_each_kind_of_data(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let from_new = service.create(member("new@x")).unwrap();
    assert_eq!((from_new.score, from_new.rank), (7, 3));
    let changeset = MemberChangeset {
        email: Some("changeset@x".into()),
        team: Some(2),
        name: Some("c".into()),
        nick: Some(None),
        ..MemberChangeset::default()
    };
    let from_changeset = service.create(changeset).unwrap();
    assert_eq!((from_changeset.team, from_changeset.nick, from_changeset.score), (2, None, 7));
    let join = Join { email: "schema@x".into(), team: 3, name: "s".into(), score: Some(8) };
    let from_schema = service.create(join).unwrap();
    assert_eq!((from_schema.team, from_schema.score, from_schema.rank), (3, 8, 3));
    let json = json!({"email": "json@x", "team": 4, "name": "j", "nick": "nick", "rank": 1});
    let from_json = service.create(object(json)).unwrap();
    assert_eq!((from_json.team, from_json.nick.as_deref(), from_json.rank), (4, Some("nick"), 1));
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members"), 4);
}

fn an_update_takes_each_kind_of_data(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(NewMember { score: Some(1), ..member("ann@x") }).unwrap();
    assert_eq!(service.update(ann.id, nick("a")).unwrap().nick.as_deref(), Some("a"));
    let renamed = service.update(ann.id, Rename { name: Some("b".into()), nick: None }).unwrap();
    assert_eq!((renamed.name.as_str(), renamed.nick.as_deref()), ("b", Some("a")));
    let nulled = service.update(ann.id, Rename { name: None, nick: Some(None) }).unwrap();
    assert_eq!((nulled.name.as_str(), nulled.nick), ("b", None));
    let by_json = service.update(ann.id, object(json!({"nick": "c"}))).unwrap();
    assert_eq!((by_json.nick.as_deref(), by_json.name.as_str()), (Some("c"), "b"));
    assert_eq!(service.update(ann.id, object(json!({"nick": null}))).unwrap().nick, None);
    // Of a new row everything that it has; what is left to a default stays.
    let by_new = service.update(ann.id, NewMember { team: 5, ..member("anna@x") }).unwrap();
    assert_eq!((by_new.email.as_str(), by_new.team, by_new.score), ("anna@x", 5, 1));
    assert_eq!((by_new.id, by_new.created_at), (ann.id, ann.created_at));
}

fn a_row_is_created_as_it_is(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(NewMember { nick: Some("a".into()), ..member("ann@x") }).unwrap();
    service.delete(ann.id).unwrap();
    let back = service.create(ann.clone()).unwrap();
    let expected = Member { created_at: back.created_at, updated_at: back.updated_at, ..ann.clone() };
    assert_eq!(back, expected);
    let error = service.create(ann).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Duplicate);
}

fn a_row_is_updated_as_it_is(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let [ann, bob] = ["ann@x", "bob@x"].map(|email| service.create(member(email)).unwrap());
    let changes = Member { nick: Some("a".into()), score: 2, ..ann.clone() };
    let changed = service.update(&ann, changes.clone()).unwrap();
    assert_eq!(changed, Member { updated_at: changed.updated_at, ..changes });
    // The key is that of the call, whatever the row's.
    let other = Member { email: "new@x".into(), name: "new".into(), ..ann };
    let moved = service.update(bob.id, other).unwrap();
    assert_eq!((moved.id, moved.email.as_str(), moved.created_at), (bob.id, "new@x", bob.created_at));
}

fn lists_take_kinds_of_data_mixed(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(member("ann@x")).unwrap();
    service.delete(ann.id).unwrap();
    let changeset = MemberChangeset {
        email: Some("c@x".into()),
        team: Some(1),
        name: Some("c".into()),
        ..MemberChangeset::default()
    };
    let made = service
        .create_many([
            Data::from(ann.clone()),
            Data::from(member("b@x")),
            Data::from(changeset),
            Data::from(object(json!({"email": "d@x", "team": 1, "name": "d"}))),
        ])
        .unwrap();
    let emails: Vec<_> = made.iter().map(|member| member.email.as_str()).collect();
    assert_eq!((emails, made[0].id), (vec!["ann@x", "b@x", "c@x", "d@x"], ann.id));
    let changed = service
        .update_many([
            (made[3].id, Data::from(object(json!({"score": 1})))),
            (made[2].id, Data::from(nick("n"))),
            (made[1].id, Data::from(Member { score: 2, ..made[1].clone() })),
            (made[0].id, Data::from(NewMember { rank: Some(9), ..member("anna@x") })),
        ])
        .unwrap();
    let values: Vec<_> = changed.iter().map(|m| (m.email.as_str(), m.score, m.rank)).collect();
    assert_eq!(values, [("d@x", 1, 3), ("c@x", 7, 3), ("b@x", 2, 3), ("anna@x", 7, 9)]);
}

fn what_does_not_fit_names_the_field_and_nothing_is_written(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let id = Uuid::new_v4();
    let base = |more: serde_json::Value| {
        let mut map = object(json!({"email": "a@x", "team": 1, "name": "a"}));
        map.extend(object(more));
        map
    };
    let create = |map| service.create(map).map(drop).unwrap_err();
    let update = |map| service.update(id, map).map(drop).unwrap_err();
    let upsert = |map| service.upsert(map).map(drop).unwrap_err();
    let cases: [(Error, &str, &str); 12] = [
        (create(object(json!({"email": "a@x", "name": "a"}))), "team", "`team` is missing"),
        (create(base(json!({"colour": 1}))), "colour", "`colour` is not a field of NewMember"),
        (create(base(json!({"team": "x"}))), "team", "`team` does not fit: "),
        (create(base(json!({"team": null}))), "team", "`team` does not fit: "),
        (
            create(base(json!({"created_at": "2024-02-29T00:00:00Z"}))),
            "created_at",
            "`created_at` is not a field of NewMember",
        ),
        (update(object(json!({"colour": 1}))), "colour", "`colour` is not a field of MemberChangeset"),
        (update(object(json!({"score": 1.5}))), "score", "`score` does not fit: "),
        (update(object(json!({"score": null}))), "score", "`score` does not fit: "),
        (update(object(json!({"id": id}))), "id", "`id` is not a field of MemberChangeset"),
        (upsert(object(json!({"email": "a@x"}))), "team", "`team` is missing"),
        (upsert(base(json!({"colour": 1}))), "colour", "`colour` is not a field of NewMember"),
        (upsert(base(json!({"rank": 3_000_000_000_i64}))), "rank", "`rank` does not fit: "),
    ];
    for (error, field, text) in cases {
        assert_eq!(about(&error), (ErrorKind::InvalidValue, Some(field)), "{error}");
        assert!(error.to_string().starts_with(text), "{error}");
    }
    let missing = service.create(MemberChangeset { email: Some("a@x".into()), ..Default::default() });
    assert_eq!(about(&missing.unwrap_err()), (ErrorKind::InvalidValue, Some("team")));
    assert_eq!(session.stats().statements, 0);
    assert!(!session.in_transaction());
}

fn a_list_with_one_fault_writes_nothing(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let ann = service.create(member("ann@x")).unwrap();
    let before = session.stats().statements;
    let faulty = || Data::<Member>::from(object(json!({"email": 1})));
    let created = service.create_many([Data::from(member("a@x")), faulty()]).map(drop).unwrap_err();
    let inserted = service.insert_many([Data::from(member("a@x")), faulty()]).map(drop).unwrap_err();
    let updated =
        service.update_many([(ann.id, Data::from(nick("n"))), (ann.id, faulty())]).map(drop).unwrap_err();
    let upserted = service.upsert_many([Data::from(member("a@x")), faulty()]).map(drop).unwrap_err();
    for error in [created, inserted, updated, upserted] {
        assert_eq!(about(&error), (ErrorKind::InvalidValue, Some("email")));
    }
    assert_eq!(session.stats().statements, before);
    assert_eq!(service.list(all()).unwrap(), [ann]);
}
