//! Deadlocks, serialization failures, and locks that somebody else holds.

use std::thread;
use std::time::{Duration, Instant};

use alchemy_core::backend::Dialect;
use alchemy_core::engine::IsolationLevel;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use diesel::prelude::*;
use rocket::serde::json::json;

use crate::common::{AuthorService, authors, new_author, open};
use crate::process::Process;
use crate::program::{Answer, blocking, engine_of, launch, send, works};
use crate::{PATIENCE, connect, names, renamed, run};

database_tests! {
    a_serialization_failure_at_commit_is_retryable: [postgres],
    async of_two_requests_that_deadlock_one_is_a_503_and_the_other_wins: [postgres, mysql],
    a_deadlock_inside_a_savepoint_never_loses_what_was_written_before_it: [postgres, mysql],
    a_deadlock_that_the_users_own_code_hides_is_no_commit: [postgres, mysql],
    a_lock_that_is_not_released_in_time_is_retryable: [postgres, mysql],
    a_file_locked_by_another_process_is_a_503_for_writes_and_still_read: [sqlite],
    a_write_waits_for_the_lock_of_another_process: [sqlite],
}

fn a_serialization_failure_at_commit_is_retryable(db: TestDatabase) {
    let engine = connect(&db, |config| config.isolation_level(IsolationLevel::Serializable));
    let services = [0, 1].map(|_| AuthorService::new(engine.session()));
    // Each writes what the other has seen to be missing.
    for service in &services {
        assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 0);
    }
    for (service, name) in services.iter().zip(["first", "second"]) {
        service.create(new_author(name)).unwrap();
    }
    services[0].session().commit().unwrap();
    let error = services[1].session().commit().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Retryable, "{error:?}");
    assert_eq!(names(&db), ["first"]);
    // It succeeds when it is run again.
    assert_eq!(services[1].count(alchemy_core::filter::all()).unwrap(), 1);
    services[1].create(new_author("second")).unwrap();
    services[1].session().commit().unwrap();
}

async fn of_two_requests_that_deadlock_one_is_a_503_and_the_other_wins(db: TestDatabase) {
    let client = launch(&db, |engine| engine).await;
    let engine = engine_of(&client);
    let [one, two] = blocking(move || {
        let session = engine.session();
        let ids = [0, 1].map(|_| AuthorService::new(session.clone()).create(new_author("old")).unwrap().id);
        session.commit().unwrap();
        ids
    })
    .await;
    let (left, right) = rocket::tokio::join!(
        send(client.put(format!("/authors/{one}/{two}/left"))),
        send(client.put(format!("/authors/{two}/{one}/right"))),
    );
    let (winner, loser) = if left.status == 200 { ("left", right) } else { ("right", left) };
    assert_eq!(loser, Answer::busy());
    assert_eq!(names(&db), [winner, winner]);
    works(&client, "next").await;
}

/// Makes the session the victim of a deadlock: `step` is its statement that closes the circle.
fn deadlock<R>(session: &Session, step: impl FnOnce(Uuid) -> R) -> R {
    let rival = AuthorService::new(session.engine().session());
    let mine = rival.create(new_author("mine")).unwrap().id;
    let others = rival.create(new_author("others")).unwrap().id;
    let many = rival.create_many((0..20).map(|_| new_author("many"))).unwrap();
    rival.session().commit().unwrap();

    // Who has changed least is MariaDB's victim, who has waited for this long PostgreSQL's.
    if session.dialect() == Dialect::Postgres {
        run(rival.session(), "SET LOCAL deadlock_timeout = '10min'").unwrap();
    }
    for id in many.iter().map(|author| author.id).chain([others]) {
        rival.update(id, renamed("rival's")).unwrap();
    }
    AuthorService::new(session.clone()).update(mine, renamed("mine too")).unwrap();
    let waiting = thread::spawn(move || {
        rival.update(mine, renamed("rival's"))?;
        rival.session().rollback()
    });
    let result = step(others);
    waiting.join().expect("no panic").expect("the rival wins");
    result
}

fn a_deadlock_inside_a_savepoint_never_loses_what_was_written_before_it(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("outer")).unwrap();
    let error = session
        .transaction(|session| {
            let service = AuthorService::new(session.clone());
            deadlock(session, |others| service.update(others, renamed("too late")))
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Retryable, "{error:?}");

    let later = service.create(new_author("later"));
    let committed = session.commit();
    let kept = db.number("SELECT count(*) FROM authors WHERE name IN ('outer', 'later')");
    match db.backend() {
        // The savepoint gives up what the deadlock ended.
        Backend::Postgres => {
            later.unwrap();
            committed.unwrap();
            assert_eq!(kept, 2);
        }
        // The whole transaction is gone, savepoints included.
        _ => {
            assert_eq!(later.unwrap_err().kind(), ErrorKind::Retryable);
            assert_eq!(committed.unwrap_err().kind(), ErrorKind::Retryable);
            assert_eq!(kept, 0);
        }
    }
    assert_eq!(db.number("SELECT count(*) FROM authors WHERE name IN ('mine too', 'too late')"), 0);
}

fn a_deadlock_that_the_users_own_code_hides_is_no_commit(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("outer")).unwrap();
    let hidden = deadlock(&session, |others| {
        session.run(|connection| {
            let update = diesel::update(authors::table.find(others)).set(authors::name.eq("too late"));
            Ok(update.execute(connection).is_err())
        })
    });
    assert!(hidden.unwrap(), "there was a deadlock");
    let error = session.commit().unwrap_err();
    assert!(matches!(error, Error::Aborted(_)), "{error:?}");
    assert_eq!(db.number("SELECT count(*) FROM authors WHERE name IN ('outer', 'mine too', 'too late')"), 0);
}

fn a_lock_that_is_not_released_in_time_is_retryable(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = AuthorService::new(session.clone());
    let id = service.create(new_author("old")).unwrap().id;
    session.commit().unwrap();
    let holder = engine.session();
    AuthorService::new(holder.clone()).update(id, renamed("held")).unwrap();

    let soon = match db.backend() {
        Backend::Postgres => "SET LOCAL lock_timeout = '100ms'",
        _ => "SET SESSION innodb_lock_wait_timeout = 1",
    };
    run(&session, soon).unwrap();
    service.create(new_author("before")).unwrap();
    let error = service.update(id, renamed("new")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Retryable, "{error:?}");
    assert!(matches!(session.commit().unwrap_err(), Error::Aborted(_)));
    assert_eq!(names(&db), ["old"]);

    holder.rollback().unwrap();
    service.update(id, renamed("new")).unwrap();
    session.commit().unwrap();
    assert_eq!(names(&db), ["new"]);
}

fn a_file_locked_by_another_process_is_a_503_for_writes_and_still_read(db: TestDatabase) {
    let timeout = Duration::from_millis(300);
    let runtime = rocket::tokio::runtime::Runtime::new().expect("a runtime");
    let client = runtime.block_on(launch(&db, move |config| config.busy_timeout(timeout)));
    let engine = engine_of(&client);
    let service = AuthorService::new(engine.session());
    let mut other = Process::start("lock", db.url());

    let start = Instant::now();
    let error = service.create(new_author("refused")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Retryable, "{error:?}");
    assert!(start.elapsed() >= timeout, "it did not wait");
    runtime.block_on(async {
        let create = client.post("/authors").json(&json!({ "name": "refused" }));
        assert_eq!(send(create).await, Answer::busy());
        assert_eq!(send(client.get("/authors")).await.body, 0);
    });
    assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 0);

    other.go();
    other.succeeds();
    service.create(new_author("ours")).unwrap();
    service.session().commit().unwrap();
    runtime.block_on(works(&client, "ours too"));
    assert_eq!(names(&db), ["ours", "ours too", "theirs"]);
}

fn a_write_waits_for_the_lock_of_another_process(db: TestDatabase) {
    let engine = connect(&db, |config| config.busy_timeout(PATIENCE));
    let mut other = Process::start("lock", db.url());
    let writer = thread::spawn(move || {
        let service = AuthorService::new(engine.session());
        service.create(new_author("ours")).and_then(|_| service.session().commit())
    });
    // So that the write is likely under way; it succeeds in any case.
    thread::sleep(Duration::from_millis(50));
    other.go();
    other.succeeds();
    writer.join().expect("no panic").unwrap();
    assert_eq!(names(&db), ["ours", "theirs"]);
}
