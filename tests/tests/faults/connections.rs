//! Connections that are lost: before a statement, at the commit, in the pool, inside a savepoint.

use std::time::Duration;

use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use rocket::serde::json::json;

use crate::common::{AuthorService, new_author, open};
use crate::program::{Answer, Signals, blocking, launch, send, works};
use crate::{PATIENCE, connect, kill_all, names, rows};

database_tests! {
    async a_connection_killed_between_two_statements_keeps_nothing_and_is_a_503: [postgres, mysql],
    async a_connection_killed_before_the_commit_arrives_is_never_a_2xx: [postgres, mysql],
    async a_connection_that_dies_inside_the_commit_is_never_a_2xx: [postgres],
    async connections_that_died_in_the_pool_are_found_before_they_are_used: [postgres, mysql],
    one_dead_connection_makes_the_pool_test_the_others: [postgres, mysql],
    a_connection_lost_inside_a_savepoint_ends_the_whole_unit_of_work: [postgres, mysql],
    async a_handler_that_ignores_a_connection_lost_inside_a_savepoint_gets_no_2xx: [postgres, mysql],
}

async fn a_connection_killed_between_two_statements_keeps_nothing_and_is_a_503(db: TestDatabase) {
    let client = launch(&db, |engine| engine).await;
    let server = db.clone();
    let (answer, ()) = rocket::tokio::join!(
        send(client.post("/authors/two")),
        Signals::of(&client).while_paused(move || kill_all(&server)),
    );
    assert_eq!(answer, Answer::lost_connection());
    assert_eq!(rows(&db), 0);
    works(&client, "next").await;
    assert_eq!(names(&db), ["next"]);
}

async fn a_connection_killed_before_the_commit_arrives_is_never_a_2xx(db: TestDatabase) {
    let client = launch(&db, |engine| engine).await;
    let server = db.clone();
    let request = client.post("/authors").json(&json!({ "name": "lost" }));
    let (answer, ()) = rocket::tokio::join!(
        send(request.header(rocket::http::Header::new("Pause", "1"))),
        Signals::of(&client).while_paused(move || kill_all(&server)),
    );
    assert_eq!(answer, Answer::lost_at_commit());
    assert_eq!(rows(&db), 0);
    works(&client, "next").await;
    assert_eq!(names(&db), ["next"]);
}

async fn a_connection_that_dies_inside_the_commit_is_never_a_2xx(db: TestDatabase) {
    let client = launch(&db, |engine| engine).await;
    db.admin(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$; \
         CREATE CONSTRAINT TRIGGER die AFTER INSERT ON authors DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW WHEN (NEW.name = 'lost') EXECUTE FUNCTION die()",
    );
    let answer = send(client.post("/authors").json(&json!({ "name": "lost" }))).await;
    assert_eq!(answer, Answer::lost_at_commit());
    assert_eq!(rows(&db), 0);
    works(&client, "next").await;
    assert_eq!(names(&db), ["next"]);
}

async fn connections_that_died_in_the_pool_are_found_before_they_are_used(db: TestDatabase) {
    let client = launch(&db, |engine| engine.test_after(Some(Duration::ZERO))).await;
    for round in ["one", "two", "three"] {
        works(&client, round).await;
        let server = db.clone();
        blocking(move || kill_all(&server)).await;
    }
    assert_eq!(send(client.get("/authors")).await.body, 3);
}

fn one_dead_connection_makes_the_pool_test_the_others(db: TestDatabase) {
    // So long that time alone has none of them tested.
    let engine = connect(&db, |config| config.pool_size(4).test_after(Some(PATIENCE * 10)));
    let sessions: Vec<_> = (0..4).map(|_| engine.session()).collect();
    for session in &sessions {
        AuthorService::new(session.clone()).create(new_author("before")).unwrap();
    }
    sessions.iter().for_each(|session| session.commit().unwrap());
    assert_eq!(engine.pool_state().idle, 4);
    kill_all(&db);

    let create = || AuthorService::new(engine.session()).create(new_author("after")).map(drop);
    assert_eq!(create().unwrap_err().kind(), ErrorKind::Connection);
    for _ in 0..4 {
        create().unwrap();
    }
}

fn a_connection_lost_inside_a_savepoint_ends_the_whole_unit_of_work(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("outer")).unwrap();
    let lost = session.transaction(|_| {
        kill_all(&db);
        service.create(new_author("inner"))
    });
    assert_eq!(lost.unwrap_err().kind(), ErrorKind::Connection);

    // Whoever goes on after that error must learn that the outer row is gone.
    assert_eq!(service.create(new_author("later")).unwrap_err().kind(), ErrorKind::Connection);
    assert_eq!(session.commit().unwrap_err().kind(), ErrorKind::Connection);
    assert_eq!(rows(&db), 0);
    service.create(new_author("next")).unwrap();
    session.commit().unwrap();
    assert_eq!(names(&db), ["next"]);
}

async fn a_handler_that_ignores_a_connection_lost_inside_a_savepoint_gets_no_2xx(db: TestDatabase) {
    let client = launch(&db, |engine| engine).await;
    let server = db.clone();
    let (answer, ()) = rocket::tokio::join!(
        send(client.post("/authors/best-effort")),
        Signals::of(&client).while_paused(move || kill_all(&server)),
    );
    let detail =
        "the transaction was rolled back because a statement in it failed: the database cannot be reached";
    assert_eq!(answer, Answer::problem(503, Some("1"), detail));
    assert_eq!(rows(&db), 0);
    works(&client, "next").await;
}
