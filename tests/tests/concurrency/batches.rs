//! Changes and deletions of sets of rows that overlap, in different orders.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{TallyChangeset, TallyService, THREADS, Units, at_once, crowd, open, tally};

database_tests! {
    changes_of_the_same_rows_in_other_orders_are_retryable_at_worst,
    deletions_of_the_same_rows_in_other_orders_are_retryable_at_worst,
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
