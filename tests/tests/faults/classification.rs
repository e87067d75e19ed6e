//! The kind that an error has, whatever the way it came.

use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use diesel::connection::SimpleConnection;

use crate::common::{AuthorService, new_author, open};
use crate::{connect, names, run};

database_tests! {
    an_error_after_warnings_is_classified_by_itself: [mysql],
    errors_are_classified_however_a_statement_was_sent,
    writing_in_a_read_only_transaction_is_an_error_of_its_own: [postgres, mysql],
    writing_to_a_read_only_file_is_an_error_of_its_own: [sqlite],
}

fn an_error_after_warnings_is_classified_by_itself(db: TestDatabase) {
    for warnings in [1, 3, 100] {
        let engine = open(&db);
        let session = engine.session();
        let service = AuthorService::new(session.clone());
        service.create_many((0..warnings).map(|_| new_author("no number"))).unwrap();
        session.commit().unwrap();
        let mut holder = db.connect();
        holder.execute("BEGIN; UPDATE authors SET dob = '2000-01-01' ORDER BY id DESC LIMIT 1");

        run(&session, "SET SESSION innodb_lock_wait_timeout = 1").unwrap();
        // Each row warns that its name is cut to become a number, until the locked one comes.
        let error =
            run(&session, "SELECT id FROM authors WHERE name + 0 = 0 ORDER BY id FOR UPDATE").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Retryable, "after {warnings} rows: {error:?}");
        session.rollback().unwrap();
        holder.execute("ROLLBACK; DELETE FROM authors");
    }
}

fn errors_are_classified_however_a_statement_was_sent(db: TestDatabase) {
    let session = open(&db).session();
    db.admin(
        "CREATE TABLE parents (id INTEGER PRIMARY KEY); \
         CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, age INTEGER, \
         CONSTRAINT adult CHECK (age >= 18), CONSTRAINT known FOREIGN KEY (parent) REFERENCES parents (id)); \
         INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1, 1, 18)",
    );
    for (statement, kind) in [
        ("INSERT INTO children VALUES (1, 1, 18)", ErrorKind::Duplicate),
        ("INSERT INTO children VALUES (2, 2, 18)", ErrorKind::ForeignKey),
        ("INSERT INTO children VALUES (2, 1, 17)", ErrorKind::Check),
        ("INSERT INTO children VALUES (2, NULL, 18)", ErrorKind::NotNull),
        ("DELETE FROM parents", ErrorKind::ForeignKey),
        ("SELECT nothing FROM nowhere", ErrorKind::Database),
    ] {
        let prepared = run(&session, statement).unwrap_err();
        session.rollback().unwrap();
        let sent = session.run(|connection| connection.batch_execute(statement)).unwrap_err();
        session.rollback().unwrap();
        assert_eq!((prepared.kind(), sent.kind()), (kind, kind), "{statement}: {prepared:?}, {sent:?}");
    }
}

fn writing_in_a_read_only_transaction_is_an_error_of_its_own(db: TestDatabase) {
    let engine = connect(&db, |config| config.pool_size(1));
    let session = engine.session();
    let transactions = |what: &str| {
        let set = match db.backend() {
            Backend::Postgres => format!("SET SESSION CHARACTERISTICS AS TRANSACTION {what}"),
            _ => format!("SET SESSION TRANSACTION {what}"),
        };
        session.read(|connection| connection.batch_execute(&set)).unwrap();
    };
    transactions("READ ONLY");
    let service = AuthorService::new(session.clone());
    let error = service.create(new_author("refused")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error:?}");
    session.rollback().unwrap();
    assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 0);
    // Not through a prepared statement either.
    let error = session.run(|connection| connection.batch_execute("DELETE FROM authors")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error:?}");
    session.rollback().unwrap();

    transactions("READ WRITE");
    service.create(new_author("next")).unwrap();
    session.commit().unwrap();
    assert_eq!(names(&db), ["next"]);
}

fn writing_to_a_read_only_file_is_an_error_of_its_own(db: TestDatabase) {
    drop(open(&db));
    let engine = Engine::connect(EngineConfig::new(format!("{}?mode=ro", db.url()))).unwrap();
    let service = AuthorService::new(engine.session());
    let error = service.create(new_author("refused")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error:?}");
    assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 0);
}
