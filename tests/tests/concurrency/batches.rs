//! Changes and deletions of sets of rows that overlap, in different orders.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use diesel::RunQueryDsl;

use crate::{THREADS, Tally, TallyChangeset, TallyService, Units, at_once, crowd, open, tally};

database_tests! {
    changes_of_the_same_rows_in_other_orders_are_retryable_at_worst,
    deletions_of_the_same_rows_in_other_orders_are_retryable_at_worst,
    // SQLite locks the database as a whole.
    a_batch_waits_for_no_row_but_its_own: [postgres, mysql],
    a_row_that_cannot_be_waited_for_leaves_none_of_the_others: [postgres, mysql],
}

const ROWS: usize = 60;

fn fill(units: &Units<'_>) -> Vec<Uuid> {
    let rows = units.run(|session| {
        TallyService::new(session.clone()).create_many((0..ROWS).map(|row| tally(&format!("row {row}"), -1)))
    });
    rows.into_iter().map(|row| row.id).collect()
}

/// Half of the rows, which half and in which order depending on the thread.
fn half(ids: &[Uuid], thread: usize) -> Vec<Uuid> {
    let mut half: Vec<Uuid> = ids.iter().copied().cycle().skip(thread * 7).take(ROWS / 2).collect();
    if thread % 2 == 1 {
        half.reverse();
    }
    half
}

fn changes_of_the_same_rows_in_other_orders_are_retryable_at_worst(db: TestDatabase) {
    const EACH: usize = 12;
    let _alone = crowd();
    let engine = open(&db);
    let units = Units::of(&engine);
    let ids = fill(&units);
    at_once(|thread| {
        let n = i64::try_from(thread).unwrap();
        for _ in 0..EACH {
            let changed = units.run(|session| {
                let service = TallyService::new(session.clone());
                // By two statements, so that each holds locks which the other wants.
                let half = half(&ids, thread);
                let (first, second) = half.split_at(ROWS / 4);
                let change = |id: &Uuid| (*id, TallyChangeset { n: Some(n), ..Default::default() });
                let mut changed = service.update_many(first.iter().map(change))?;
                changed.extend(service.update_many(second.iter().map(change))?);
                Ok(changed)
            });
            assert_eq!(changed.iter().map(|row| row.id).collect::<Vec<_>>(), half(&ids, thread));
            assert!(changed.iter().all(|row| row.n == n));
        }
    });
    units.report("changes in other orders");
    let rows = TallyService::new(engine.session()).list(all()).unwrap();
    assert_eq!(rows.len(), ROWS);
    for row in rows {
        let place = ids.iter().position(|&id| id == row.id).expect("a row of these");
        let writers = (0..THREADS).filter(|&thread| half(&ids, thread).contains(&ids[place]));
        assert!(writers.map(|thread| i64::try_from(thread).unwrap()).any(|n| n == row.n), "{row:?}");
    }
}

fn deletions_of_the_same_rows_in_other_orders_are_retryable_at_worst(db: TestDatabase) {
    let _alone = crowd();
    let engine = open(&db);
    let units = Units::of(&engine);
    for _ in 0..6 {
        let ids = fill(&units);
        let deleted = at_once(|thread| {
            units.run(|session| {
                let service = TallyService::new(session.clone());
                let half = half(&ids, thread);
                let (first, second) = half.split_at(ROWS / 4);
                let mut deleted = service.delete_many(first.to_vec())?;
                deleted.extend(service.delete_many(second.to_vec())?);
                Ok(deleted)
            })
        });
        // Each row was deleted by one of those who wanted it, and returned to nobody else.
        let mut deleted: Vec<Uuid> = deleted.into_iter().flatten().map(|row| row.id).collect();
        deleted.sort_unstable();
        let mut expected = ids;
        expected.sort_unstable();
        assert_eq!(deleted, expected);
        assert_eq!(TallyService::new(engine.session()).count(all()).unwrap(), 0);
    }
    units.report("deletions in other orders");
}

fn a_batch_waits_for_no_row_but_its_own(db: TestDatabase) {
    let engine = open(&db);
    let service = TallyService::new(engine.session());
    let session = service.session();
    let rows: Vec<Tally> =
        (0..20).map(|row| service.create(tally(&format!("row {row}"), 0)).unwrap()).collect();
    session.commit().unwrap();
    // A row of a transaction that has not ended, in a table that is small enough to be read as a whole.
    let holder = TallyService::new(engine.session());
    holder.create(tally("held", 0)).unwrap();
    soon(db.backend(), session);

    let news = (0..20).map(|row| tally(&format!("new {row}"), 0));
    let change = |row: &Tally| (row.id, TallyChangeset { n: Some(1), ..Default::default() });
    let ids = rows.iter().map(|row| row.id);
    let outcomes = [
        ("create_many", session.savepoint(|_| service.create_many(news).map(drop))),
        ("update_many", session.savepoint(|_| service.update_many(rows.iter().map(change)).map(drop))),
        ("upsert_many", session.savepoint(|_| service.upsert_many(rows.clone()).map(drop))),
        ("delete_many", session.savepoint(|_| service.delete_many(ids).map(drop))),
    ];
    let waited: Vec<_> = outcomes.into_iter().filter(|(_, outcome)| outcome.is_err()).collect();
    assert!(waited.is_empty(), "{waited:?}");
    session.commit().unwrap();
    holder.session().commit().unwrap();
    assert_eq!(holder.count(all()).unwrap(), 21);
}

fn a_row_that_cannot_be_waited_for_leaves_none_of_the_others(db: TestDatabase) {
    let engine = open(&db);
    let service = TallyService::new(engine.session());
    let session = service.session();
    service.create(tally("there", 0)).unwrap();
    session.commit().unwrap();
    let holder = TallyService::new(engine.session());
    holder.create(tally("held", 0)).unwrap();
    soon(db.backend(), session);

    let batch = ["new", "there", "held", "other"].map(|name| tally(name, 1));
    // Together they fail for the second, and one by one for the third.
    service.create(tally("before", 0)).unwrap();
    assert_eq!(service.create_each(batch).unwrap_err().kind(), ErrorKind::Retryable);
    session.commit().unwrap();
    holder.session().commit().unwrap();
    let names = holder.list(Tally::NAME.asc()).unwrap().into_iter().map(|row| row.name);
    assert_eq!(names.collect::<Vec<_>>(), ["before", "held", "there"]);
}

/// Has a session's transaction wait for a lock no longer than a second.
fn soon(backend: Backend, session: &Session) {
    let soon = match backend {
        Backend::Postgres => "SET LOCAL lock_timeout = '1s'",
        _ => "SET SESSION innodb_lock_wait_timeout = 1",
    };
    session.run(|connection| diesel::sql_query(soon).execute(connection)).unwrap();
}
