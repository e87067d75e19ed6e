//! Optimistic locking.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use serde_json::json;

use crate::{about, object, open_at};

database_tests! {
    a_version_begins_at_one_and_rises,
    a_stale_update_is_refused,
    an_update_without_a_version_is_refused,
    many_updates_are_refused_with_one_stale_row,
    many_updates_raise_each_version,
    a_stale_row_in_the_second_statement_changes_none,
    many_updates_of_one_row_follow_one_another,
    a_missing_row_is_not_stale,
    get_and_update_minds_the_version,
    an_upsert_raises_the_version,
    a_deletion_raises_the_version,
    each_update_is_stale_by_itself,
    a_stale_lookup_is_refused,
    a_stale_row_among_keys_of_several_kinds_changes_none,
    a_version_alone_is_compared_and_changes_nothing,
}

#[derive(Debug, Clone, PartialEq, UuidAuditBase, Service)]
#[alchemy(table = "drafts", bind_key = "drafts", match_fields(title))]
struct Paper {
    id: Uuid,
    #[alchemy(unique, max_length = 50)]
    title: String,
    pages: i32,
    #[alchemy(version)]
    version: i32,
    #[alchemy(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "counts", bind_key = "drafts")]
struct Count {
    id: i64,
    #[alchemy(version)]
    revision: i64,
    number: i32,
}

fn paper(title: &str) -> NewPaper {
    NewPaper { id: None, title: title.into(), pages: 1 }
}

fn pages(version: i32, pages: i32) -> PaperChangeset {
    PaperChangeset { pages: Some(pages), version: Some(version), ..PaperChangeset::default() }
}

fn a_version_begins_at_one_and_rises(db: TestDatabase) {
    let session = open_at(&db, "drafts").session();
    let service = PaperService::new(session.clone());
    let paper = service.create(paper("a")).unwrap();
    assert_eq!(paper.version, 1);
    assert_eq!(service.update(paper.id, pages(1, 2)).unwrap().version, 2);
    assert_eq!(service.update(paper.id, pages(2, 3)).unwrap().version, 3);
    // Nothing to change, nothing to raise.
    assert_eq!(service.update(paper.id, PaperChangeset::default()).unwrap().version, 3);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM drafts WHERE version = 3"), 1);
    let counts = CountService::new(session);
    let count = counts.create(NewCount { id: None, number: 1 }).unwrap();
    assert_eq!(count.revision, 1);
    assert_eq!(counts.update(count.id, Count { number: 2, ..count.clone() }).unwrap().revision, 2);
    assert_eq!(counts.update(count.id, count.clone()).unwrap_err().kind(), ErrorKind::Stale);
}

fn a_stale_update_is_refused(db: TestDatabase) {
    let service = PaperService::new(open_at(&db, "drafts").session());
    let paper = service.create(paper("a")).unwrap();
    let changed = service.update(paper.id, pages(1, 2)).unwrap();
    for stale in [1, 3, 0, -1] {
        let error = service.update(paper.id, pages(stale, 9)).unwrap_err();
        assert_eq!(about(&error), (ErrorKind::Stale, Some("version")));
        assert_eq!(error.to_string(), "the Paper was changed in the meantime; read it again");
    }
    assert_eq!(service.update(paper.id, paper.clone()).unwrap_err().kind(), ErrorKind::Stale);
    assert_eq!(service.get(paper.id).unwrap(), changed);
}

fn an_update_without_a_version_is_refused(db: TestDatabase) {
    let session = open_at(&db, "drafts").session();
    let service = PaperService::new(session.clone());
    let paper = service.create(paper("a")).unwrap();
    let before = session.stats().statements;
    let changes = || PaperChangeset { pages: Some(2), ..PaperChangeset::default() };
    let errors = [
        service.update(paper.id, changes()).unwrap_err(),
        service.update(paper.id, object(json!({"pages": 2}))).unwrap_err(),
        service.get_and_update(paper.id, changes()).unwrap_err(),
        service.update_many([(paper.id, pages(1, 2)), (paper.id, changes())]).unwrap_err(),
        service.update_each([(paper.id, changes())]).unwrap().remove(0).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(about(&error), (ErrorKind::InvalidValue, Some("version")));
        assert_eq!(error.to_string(), "`version` must be given: the version that the changes were made of");
    }
    assert_eq!(session.stats().statements, before);
    assert_eq!(service.update(paper.id, object(json!({"pages": 2, "version": 1}))).unwrap().pages, 2);
}

fn many_updates_are_refused_with_one_stale_row(db: TestDatabase) {
    let session = open_at(&db, "drafts").session();
    let service = PaperService::new(session.clone());
    let papers = service.create_many(["a", "b", "c"].map(paper)).unwrap();
    service.update(papers[1].id, pages(1, 2)).unwrap();
    let error = service.update_many(papers.iter().map(|paper| (paper.id, pages(1, 9)))).unwrap_err();
    assert_eq!(about(&error), (ErrorKind::Stale, Some("version")));
    assert_eq!(service.count(Paper::PAGES.eq(9)).unwrap(), 0);
    assert_eq!(service.get(papers[0].id).unwrap(), papers[0]);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM drafts WHERE version = 1"), 2);
}

fn many_updates_raise_each_version(db: TestDatabase) {
    let service = PaperService::new(open_at(&db, "drafts").session());
    let papers = service.create_many(["a", "b", "c"].map(paper)).unwrap();
    let b = service.update(papers[1].id, pages(1, 2)).unwrap();
    let changed = service
        .update_many([
            (papers[0].id, pages(1, 9)),
            (b.id, pages(2, 9)),
            (papers[2].id, PaperChangeset::default()),
        ])
        .unwrap();
    let versions: Vec<_> = changed.iter().map(|paper| (paper.pages, paper.version)).collect();
    assert_eq!(versions[..2], [(9, 2), (9, 3)]);
    assert_eq!(changed[2], papers[2], "what is not changed keeps its version");
}

fn a_stale_row_in_the_second_statement_changes_none(db: TestDatabase) {
    let service = PaperService::new(open_at(&db, "drafts").session());
    let titles: Vec<_> = (0..250).map(|n| n.to_string()).collect();
    let papers = service.create_many(titles.iter().map(|title| paper(title))).unwrap();
    service.update(papers[249].id, pages(1, 2)).unwrap();
    let error = service.update_many(papers.iter().map(|paper| (paper.id, pages(1, 9)))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale);
    assert_eq!(service.count(Paper::PAGES.eq(9)).unwrap(), 0);
}

fn many_updates_of_one_row_follow_one_another(db: TestDatabase) {
    let service = PaperService::new(open_at(&db, "drafts").session());
    let paper = service.create(paper("a")).unwrap();
    let changed = service.update_many([(paper.id, pages(1, 2)), (paper.id, pages(2, 3))]).unwrap();
    assert_eq!((changed[1].pages, changed[1].version), (3, 3));
    let error = service.update_many([(paper.id, pages(3, 4)), (paper.id, pages(3, 5))]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale);
    assert_eq!(service.get(paper.id).unwrap(), changed[1]);
}

fn a_missing_row_is_not_stale(db: TestDatabase) {
    let service = PaperService::new(open_at(&db, "drafts").session());
    let paper = service.create(paper("a")).unwrap();
    assert_eq!(service.update(Uuid::new_v4(), pages(1, 2)).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(service.get_and_update(Uuid::new_v4(), pages(1, 2)).unwrap_err().kind(), ErrorKind::NotFound);
    let error = service.update_many([(paper.id, pages(1, 2)), (Uuid::new_v4(), pages(1, 2))]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(service.get(paper.id).unwrap(), paper);
}

fn get_and_update_minds_the_version(db: TestDatabase) {
    let service = PaperService::new(open_at(&db, "drafts").session());
    let paper = service.create(paper("a")).unwrap();
    assert_eq!(service.get_and_update(paper.id, pages(1, 1)).unwrap(), (paper.clone(), false));
    let (changed, is_changed) = service.get_and_update(paper.id, pages(1, 2)).unwrap();
    assert_eq!((changed.version, is_changed), (2, true));
    // Stale whether there is something to change or not.
    for pages in [pages(1, 9), pages(1, 2)] {
        let error = service.get_and_update(paper.id, pages).unwrap_err();
        assert_eq!(about(&error), (ErrorKind::Stale, Some("version")));
    }
    assert_eq!(service.get_and_update(paper.id, pages(2, 2)).unwrap(), (changed, false));
    let counts = CountService::new(service.session().clone());
    let count = counts.create(NewCount { id: None, number: 1 }).unwrap();
    assert_eq!(counts.get_and_update(count.id, count.clone()).unwrap(), (count.clone(), false));
    let stale = Count { revision: 2, ..count.clone() };
    assert_eq!(counts.get_and_update(count.id, stale).unwrap_err().kind(), ErrorKind::Stale);
}

fn an_upsert_raises_the_version(db: TestDatabase) {
    let service = PaperService::new(open_at(&db, "drafts").session());
    assert_eq!(service.upsert(paper("a")).unwrap().version, 1);
    assert_eq!(service.upsert(paper("a")).unwrap().version, 2);
    assert_eq!(service.get_or_upsert(paper("a")).unwrap().0.version, 3);
    assert_eq!(service.as_unique(paper("a")).unwrap().version, 3);
    let many = service.upsert_many(["a", "b", "a"].map(paper)).unwrap();
    assert_eq!(many.iter().map(|paper| paper.version).collect::<Vec<_>>(), [5, 1, 5]);
}

fn a_deletion_raises_the_version(db: TestDatabase) {
    let service = PaperService::new(open_at(&db, "drafts").session());
    let paper = service.create(paper("a")).unwrap();
    assert_eq!(service.delete(paper.id).unwrap().version, 2);
    assert_eq!(service.restore(paper.id).unwrap().version, 3);
    assert_eq!(service.delete_many([paper.id]).unwrap()[0].version, 4);
    assert_eq!(service.restore(paper.id).unwrap().version, 5);
    assert_eq!(service.delete_all().unwrap()[0].version, 6);
    assert_eq!(service.count(all()).unwrap(), 0);
}

fn each_update_is_stale_by_itself(db: TestDatabase) {
    let session = open_at(&db, "drafts").session();
    let service = PaperService::new(session.clone());
    let papers = service.create_many(["a", "b", "c"].map(paper)).unwrap();
    service.update(papers[1].id, pages(1, 2)).unwrap();
    let outcomes = service.update_each(papers.iter().map(|paper| (paper.id, pages(1, 9)))).unwrap();
    assert_eq!(about(outcomes[1].as_ref().unwrap_err()), (ErrorKind::Stale, Some("version")));
    assert_eq!((outcomes[0].as_ref().unwrap().pages, outcomes[2].as_ref().unwrap().version), (9, 2));
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM drafts WHERE pages = 9"), 2);
}

fn a_stale_lookup_is_refused(db: TestDatabase) {
    let service = PaperService::new(open_at(&db, "drafts").session());
    service.create_many(["a", "b"].map(paper)).unwrap();
    let renamed = |version, title: &str| PaperChangeset {
        title: Some(title.into()),
        version: Some(version),
        ..PaperChangeset::default()
    };
    assert_eq!(
        service.update(Paper::TITLE.lookup("a"), renamed(2, "c")).unwrap_err().kind(),
        ErrorKind::Stale
    );
    assert_eq!(service.update(Paper::TITLE.lookup("a"), renamed(1, "c")).unwrap().version, 2);
    let changes = [(Paper::TITLE.lookup("b"), pages(1, 5)), (Paper::TITLE.lookup("c"), pages(1, 5))];
    assert_eq!(service.update_many(changes).unwrap_err().kind(), ErrorKind::Stale);
    assert_eq!(service.count(Paper::PAGES.eq(5)).unwrap(), 0);
    let changes = [(Paper::TITLE.lookup("b"), renamed(1, "d")), (Paper::TITLE.lookup("c"), renamed(1, "e"))];
    assert_eq!(service.update_many(changes).unwrap_err().kind(), ErrorKind::Stale);
    assert_eq!(service.count(Paper::TITLE.is_in(["b", "c"])).unwrap(), 2);
}

#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "seats", bind_key = "drafts")]
struct Seat {
    id: i64,
    #[alchemy(unique, max_length = 20)]
    name: String,
    number: i32,
    #[alchemy(version)]
    version: i64,
}

fn a_stale_row_among_keys_of_several_kinds_changes_none(db: TestDatabase) {
    let session = open_at(&db, "drafts").session();
    let service = SeatService::new(session.clone());
    let seats = ["a", "b"].map(|name| NewSeat { id: None, name: name.to_owned(), number: 0 });
    let seats = service.create_many(seats).unwrap();
    let to = |version, number| SeatChangeset {
        number: Some(number),
        version: Some(version),
        ..Default::default()
    };
    let first = service.update(seats[0].id, to(1, 1)).unwrap();
    let by_id: alchemy_core::model::RowKey<Seat> = seats[0].id.into_key();
    let by_name = Seat::NAME.lookup("b").into_key();
    let stale = service.update_many([(by_id, to(1, 2)), (by_name, to(1, 2))]).unwrap_err();
    assert_eq!(about(&stale), (ErrorKind::Stale, Some("version")));
    assert_eq!(service.get(seats[0].id).unwrap(), first);
    assert_eq!(service.get(seats[1].id).unwrap(), seats[1]);
}

fn a_version_alone_is_compared_and_changes_nothing(db: TestDatabase) {
    let session = open_at(&db, "drafts").session();
    let service = PaperService::new(session.clone());
    let made = service.create(paper("one")).unwrap();
    let alone = |version| PaperChangeset { version: Some(version), ..PaperChangeset::default() };
    assert_eq!(service.get_and_update(made.id, alone(1)).unwrap(), (made.clone(), false));
    let stale = service.get_and_update(made.id, alone(7)).unwrap_err();
    assert_eq!(about(&stale), (ErrorKind::Stale, Some("version")));
    session.commit().unwrap();
    assert_eq!(service.get(made.id).unwrap(), made);
}
