//! Rows that are locked by reading them.

use std::thread;
use std::time::{Duration, Instant};

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_core::service::Locking;
use alchemy_tests::{Backend, TestDatabase, database_tests};

use crate::{Tally, TallyChangeset, TallyService, crowd, eventually, open, tally};

database_tests! {
    who_locks_a_row_waits_for_the_one_who_has: [postgres, mysql],
    a_locked_row_is_read_as_it_is_and_not_as_the_transaction_saw_it: [mysql],
    a_lock_that_is_not_waited_for_is_retryable_at_once: [postgres, mysql],
    a_lock_that_was_not_to_be_had_leaves_what_was_written_before_its_savepoint: [postgres, mysql],
    a_lock_that_was_not_to_be_had_ends_a_unit_of_work_without_a_savepoint: [postgres, mysql],
    rows_that_others_have_locked_are_skipped: [postgres, mysql],
    a_shared_lock_lets_others_share_and_nobody_write: [postgres, mysql],
    a_lock_ends_with_the_transaction_either_way: [postgres, mysql],
    async a_lock_on_an_async_session_is_the_same: [postgres, mysql],
    a_database_without_row_locks_says_so_before_anything_is_sent: [sqlite],
}

/// Far less than a server waits for a lock.
const AT_ONCE: Duration = Duration::from_secs(10);

/// Three rows, and the service of a session that has done nothing yet.
fn fill(engine: &Engine) -> ([Uuid; 3], TallyService) {
    let service = TallyService::new(engine.session());
    let ids = ["a", "b", "c"].map(|name| service.create(tally(name, 0)).unwrap().id);
    service.session().commit().unwrap();
    (ids, service)
}

fn set(service: &TallyService, id: Uuid, n: i64) -> Result<Tally> {
    service.update(id, TallyChangeset { n: Some(n), ..Default::default() })
}

/// How many transactions of the database wait for a lock.
fn waiting(db: &TestDatabase) -> i64 {
    db.number(match db.backend() {
        Backend::Postgres => {
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        }
        _ => {
            "SELECT count(*) FROM information_schema.innodb_trx AS trx \
             JOIN information_schema.processlist AS process ON process.id = trx.trx_mysql_thread_id \
             WHERE process.db = DATABASE() AND trx.trx_state = 'LOCK WAIT'"
        }
    })
}

/// Every locking read of one row, and of a list.
type Reads = [(&'static str, fn(&Locking<Tally, Session>, Uuid) -> Result<usize>); 4];

const READS: Reads = [
    ("get", |locking, id| locking.get(id).map(|_| 1)),
    ("get_one", |locking, id| locking.get_one(Tally::ID.eq(id)).map(|_| 1)),
    ("get_one_or_none", |locking, id| {
        locking.get_one_or_none(Tally::ID.eq(id)).map(|row| row.iter().count())
    }),
    ("list", |locking, id| locking.list(Tally::ID.eq(id)).map(|rows| rows.len())),
];

fn who_locks_a_row_waits_for_the_one_who_has(db: TestDatabase) {
    let _alone = crowd();
    let engine = open(&db);
    let ([id, ..], first) = fill(&engine);
    for (turn, (what, read)) in (1_i64..).zip(READS) {
        assert_eq!(first.for_update().get(id).unwrap().n, turn - 1, "{what}");
        assert!(first.session().in_transaction());
        let second = TallyService::new(engine.session());
        let waiter = thread::spawn(move || {
            assert_eq!(read(&second.for_update(), id)?, 1);
            let found = second.get(id)?.n;
            second.session().commit().map(|()| found)
        });
        eventually("the wait for the lock", || waiting(&db) == 1);
        assert!(!waiter.is_finished());
        set(&first, id, turn).unwrap();
        first.session().commit().unwrap();
        // It sees what the first has written, and nothing from before.
        assert_eq!(waiter.join().expect("no panic").unwrap(), turn, "{what}");
    }
}

fn a_locked_row_is_read_as_it_is_and_not_as_the_transaction_saw_it(db: TestDatabase) {
    let engine = open(&db);
    let ([id, other, _], service) = fill(&engine);
    set(&service, other, 1).unwrap();
    assert_eq!(service.get(id).unwrap().n, 0);
    let writer = TallyService::new(engine.session());
    set(&writer, id, 7).unwrap();
    writer.session().commit().unwrap();
    // MariaDB's transactions see rows as they were at their first read, but where they lock them.
    assert_eq!(service.get(id).unwrap().n, 0);
    assert_eq!(service.for_update().get(id).unwrap().n, 7);
    assert_eq!(service.for_share().get(id).unwrap().n, 7);
}

fn a_lock_that_is_not_waited_for_is_retryable_at_once(db: TestDatabase) {
    let engine = open(&db);
    let ([id, ..], holder) = fill(&engine);
    holder.for_update().get(id).unwrap();
    let service = TallyService::new(engine.session());
    for (what, read) in READS {
        for locking in [service.for_update().no_wait(), service.for_share().no_wait()] {
            let start = Instant::now();
            let error = read(&locking, id).unwrap_err();
            assert!(start.elapsed() < AT_ONCE, "{what} waited");
            assert_eq!(error.kind(), ErrorKind::Retryable, "{what}: {error:?}");
            assert!(error.is_retryable());
            service.session().rollback().unwrap();
        }
    }
    holder.session().rollback().unwrap();
    for (what, read) in READS {
        assert_eq!(read(&service.for_update().no_wait(), id).unwrap(), 1, "{what}");
    }
}

fn a_lock_that_was_not_to_be_had_leaves_what_was_written_before_its_savepoint(db: TestDatabase) {
    let engine = open(&db);
    let ([id, other, _], holder) = fill(&engine);
    holder.for_update().get(id).unwrap();
    let service = TallyService::new(engine.session());
    set(&service, other, 1).unwrap();
    let refused = service.session().savepoint(|session| {
        let service = TallyService::new(session.clone());
        service.create(tally("inside", 1))?;
        service.for_update().no_wait().get(id)
    });
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Retryable);
    service.create(tally("after", 1)).unwrap();
    service.session().commit().unwrap();
    assert_eq!(db.texts("SELECT name FROM tallies WHERE n = 1 ORDER BY name"), ["after", "b"]);
}

fn a_lock_that_was_not_to_be_had_ends_a_unit_of_work_without_a_savepoint(db: TestDatabase) {
    let engine = open(&db);
    let ([id, other, _], holder) = fill(&engine);
    holder.for_update().get(id).unwrap();
    let service = TallyService::new(engine.session());
    set(&service, other, 1).unwrap();
    assert_eq!(service.for_update().no_wait().get(id).unwrap_err().kind(), ErrorKind::Retryable);
    assert!(matches!(service.session().commit().unwrap_err(), Error::Aborted(_)));
    assert_eq!(db.number("SELECT count(*) FROM tallies WHERE n = 1"), 0);
}

fn rows_that_others_have_locked_are_skipped(db: TestDatabase) {
    let engine = open(&db);
    let ([a, b, c], holder) = fill(&engine);
    holder.for_update().get(b).unwrap();
    let service = TallyService::new(engine.session());
    for locking in [service.for_update().skip_locked(), service.for_share().skip_locked()] {
        let rows = locking.list(Tally::NAME.asc()).unwrap();
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [a, c]);
        assert_eq!(locking.get_one_or_none(Tally::ID.eq(b)).unwrap(), None);
        assert_eq!(locking.get(b).unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(locking.get_one(Tally::ID.eq(b)).unwrap_err().kind(), ErrorKind::NotFound);
        // Not to be had is no error of the transaction.
        service.session().commit().unwrap();
    }
    // So that several can take work from one table, none of it twice.
    let taken = service.for_update().skip_locked().list(LimitOffset::new(1, 0)).unwrap();
    let third = TallyService::new(engine.session());
    let rest = third.for_update().skip_locked().list(LimitOffset::new(5, 0)).unwrap();
    assert_eq!((taken.len(), rest.len()), (1, 1));
    assert_ne!(taken[0].id, rest[0].id);
}

fn a_shared_lock_lets_others_share_and_nobody_write(db: TestDatabase) {
    let _alone = crowd();
    let engine = open(&db);
    let ([id, ..], first) = fill(&engine);
    let second = TallyService::new(engine.session());
    assert_eq!(first.for_share().get(id).unwrap().id, id);
    assert_eq!(second.for_share().no_wait().get(id).unwrap().id, id);
    let refused = TallyService::new(engine.session()).for_update().no_wait().get(id);
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Retryable);
    let writer = TallyService::new(engine.session());
    let waiter = thread::spawn(move || {
        let row = set(&writer, id, 5)?;
        writer.session().commit().map(|()| row.n)
    });
    eventually("the wait for the lock", || waiting(&db) == 1);
    first.session().commit().unwrap();
    assert_eq!(second.get(id).unwrap().n, 0);
    assert!(!waiter.is_finished());
    second.session().commit().unwrap();
    assert_eq!(waiter.join().expect("no panic").unwrap(), 5);
}

fn a_lock_ends_with_the_transaction_either_way(db: TestDatabase) {
    let engine = open(&db);
    let ([id, ..], holder) = fill(&engine);
    let service = TallyService::new(engine.session());
    for end in [Session::commit, Session::rollback] {
        holder.for_update().get(id).unwrap();
        end(holder.session()).unwrap();
        service.for_update().no_wait().get(id).unwrap();
        service.session().rollback().unwrap();
    }
}

async fn a_lock_on_an_async_session_is_the_same(db: TestDatabase) {
    use alchemy_core::session::AsyncSession;

    let ((engine, id, holder), other) = tokio::task::spawn_blocking(move || {
        let engine = open(&db);
        let ([id, other, _], holder) = fill(&engine);
        holder.for_update().get(id).unwrap();
        ((engine, id, holder), other)
    })
    .await
    .unwrap();
    let session = AsyncSession::new(engine);
    let service = alchemy_core::service::Service::<Tally, AsyncSession>::new(session.clone());
    let error = service.for_update().no_wait().get(id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Retryable);
    session.rollback().await.unwrap();
    let rows = service.for_update().skip_locked().list(Tally::NAME.asc()).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(service.for_share().get(other).await.unwrap().id, other);
    session.commit().await.unwrap();
    tokio::task::spawn_blocking(move || drop(holder)).await.unwrap();
}

fn a_database_without_row_locks_says_so_before_anything_is_sent(db: TestDatabase) {
    let engine = open(&db);
    let ([id, ..], _) = fill(&engine);
    let service = TallyService::new(engine.session());
    let lockings = [
        service.for_update(),
        service.for_share(),
        service.for_update().no_wait(),
        service.for_share().skip_locked(),
    ];
    for locking in lockings {
        for (what, read) in READS {
            let error = read(&locking, id).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{what}: {error:?}");
            assert_eq!(
                error.to_string(),
                "SQLite does not support row locks (SELECT … FOR UPDATE)",
                "{what}"
            );
        }
    }
    assert!(!service.session().in_transaction());
    assert_eq!(service.session().stats().round_trips, 0);
    assert_eq!(service.count(all()).unwrap(), 3);
}
