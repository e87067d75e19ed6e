//! Upserts of the same rows by many.

use std::collections::BTreeMap;

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{THREADS, Tally, TallyService, Units, at_once, crowd, open, tally};

database_tests! {
    upserts_by_many_leave_one_row_for_each_key_with_a_value_of_somebodys_last,
    upserts_of_many_rows_by_many_leave_one_row_for_each_key,
    of_changes_to_what_was_read_under_a_lock_none_is_lost,
}

const KEYS: usize = 20;

fn name(key: usize) -> String {
    format!("key {key}")
}

fn upserts_by_many_leave_one_row_for_each_key_with_a_value_of_somebodys_last(db: TestDatabase) {
    const EACH: usize = 500;
    let _alone = crowd();
    let engine = open(&db);
    let units = Units::of(&engine);
    let value = |thread: usize, turn: usize| i64::try_from(thread * EACH + turn).expect("a small number");
    // Each goes through the keys in another order.
    let key = |thread: usize, turn: usize| (turn * [1, 3, 7, 9, 11, 13, 17, 19][thread] + thread) % KEYS;
    at_once(|thread| {
        for turn in 0..EACH {
            let (name, n) = (name(key(thread, turn)), value(thread, turn));
            let saved = units.run(|session| TallyService::new(session.clone()).upsert(tally(&name, n)));
            assert_eq!((saved.name, saved.n), (name, n));
        }
    });
    units.report("upserts");

    let mut last = BTreeMap::<String, Vec<i64>>::new();
    for thread in 0..THREADS {
        for wanted in 0..KEYS {
            let turn = (0..EACH).rev().find(|&turn| key(thread, turn) == wanted).expect("each has each key");
            last.entry(name(wanted)).or_default().push(value(thread, turn));
        }
    }
    let rows = TallyService::new(engine.session()).list(all()).unwrap();
    assert_eq!(rows.len(), KEYS);
    for row in rows {
        assert!(last.get(&row.name).is_some_and(|values| values.contains(&row.n)), "{row:?}");
    }
}

fn upserts_of_many_rows_by_many_leave_one_row_for_each_key(db: TestDatabase) {
    const EACH: usize = 25;
    let _alone = crowd();
    let engine = open(&db);
    let units = Units::of(&engine);
    at_once(|thread| {
        for turn in 0..EACH {
            let rows = |session: &Session| {
                let keys = (0..10).map(|at| (thread + turn + at * (thread * 2 + 1)) % KEYS);
                TallyService::new(session.clone()).upsert_many(keys.map(|key| tally(&name(key), 1)))
            };
            assert_eq!(units.run(rows).len(), 10);
        }
    });
    units.report("upserts of many");
    let rows = TallyService::new(engine.session()).list(Tally::NAME.asc()).unwrap();
    let mut names: Vec<_> = (0..KEYS).map(name).collect();
    names.sort();
    assert_eq!(rows.into_iter().map(|row| row.name).collect::<Vec<_>>(), names);
}

fn of_changes_to_what_was_read_under_a_lock_none_is_lost(db: TestDatabase) {
    const EACH: usize = 60;
    let _alone = crowd();
    let engine = open(&db);
    let units = Units::of(&engine);
    at_once(|thread| {
        for turn in 0..EACH {
            let name = name((thread + turn) % 4);
            units.run(|session| {
                let service = TallyService::new(session.clone());
                // Begins the transaction; on SQLite it locks the database.
                let key = service.as_unique(tally(&name, 0))?.id;
                let found = match session.dialect() {
                    alchemy_core::backend::Dialect::Sqlite => service.get(key)?,
                    _ => service.for_update().get(key)?,
                };
                service.upsert(tally(&name, found.n + 1))
            });
        }
    });
    units.report("changes under a lock");
    let rows = TallyService::new(engine.session()).list(all()).unwrap();
    assert_eq!(rows.len(), 4);
    assert_eq!(rows.iter().map(|row| row.n).sum::<i64>(), i64::try_from(THREADS * EACH).unwrap());
}
