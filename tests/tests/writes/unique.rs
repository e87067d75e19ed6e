//! `as_unique` and `get_or_upsert`.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::json;

use crate::{Member, MemberService, NewMember, member, object, open};

database_tests! {
    as_unique_inserts_a_row_once,
    as_unique_leaves_the_row_that_is_there,
    get_or_upsert_says_whether_it_inserted,
    get_or_upsert_changes_only_what_is_given,
    get_or_upsert_of_nothing_new_reads_the_row,
    they_match_by_other_columns,
    they_restore_what_was_deleted_softly,
    they_send_few_statements,
    one_row_comes_of_many_threads,
}

fn as_unique_inserts_a_row_once(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let ann = service.as_unique(member("ann@x")).unwrap();
    assert_eq!(service.as_unique(member("ann@x")).unwrap(), ann);
    session.commit().unwrap();
    assert_eq!(service.as_unique(member("ann@x")).unwrap(), ann);
    assert_eq!(service.list(all()).unwrap(), [ann]);
}

fn as_unique_leaves_the_row_that_is_there(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(NewMember { nick: Some("a".into()), ..member("ann@x") }).unwrap();
    let other = NewMember { nick: Some("b".into()), score: Some(1), team: 5, ..member("ann@x") };
    assert_eq!(service.as_unique(other).unwrap(), ann);
    assert_eq!(service.get(ann.id).unwrap(), ann);
}

fn get_or_upsert_says_whether_it_inserted(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let (ann, inserted) = service.get_or_upsert(member("ann@x")).unwrap();
    assert!(inserted);
    let (again, inserted) = service.get_or_upsert(NewMember { score: Some(1), ..member("ann@x") }).unwrap();
    assert!(!inserted && again.updated_at > ann.updated_at);
    assert_eq!(again, Member { score: 1, updated_at: again.updated_at, ..ann });
    assert_eq!(service.list(all()).unwrap(), [again]);
}

fn get_or_upsert_changes_only_what_is_given(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let new = NewMember { nick: Some("a".into()), rank: Some(9), score: Some(1), ..member("ann@x") };
    let ann = service.create(new).unwrap();
    let base = json!({"email": "ann@x", "team": 1, "name": "ann"});
    let (kept, _) = service.get_or_upsert(object(base)).unwrap();
    assert_eq!(kept, Member { updated_at: kept.updated_at, ..ann.clone() });
    let null = json!({"email": "ann@x", "team": 1, "name": "ann", "nick": null});
    let (nulled, inserted) = service.get_or_upsert(object(null)).unwrap();
    assert_eq!((nulled.nick, nulled.rank, nulled.score, inserted), (None, 9, 1, false));
}

fn get_or_upsert_of_nothing_new_reads_the_row(db: TestDatabase) {
    let service = LabelService::new(open(&db).session());
    let new = || NewLabel { id: None, text: "a".into() };
    let (label, inserted) = service.get_or_upsert(new()).unwrap();
    assert!(inserted);
    assert_eq!(service.get_or_upsert(new()).unwrap(), (label, false));
}

fn they_match_by_other_columns(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    let ann = service.create(member("ann@x")).unwrap();
    let by_team = service.matching((Member::TEAM, Member::NAME));
    let other = NewMember { email: "anna@x".into(), ..member("ann@x") };
    assert_eq!(by_team.as_unique(other.clone()).unwrap(), ann);
    let (changed, inserted) = by_team.get_or_upsert(other).unwrap();
    assert_eq!((changed.id, changed.email.as_str(), inserted), (ann.id, "anna@x", false));
}

/// Something with a unique text, which may be deleted softly.
#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "labels", match_fields(text))]
struct Label {
    id: i64,
    #[alchemy(unique, max_length = 20)]
    text: String,
    #[alchemy(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
}

fn they_restore_what_was_deleted_softly(db: TestDatabase) {
    let service = LabelService::new(open(&db).session());
    let new = || NewLabel { id: None, text: "a".into() };
    let label = service.create(new()).unwrap();
    let delete = || assert!(service.delete(label.id).unwrap().deleted_at.is_some());
    delete();
    assert_eq!(service.as_unique(new()).unwrap(), label);
    delete();
    assert_eq!(service.get_or_upsert(new()).unwrap(), (label.clone(), false));
    delete();
    assert_eq!(service.upsert(new()).unwrap(), label);
    delete();
    let others = [NewLabel { id: None, text: "b".into() }, new()];
    let found = service.upsert_many(others).unwrap();
    assert_eq!((found[0].text.as_str(), &found[1]), ("b", &label));
    assert_eq!(service.get(label.id).unwrap(), label);
}

fn they_send_few_statements(db: TestDatabase) {
    let session = open(&db).session();
    let service = MemberService::new(session.clone());
    let sent = |verb: &dyn Fn()| {
        let before = session.stats().statements;
        verb();
        session.stats().statements - before
    };
    let more = u64::from(db.backend() == Backend::Mysql);
    assert_eq!(sent(&|| drop(service.as_unique(member("a@x")).unwrap())), 2 + more);
    assert_eq!(sent(&|| drop(service.as_unique(member("a@x")).unwrap())), 1);
    assert_eq!(sent(&|| drop(service.get_or_upsert(member("b@x")).unwrap())), 2 + more);
    assert_eq!(sent(&|| drop(service.get_or_upsert(member("b@x")).unwrap())), 1 + more);
}

fn one_row_comes_of_many_threads(db: TestDatabase) {
    let engine = Engine::connect(EngineConfig::new(db.url()).pool_size(4)).unwrap();
    engine.create_all().unwrap();
    let work = |verb: usize| {
        let session = engine.session();
        let service = MemberService::new(session.clone());
        for n in 0..20 {
            let new = || member(&format!("m{n}@x"));
            let save = || match verb {
                0 => service.as_unique(new()),
                1 => service.get_or_upsert(new()).map(|(member, _)| member),
                _ => service.upsert(new()),
            };
            // InnoDB may take two upserts that wait for one another for a deadlock, which can be tried again.
            while let Err(error) = save().and_then(|_| session.commit()) {
                assert_eq!((error.kind(), db.backend()), (ErrorKind::Retryable, Backend::Mysql));
                session.rollback().unwrap();
            }
        }
    };
    std::thread::scope(|scope| {
        for verb in 0..4 {
            let work = &work;
            scope.spawn(move || work(verb));
        }
    });
    assert_eq!(db.number("SELECT count(*) FROM members"), 20);
}
