//! Streams: long ones, beside others who write, and ones that end early or badly.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_core::service::Service;
use alchemy_core::session::AsyncSession;
use alchemy_tests::{TestDatabase, database_tests};

use crate::open;

database_tests! {
    a_long_stream_reads_one_batch_after_the_other_in_its_order,
    rows_that_come_and_go_leave_the_others_once_each,
    a_session_writes_and_commits_between_two_rows,
    an_error_before_a_batch_ends_the_stream,
    an_error_of_the_database_ends_the_stream,
    two_streams_of_one_session_do_not_disturb_each_other,
    async an_async_stream_is_the_same,
    async an_error_ends_an_async_stream,
}

/// Rows to order by columns that are null and equal.
#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "readings")]
struct Reading {
    id: i64,
    size: Option<i32>,
    #[alchemy(max_length = 20)]
    label: Option<String>,
}

fn reading(id: i64) -> NewReading {
    let number = i32::try_from(id).expect("a small number");
    NewReading {
        id: Some(id),
        size: (number % 3 != 0).then_some(number % 5),
        label: (number % 7 != 0).then(|| format!("l{}", number % 4)),
    }
}

fn fill(engine: &Engine, count: i64) -> ReadingService {
    let service = ReadingService::new(engine.session());
    let count = u64::try_from(count).expect("a small number");
    assert_eq!(service.insert_many((1..=count).map(|id| reading(id.cast_signed()))).unwrap(), count);
    service.session().commit().unwrap();
    service
}

/// By columns with nulls and few values, in mixed directions.
fn mixed() -> Filters<Reading> {
    Filters::new().order_by(Reading::SIZE.desc()).order_by(Reading::LABEL.asc())
}

fn a_long_stream_reads_one_batch_after_the_other_in_its_order(db: TestDatabase) {
    const ROWS: i64 = 25_000;
    let engine = open(&db);
    let service = fill(&engine, ROWS);
    let mut expected: Vec<NewReading> = (1..=ROWS).map(reading).collect();
    // Null is the smallest, and the key decides among equals.
    expected.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.label.cmp(&b.label)).then(a.id.cmp(&b.id)));
    let ids: Vec<i64> = expected.into_iter().filter_map(|row| row.id).collect();

    let before = service.session().stats().statements;
    let mut at = 0;
    for row in service.stream(mixed()).unwrap() {
        assert_eq!(row.unwrap().id, ids[at], "{at}");
        at += 1;
        // No more than the batch that the row is of has been read.
        let batches = service.session().stats().statements - before;
        assert_eq!(batches, at.div_ceil(1000) as u64, "{at}");
        assert!(!service.session().in_transaction());
    }
    assert_eq!(at, ids.len());
    // That a full batch was the last is known by an empty one.
    assert_eq!(service.session().stats().statements - before, 26);
}

fn rows_that_come_and_go_leave_the_others_once_each(db: TestDatabase) {
    const ROWS: i64 = 3_000;
    let engine = open(&db);
    let service = fill(&engine, ROWS);
    let other = ReadingService::new(engine.session());
    let (mut seen, mut gone, mut next) = (Vec::new(), Vec::new(), ROWS);
    for (at, row) in service.stream_in(mixed(), 100).unwrap().enumerate() {
        seen.push(row.unwrap().id);
        if at % 150 != 149 {
            continue;
        }
        // One before everything and one after, so that pages by number would shift.
        for size in [Some(100), None] {
            next += 1;
            other.create(NewReading { id: Some(next), size, label: None }).unwrap();
        }
        // The row that the next batch begins after, and one somewhere.
        let key = i64::try_from(at).unwrap() * 17 % ROWS + 1;
        for id in [seen[at], key] {
            if other.delete(id).is_ok() {
                gone.push(id);
            }
        }
        other.session().commit().unwrap();
    }
    let mut sorted = seen.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), seen.len(), "a row came twice");
    assert!(next > ROWS && gone.len() > 20);
    for id in 1..=ROWS {
        // What was there all the time came; of what went some had come before.
        assert!(seen.contains(&id) || gone.contains(&id), "{id}");
    }
    // Those that came before the place where the stream was are not in it.
    let first = ReadingService::new(engine.session()).list(Reading::SIZE.eq(100)).unwrap();
    assert!(!first.is_empty() && first.iter().all(|row| !seen.contains(&row.id)));
}

fn a_session_writes_and_commits_between_two_rows(db: TestDatabase) {
    let engine = open(&db);
    let service = fill(&engine, 500);
    let mut changed = 0;
    for row in service.stream_in(Reading::ID.asc(), 50).unwrap() {
        let row = row.unwrap();
        if row.id % 10 == 0 {
            let label = Some(Some("changed".to_owned()));
            service.update(row.id, ReadingChangeset { label, ..Default::default() }).unwrap();
            changed += 1;
        }
        match row.id % 100 {
            40 => service.session().commit().unwrap(),
            // What was read stays read.
            80 => service.session().rollback().unwrap(),
            _ => {}
        }
    }
    assert_eq!(changed, 50);
    service.session().commit().unwrap();
    // 10 to 40 of each hundred, and 90 and 100 of the one before; but those that were rolled back.
    assert_eq!(service.count(Reading::LABEL.eq("changed")).unwrap(), 5 * 4 + 5 * 2);
}

fn an_error_before_a_batch_ends_the_stream(db: TestDatabase) {
    let engine = open(&db);
    let service = fill(&engine, 10);
    let mut stream = service.stream_in(Reading::ID.asc(), 5).unwrap();
    assert_eq!(stream.next().unwrap().unwrap().id, 1);
    service.session().close();
    // What was read before the error comes before it.
    let rest: Vec<_> = stream.by_ref().take(4).map(|row| row.unwrap().id).collect();
    assert_eq!(rest, [2, 3, 4, 5]);
    assert_eq!(stream.next().unwrap().unwrap_err().kind(), ErrorKind::Config);
    assert!(stream.next().is_none());
    assert!(stream.next().is_none());
}

fn an_error_of_the_database_ends_the_stream(db: TestDatabase) {
    let engine = open(&db);
    let service = fill(&engine, 10);
    let mut stream = service.stream_in(Reading::ID.asc(), 5).unwrap();
    assert_eq!(stream.by_ref().take(5).filter(Result::is_ok).count(), 5);
    db.admin("DROP TABLE readings");
    let error = stream.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database, "{error:?}");
    assert!(stream.next().is_none());
}

fn two_streams_of_one_session_do_not_disturb_each_other(db: TestDatabase) {
    let engine = open(&db);
    let service = fill(&engine, 300);
    let up = service.stream_in(Reading::ID.asc(), 7).unwrap();
    let down = service.stream_in(Reading::ID.desc(), 11).unwrap();
    let pairs: Vec<_> = up.zip(down).map(|(up, down)| (up.unwrap().id, down.unwrap().id)).collect();
    assert_eq!(pairs, (1..=300).map(|id| (id, 301 - id)).collect::<Vec<_>>());
}

async fn opened(db: &TestDatabase, rows: i64) -> Service<Reading, AsyncSession> {
    let db = db.clone();
    let engine = tokio::task::spawn_blocking(move || {
        let engine = open(&db);
        fill(&engine, rows);
        engine
    });
    Service::new(AsyncSession::new(engine.await.unwrap()))
}

async fn an_async_stream_is_the_same(db: TestDatabase) {
    let service = opened(&db, 2_500).await;
    let expected: Vec<i64> =
        service.list(mixed().order_by(Reading::ID.asc())).await.unwrap().iter().map(|row| row.id).collect();
    let before = service.session().stats().statements;
    let mut stream = service.stream(mixed()).unwrap();
    let mut ids = Vec::new();
    while let Some(row) = stream.next().await {
        ids.push(row.unwrap().id);
        if ids.len() == 1_500 {
            assert_eq!(service.session().stats().statements - before, 2);
            assert_eq!(service.count(all()).await.unwrap(), 2_500);
        }
    }
    assert_eq!(ids, expected);
    assert_eq!(service.session().stats().statements - before, 3 + 1);
    assert!(stream.next().await.is_none());
    assert!(service.stream(LimitOffset::new(10, 10)).is_err());
}

async fn an_error_ends_an_async_stream(db: TestDatabase) {
    let service = opened(&db, 10).await;
    let mut stream = service.stream_in(Reading::ID.asc(), 5).unwrap();
    for id in 1..=5 {
        assert_eq!(stream.next().await.unwrap().unwrap().id, id);
    }
    service.session().close();
    assert_eq!(stream.next().await.unwrap().unwrap_err().kind(), ErrorKind::Config);
    assert!(stream.next().await.is_none());
}
