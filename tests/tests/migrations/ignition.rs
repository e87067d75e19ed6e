//! Migrations that the fairing runs when a program starts.

use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use alchemy_core::engine::{Engine, EngineConfig};
use alchemy_core::migration::{EmbeddedMigrations, Event, Migrations, Target};
use alchemy_rocket::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel_migrations::embed_migrations;
use rocket::figment::Figment;
use rocket::local::asynchronous::Client;

database_tests! {
    async what_the_database_has_not_is_run_before_the_first_request,
    async a_migration_that_fails_stops_the_launch,
    async who_asks_for_migrations_has_to_give_some,
    async nothing_is_run_where_nobody_asks,
    async configured_databases_are_given_theirs_by_bind_key,
    the_command_needs_no_migrations_of_the_program,
    async another_process_is_waited_for_as_long_as_is_said,
}

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("tests/migrations/embedded");

fn rocket(config: Config, settings: impl FnOnce(Figment) -> Figment) -> Rocket<Build> {
    let figment = rocket::Config::figment().merge(("log_level", "off"));
    rocket::custom(settings(figment)).attach(Alchemy::new(config))
}

/// The configuration of a program with one database, `main`, which is to be migrated.
fn configured(db: &TestDatabase) -> Figment {
    rocket::Config::figment()
        .merge(("log_level", "off"))
        .merge(("databases.main.url", db.url()))
        .merge(("databases.main.migrate", true))
}

/// Whether it launches.
async fn launches(rocket: Rocket<Build>) -> bool {
    match Client::untracked(rocket).await {
        Ok(_) => true,
        // Asking for the kind tells Rocket that the error was looked at.
        Err(error) => {
            let _ = error.kind();
            false
        }
    }
}

fn versions(db: &TestDatabase) -> Vec<String> {
    db.texts("SELECT version FROM __diesel_schema_migrations ORDER BY version")
}

fn has_versions(db: &TestDatabase) -> bool {
    db.connect().try_execute("SELECT 1 FROM __diesel_schema_migrations").is_ok()
}

async fn what_the_database_has_not_is_run_before_the_first_request(db: TestDatabase) {
    let config = || Config::new(db.url()).migrations(MIGRATIONS);
    assert!(launches(rocket(config().migrate(true), |figment| figment)).await);
    assert_eq!(versions(&db), ["20240101000000", "20240102000000", "20240103000000"]);
    assert_eq!(db.texts("SELECT name FROM authors"), ["it's; one"]);
    assert!(launches(rocket(config().migrate(true), |figment| figment)).await);
    assert_eq!(db.number("SELECT count(*) FROM authors"), 1);

    // By the program's configuration.
    let other = db.another();
    let named = Config::named("main").migrations(MIGRATIONS);
    let settings = |figment: Figment| {
        figment.merge(("databases.main.url", other.url())).merge(("databases.main.migrate", true))
    };
    assert!(launches(rocket(named, settings)).await);
    assert_eq!(versions(&other).len(), 3);
}

async fn a_migration_that_fails_stops_the_launch(db: TestDatabase) {
    db.admin("CREATE TABLE authors (id INTEGER)");
    let config = Config::new(db.url()).migrations(MIGRATIONS).migrate(true);
    assert!(!launches(rocket(config, |figment| figment)).await);
    assert_eq!(versions(&db), [""; 0]);
}

async fn who_asks_for_migrations_has_to_give_some(db: TestDatabase) {
    assert!(!launches(rocket(Config::new(db.url()).migrate(true), |figment| figment)).await);
    assert!(!has_versions(&db));
}

async fn nothing_is_run_where_nobody_asks(db: TestDatabase) {
    assert!(launches(rocket(Config::new(db.url()).migrations(MIGRATIONS), |figment| figment)).await);
    assert!(!has_versions(&db));
}

async fn configured_databases_are_given_theirs_by_bind_key(db: TestDatabase) {
    let starts = |alchemy: Alchemy| launches(rocket::custom(configured(&db)).attach(alchemy));
    assert!(!starts(Alchemy::from_figment()).await);
    // For a database that is not there, so that a wrong key is found.
    assert!(!starts(Alchemy::from_figment().migrations("mian", MIGRATIONS)).await);
    let both = Alchemy::from_figment().migrations("main", MIGRATIONS).migrations("archive", MIGRATIONS);
    assert!(!starts(both).await);
    assert!(!has_versions(&db));
    assert!(starts(Alchemy::from_figment().migrations("main", MIGRATIONS)).await);
    assert_eq!(versions(&db).len(), 3);

    // The key may be another than the name, and what is not asked for is not run.
    let other = db.another();
    let figment = configured(&other).merge(("databases.main.bind_key", "books"));
    let alchemy = || Alchemy::from_figment().migrations("books", MIGRATIONS);
    let still = figment.clone().merge(("databases.main.migrate", false));
    assert!(launches(rocket::custom(still).attach(alchemy())).await);
    assert!(!has_versions(&other));
    assert!(launches(rocket::custom(figment).attach(alchemy())).await);
    assert_eq!(versions(&other).len(), 3);
}

fn the_command_needs_no_migrations_of_the_program(db: TestDatabase) {
    let arguments = ["database", "ensure-version"].map(Into::into);
    assert_eq!(Alchemy::from_figment().run_command(&configured(&db), arguments), 0);
    assert!(has_versions(&db));
    assert_eq!(versions(&db), [""; 0]);
}

async fn another_process_is_waited_for_as_long_as_is_said(db: TestDatabase) {
    // It stays in the middle of a migration until it is told to go on.
    let engine = Engine::connect(EngineConfig::new(db.url())).expect("the database is there");
    let (reached, is_there) = mpsc::channel();
    let (go_on, told) = mpsc::channel::<()>();
    let told = Mutex::new(told);
    let other = Migrations::embedded(&engine, &MIGRATIONS).expect("scripts").observe(move |event| {
        if matches!(event, Event::Begun { .. }) && reached.send(()).is_ok() {
            let _ = told.lock().expect("no panic").recv();
        }
    });
    let other = thread::spawn(move || other.upgrade(&Target::Head).map(|applied| applied.len()));
    is_there.recv().expect("it has begun");

    let begun = Instant::now();
    let alchemy = || Alchemy::from_figment().migrations("main", MIGRATIONS);
    let impatient = configured(&db).merge(("databases.main.migration_patience", 0));
    assert!(!launches(rocket::custom(impatient).attach(alchemy())).await);
    let config = Config::new(db.url())
        .migrations(MIGRATIONS)
        .migrate(true)
        .migration_patience(Duration::from_millis(100));
    assert!(!launches(rocket(config, |figment| figment)).await);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());

    let patient = configured(&db).merge(("databases.main.migration_patience", 120));
    let launched = launches(rocket::custom(patient).attach(alchemy()));
    let released = async {
        rocket::tokio::time::sleep(Duration::from_millis(100)).await;
        drop(go_on);
    };
    assert!(rocket::tokio::join!(launched, released).0);
    assert_eq!(other.join().expect("no panic").expect("applied"), 3);
    assert_eq!(versions(&db).len(), 3);
}
