//! Changes of rows with a version, by many.

use std::sync::atomic::{AtomicUsize, Ordering};

use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{Account, AccountChangeset, AccountService, NewAccount, THREADS, Units, at_once, crowd, open};

database_tests! {
    of_changes_made_of_a_version_none_is_lost,
    of_changes_to_many_rows_made_of_their_versions_none_is_lost,
}

fn plus_one(row: &Account) -> AccountChangeset {
    AccountChangeset { n: Some(row.n + 1), version: Some(row.version) }
}

/// Whether the change is to be made again of what the row is by now.
fn again(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Stale | ErrorKind::Retryable)
}

fn of_changes_made_of_a_version_none_is_lost(db: TestDatabase) {
    const EACH: usize = 40;
    let _alone = crowd();
    let engine = open(&db);
    let units = Units::of(&engine);
    let id =
        units.run(|session| AccountService::new(session.clone()).create(NewAccount { id: None, n: 0 })).id;
    let stale = AtomicUsize::new(0);
    at_once(|_| {
        for _ in 0..EACH {
            let change = |session: &Session| {
                let service = AccountService::new(session.clone());
                let row = service.get(id)?;
                service.update(id, plus_one(&row))
            };
            units.run_or(change, |error| {
                stale.fetch_add(usize::from(error.kind() == ErrorKind::Stale), Ordering::Relaxed);
                again(error)
            });
        }
    });
    units.report("changes of a version");
    let total = i64::try_from(THREADS * EACH).unwrap();
    let row = AccountService::new(engine.session()).get(id).unwrap();
    assert_eq!((row.n, row.version), (total, total + 1));
    assert!(stale.into_inner() > 0, "nobody was in anybody's way");
}

fn of_changes_to_many_rows_made_of_their_versions_none_is_lost(db: TestDatabase) {
    const EACH: usize = 15;
    let _alone = crowd();
    let engine = open(&db);
    let units = Units::of(&engine);
    let rows = units.run(|session| {
        AccountService::new(session.clone()).create_many((0..6).map(|_| NewAccount { id: None, n: 0 }))
    });
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    at_once(|thread| {
        for turn in 0..EACH {
            let change = |session: &Session| {
                let service = AccountService::new(session.clone());
                // Three of the six, in an order of its own.
                let mine: Vec<i64> =
                    (0..3).map(|at| ids[(thread + turn + at * (1 + thread % 2 * 4)) % 6]).collect();
                let rows = mine.iter().map(|&id| service.get(id)).collect::<Result<Vec<_>>>()?;
                service.update_many(rows.iter().map(|row| (row.id, plus_one(row))))
            };
            assert_eq!(units.run_or(change, again).len(), 3);
        }
    });
    units.report("changes of many versions");
    let rows = AccountService::new(engine.session()).list(Account::ID.asc()).unwrap();
    assert_eq!(rows.iter().map(|row| row.n).sum::<i64>(), i64::try_from(THREADS * EACH * 3).unwrap());
    assert!(rows.iter().all(|row| row.version == row.n + 1), "{rows:?}");
}
