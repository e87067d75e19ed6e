//! Slugs that many want at once.

use std::collections::BTreeSet;

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{NewPost, Post, PostService, THREADS, Units, at_once, crowd, open, post};

database_tests! {
    rows_of_the_same_titles_all_get_a_slug_of_their_own,
    batches_of_the_same_titles_all_get_slugs_of_their_own,
    upserts_of_the_same_titles_all_get_a_slug_of_their_own,
    // SQLite lets nobody write beside a transaction that does.
    a_batch_gets_other_slugs_than_a_row_that_came_after_its_transaction_began: [postgres, mysql],
    a_batch_of_upserts_gets_other_slugs_than_a_row_that_came_after_its_transaction_began: [postgres, mysql],
    a_batch_of_several_statements_that_is_tried_again_has_each_row_once: [mysql],
    batches_of_upserts_of_the_same_titles_all_get_slugs_of_their_own,
    an_upsert_gets_another_slug_than_a_row_that_came_after_its_transaction_began: [postgres, mysql],
    get_or_upsert_gets_another_slug_than_a_row_that_came_after_its_transaction_began: [postgres, mysql],
    an_upsert_that_another_unique_column_refuses_is_a_duplicate,
}

const TITLES: [&str; 5] =
    ["Hello, world", "Żółw", "The very long title of an everlasting story", "42", "Hello World"];

/// Whether there are so many posts, each with a slug of its own that was made of its title.
#[track_caller]
fn check(engine: &Engine, count: usize) {
    let rows = PostService::new(engine.session()).list(all()).unwrap();
    assert_eq!(rows.len(), count);
    let slugs: BTreeSet<_> = rows.iter().map(|row| row.slug.clone()).collect();
    assert_eq!(slugs.len(), count);
    let starts = ["hello-world", "zolw", "the-very-long-title", "42", "hello-world"];
    for Post { title, slug, .. } in rows {
        let place = TITLES.iter().position(|known| *known == title).expect("a title of these");
        assert!(slug.starts_with(starts[place]) && slug.len() <= 24, "{title} {slug}");
    }
}

fn rows_of_the_same_titles_all_get_a_slug_of_their_own(db: TestDatabase) {
    const EACH: usize = 60;
    let _alone = crowd();
    let engine = open(&db);
    let units = Units::of(&engine);
    at_once(|thread| {
        for turn in 0..EACH {
            let code = format!("{thread} {turn}");
            let title = TITLES[turn % TITLES.len()];
            units.run(|session| PostService::new(session.clone()).create(post(&code, title)));
        }
    });
    units.report("slugs");
    check(&engine, THREADS * EACH);
}

fn batches_of_the_same_titles_all_get_slugs_of_their_own(db: TestDatabase) {
    const EACH: usize = 4;
    let _alone = crowd();
    let engine = open(&db);
    let units = Units::of(&engine);
    at_once(|thread| {
        for turn in 0..EACH {
            let new =
                |at: usize| post(&format!("{thread} {turn} {at}"), TITLES[(at + thread) % TITLES.len()]);
            units.run(|session| PostService::new(session.clone()).create_many((0..20).map(new)));
        }
    });
    units.report("slugs of batches");
    check(&engine, THREADS * EACH * 20);
}

fn upserts_of_the_same_titles_all_get_a_slug_of_their_own(db: TestDatabase) {
    const EACH: usize = 30;
    let _alone = crowd();
    let engine = open(&db);
    let units = Units::of(&engine);
    at_once(|thread| {
        for turn in 0..EACH {
            // Of each code there are two, which are the same row.
            let code = format!("{} {turn}", thread / 2);
            let title = TITLES[turn % TITLES.len()];
            let saved = units.run(|session| PostService::new(session.clone()).upsert(post(&code, title)));
            assert_eq!((saved.code.as_str(), saved.title.as_str()), (code.as_str(), title));
        }
    });
    units.report("slugs of upserts");
    check(&engine, THREADS / 2 * EACH);
}

fn batches_of_upserts_of_the_same_titles_all_get_slugs_of_their_own(db: TestDatabase) {
    const EACH: usize = 4;
    let _alone = crowd();
    let engine = open(&db);
    let units = Units::of(&engine);
    at_once(|thread| {
        for turn in 0..EACH {
            // Of each code there are two, which are the same row.
            let code = |at: usize| format!("{} {turn} {at}", thread / 2);
            let new = |at: usize| post(&code(at), TITLES[at % TITLES.len()]);
            let saved = units.run(|session| PostService::new(session.clone()).upsert_many((0..20).map(new)));
            assert!(saved.iter().enumerate().all(|(at, row)| row.code == code(at)));
        }
    });
    units.report("slugs of batches of upserts");
    check(&engine, THREADS / 2 * EACH * 20);
}

/// Has a transaction see the posts as they are, and another session add one to them.
fn after_a_look<R>(engine: &Engine, act: impl FnOnce(&PostService) -> R) -> R {
    let service = PostService::new(engine.session());
    service.create(post("first", "first")).unwrap();
    assert_eq!(service.count(all()).unwrap(), 1);
    let other = PostService::new(engine.session());
    other.create(post("other", "Hello")).unwrap();
    other.session().commit().unwrap();
    let output = act(&service);
    service.session().commit().unwrap();
    output
}

fn slugs(rows: &[Post]) -> BTreeSet<&str> {
    rows.iter().map(|row| row.slug.as_str()).collect()
}

fn a_batch_gets_other_slugs_than_a_row_that_came_after_its_transaction_began(db: TestDatabase) {
    let engine = open(&db);
    let news: Vec<NewPost> = (0..3).map(|at| post(&format!("mine {at}"), "Hello")).collect();
    let rows = after_a_look(&engine, |service| service.create_many(news).unwrap());
    assert_eq!(slugs(&rows).len(), 3);
    assert!(rows.iter().all(|row| row.slug.starts_with("hello-")), "{rows:?}");
    assert_eq!(PostService::new(engine.session()).get_by_slug("hello").unwrap().code, "other");
}

fn a_batch_of_upserts_gets_other_slugs_than_a_row_that_came_after_its_transaction_began(db: TestDatabase) {
    let engine = open(&db);
    let rows = after_a_look(&engine, |service| {
        let first = service.create(post("mine 1", "Hello, too")).unwrap();
        let news: Vec<NewPost> = (0..3).map(|at| post(&format!("mine {at}"), "Hello")).collect();
        let rows = service.upsert_many(news).unwrap();
        assert_eq!(rows[1], Post { title: "Hello".into(), ..first });
        rows
    });
    assert_eq!(slugs(&rows).len(), 3);
    assert!(rows.iter().all(|row| row.slug.starts_with("hello-")), "{rows:?}");
    assert_eq!(PostService::new(engine.session()).get_by_slug("hello").unwrap().code, "other");
}

/// Elsewhere it is among `writes`, by a trigger; MariaDB's insert nothing into their own table.
fn a_batch_of_several_statements_that_is_tried_again_has_each_row_once(db: TestDatabase) {
    const ROWS: usize = 5_002;
    let engine = open(&db);
    let batch = |start: &str| {
        let title = |at: usize| if at + 1 == ROWS { "Hello".to_owned() } else { format!("{start} {at}") };
        (0..ROWS).map(|at| post(&format!("{start} {at}"), &title(at))).collect::<Vec<_>>()
    };
    after_a_look(&engine, |service| {
        let created = service.create_many(batch("create")).unwrap();
        assert_eq!(created.len(), ROWS);
        assert!(created.iter().enumerate().all(|(at, row)| row.code == format!("create {at}")));
        assert!(created[ROWS - 1].slug.starts_with("hello-"), "{}", created[ROWS - 1].slug);
        assert_eq!(service.insert_many(batch("insert")).unwrap(), ROWS as u64);
        let upserted = service.upsert_many(batch("upsert")).unwrap();
        assert!(upserted.iter().enumerate().all(|(at, row)| row.code == format!("upsert {at}")));
    });
    assert_eq!(PostService::new(engine.session()).count(all()).unwrap(), 3 * 5_002 + 2);
}

fn an_upsert_gets_another_slug_than_a_row_that_came_after_its_transaction_began(db: TestDatabase) {
    let engine = open(&db);
    let row = after_a_look(&engine, |service| service.upsert(post("mine", "Hello")).unwrap());
    assert!(row.slug.starts_with("hello-"), "{row:?}");
}

fn get_or_upsert_gets_another_slug_than_a_row_that_came_after_its_transaction_began(db: TestDatabase) {
    let engine = open(&db);
    let (row, created) =
        after_a_look(&engine, |service| service.get_or_upsert(post("mine", "Hello")).unwrap());
    assert!(created && row.slug.starts_with("hello-"), "{row:?}");
}

fn an_upsert_that_another_unique_column_refuses_is_a_duplicate(db: TestDatabase) {
    let engine = open(&db);
    let service = PostService::new(engine.session());
    let first = service.create(post("first", "First")).unwrap();
    service.session().commit().unwrap();
    // Another row than the one with the code has the key.
    let draft = NewPost { id: Some(first.id), ..post("second", "Second") };
    assert_eq!(service.upsert(draft).unwrap_err().kind(), ErrorKind::Duplicate);
    service.session().rollback().unwrap();
    assert_eq!(service.list(all()).unwrap(), [first]);
}
