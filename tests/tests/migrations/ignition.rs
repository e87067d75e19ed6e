//! Migrations that the fairing runs when a program starts.

use alchemy_core::migration::EmbeddedMigrations;
use alchemy_rocket::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel_migrations::embed_migrations;
use rocket::local::asynchronous::Client;

database_tests! {
    async what_the_database_has_not_is_run_before_the_first_request,
    async a_migration_that_fails_stops_the_launch,
    async who_asks_for_migrations_has_to_give_some,
    async nothing_is_run_where_nobody_asks,
}

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("tests/migrations/embedded");

fn rocket(
    config: Config,
    settings: impl FnOnce(rocket::figment::Figment) -> rocket::figment::Figment,
) -> Rocket<Build> {
    let figment = rocket::Config::figment().merge(("log_level", "off"));
    rocket::custom(settings(figment)).attach(Alchemy::new(config))
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
    let settings = |figment: rocket::figment::Figment| {
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
