//! `upsert`: one row.

use alchemy_core::model::RowKey;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::json;

use crate::{Member, MemberChangeset, MemberService, NewMember, about, member, object, open};

database_tests! {
    a_new_row_is_inserted,
    a_row_that_is_there_is_changed,
    a_field_that_json_leaves_out_stays_and_null_is_written,
    what_is_left_to_a_default_stays,
    a_changeset_changes_what_it_has,
    a_changeset_without_what_a_create_needs_is_refused,
    the_key_of_a_row_that_is_there_stays,
    rows_are_matched_by_several_columns,
    rows_are_matched_by_the_primary_key,
    a_row_is_upserted_as_it_is,
    columns_that_are_not_unique_are_refused,
    a_violation_of_another_constraint_is_a_duplicate,
    an_update_that_violates_another_constraint_is_a_duplicate,
    the_creation_stays_and_the_last_change_moves,
    one_statement_does_it,
    nothing_but_what_rows_are_matched_by_changes_no_value,
    a_column_that_updates_leave_alone_is_left_alone,
    a_parent_is_upserted_while_a_child_is_written: [postgres, mysql],
}

fn a_new_row_is_inserted(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let id = Uuid::new_v4();
    let ann = service.upsert(NewMember { id: Some(id), ..member("ann@x") }).unwrap();
    assert_eq!((ann.id, ann.email.as_str(), ann.rank, ann.score), (id, "ann@x", 3, 7));
    assert_eq!(ann.created_at, ann.updated_at);
    session.commit().unwrap();
    assert_eq!(service.get(id).unwrap(), ann);
    // A key is made where none is given.
    assert_eq!(service.get(service.upsert(member("bob@x")).unwrap().id).unwrap().email, "bob@x");
}

fn a_row_that_is_there_is_changed(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let ann = service.create(member("ann@x")).unwrap();
    let bob = service.create(member("bob@x")).unwrap();
    let new = NewMember { team: 9, nick: Some("a".into()), ..member("ann@x") };
    let changed = service.upsert(new).unwrap();
    let expected = Member { team: 9, nick: Some("a".into()), updated_at: changed.updated_at, ..ann.clone() };
    assert_eq!(changed, expected);
    assert_eq!(service.get(ann.id).unwrap(), changed);
    assert_eq!(service.get(bob.id).unwrap(), bob);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM members"), 2);
}

fn a_field_that_json_leaves_out_stays_and_null_is_written(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann =
        service.create(NewMember { nick: Some("a".into()), score: Some(1), ..member("ann@x") }).unwrap();
    let base = json!({"email": "ann@x", "team": 1, "name": "Anna"});
    let kept = service.upsert(object(base.clone())).unwrap();
    assert_eq!(kept, Member { name: "Anna".into(), updated_at: kept.updated_at, ..ann.clone() });
    let mut null = object(base);
    null.insert("nick".into(), json!(null));
    let nulled = service.upsert(null).unwrap();
    assert_eq!(nulled, Member { nick: None, updated_at: nulled.updated_at, ..kept });
}

fn what_is_left_to_a_default_stays(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let given = NewMember { rank: Some(50), score: Some(60), ..member("ann@x") };
    let ann = service.upsert(given).unwrap();
    assert_eq!((ann.rank, ann.score), (50, 60));
    let again = service.upsert(member("ann@x")).unwrap();
    assert_eq!((again.rank, again.score), (50, 60));
    let one = service.upsert(NewMember { rank: Some(51), ..member("ann@x") }).unwrap();
    assert_eq!((one.rank, one.score), (51, 60));
}

fn a_changeset_changes_what_it_has(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(NewMember { nick: Some("a".into()), ..member("ann@x") }).unwrap();
    let changes = MemberChangeset {
        email: Some("ann@x".into()),
        team: Some(1),
        name: Some("ann".into()),
        score: Some(5),
        ..MemberChangeset::default()
    };
    let changed = service.upsert(Data::Changeset(changes)).unwrap();
    assert_eq!(changed, Member { score: 5, updated_at: changed.updated_at, ..ann });
}

fn a_changeset_without_what_a_create_needs_is_refused(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    service.create(member("ann@x")).unwrap();
    let before = session.stats().statements;
    let changes =
        MemberChangeset { email: Some("ann@x".into()), score: Some(5), ..MemberChangeset::default() };
    let error = service.upsert(Data::Changeset(changes)).unwrap_err();
    assert_eq!(about(&error), (ErrorKind::InvalidValue, Some("team")));
    assert_eq!(session.stats().statements, before);
}

fn the_key_of_a_row_that_is_there_stays(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(member("ann@x")).unwrap();
    let new = NewMember { id: Some(Uuid::new_v4()), nick: Some("a".into()), ..member("ann@x") };
    let changed = service.upsert(new).unwrap();
    assert_eq!((changed.id, changed.nick.as_deref()), (ann.id, Some("a")));
}

fn rows_are_matched_by_several_columns(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(member("ann@x")).unwrap();
    let by_team = service.matching((Member::TEAM, Member::NAME));
    let new = NewMember { email: "anna@x".into(), ..member("ann@x") };
    let changed = by_team.upsert(new.clone()).unwrap();
    assert_eq!(changed, Member { email: "anna@x".into(), updated_at: changed.updated_at, ..ann });
    let other = by_team.upsert(NewMember { team: 2, email: "other@x".into(), ..new.clone() }).unwrap();
    assert_ne!(other.id, changed.id);
    // A constraint over other columns still holds, for a new row and for an old one.
    by_team.session().commit().unwrap();
    for clash in [NewMember { team: 3, ..new.clone() }, NewMember { email: "other@x".into(), ..new }] {
        assert_eq!(by_team.upsert(clash.clone()).unwrap_err().kind(), ErrorKind::Duplicate);
        by_team.session().rollback().unwrap();
        let many = by_team.upsert_many([member("new@x"), clash]);
        assert_eq!(many.unwrap_err().kind(), ErrorKind::Duplicate);
        by_team.session().rollback().unwrap();
        assert_eq!(service.get(changed.id).unwrap(), changed);
        assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 2);
    }
}

fn rows_are_matched_by_the_primary_key(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(member("ann@x")).unwrap();
    let by_id = service.matching(Member::ID);
    let renamed = by_id.upsert(Member { email: "anna@x".into(), ..ann.clone() }).unwrap();
    assert_eq!(renamed, Member { email: "anna@x".into(), updated_at: renamed.updated_at, ..ann.clone() });
    let id = Uuid::new_v4();
    assert_eq!(by_id.upsert(NewMember { id: Some(id), ..member("bob@x") }).unwrap().id, id);
    // Without a key it is a new row, which gets one.
    assert_eq!(by_id.upsert(member("cid@x")).unwrap().email, "cid@x");
    // The constraint that is not matched by holds.
    let error = by_id.upsert(member("anna@x")).unwrap_err();
    // MariaDB does not say which it is.
    let named = (db.backend() != Backend::Mysql).then_some("email");
    assert_eq!(about(&error), (ErrorKind::Duplicate, named));
}

fn a_row_is_upserted_as_it_is(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(member("ann@x")).unwrap();
    let changed = service.upsert(Member { score: 70, nick: Some("a".into()), ..ann.clone() }).unwrap();
    assert_eq!((changed.id, changed.score, changed.nick.as_deref()), (ann.id, 70, Some("a")));
    service.delete(ann.id).unwrap();
    let back = service.upsert(changed.clone()).unwrap();
    assert_eq!((back.id, back.score), (ann.id, 70));
    assert_eq!(service.get(RowKey::id(ann.id)).unwrap(), back);
}

fn columns_that_are_not_unique_are_refused(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let errors = [
        service.matching(Member::NAME).upsert(member("ann@x")).map(drop).unwrap_err(),
        service.matching((Member::EMAIL, Member::TEAM)).upsert_many([member("ann@x")]).map(drop).unwrap_err(),
        service.matching(Member::TEAM).as_unique(member("ann@x")).map(drop).unwrap_err(),
        service.matching(Member::NICK).get_or_upsert(member("ann@x")).map(drop).unwrap_err(),
        service.matching(Member::NICK).upsert_each([member("ann@x")]).map(drop).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(error.to_string().contains("is neither its primary key nor a unique constraint"), "{error}");
    }
    assert_eq!(session.stats().statements, 0);
}

fn a_violation_of_another_constraint_is_a_duplicate(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let ann = service.create(member("ann@x")).unwrap();
    session.commit().unwrap();
    // A new address, but the team has an `ann` already.
    let clash = NewMember { email: "new@x".into(), nick: Some("lost".into()), ..member("ann@x") };
    let error = service.upsert(clash.clone()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Duplicate);
    session.rollback().unwrap();
    assert_eq!(service.get_or_upsert(clash.clone()).unwrap_err().kind(), ErrorKind::Duplicate);
    session.rollback().unwrap();
    assert_eq!(service.as_unique(clash).unwrap_err().kind(), ErrorKind::Duplicate);
    session.rollback().unwrap();
    // The same by the key of a row whose address is another.
    let taken = NewMember { id: Some(ann.id), name: "new".into(), ..member("new@x") };
    assert_eq!(service.upsert(taken).unwrap_err().kind(), ErrorKind::Duplicate);
    session.rollback().unwrap();
    assert_eq!(service.list(alchemy_core::filter::all()).unwrap(), [ann]);
}

fn an_update_that_violates_another_constraint_is_a_duplicate(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = service.create_many(["ann@x", "bob@x"].map(member)).unwrap();
    session.commit().unwrap();
    // Bob's address, and Ann's name.
    let clash = NewMember { email: "bob@x".into(), nick: Some("lost".into()), ..member("ann@x") };
    assert_eq!(service.upsert(clash).unwrap_err().kind(), ErrorKind::Duplicate);
    session.rollback().unwrap();
    assert_eq!(service.get(members[0].id).unwrap(), members[0]);
    assert_eq!(service.get(members[1].id).unwrap(), members[1]);
}

fn the_creation_stays_and_the_last_change_moves(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let first = service.upsert(member("ann@x")).unwrap();
    let second = service.upsert(member("ann@x")).unwrap();
    assert_eq!(second.created_at, first.created_at);
    assert!(second.updated_at > first.updated_at);
}

fn one_statement_does_it(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    for _ in ["insert", "update"] {
        let before = session.stats().statements;
        service.upsert(member("ann@x")).unwrap();
        let expected = if db.backend() == Backend::Mysql { 2 } else { 1 };
        assert_eq!(session.stats().statements - before, expected);
    }
}

/// A row that is nothing but its key.
#[derive(Debug, Clone, PartialEq, DefaultBase, Service)]
#[alchemy(table = "words")]
struct Word {
    #[alchemy(primary_key, max_length = 20)]
    text: String,
}

fn nothing_but_what_rows_are_matched_by_changes_no_value(db: TestDatabase) {
    let service = WordService::new(open(&db).session());
    for _ in ["insert", "update"] {
        assert_eq!(service.upsert(NewWord { text: "a".into() }).unwrap(), Word { text: "a".into() });
    }
    let words = ["b", "a", "b", "c"].map(|text| NewWord { text: text.into() });
    let found = service.upsert_many(words).unwrap();
    assert_eq!(found.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), ["b", "a", "b", "c"]);
    assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 3);
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "owned", bind_key = "owned", match_fields(code))]
struct Owned {
    id: Uuid,
    #[alchemy(unique, max_length = 20)]
    code: String,
    #[alchemy(skip(update))]
    owner: i32,
    n: i32,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "parts", bind_key = "owned")]
struct Part {
    id: Uuid,
    #[alchemy(foreign_key(Owned))]
    of: Uuid,
}

fn a_column_that_updates_leave_alone_is_left_alone(db: TestDatabase) {
    let service = OwnedService::new(crate::open_at(&db, "owned").session());
    let made = service.upsert(NewOwned { id: None, code: "x".to_owned(), owner: 1, n: 1 }).unwrap();
    let stranger = || NewOwned { id: None, code: "x".to_owned(), owner: 666, n: 2 };
    let expected = Owned { n: 2, ..made };
    assert_eq!(service.upsert(stranger()).unwrap(), expected);
    assert_eq!(service.upsert_many([stranger()]).unwrap(), std::slice::from_ref(&expected));
    assert_eq!(service.get_or_upsert(stranger()).unwrap(), (expected, false));
}

fn a_parent_is_upserted_while_a_child_is_written(db: TestDatabase) {
    let engine = crate::open_at(&db, "owned");
    let service = OwnedService::new(engine.session());
    let parent = NewOwned { id: None, code: "parent".to_owned(), owner: 1, n: 1 };
    let made = service.create(parent.clone()).unwrap();
    service.session().commit().unwrap();
    // Holds the parent's key, as every writer of a child does.
    let child = PartService::new(engine.session());
    child.create(NewPart { id: None, of: made.id }).unwrap();
    let soon = match db.backend() {
        alchemy_tests::Backend::Postgres => "SET LOCAL lock_timeout = '1s'",
        _ => "SET SESSION innodb_lock_wait_timeout = 1",
    };
    let session = service.session();
    session.run(|connection| diesel::RunQueryDsl::execute(diesel::sql_query(soon), connection)).unwrap();
    let upserted = service.upsert(NewOwned { n: 2, ..parent });
    // MariaDB locks the whole row for a child.
    match db.backend() {
        alchemy_tests::Backend::Postgres => assert_eq!(upserted.unwrap().n, 2),
        _ => assert_eq!(upserted.unwrap_err().kind(), ErrorKind::Retryable),
    }
}
