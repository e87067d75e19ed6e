//! Several who change one database.

use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use alchemy_core::engine::Engine;
use alchemy_core::engine::EngineConfig;
use alchemy_core::migration::{Event, MigrationError, Migrations, Target};
use alchemy_tests::{TestDatabase, database_tests};

use crate::folders::{Folder, VERSIONS, engine, ran, tables, versions};

database_tests! {
    each_migration_is_run_once_by_whoever_comes_first,
    who_waits_says_so_and_gives_up_in_time,
    a_panic_gives_the_lock_back_and_keeps_nothing,
    an_index_is_made_while_others_wait: [postgres],
    the_timeout_of_requests_is_not_that_of_migrations: [postgres, mysql],
    nothing_is_left_beside_the_database: [sqlite],
}

fn each_migration_is_run_once_by_whoever_comes_first(db: TestDatabase) {
    let folder = Folder::tables();
    // A second run of any of these would fail, or count twice.
    folder.add(
        "2024-01-04-000000_count",
        "CREATE TABLE n (n INTEGER); INSERT INTO n VALUES (1)",
        "DROP TABLE n",
    );
    let start = Arc::new(Barrier::new(5));
    let threads: Vec<_> = (0..5)
        .map(|_| {
            let (start, migrations) = (Arc::clone(&start), folder.migrations(&db));
            thread::spawn(move || {
                start.wait();
                migrations.upgrade(&Target::Head).unwrap()
            })
        })
        .collect();
    let mut all: Vec<String> = Vec::new();
    for thread in threads {
        all.extend(ran(&thread.join().expect("no panic")).iter().map(ToString::to_string));
    }
    assert_eq!(all, [&VERSIONS[..], &["20240104000000"]].concat());
    assert_eq!(versions(&db), all);
    assert_eq!(db.number("SELECT count(*) FROM n"), 1);
}

/// Migrations that stop at their first statement until they are told to go on.
fn stopped(migrations: Migrations) -> (mpsc::Receiver<()>, mpsc::Sender<()>, Migrations) {
    let (reached, is_there) = mpsc::channel();
    let (go_on, told) = mpsc::channel();
    let told = Mutex::new(told);
    let migrations = migrations.observe(move |event| {
        if let Event::Statement { .. } = event
            && reached.send(()).is_ok()
        {
            let _ = told.lock().unwrap().recv();
        }
    });
    (is_there, go_on, migrations)
}

fn who_waits_says_so_and_gives_up_in_time(db: TestDatabase) {
    let folder = Folder::tables();
    let (is_there, go_on, first) = stopped(folder.migrations(&db));
    let first = thread::spawn(move || first.upgrade(&"+1".parse().unwrap()).unwrap());
    is_there.recv().unwrap();

    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let second = folder.migrations(&db).observe(move |event| tell.lock().unwrap().push(event.to_string()));
    let error = second.clone().patience(Duration::from_millis(200)).upgrade(&Target::Head).unwrap_err();
    assert!(matches!(error, MigrationError::Locked), "{error:?}");
    let waiting = "waiting for another process that changes the schema";
    assert_eq!(*told.lock().unwrap(), [waiting]);
    let sentence = "another process is changing the schema of this database; try again when it is done";
    assert_eq!(error.to_string(), sentence);
    for refused in [
        second.clone().patience(Duration::ZERO).downgrade(&Target::Base).map(drop),
        second.clone().patience(Duration::ZERO).stamp(&Target::Head, false),
        second.clone().patience(Duration::ZERO).ensure_version(),
    ] {
        assert!(matches!(refused, Err(MigrationError::Locked)), "{refused:?}");
    }
    // Who only looks does not wait.
    assert_eq!(second.status().unwrap().len(), 3);

    told.lock().unwrap().clear();
    let second = thread::spawn(move || second.upgrade(&Target::Head).unwrap());
    while told.lock().unwrap().is_empty() {
        thread::sleep(Duration::from_millis(5));
    }
    go_on.send(()).unwrap();
    assert_eq!(ran(&first.join().unwrap()), [VERSIONS[0]]);
    assert_eq!(ran(&second.join().unwrap()), VERSIONS[1..]);
    let told = told.lock().unwrap();
    assert_eq!(told[..2], [waiting, "applying 2024-01-02-000000_create_b"]);
    assert_eq!(told[2], "statement 1 of 1: CREATE TABLE b (id INTEGER PRIMARY KEY)");
}

fn a_panic_gives_the_lock_back_and_keeps_nothing(db: TestDatabase) {
    let folder = Folder::new();
    folder.add("2024-01-01-000000_create_a", "CREATE TABLE a (id INTEGER); CREATE TABLE b (id INTEGER)", "");
    let migrations = folder.migrations(&db).observe(|event| {
        if let Event::Statement { number: 2, .. } = event {
            panic!("the observer fails");
        }
    });
    let panicked = thread::spawn(move || migrations.upgrade(&Target::Head)).join();
    assert!(panicked.is_err());
    assert_eq!(versions(&db), [""; 0]);
    if !crate::folders::undoes_changes_of_tables(&db) {
        db.admin("DROP TABLE a");
    }
    let migrations = folder.migrations(&db).patience(Duration::from_millis(200));
    assert_eq!(ran(&migrations.upgrade(&Target::Head).unwrap()), [VERSIONS[0]]);
    assert_eq!(tables(&db), "ab");
}

fn an_index_is_made_while_others_wait(db: TestDatabase) {
    let folder = Folder::new();
    folder.add("2024-01-01-000000_create_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a");
    folder.migrations(&db).upgrade(&Target::Head).unwrap();
    let index = "CREATE INDEX CONCURRENTLY ix_a ON a (id);\nCREATE INDEX CONCURRENTLY ix_b ON a (id, id);";
    folder.add_outside("2024-01-02-000000_index", index, "DROP INDEX ix_a, ix_b");
    let (is_there, go_on, first) = stopped(folder.migrations(&db));
    let first = thread::spawn(move || first.upgrade(&Target::Head).unwrap());
    is_there.recv().unwrap();
    let others: Vec<_> = (0..3)
        .map(|number| {
            let (migrations, engine) = (folder.migrations(&db), engine(&db));
            thread::spawn(move || {
                if number == 0 {
                    engine.create_all().unwrap()
                } else {
                    drop(migrations.upgrade(&Target::Head))
                }
            })
        })
        .collect();
    thread::sleep(Duration::from_millis(300));
    drop((go_on, is_there));
    assert_eq!(first.join().unwrap().len(), 1);
    others.into_iter().for_each(|other| other.join().unwrap());
    assert_eq!(db.number("SELECT count(*) FROM pg_index WHERE indrelid = 'a'::regclass AND indisvalid"), 2);
}

fn the_timeout_of_requests_is_not_that_of_migrations(db: TestDatabase) {
    let folder = Folder::new();
    let sleep = match db.backend() {
        alchemy_tests::Backend::Postgres => "SELECT pg_sleep(1)",
        _ => "DO SLEEP(1)",
    };
    // MariaDB's `SLEEP` says in its value that it was cut short; `CREATE TABLE` shows that the script went on.
    folder.add("2024-01-01-000000_slow", &format!("{sleep}; CREATE TABLE a (id INTEGER)"), "");
    let config = EngineConfig::new(db.url()).statement_timeout(Duration::from_millis(200));
    let engine = Engine::connect(config).unwrap();
    let applied = Migrations::new(&engine, folder.path()).upgrade(&Target::Head).unwrap();
    assert!(applied[0].duration >= Duration::from_secs(1), "{:?}", applied[0].duration);
    assert_eq!(tables(&db), "a");
}

fn nothing_is_left_beside_the_database(db: TestDatabase) {
    let folder = Folder::tables();
    folder.migrations(&db).upgrade(&Target::Head).unwrap();
    let lock = db.url().strip_prefix("sqlite://").unwrap().to_owned() + "-migration.lock";
    assert!(!std::path::Path::new(&lock).exists());
    // One that a process left behind when it died keeps nobody out.
    std::fs::write(&lock, "").unwrap();
    folder.migrations(&db).patience(Duration::ZERO).downgrade(&Target::Base).unwrap();
    assert_eq!(tables(&db), "");
}
