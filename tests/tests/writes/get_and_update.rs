//! `get_and_update`.

use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};

use crate::{Member, MemberChangeset, MemberService, NewMember, member, nick, object, open};

database_tests! {
    a_row_that_differs_is_changed,
    a_row_that_is_as_it_should_be_stays_as_it_is,
    one_value_that_differs_among_equal_ones_is_enough,
    case_accents_and_trailing_spaces_are_differences,
    a_missing_row_is_not_found,
    no_changes_read_the_row,
    it_sends_one_statement_and_one_more_where_nothing_changes,
    only_the_row_meant_is_changed,
}

fn a_row_that_differs_is_changed(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let ann = service.create(member("ann@x")).unwrap();
    let (found, changed) = service.get_and_update(ann.id, nick("a")).unwrap();
    assert!(changed && found.updated_at > ann.updated_at);
    assert_eq!(found, Member { nick: Some("a".into()), updated_at: found.updated_at, ..ann });
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT nick FROM members"), ["a"]);
}

fn a_row_that_is_as_it_should_be_stays_as_it_is(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(NewMember { nick: Some("a".into()), ..member("ann@x") }).unwrap();
    assert_eq!(service.get_and_update(ann.id, nick("a")).unwrap(), (ann.clone(), false));
    assert_eq!(service.get_and_update(ann.id, ann.clone()).unwrap(), (ann.clone(), false));
    let json = object(serde_json::json!({"nick": "a", "score": 7}));
    assert_eq!(service.get_and_update(ann.id, json).unwrap(), (ann.clone(), false));
    assert_eq!(service.get(ann.id).unwrap(), ann);
}

fn one_value_that_differs_among_equal_ones_is_enough(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(member("ann@x")).unwrap();
    let (found, changed) = service.get_and_update(ann.id, Member { score: 8, ..ann.clone() }).unwrap();
    assert!(changed);
    assert_eq!(found, Member { score: 8, updated_at: found.updated_at, ..ann });
}

fn case_accents_and_trailing_spaces_are_differences(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(member("ann@x")).unwrap();
    for text in ["rene", "Rene", "René", "René ", "René", ""] {
        let (found, changed) = service.get_and_update(ann.id, nick(text)).unwrap();
        assert!(changed, "{text:?}");
        assert_eq!(found.nick.as_deref(), Some(text));
        assert!(!service.get_and_update(ann.id, nick(text)).unwrap().1, "{text:?}");
    }
}

fn a_missing_row_is_not_found(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let error = service.get_and_update(Uuid::new_v4(), nick("a")).unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::NotFound, "no Member was found"));
}

fn no_changes_read_the_row(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(member("ann@x")).unwrap();
    assert_eq!(service.get_and_update(ann.id, MemberChangeset::default()).unwrap(), (ann, false));
    let missing = service.get_and_update(Uuid::new_v4(), MemberChangeset::default()).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
}

fn it_sends_one_statement_and_one_more_where_nothing_changes(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let ann = service.create(member("ann@x")).unwrap();
    let before = session.stats().statements;
    service.get_and_update(ann.id, nick("a")).unwrap();
    let changed = session.stats().statements - before;
    service.get_and_update(ann.id, nick("a")).unwrap();
    let kept = session.stats().statements - before - changed;
    assert_eq!((changed, kept), (if db.backend() == Backend::Mysql { 2 } else { 1 }, 2));
}

fn only_the_row_meant_is_changed(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let [ann, bob] = ["ann@x", "bob@x"].map(|email| service.create(member(email)).unwrap());
    // Several columns that differ: the conditions on them must not reach beyond the row.
    let changes = MemberChangeset { score: Some(1), rank: Some(2), nick: Some(None), ..Default::default() };
    assert!(service.get_and_update(ann.id, changes).unwrap().1);
    assert_eq!(service.get(bob.id).unwrap(), bob);
}
