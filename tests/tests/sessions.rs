//! Units of work: what is kept, what is given up, and what an error does to them.

mod common;

use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use common::{Author, AuthorService, new_author, open};
use diesel::prelude::*;

database_tests! {
    commit_keeps_what_was_written,
    rollback_gives_it_up,
    a_dropped_session_rolls_back,
    a_session_can_be_used_again_after_its_end,
    reads_begin_no_transaction,
    others_see_nothing_before_the_commit,
    services_of_one_session_share_its_transaction,
    a_transaction_of_its_own_commits_or_rolls_back,
    a_transaction_inside_a_unit_of_work_is_a_savepoint,
    an_error_inside_a_savepoint_leaves_the_rest_usable,
    a_savepoint_begins_the_unit_of_work_and_leaves_its_end_open,
    a_commit_after_a_failed_statement_never_pretends,
    the_users_own_queries_are_part_of_the_transaction,
    a_full_pool_is_an_error_after_a_bounded_wait,
    the_connection_goes_back_to_the_pool_in_order,
    a_closed_engine_says_so,
    a_transaction_left_by_a_panic_is_rolled_back,
    async a_transaction_whose_future_is_dropped_is_rolled_back,
    an_error_of_reading_leaves_the_transaction_usable,
    a_text_too_long_is_refused_before_a_transaction_is_begun,
    a_transaction_begun_behind_the_sessions_back_is_never_committed_in_silence,
    a_transaction_ended_behind_the_sessions_back_is_an_error,
    a_session_used_inside_its_own_closure_is_an_error,
    a_commit_inside_a_transaction_is_an_error_and_keeps_nothing,
    a_closed_session_refuses_work,
    async transactions_that_end_out_of_order_are_errors_and_keep_nothing,
    async a_unit_of_works_transaction_is_kept_by_its_commit_only,
    async writers_that_wait_for_each_other_leave_the_pool_to_readers: [sqlite],
}

fn count(db: &TestDatabase) -> i64 {
    db.number("SELECT count(*) FROM authors")
}

fn commit_keeps_what_was_written(db: TestDatabase) {
    let session = open(&db).session();
    AuthorService::new(session.clone()).create(new_author("Ann")).unwrap();
    assert!(session.in_transaction());
    session.commit().unwrap();
    assert!(!session.in_transaction());
    assert_eq!(count(&db), 1);
}

fn rollback_gives_it_up(db: TestDatabase) {
    let session = open(&db).session();
    AuthorService::new(session.clone()).create(new_author("Ann")).unwrap();
    session.rollback().unwrap();
    assert_eq!(count(&db), 0);
    session.commit().unwrap();
    assert_eq!(count(&db), 0);
}

fn a_dropped_session_rolls_back(db: TestDatabase) {
    let engine = open(&db);
    AuthorService::new(engine.session()).create(new_author("Ann")).unwrap();
    assert_eq!(count(&db), 0);
    assert_eq!(engine.pool_state().idle, engine.pool_state().connections);
}

fn a_session_can_be_used_again_after_its_end(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("Ann")).unwrap();
    session.commit().unwrap();
    service.create(new_author("Bob")).unwrap();
    session.rollback().unwrap();
    service.create(new_author("Cid")).unwrap();
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT name FROM authors ORDER BY name"), ["Ann", "Cid"]);
}

fn reads_begin_no_transaction(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    assert_eq!(service.list(alchemy_core::filter::all()).unwrap(), []);
    assert!(!session.in_transaction());
    session.read(|connection| common::authors::table.count().get_result::<i64>(connection)).unwrap();
    assert!(!session.in_transaction());
}

fn others_see_nothing_before_the_commit(db: TestDatabase) {
    let engine = open(&db);
    let writer = engine.session();
    let service = AuthorService::new(writer.clone());
    service.create(new_author("Ann")).unwrap();
    assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 1);
    assert_eq!(AuthorService::new(engine.session()).count(alchemy_core::filter::all()).unwrap(), 0);
    writer.commit().unwrap();
    assert_eq!(AuthorService::new(engine.session()).count(alchemy_core::filter::all()).unwrap(), 1);
}

fn services_of_one_session_share_its_transaction(db: TestDatabase) {
    let session = open(&db).session();
    let ann = AuthorService::new(session.clone()).create(new_author("Ann")).unwrap();
    assert_eq!(AuthorService::new(session.clone()).get(ann.id).unwrap(), ann);
    session.rollback().unwrap();
    assert_eq!(count(&db), 0);
}

fn a_transaction_of_its_own_commits_or_rolls_back(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    session.transaction(|_| service.create(new_author("Ann"))).unwrap();
    assert!(!session.in_transaction());
    assert_eq!(count(&db), 1);
    let error = session
        .transaction(|_| {
            service.create(new_author("Bob"))?;
            Err::<(), _>(Error::config("no"))
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(count(&db), 1);
}

fn a_transaction_inside_a_unit_of_work_is_a_savepoint(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("Ann")).unwrap();
    let _ = session.transaction(|session| {
        service.create(new_author("Bob"))?;
        session.transaction(|_| service.create(new_author("Cid")))?;
        Err::<(), _>(Error::config("no"))
    });
    session.transaction(|_| service.create(new_author("Dan"))).unwrap();
    assert!(session.in_transaction());
    assert_eq!(count(&db), 0);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT name FROM authors ORDER BY name"), ["Ann", "Dan"]);
}

fn an_error_inside_a_savepoint_leaves_the_rest_usable(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    let ann = service.create(new_author("Ann")).unwrap();
    let mut again = new_author("Ann again");
    again.id = Some(ann.id);
    let error = session.transaction(|_| service.create(again)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Duplicate);
    service.create(new_author("Bob")).unwrap();
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT name FROM authors ORDER BY name"), ["Ann", "Bob"]);
}

fn a_savepoint_begins_the_unit_of_work_and_leaves_its_end_open(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    session.savepoint(|_| service.create(new_author("Ann"))).unwrap();
    assert!(session.in_transaction());
    assert_eq!(count(&db), 0);
    let failed = session.savepoint(|_| {
        service.create(new_author("Bob"))?;
        Err::<(), _>(Error::config("no"))
    });
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Config);
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT name FROM authors"), ["Ann"]);
}

fn a_commit_after_a_failed_statement_never_pretends(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    let ann = service.create(new_author("Ann")).unwrap();
    let mut again = new_author("Ann again");
    again.id = Some(ann.id);
    assert_eq!(service.create(again).unwrap_err().kind(), ErrorKind::Duplicate);
    match db.backend() {
        // A failed statement ends PostgreSQL's transaction; its `COMMIT` would be a silent rollback.
        Backend::Postgres => {
            assert!(matches!(service.get(ann.id).unwrap_err(), Error::Aborted(_)));
            let error = session.commit().unwrap_err();
            assert!(matches!(error, Error::Aborted(_)), "{error:?}");
            assert_eq!(error.kind(), ErrorKind::Duplicate);
            assert_eq!(count(&db), 0);
        }
        _ => {
            session.commit().unwrap();
            assert_eq!(count(&db), 1);
        }
    }
    // The session is usable again.
    service.create(new_author("Bob")).unwrap();
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM authors WHERE name = 'Bob'"), 1);
}

fn the_users_own_queries_are_part_of_the_transaction(db: TestDatabase) {
    use common::authors;
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("Ann")).unwrap();
    let renamed = session
        .run(|connection| {
            diesel::update(authors::table.filter(authors::name.eq("Ann")))
                .set(authors::name.eq("Anna"))
                .execute(connection)
        })
        .unwrap();
    assert_eq!(renamed, 1);
    let names: Vec<String> =
        session.read(|connection| authors::table.select(authors::name).load(connection)).unwrap();
    assert_eq!(names, ["Anna"]);
    session.rollback().unwrap();
    assert_eq!(count(&db), 0);
}

fn a_full_pool_is_an_error_after_a_bounded_wait(db: TestDatabase) {
    let wait = std::time::Duration::from_millis(200);
    let engine = Engine::connect(EngineConfig::new(db.url()).pool_size(1).acquire_timeout(wait)).unwrap();
    engine.create_all().unwrap();
    let holder = engine.session();
    AuthorService::new(holder.clone()).create(new_author("Ann")).unwrap();
    let error = AuthorService::new(engine.session()).list(alchemy_core::filter::all()).unwrap_err();
    assert!(matches!(error, Error::PoolTimeout), "{error:?}");
    holder.commit().unwrap();
    assert_eq!(AuthorService::new(engine.session()).count(alchemy_core::filter::all()).unwrap(), 1);
}

fn the_connection_goes_back_to_the_pool_in_order(db: TestDatabase) {
    let engine = Engine::connect(EngineConfig::new(db.url()).pool_size(1)).unwrap();
    engine.create_all().unwrap();
    for round in 0..20 {
        let session = engine.session();
        let service = AuthorService::new(session.clone());
        let created = service.create(new_author(&round.to_string())).unwrap();
        match round % 4 {
            0 => session.commit().unwrap(),
            1 => session.rollback().unwrap(),
            2 => {}
            _ => {
                let mut again = new_author("again");
                again.id = Some(created.id);
                assert_eq!(service.create(again).unwrap_err().kind(), ErrorKind::Duplicate);
            }
        }
    }
    assert_eq!(count(&db), 5);
    assert_eq!(engine.pool_state().connections, 1);
}

fn a_closed_engine_says_so(db: TestDatabase) {
    let engine = open(&db);
    engine.close();
    let error = AuthorService::new(engine.session()).count(Author::NAME.eq("x")).unwrap_err();
    assert_eq!(error.to_string(), "the engine `default` is closed");
}

fn a_transaction_left_by_a_panic_is_rolled_back(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("Ann")).unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _: Result<()> = session.transaction(|_| {
            service.create(new_author("Bob"))?;
            panic!("on purpose")
        });
    }));
    assert!(panicked.is_err());
    service.create(new_author("Cid")).unwrap();
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT name FROM authors ORDER BY name"), ["Ann", "Cid"]);
}

async fn a_transaction_whose_future_is_dropped_is_rolled_back(db: TestDatabase) {
    let engine = {
        let db = db.clone();
        rocket::tokio::task::spawn_blocking(move || open(&db)).await.unwrap()
    };
    let session = AsyncSession::new(engine);
    let service = common::AuthorService::<AsyncSession>::new(session.clone());
    service.create(new_author("Ann")).await.unwrap();
    let never = session.transaction(async |_: &AsyncSession| {
        service.create(new_author("Bob")).await?;
        std::future::pending::<Result<()>>().await
    });
    let created = async {
        while session.stats().statements < if db.backend() == Backend::Mysql { 4 } else { 2 } {
            rocket::tokio::task::yield_now().await;
        }
        // It may still be on its way back from the statement; the session waits for its turn either way.
        session.read(|_| Ok(())).await
    };
    rocket::tokio::select! {
        _ = never => unreachable!("it waits for ever"),
        created = created => created.unwrap(),
    }
    service.create(new_author("Cid")).await.unwrap();
    session.commit().await.unwrap();
    let names =
        rocket::tokio::task::spawn_blocking(move || db.texts("SELECT name FROM authors ORDER BY name"));
    assert_eq!(names.await.unwrap(), ["Ann", "Cid"]);
}

fn an_error_of_reading_leaves_the_transaction_usable(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("Ann")).unwrap();
    let error = session
        .run(|connection| {
            // A null where none can be.
            common::authors::table
                .select(common::authors::dob.assume_not_null())
                .first::<NaiveDate>(connection)
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database);
    service.create(new_author("Bob")).unwrap();
    session.commit().unwrap();
    assert_eq!(count(&db), 2);
}

fn a_text_too_long_is_refused_before_a_transaction_is_begun(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    let long = "x".repeat(101);
    for error in [
        service.create(new_author(&long)).unwrap_err(),
        service.create_many([new_author("Ann"), new_author(&long)]).unwrap_err(),
        service
            .update(
                Uuid::new_v4(),
                common::AuthorChangeset { name: Some(long.clone()), ..Default::default() },
            )
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
        assert_eq!(error.to_string(), "`name` must be at most 100 characters long");
    }
    assert!(!session.in_transaction());
    assert_eq!(session.stats().statements, 0);
    // Characters are counted, not bytes.
    service.create(new_author(&"\u{1F600}".repeat(100))).unwrap();
}

fn a_transaction_begun_behind_the_sessions_back_is_never_committed_in_silence(db: TestDatabase) {
    use alchemy_core::backend::AnyConnection;
    use diesel::connection::TransactionManager;
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("Ann")).unwrap();
    let error = session
        .run(|connection| {
            <AnyConnection as TransactionManager<_>>::begin_transaction(connection)?;
            diesel::insert_into(common::authors::table).values(new_author("Bob")).execute(connection)
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(matches!(service.create(new_author("Cid")), Err(Error::Aborted(_))));
    assert!(matches!(session.commit(), Err(Error::Aborted(_))));
    assert_eq!(count(&db), 0);
    service.create(new_author("Dan")).unwrap();
    session.commit().unwrap();
    assert_eq!(count(&db), 1);
    // Where there was no transaction, one that is left open is not handed to the next session either.
    let error = session.read(<AnyConnection as TransactionManager<_>>::begin_transaction).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    service.create(new_author("Eve")).unwrap();
    session.commit().unwrap();
    assert_eq!(count(&db), 2);
}

fn a_transaction_ended_behind_the_sessions_back_is_an_error(db: TestDatabase) {
    use alchemy_core::backend::AnyConnection;
    use diesel::connection::TransactionManager;
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("Ann")).unwrap();
    let error = session.run(<AnyConnection as TransactionManager<_>>::commit_transaction).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(matches!(service.create(new_author("Bob")), Err(Error::Aborted(_))));
    assert!(matches!(session.commit(), Err(Error::Aborted(_))));
    // What was committed is; nothing else is.
    assert_eq!(db.texts("SELECT name FROM authors"), ["Ann"]);
}

fn a_session_used_inside_its_own_closure_is_an_error(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    session
        .run(|_| {
            assert_eq!(service.create(new_author("Ann")).unwrap_err().kind(), ErrorKind::Config);
            assert_eq!(session.commit().unwrap_err().kind(), ErrorKind::Config);
            Ok(())
        })
        .unwrap();
    session.commit().unwrap();
    assert_eq!(count(&db), 0);
}

fn a_commit_inside_a_transaction_is_an_error_and_keeps_nothing(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("Ann")).unwrap();
    let result = session.transaction(|session| {
        service.create(new_author("Bob"))?;
        session.commit()
    });
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Config);
    session.rollback().unwrap();
    assert_eq!(count(&db), 0);
}

fn a_closed_session_refuses_work(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("Ann")).unwrap();
    session.commit().unwrap();
    session.close();
    assert_eq!(service.create(new_author("Bob")).unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(service.list(alchemy_core::filter::all()).unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(count(&db), 1);
}

async fn open_async(db: &TestDatabase) -> Engine {
    let db = db.clone();
    rocket::tokio::task::spawn_blocking(move || open(&db)).await.unwrap()
}

async fn names(db: &TestDatabase) -> Vec<String> {
    let db = db.clone();
    let names =
        rocket::tokio::task::spawn_blocking(move || db.texts("SELECT name FROM authors ORDER BY name"));
    names.await.unwrap()
}

async fn transactions_that_end_out_of_order_are_errors_and_keep_nothing(db: TestDatabase) {
    use rocket::tokio::sync::Notify;
    let session = AsyncSession::new(open_async(&db).await);
    let service = common::AuthorService::<AsyncSession>::new(session.clone());
    let (inner_began, outer_ended) = (Notify::new(), Notify::new());
    let outer = async {
        let result = session
            .transaction(async |_: &AsyncSession| {
                service.create(new_author("Ann")).await?;
                inner_began.notified().await;
                Ok::<_, Error>(())
            })
            .await;
        outer_ended.notify_one();
        result
    };
    let inner = async {
        while !matches!(session.blocking(|session| Ok::<_, Error>(session.in_transaction())).await, Ok(true))
        {
        }
        session
            .transaction(async |_: &AsyncSession| {
                inner_began.notify_one();
                outer_ended.notified().await;
                Ok::<_, Error>(())
            })
            .await
    };
    let (outer, inner) = rocket::tokio::join!(outer, inner);
    assert_eq!(outer.unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(inner.unwrap_err().kind(), ErrorKind::Config);
    session.commit().await.unwrap();
    assert_eq!(names(&db).await, Vec::<String>::new());
}

async fn a_unit_of_works_transaction_is_kept_by_its_commit_only(db: TestDatabase) {
    let engine = open_async(&db).await;
    for commit in [false, true] {
        let session = AsyncSession::unit_of_work(engine.clone());
        let service = common::AuthorService::<AsyncSession>::new(session.clone());
        session.transaction(async |_: &AsyncSession| service.create(new_author("Ann")).await).await.unwrap();
        let failed = session.transaction(async |_: &AsyncSession| {
            service.create(new_author("Bob")).await?;
            Err::<(), _>(Error::config("no"))
        });
        assert_eq!(failed.await.unwrap_err().kind(), ErrorKind::Config);
        assert_eq!(names(&db).await, Vec::<String>::new());
        if commit {
            session.commit().await.unwrap();
        } else {
            session.rollback().await.unwrap();
        }
    }
    assert_eq!(names(&db).await, ["Ann"]);
}

async fn writers_that_wait_for_each_other_leave_the_pool_to_readers(db: TestDatabase) {
    let config =
        EngineConfig::new(db.url()).pool_size(2).acquire_timeout(std::time::Duration::from_millis(500));
    let engine = rocket::tokio::task::spawn_blocking(move || {
        let engine = Engine::connect(config).unwrap();
        engine.create_all().unwrap();
        engine
    });
    let engine = engine.await.unwrap();
    let service = || common::AuthorService::<AsyncSession>::new(AsyncSession::new(engine.clone()));
    let holder = service();
    holder.create(new_author("Ann")).await.unwrap();
    let waiting: Vec<_> = (0..8)
        .map(|n| {
            let service = service();
            rocket::tokio::spawn(async move {
                service.create(new_author(&n.to_string())).await?;
                service.session().commit().await
            })
        })
        .collect();
    for _ in 0..20 {
        // Two of them with a connection each would leave none.
        assert_eq!(service().count(alchemy_core::filter::all()).await.unwrap(), 0);
        rocket::tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    holder.session().commit().await.unwrap();
    for waiter in waiting {
        waiter.await.unwrap().unwrap();
    }
    assert_eq!(names(&db).await.len(), 9);
}
