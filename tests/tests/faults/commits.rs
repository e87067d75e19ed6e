//! Commits that fail, or would only look like a success.

use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::prelude::*;
use diesel::sql_query;

use crate::common::{AuthorService, new_author, open};
use crate::program::{Answer, launch, send, works};
use crate::{connect, names, rows, run};

database_tests! {
    async a_deferred_foreign_key_that_fails_at_commit_is_a_409: [sqlite, postgres],
    async a_deferred_unique_constraint_that_fails_at_commit_is_a_409: [postgres],
    a_deferred_constraint_that_fails_at_commit_leaves_the_session_usable: [sqlite, postgres],
    a_failed_statement_that_the_users_own_code_hides_is_no_commit: [postgres],
}

const DANGLING: &str = "INSERT INTO links (author) VALUES (1)";

fn with_deferred_foreign_key(db: &TestDatabase) {
    db.admin(
        "CREATE TABLE targets (id INTEGER PRIMARY KEY); \
         CREATE TABLE links (author INTEGER REFERENCES targets (id) DEFERRABLE INITIALLY DEFERRED)",
    );
}

async fn a_deferred_foreign_key_that_fails_at_commit_is_a_409(db: TestDatabase) {
    let client = launch(&db, |engine| engine.pool_size(1)).await;
    with_deferred_foreign_key(&db);
    let answer = send(client.post("/execute").body(DANGLING)).await;
    assert_eq!(
        answer,
        Answer::problem(409, None, "a record that is referred to is missing, or still in use")
    );
    assert_eq!(db.number("SELECT count(*) FROM links"), 0);
    works(&client, "next").await;
}

async fn a_deferred_unique_constraint_that_fails_at_commit_is_a_409(db: TestDatabase) {
    let client = launch(&db, |engine| engine.pool_size(1)).await;
    db.admin("CREATE TABLE places (place INTEGER UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    let answer = send(client.post("/execute").body("INSERT INTO places VALUES (1), (1)")).await;
    assert_eq!(answer, Answer::problem(409, None, "a record with the same key already exists"));
    assert_eq!(db.number("SELECT count(*) FROM places"), 0);
    works(&client, "next").await;
}

fn a_deferred_constraint_that_fails_at_commit_leaves_the_session_usable(db: TestDatabase) {
    let engine = connect(&db, |config| config.pool_size(1));
    with_deferred_foreign_key(&db);
    let session = engine.session();
    AuthorService::new(session.clone()).create(new_author("lost")).unwrap();
    run(&session, DANGLING).unwrap();
    let error = session.commit().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKey, "{error:?}");
    assert!(!session.in_transaction());
    assert_eq!(rows(&db), 0);
    AuthorService::new(session.clone()).create(new_author("next")).unwrap();
    session.commit().unwrap();
    assert_eq!(names(&db), ["next"]);
}

fn a_failed_statement_that_the_users_own_code_hides_is_no_commit(db: TestDatabase) {
    let session = open(&db).session();
    let service = AuthorService::new(session.clone());
    service.create(new_author("lost")).unwrap();
    let hidden =
        session.run(|connection| Ok(sql_query("SELECT 1 FROM nowhere").execute(connection).is_err()));
    assert!(hidden.unwrap());
    // PostgreSQL answers `COMMIT` with a rollback that looks like a success.
    let error = session.commit().unwrap_err();
    assert!(matches!(error, Error::Aborted(_)), "{error:?}");
    assert_eq!(rows(&db), 0);

    // What a savepoint of the user's own took back is no harm.
    service.create(new_author("kept")).unwrap();
    session
        .run(|connection| {
            let nested =
                connection.transaction(|connection| sql_query("SELECT 1 FROM nowhere").execute(connection));
            assert!(nested.is_err());
            Ok(())
        })
        .unwrap();
    session.commit().unwrap();
    assert_eq!(names(&db), ["kept"]);
}
