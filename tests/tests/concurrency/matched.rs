//! One row for each value, whoever asks for it first.

use std::collections::{BTreeMap, BTreeSet};

use alchemy_core::filter::all;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{THREADS, TallyService, Units, at_once, crowd, open, tally};

database_tests! {
    as_unique_gives_all_who_ask_the_same_row,
    get_or_upsert_says_of_one_call_for_each_key_that_it_created_the_row,
}

fn as_unique_gives_all_who_ask_the_same_row(db: TestDatabase) {
    const VALUES: usize = 60;
    let _alone = crowd();
    let engine = open(&db);
    let units = Units::of(&engine);
    let found = at_once(|thread| {
        (0..VALUES)
            .map(|turn| {
                // Half of them ask in the opposite order.
                let value = if thread % 2 == 0 { turn } else { VALUES - 1 - turn };
                let name = format!("value {value}");
                let row = units.run(|session| {
                    TallyService::new(session.clone()).as_unique(tally(&name, i64::try_from(thread).unwrap()))
                });
                (row.name, row.id)
            })
            .collect::<Vec<_>>()
    });
    units.report("as_unique");
    let mut ids = BTreeMap::<String, BTreeSet<_>>::new();
    for (name, id) in found.into_iter().flatten() {
        ids.entry(name).or_default().insert(id);
    }
    let rows = TallyService::new(engine.session()).list(all()).unwrap();
    let expected = rows.into_iter().map(|row| (row.name, BTreeSet::from([row.id]))).collect();
    assert_eq!(ids, expected);
    assert_eq!(ids.len(), VALUES);
}

fn get_or_upsert_says_of_one_call_for_each_key_that_it_created_the_row(db: TestDatabase) {
    const KEYS: usize = 40;
    let _alone = crowd();
    let engine = open(&db);
    let units = Units::of(&engine);
    let created = at_once(|thread| {
        let mut created = Vec::new();
        for key in 0..KEYS {
            let (name, n) = (format!("key {key}"), i64::try_from(thread).unwrap());
            let (row, is_new) =
                units.run(|session| TallyService::new(session.clone()).get_or_upsert(tally(&name, n)));
            assert_eq!((&row.name, row.n), (&name, n));
            if is_new {
                created.push(key);
            }
        }
        created
    });
    units.report("get_or_upsert");
    let mut created: Vec<usize> = created.into_iter().flatten().collect();
    created.sort_unstable();
    assert_eq!(created, (0..KEYS).collect::<Vec<_>>());
    let rows = TallyService::new(engine.session()).list(all()).unwrap();
    assert_eq!(rows.len(), KEYS);
    assert!(rows.iter().all(|row| (0..i64::try_from(THREADS).unwrap()).contains(&row.n)));
}
