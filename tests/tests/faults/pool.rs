//! The pool: connections replaced, an engine closed, requests that wait for a connection.

use std::future::Future;
use std::sync::atomic::Ordering;
use std::time::Duration;

use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use rocket::futures::future::join_all;
use rocket::serde::json::json;

use crate::common::{AuthorService, new_author};
use crate::program::{Answer, Signals, launch, send, works};
use crate::{PATIENCE, connect, kill_all, names};

database_tests! {
    a_ping_over_a_dead_connection_has_it_replaced: [postgres, mysql],
    a_closed_engine_lets_the_work_under_way_come_to_its_end,
    a_full_pool_is_a_503_after_a_bounded_wait_and_recovers,
    requests_that_wait_for_a_connection_occupy_no_blocking_thread,
    writers_that_wait_for_each_other_keep_no_reader_waiting: [sqlite],
}

/// Runs a future on a runtime that has one thread for work that blocks.
fn with_one_blocking_thread(work: impl Future<Output = ()>) {
    let mut builder = rocket::tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).max_blocking_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_secs(5));
}

fn a_ping_over_a_dead_connection_has_it_replaced(db: TestDatabase) {
    let engine = connect(&db, |config| config.pool_size(1).test_after(None));
    for _ in 0..2 {
        engine.ping().unwrap();
        kill_all(&db);
        assert_eq!(engine.ping().unwrap_err().kind(), ErrorKind::Connection);
    }
    engine.ping().unwrap();
    kill_all(&db);
    assert_eq!(engine.create_all().unwrap_err().kind(), ErrorKind::Connection);
    engine.create_all().unwrap();
}

fn a_closed_engine_lets_the_work_under_way_come_to_its_end(db: TestDatabase) {
    let engine = connect(&db, |config| config.pool_size(2));
    let (idle, busy) = (engine.session(), engine.session());
    AuthorService::new(busy.clone()).create(new_author("begun before")).unwrap();
    engine.close();

    assert_eq!(engine.ping().unwrap_err().to_string(), "the engine `default` is closed");
    busy.commit().unwrap();
    drop(busy);
    let late = engine.session();
    for (session, name) in [(&idle, "begun after"), (&late, "opened after")] {
        AuthorService::new(session.clone()).create(new_author(name)).unwrap();
        session.commit().unwrap();
    }
    drop(idle);
    // A handle keeps nothing open, wherever it is from.
    let handle = late.engine().clone();
    assert_eq!(handle.pool_state().max, 2);
    drop(late);

    for engine in [engine, handle] {
        let error = AuthorService::new(engine.session()).create(new_author("refused")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed, "{error:?}");
        assert_eq!(engine.create_all().unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!((engine.pool_state().max, engine.pool_state().connections), (0, 0));
        assert!(engine.lease().is_err());
    }
    assert_eq!(names(&db), ["begun after", "begun before", "opened after"]);

    // Somebody who has no session yet but will.
    let engine = connect(&db, |config| config);
    let lease = engine.lease().unwrap();
    engine.close();
    AuthorService::new(engine.session()).count(alchemy_core::filter::all()).unwrap();
    drop(lease);
    let error = AuthorService::new(engine.session()).count(alchemy_core::filter::all()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed, "{error:?}");
}

fn a_full_pool_is_a_503_after_a_bounded_wait_and_recovers(db: TestDatabase) {
    with_one_blocking_thread(async {
        let timeout = Duration::from_millis(200);
        let client =
            launch(&db, move |engine| engine.pool_size(1).acquire_timeout(timeout).busy_timeout(timeout))
                .await;
        let signals = Signals::of(&client);
        let (holder, ()) = rocket::tokio::join!(send(client.post("/authors/two")), async {
            signals.reached.notified().await;
            let full = || Answer::problem(503, Some("1"), "no database connection became free in time");
            assert_eq!(send(client.get("/authors")).await, full());
            let create = client.post("/authors").json(&json!({ "name": "refused" }));
            // SQLite's writers wait for each other before they wait for a connection.
            let refused = if db.backend() == Backend::Sqlite { Answer::busy() } else { full() };
            assert_eq!(send(create).await, refused);
            signals.go.notify_one();
        });
        assert_eq!(holder.status, 201);
        works(&client, "third").await;
    });
    assert_eq!(names(&db), ["first", "second", "third"]);
}

fn requests_that_wait_for_a_connection_occupy_no_blocking_thread(db: TestDatabase) {
    const WAITING: usize = 50;
    with_one_blocking_thread(async {
        let client = launch(&db, |engine| engine.pool_size(1).acquire_timeout(PATIENCE)).await;
        let signals = Signals::of(&client);
        let (holder, waiting) = rocket::tokio::join!(send(client.post("/authors/two")), async {
            signals.reached.notified().await;
            let waiting = join_all((0..WAITING).map(|_| send(client.get("/authors"))));
            let release = async {
                while signals.entered.load(Ordering::SeqCst) < WAITING {
                    rocket::tokio::task::yield_now().await;
                }
                signals.go.notify_one();
            };
            rocket::tokio::join!(waiting, release).0
        });
        // With the only thread taken by one that waits, the holder's second write and commit would come too late.
        assert_eq!(holder.status, 201);
        for answer in waiting {
            assert_eq!((answer.status, answer.body), (200, json!(2)));
        }
    });
}

fn writers_that_wait_for_each_other_keep_no_reader_waiting(db: TestDatabase) {
    // More than there are connections.
    const WAITING: usize = 12;
    with_one_blocking_thread(async {
        let client =
            launch(&db, |engine| engine.pool_size(2).acquire_timeout(PATIENCE).busy_timeout(PATIENCE)).await;
        let signals = Signals::of(&client);
        let (holder, answers) = rocket::tokio::join!(send(client.post("/authors/two")), async {
            signals.reached.notified().await;
            let create = || send(client.post("/authors").json(&json!({ "name": "waits" })));
            let read = async {
                // The holder goes on only after this.
                assert_eq!(send(client.get("/authors")).await.body, 0);
                signals.go.notify_one();
            };
            rocket::tokio::join!(join_all((0..WAITING).map(|_| create())), read).0
        });
        assert_eq!(holder.status, 201);
        for answer in answers {
            assert_eq!(answer.status, 201, "{answer:?}");
        }
    });
    assert_eq!(names(&db).len(), 2 + WAITING);
}
