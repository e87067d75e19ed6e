//! What a request leaves behind: by its answer and the commit mode, by its own doing, and when a commit fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use alchemy_core::filter::all;
use alchemy_core::session::AsyncSession;
use alchemy_rocket::core::engine::Engines;
use alchemy_rocket::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use diesel::RunQueryDsl;
use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use rocket::fairing::AdHoc;
use rocket::local::asynchronous;
use rocket::local::blocking::Client;
use rocket::tokio::spawn;
use rocket::tokio::sync::{Mutex, Notify};
use rocket::tokio::task::{JoinHandle, spawn_blocking};

use crate::app::{
    AuthorService, NewAuthor, NewNote, NewReply, Note, NoteService, Reply, ReplyService, assert_problem,
    body, config, launch, new_author, silent, text,
};

database_tests! {
    the_mode_and_the_answer_decide_what_is_kept,
    an_answer_of_a_catcher_keeps_nothing,
    a_handler_commits_and_rolls_back_in_every_mode,
    a_transaction_inside_a_request_is_a_savepoint,
    a_transaction_before_any_write_is_a_savepoint_too,
    async work_after_the_response_is_refused,
    a_failure_inside_a_savepoint_leaves_the_rest,
    a_failure_that_a_handler_hides_never_pretends,
    a_commit_that_fails_is_what_the_client_gets: [sqlite, postgres],
    two_databases_are_kept_or_given_up_together,
    each_database_has_a_mode_of_its_own,
    a_second_commit_that_fails_leaves_the_first,
    a_first_commit_that_fails_gives_up_the_second,
}

const MODES: [CommitMode; 3] =
    [CommitMode::Manual, CommitMode::Autocommit, CommitMode::AutocommitIncludeRedirect];

fn authors(db: &TestDatabase) -> i64 {
    db.number("SELECT count(*) FROM authors")
}

fn names(db: &TestDatabase) -> Vec<String> {
    db.texts("SELECT name FROM authors ORDER BY name")
}

/// No connection is out, and all are fit for use.
#[track_caller]
fn assert_all_returned(client: &Client) {
    for engine in client.rocket().state::<Engines>().expect("engines").iter() {
        let state = engine.pool_state();
        assert_eq!(state.idle, state.connections, "{state:?}");
        engine.ping().expect("a connection that works");
    }
}

/// Writes or reads, and answers as it is told.
#[post("/outcomes/<outcome>?<write>")]
async fn outcome(outcome: &str, write: bool, authors: AuthorService) -> Result<(Status, &'static str)> {
    if write {
        authors.create(new_author("Ann")).await?;
    } else {
        authors.count(all()).await?;
    }
    match outcome.parse() {
        Ok(204) => Ok((Status::NoContent, "")),
        Ok(status) => Ok((Status::new(status), "as told")),
        Err(_) => panic!("as told"),
    }
}

fn the_mode_and_the_answer_decide_what_is_kept(db: TestDatabase) {
    // What the handler does, and whether its write is kept in each of the modes.
    let matrix = [
        ("200", [false, true, true]),
        ("201", [false, true, true]),
        ("204", [false, true, true]),
        ("302", [false, false, true]),
        ("400", [false, false, false]),
        ("404", [false, false, false]),
        ("422", [false, false, false]),
        ("500", [false, false, false]),
        ("panic", [false, false, false]),
    ];
    for (index, mode) in MODES.into_iter().enumerate() {
        let alchemy = Alchemy::new(config(&db).commit_mode(mode));
        let client = launch(silent().mount("/", routes![outcome]).attach(alchemy));
        for (outcome, kept) in matrix {
            for write in [true, false] {
                let case = format!("{mode:?}, {outcome}, write: {write}");
                let before = authors(&db);
                let response = client.post(format!("/outcomes/{outcome}?write={write}")).dispatch();
                match outcome.parse::<u16>() {
                    Ok(status) => {
                        assert_eq!(response.status().code, status, "{case}");
                        let body = if status == 204 { "" } else { "as told" };
                        assert_eq!(response.into_string().unwrap_or_default(), body, "{case}");
                    }
                    Err(_) => assert_problem(response, 500, None, None),
                }
                let kept = i64::from(write && kept[index]);
                assert_eq!(authors(&db) - before, kept, "{case}");
            }
        }
        assert_all_returned(&client);
    }
}

/// Rocket hands a status of this kind to the catchers.
#[post("/caught/<status>")]
async fn caught(status: u16, authors: AuthorService) -> Result<Status> {
    authors.create(new_author("Ann")).await?;
    Ok(Status::new(status))
}

#[post("/failed/<status>")]
async fn failed(status: u16, authors: AuthorService) -> Result<()> {
    authors.create(new_author("Ann")).await?;
    Err(Problem::new(Status::new(status)).detail("as told"))?
}

fn an_answer_of_a_catcher_keeps_nothing(db: TestDatabase) {
    for mode in MODES {
        let alchemy = Alchemy::new(config(&db).commit_mode(mode));
        let client = launch(silent().mount("/", routes![caught, failed]).attach(alchemy));
        for status in [400, 409, 500, 503] {
            assert_problem(client.post(format!("/caught/{status}")).dispatch(), status, None, None);
            assert_problem(client.post(format!("/failed/{status}")).dispatch(), status, "as told", None);
        }
        assert_eq!(authors(&db), 0, "{mode:?}");
        assert_all_returned(&client);
    }
}

#[post("/halves/<end>/<status>")]
async fn halves(end: &str, status: u16, authors: AuthorService, session: Session) -> Result<(Status, ())> {
    authors.create(new_author("first")).await?;
    match end {
        "commit" => session.commit().await?,
        _ => session.rollback().await?,
    }
    authors.create(new_author("second")).await?;
    Ok((Status::new(status), ()))
}

fn a_handler_commits_and_rolls_back_in_every_mode(db: TestDatabase) {
    for mode in MODES {
        let alchemy = Alchemy::new(config(&db).commit_mode(mode));
        let client = launch(silent().mount("/", routes![halves]).attach(alchemy));
        for status in [200, 302, 404] {
            for end in ["commit", "rollback"] {
                let case = format!("{mode:?}, {end}, {status}");
                let response = client.post(format!("/halves/{end}/{status}")).dispatch();
                assert_eq!(response.status().code, status, "{case}");
                let mut expected = Vec::new();
                if end == "commit" {
                    expected.push("first");
                }
                if mode.commits(Status::new(status)) {
                    expected.push("second");
                }
                assert_eq!(names(&db), expected, "{case}");
                db.admin("DELETE FROM authors");
            }
        }
        assert_all_returned(&client);
    }
}

#[post("/nested/<status>")]
async fn nested(status: u16, authors: AuthorService, session: Session) -> Result<(Status, ())> {
    authors.create(new_author("outer")).await?;
    let given_up: Result<()> = session
        .transaction(async |session| {
            authors.create(new_author("given up")).await?;
            session.transaction(async |_| authors.create(new_author("given up too")).await).await?;
            Err(Status::Conflict.into())
        })
        .await;
    assert_eq!(given_up.expect_err("what the closure returned").status(), Status::Conflict);
    session.transaction(async |_| authors.create(new_author("inner")).await).await?;
    Ok((Status::new(status), ()))
}

fn a_transaction_inside_a_request_is_a_savepoint(db: TestDatabase) {
    for mode in MODES {
        let alchemy = Alchemy::new(config(&db).commit_mode(mode));
        let client = launch(silent().mount("/", routes![nested]).attach(alchemy));
        for status in [201, 302, 422] {
            assert_eq!(client.post(format!("/nested/{status}")).dispatch().status().code, status);
            let kept = mode.commits(Status::new(status));
            let expected: &[&str] = if kept { &["inner", "outer"] } else { &[] };
            assert_eq!(names(&db), expected, "{mode:?}, {status}");
            db.admin("DELETE FROM authors");
        }
        assert_all_returned(&client);
    }
}

#[post("/own/<status>")]
async fn own(status: u16, authors: AuthorService, session: Session) -> Result<(Status, ())> {
    session.transaction(async |_| authors.create(new_author("own")).await).await?;
    let given_up: Result<()> = session
        .transaction(async |_| {
            authors.create(new_author("given up")).await?;
            Err(Status::Conflict.into())
        })
        .await;
    assert!(given_up.is_err());
    authors.create(new_author("after")).await?;
    Ok((Status::new(status), ()))
}

fn a_transaction_before_any_write_is_a_savepoint_too(db: TestDatabase) {
    for mode in MODES {
        let alchemy = Alchemy::new(config(&db).commit_mode(mode));
        let client = launch(silent().mount("/", routes![own]).attach(alchemy));
        for status in [200, 302, 422, 500] {
            assert_eq!(client.post(format!("/own/{status}")).dispatch().status().code, status);
            let kept = mode.commits(Status::new(status));
            let expected: &[&str] = if kept { &["after", "own"] } else { &[] };
            assert_eq!(names(&db), expected, "{mode:?}, {status}");
            db.admin("DELETE FROM authors");
        }
        assert_all_returned(&client);
    }
}

/// A task that outlives its request.
#[derive(Default)]
struct Later {
    answered: Arc<Notify>,
    task: Mutex<Option<JoinHandle<[alchemy_core::ErrorKind; 3]>>>,
}

/// Leaves a task behind that uses the service once the answer is there. The handler may write before.
#[post("/later/<status>?<write>")]
async fn later(status: u16, write: bool, authors: AuthorService, later: &State<Later>) -> Result<Status> {
    if write {
        authors.create(new_author("before")).await?;
    }
    let answered = Arc::clone(&later.answered);
    let task = spawn(async move {
        answered.notified().await;
        let session = authors.session();
        let created = authors.create(new_author("after")).await.map(drop);
        let counted = authors.count(all()).await.map(drop);
        let in_transaction = session.transaction(async |_| authors.create(new_author("after")).await).await;
        [created, counted, in_transaction.map(drop)]
            .map(|result| result.expect_err("the request has ended").kind())
    });
    *later.task.lock().await = Some(task);
    Ok(Status::new(status))
}

async fn work_after_the_response_is_refused(db: TestDatabase) {
    let rocket = silent().mount("/", routes![later]).manage(Later::default());
    let rocket = rocket.attach(Alchemy::new(config(&db)));
    let client = asynchronous::Client::untracked(rocket).await.expect("a program that launches");
    let left = client.rocket().state::<Later>().expect("the task's place");
    for (uri, status, kept) in [
        ("/later/204?write=true", 204, &["before"][..]),
        ("/later/204?write=false", 204, &[]),
        ("/later/409?write=true", 409, &[]),
        ("/later/409?write=false", 409, &[]),
    ] {
        assert_eq!(client.post(uri).dispatch().await.status().code, status, "{uri}");
        left.answered.notify_one();
        let task = left.task.lock().await.take().expect("a task");
        let refused = task.await.expect("a task that ends");
        assert_eq!(refused, [alchemy_core::ErrorKind::Config; 3], "{uri}");
        let names = in_thread(&db, names).await;
        assert_eq!(names, kept, "{uri}");
        in_thread(&db, |db| db.admin("DELETE FROM authors")).await;
    }
    let state = client.rocket().state::<Engines>().and_then(|engines| engines.iter().next());
    let state = state.expect("an engine").pool_state();
    assert_eq!(state.idle, state.connections, "{state:?}");
}

/// Asks the database where it may block.
async fn in_thread<R: Send + 'static>(
    db: &TestDatabase,
    ask: impl FnOnce(&TestDatabase) -> R + Send + 'static,
) -> R {
    let db = db.clone();
    spawn_blocking(move || ask(&db)).await.expect("an answer")
}

#[post("/rescued")]
async fn rescued(authors: AuthorService, session: Session) -> Result<Status> {
    let ann = authors.create(new_author("Ann")).await?;
    let again = NewAuthor { id: Some(ann.id), ..new_author("Ann again") };
    let refused = session.transaction(async |_| authors.create(again).await).await;
    assert_eq!(refused.expect_err("a key twice").kind(), alchemy_core::ErrorKind::Duplicate);
    authors.create(new_author("Bob")).await?;
    Ok(Status::Created)
}

fn a_failure_inside_a_savepoint_leaves_the_rest(db: TestDatabase) {
    let client = launch(silent().mount("/", routes![rescued]).attach(Alchemy::new(config(&db))));
    assert_eq!(client.post("/rescued").dispatch().status(), Status::Created);
    assert_eq!(names(&db), ["Ann", "Bob"]);
}

#[post("/hidden")]
async fn hidden(authors: AuthorService) -> Result<Status> {
    let ann = authors.create(new_author("Ann")).await?;
    let again = NewAuthor { id: Some(ann.id), ..new_author("Ann again") };
    authors.create(again).await.expect_err("a key twice");
    Ok(Status::Created)
}

fn a_failure_that_a_handler_hides_never_pretends(db: TestDatabase) {
    let client = launch(silent().mount("/", routes![hidden]).attach(Alchemy::new(config(&db))));
    let response = client.post("/hidden").dispatch();
    if db.backend() == Backend::Postgres {
        // The failed statement has ended the transaction, so that there is nothing to be committed.
        let detail = "the transaction was rolled back because a statement in it failed: a record of Author with \
                      the same `id` already exists";
        assert_problem(response, 409, detail, "id");
        assert_eq!(authors(&db), 0);
    } else {
        assert_eq!(response.status(), Status::Created);
        assert_eq!(names(&db), ["Ann"]);
    }
    assert_all_returned(&client);
}

const MISSING_REFERENCE: &str = "a record that is referred to is missing, or still in use";

#[post("/replies/<note>")]
async fn reply(note: Uuid, replies: ReplyService) -> Result<Created<Json<Reply>>> {
    let reply = replies.create(NewReply { id: None, note_id: note }).await?;
    Ok(Created::new(format!("/replies/{}", reply.id)).body(Json(reply)))
}

fn a_commit_that_fails_is_what_the_client_gets(db: TestDatabase) {
    let answered = Arc::new(AtomicU16::new(0));
    let seen = Arc::clone(&answered);
    let before = AdHoc::on_response("Before the commit", move |_, response| {
        seen.store(response.status().code, Ordering::SeqCst);
        response.set_raw_header("X-Frame-Options", "DENY");
        Box::pin(async {})
    });
    let rocket = silent().mount("/", routes![reply]).attach(before).attach(Alchemy::new(config(&db)));
    let client = launch(rocket);

    let response = client.post(format!("/replies/{}", Uuid::nil())).dispatch();
    assert_eq!(answered.load(Ordering::SeqCst), 201);
    assert_eq!(response.headers().get_one("Location"), None);
    assert_eq!(response.headers().get_one("X-Frame-Options"), Some("DENY"));
    assert_problem(response, 409, MISSING_REFERENCE, None);
    assert_eq!(db.number("SELECT count(*) FROM replies"), 0);
    assert_all_returned(&client);

    // The same connection serves the next request.
    let note = "00000000-0000-4000-8000-000000000001";
    let stored = if db.backend() == Backend::Sqlite {
        format!("X'{}'", note.replace('-', ""))
    } else {
        format!("'{note}'")
    };
    db.admin(&format!("INSERT INTO notes (id, text) VALUES ({stored}, 'there')"));
    let response = client.post(format!("/replies/{note}")).dispatch();
    assert_eq!(response.status(), Status::Created);
    assert_eq!(text(&body(response), "note_id"), note);
    assert_eq!(db.number("SELECT count(*) FROM replies"), 1);
}

/// The database of the bind key `second`.
struct Second(TestDatabase);

/// Writes to both databases; makes the commit of the second one fail if it is told to.
#[post("/both/<status>?<broken>")]
async fn both(
    status: u16,
    broken: bool,
    notes: NoteService,
    replies: ReplyService,
    authors: AuthorService,
    second: &State<Second>,
) -> Result<(Status, ())> {
    // The order of use is not that of the commits.
    notes.create(NewNote { id: None, text: "n".to_owned() }).await?;
    authors.create(new_author("Ann")).await?;
    if broken && second.0.backend() == Backend::Mysql {
        // Every statement is checked at once there, so that only the connection can fail so late.
        lose_connection(notes.session(), second.0.clone()).await?;
    } else if broken {
        replies.create(NewReply { id: None, note_id: Uuid::nil() }).await?;
    }
    Ok((Status::new(status), ()))
}

async fn lose_connection(session: &AsyncSession, db: TestDatabase) -> Result<()> {
    let number = sql::<BigInt>("SELECT CAST(CONNECTION_ID() AS SIGNED)");
    let number: i64 = session.read(move |connection| number.get_result(connection)).await?;
    spawn_blocking(move || db.kill(number)).await.expect("an administrator may kill");
    Ok(())
}

/// How many authors and notes there are, each in its database.
fn authors_and_notes(first: &TestDatabase, second: &TestDatabase) -> (i64, i64) {
    // Every table of a bind key is in its own database only.
    assert!(first.connect().try_execute("SELECT * FROM notes").is_err());
    assert!(second.connect().try_execute("SELECT * FROM authors").is_err());
    (authors(first), second.number("SELECT count(*) FROM notes"))
}

fn second_config(second: &TestDatabase) -> Config {
    config(second).bind_key(<Note as BindKey>::bind_key())
}

fn program_with_two(alchemy: Alchemy, second: &TestDatabase) -> Client {
    launch(silent().mount("/", routes![both]).manage(Second(second.clone())).attach(alchemy))
}

fn two_databases_are_kept_or_given_up_together(first: TestDatabase) {
    let second = first.another();
    let client = program_with_two(Alchemy::new(config(&first)).with(second_config(&second)), &second);
    for (status, kept) in [(500, 0), (302, 0), (200, 1), (404, 1), (201, 2)] {
        let response = client.post(format!("/both/{status}?broken=false")).dispatch();
        assert_eq!(response.status().code, status);
        assert_eq!(authors_and_notes(&first, &second), (kept, kept), "{status}");
    }
    assert_all_returned(&client);
}

fn each_database_has_a_mode_of_its_own(first: TestDatabase) {
    let second = first.another();
    for (mode, kept) in [(CommitMode::Manual, (1, 0)), (CommitMode::AutocommitIncludeRedirect, (2, 1))] {
        let alchemy = Alchemy::new(config(&first)).with(second_config(&second).commit_mode(mode));
        let client = program_with_two(alchemy, &second);
        assert_eq!(client.post("/both/200?broken=false").dispatch().status(), Status::Ok);
        assert_eq!(authors_and_notes(&first, &second), kept, "{mode:?}");
    }
    let alchemy = Alchemy::new(config(&first))
        .with(second_config(&second).commit_mode(CommitMode::AutocommitIncludeRedirect));
    let client = program_with_two(alchemy, &second);
    assert_eq!(client.post("/both/303?broken=false").dispatch().status(), Status::SeeOther);
    assert_eq!(authors_and_notes(&first, &second), (2, 2));
}

/// What the client gets when the commit of the second database fails.
#[track_caller]
fn assert_commit_failed(client: &Client, second: &TestDatabase) {
    let response = client.post("/both/201?broken=true").dispatch();
    if second.backend() == Backend::Mysql {
        assert_eq!(response.headers().get_one("Retry-After"), None);
        let detail =
            "the connection to the database broke during commit; whether the changes were kept is unknown";
        assert_problem(response, 503, detail, None);
    } else {
        assert_problem(response, 409, MISSING_REFERENCE, None);
    }
}

fn a_second_commit_that_fails_leaves_the_first(first: TestDatabase) {
    let second = first.another();
    let client = program_with_two(Alchemy::new(config(&first)).with(second_config(&second)), &second);
    assert_commit_failed(&client, &second);
    assert_eq!(authors_and_notes(&first, &second), (1, 0));
    assert_all_returned(&client);
    // The next request is none the worse.
    assert_eq!(client.post("/both/201?broken=false").dispatch().status(), Status::Created);
    assert_eq!(authors_and_notes(&first, &second), (2, 1));
}

fn a_first_commit_that_fails_gives_up_the_second(first: TestDatabase) {
    let second = first.another();
    // The order of configuration is that of the commits.
    let client = program_with_two(Alchemy::new(second_config(&second)).with(config(&first)), &second);
    assert_commit_failed(&client, &second);
    assert_eq!(authors_and_notes(&first, &second), (0, 0));
    assert_all_returned(&client);
    assert_eq!(client.post("/both/201?broken=false").dispatch().status(), Status::Created);
    assert_eq!(authors_and_notes(&first, &second), (1, 1));
}
