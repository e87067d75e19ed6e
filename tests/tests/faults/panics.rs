//! Handlers and queries that panic.

use alchemy_tests::{TestDatabase, database_tests};

use crate::program::{Answer, engine_of, launch, send, works};
use crate::{eventually, names, rows};

database_tests! {
    async a_handler_that_panics_after_a_write_is_rolled_back,
    async a_panic_among_the_users_own_queries_is_rolled_back,
}

async fn panics_are_rolled_back(db: &TestDatabase, address: &'static str) {
    let client = launch(db, |engine| engine.pool_size(1)).await;
    for _ in 0..3 {
        assert_eq!(send(client.post(address)).await, Answer::problem(500, None, ""));
        assert_eq!(rows(db), 0);
    }
    works(&client, "next").await;
    assert_eq!(names(db), ["next"]);
    let engine = engine_of(&client);
    eventually("the connection's return", || {
        let state = engine.pool_state();
        (state.connections, state.idle) == (1, 1)
    });
}

async fn a_handler_that_panics_after_a_write_is_rolled_back(db: TestDatabase) {
    panics_are_rolled_back(&db, "/authors/panic").await;
}

async fn a_panic_among_the_users_own_queries_is_rolled_back(db: TestDatabase) {
    panics_are_rolled_back(&db, "/authors/panic-in-a-query").await;
}
