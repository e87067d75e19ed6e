//! Rows found by unique columns and changed, also in those columns.

use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{Member, MemberChangeset, MemberService, about, member, nick, open};

database_tests! {
    every_verb_takes_a_lookup,
    a_lookup_by_several_columns_needs_them_all,
    an_update_may_change_the_column_it_finds_the_row_by,
    a_column_a_row_is_found_by_may_be_set_to_null,
    get_and_update_may_change_the_column_it_finds_the_row_by,
    many_updates_may_change_the_columns_they_find_rows_by,
    many_updates_see_what_earlier_ones_made_of_the_columns_they_find_rows_by,
    one_row_may_be_meant_by_several_kinds_of_keys,
    the_order_holds_whatever_the_kinds_of_keys,
    a_missing_lookup_changes_none,
    looked_up_values_that_stay_are_one_statement,
}

/// A row that is found by a column that may be null.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "badges")]
struct Badge {
    id: Uuid,
    #[alchemy(unique, max_length = 20)]
    code: Option<String>,
    level: i32,
}

fn email(email: &str) -> MemberChangeset {
    MemberChangeset { email: Some(email.into()), ..MemberChangeset::default() }
}

fn every_verb_takes_a_lookup(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(member("ann@x")).unwrap();
    let bob = service.create(member("bob@x")).unwrap();
    assert_eq!(service.get(Member::EMAIL.lookup("ann@x")).unwrap(), ann);
    let by_team = Member::TEAM.lookup(1).and(Member::NAME.lookup("bob"));
    assert_eq!(service.get(by_team.clone()).unwrap(), bob);
    assert_eq!(service.update(by_team.clone(), nick("b")).unwrap().nick.as_deref(), Some("b"));
    assert!(!service.get_and_update(by_team.clone(), nick("b")).unwrap().1);
    assert_eq!(service.delete(by_team.clone()).unwrap().id, bob.id);
    assert_eq!(service.delete(by_team).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(service.delete_many([Member::EMAIL.lookup("ann@x")]).unwrap(), [ann]);
}

fn a_lookup_by_several_columns_needs_them_all(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    for lookup in [
        Member::TEAM.lookup(1),
        Member::NICK.lookup("x"),
        Member::EMAIL.lookup("x").and(Member::TEAM.lookup(1)),
    ] {
        let error = service.update(lookup, nick("x")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    }
    assert_eq!(session.stats().statements, 0);
}

fn an_update_may_change_the_column_it_finds_the_row_by(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let ann = service.create(member("ann@x")).unwrap();
    let changed = service.update(Member::EMAIL.lookup("ann@x"), email("anna@x")).unwrap();
    assert_eq!(changed, Member { email: "anna@x".into(), updated_at: changed.updated_at, ..ann.clone() });
    let missing = service.update(Member::EMAIL.lookup("ann@x"), email("other@x")).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    let by_team = Member::TEAM.lookup(1).and(Member::NAME.lookup("ann"));
    let moved = service.update(by_team, MemberChangeset { team: Some(2), ..Default::default() }).unwrap();
    assert_eq!((moved.id, moved.team), (ann.id, 2));
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT email FROM members WHERE team = 2"), ["anna@x"]);
}

fn a_column_a_row_is_found_by_may_be_set_to_null(db: TestDatabase) {
    let service = BadgeService::new(open(&db).session());
    let made = |code: &str| service.create(NewBadge { id: None, code: Some(code.into()), level: 1 }).unwrap();
    let [a, b, c] = ["a", "b", "c"].map(made);
    let null = || BadgeChangeset { code: Some(None), level: Some(2) };
    let expected = |badge: &Badge| Badge { code: None, level: 2, ..badge.clone() };
    assert_eq!(service.update(Badge::CODE.lookup("a"), null()).unwrap(), expected(&a));
    assert_eq!(service.get_and_update(Badge::CODE.lookup("b"), null()).unwrap(), (expected(&b), true));
    assert_eq!(service.update_many([(Badge::CODE.lookup("c"), null())]).unwrap(), [expected(&c)]);
}

fn get_and_update_may_change_the_column_it_finds_the_row_by(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(member("ann@x")).unwrap();
    let (changed, is_changed) =
        service.get_and_update(Member::EMAIL.lookup("ann@x"), email("anna@x")).unwrap();
    assert_eq!((changed.id, changed.email.as_str(), is_changed), (ann.id, "anna@x", true));
    let same = service.get_and_update(Member::EMAIL.lookup("anna@x"), email("anna@x")).unwrap();
    assert_eq!(same, (changed, false));
}

fn many_updates_may_change_the_columns_they_find_rows_by(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = service.create_many(["a@x", "b@x", "c@x"].map(member)).unwrap();
    let changes = ["c@x", "a@x"].map(|old| {
        let changes = MemberChangeset {
            email: Some(format!("new-{old}")),
            name: Some(format!("new {old}")),
            ..MemberChangeset::default()
        };
        (Member::EMAIL.lookup(old), changes)
    });
    let changed = service.update_many(changes).unwrap();
    let found: Vec<_> = changed.iter().map(|m| (m.id, m.email.as_str(), m.name.as_str())).collect();
    assert_eq!(found, [(members[2].id, "new-c@x", "new c@x"), (members[0].id, "new-a@x", "new a@x")]);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT email FROM members ORDER BY email"), ["b@x", "new-a@x", "new-c@x"]);
}

fn many_updates_see_what_earlier_ones_made_of_the_columns_they_find_rows_by(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let members = service.create_many(["a@x", "b@x"].map(member)).unwrap();
    let changed = service
        .update_many([
            (Member::EMAIL.lookup("a@x"), email("c@x")),
            (Member::EMAIL.lookup("c@x"), nick("renamed")),
            (Member::EMAIL.lookup("b@x"), email("a@x")),
        ])
        .unwrap();
    let found: Vec<_> = changed.iter().map(|m| (m.id, m.email.as_str(), m.nick.as_deref())).collect();
    let [a, b] = [members[0].id, members[1].id];
    assert_eq!(found[1..], [(a, "c@x", Some("renamed")), (b, "a@x", None)]);
    assert_eq!((found[0].0, found[0].1), (a, "c@x"));
    // The old address is nobody's by then, and nothing is changed.
    let gone = [(Member::EMAIL.lookup("a@x"), email("d@x")), (Member::EMAIL.lookup("a@x"), nick("lost"))];
    assert_eq!(service.update_many(gone).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(service.get(b).unwrap(), changed[2]);
}

fn one_row_may_be_meant_by_several_kinds_of_keys(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let members = service.create_many(["a@x", "b@x"].map(member)).unwrap();
    let changed = service
        .update_many([
            (members[0].clone().into_key(), nick("first")),
            (Member::EMAIL.lookup("b@x").into_key(), nick("other")),
            (
                Member::EMAIL.lookup("a@x").into_key(),
                MemberChangeset { score: Some(1), ..Default::default() },
            ),
        ])
        .unwrap();
    let found: Vec<_> = changed.iter().map(|m| (m.id, m.nick.as_deref(), m.score)).collect();
    let [a, b] = [members[0].id, members[1].id];
    assert_eq!(found[1..], [(b, Some("other"), 7), (a, Some("first"), 1)]);
    assert_eq!(found[0].0, a);
}

fn the_order_holds_whatever_the_kinds_of_keys(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let a = service.create(member("a@x")).unwrap();
    let by_email = || Member::EMAIL.lookup("a@x").into_key();
    let by_id = || IntoKey::<Member>::into_key(a.id);
    for keys in
        [[by_email(), by_email(), by_id()], [by_id(), by_email(), by_id()], [by_id(), by_id(), by_email()]]
    {
        let changes = keys.into_iter().zip(["1", "2", "3"]).map(|(key, text)| (key, nick(text)));
        let changed = service.update_many(changes).unwrap();
        assert_eq!(changed[2].nick.as_deref(), Some("3"));
        assert_eq!(service.get(a.id).unwrap(), changed[2]);
    }
}

fn a_missing_lookup_changes_none(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let members = service.create_many(["a@x", "b@x"].map(member)).unwrap();
    let keys = [members[0].id.into_key(), Member::EMAIL.lookup("z@x").into_key(), members[1].id.into_key()];
    let error = service.update_many(keys.map(|key| (key, nick("x")))).unwrap_err();
    assert_eq!(about(&error), (ErrorKind::NotFound, None));
    assert_eq!(service.count(Member::NICK.is_not_null()).unwrap(), 0);
}

fn looked_up_values_that_stay_are_one_statement(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let members = service.create_many(["a@x", "b@x", "c@x"].map(member)).unwrap();
    let before = session.stats().statements;
    // Each row says its own address, as the row that it is.
    let changes = members
        .iter()
        .map(|member| (Member::EMAIL.lookup(member.email.as_str()), Member { score: 1, ..member.clone() }));
    let changed = service.update_many(changes).unwrap();
    let expected = if db.backend() == alchemy_tests::Backend::Mysql { 2 } else { 1 };
    assert_eq!(session.stats().statements - before, expected);
    assert!(
        changed.iter().zip(&members).all(|(changed, member)| (changed.id, changed.score) == (member.id, 1))
    );
}
