//! Migrations that are applied and taken back.

mod at_once;
mod by_diesel;
mod checksums;
mod failures;
pub(crate) mod rights;
mod scripts;
mod stamps;

use alchemy_core::migration::{Direction, Migrations, State, Target};
use alchemy_tests::{TestDatabase, database_tests};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use crate::folders::{Folder, VERSIONS, engine, ran, states, tables, versions};

const EMBEDDED: EmbeddedMigrations = embed_migrations!("tests/migrations/embedded");

database_tests! {
    targets_are_reached_both_ways,
    what_is_left_out_is_applied_later_in_its_order,
    the_status_tells_what_is_applied_and_makes_nothing,
    the_version_table_is_made_by_itself_when_asked_for,
    a_script_says_what_would_be_run_and_runs_nothing,
    migrations_of_the_program_are_those_of_its_folder,
}

fn target(text: &str) -> Target {
    text.parse().expect("a target")
}

fn targets_are_reached_both_ways(db: TestDatabase) {
    let folder = Folder::tables();
    let migrations = folder.migrations(&db);
    let [a, b, c] = VERSIONS;
    let up = |text: &str, expected: &[&str], there: &str| {
        let applied = migrations.upgrade(&target(text)).unwrap();
        assert_eq!((ran(&applied).as_slice(), tables(&db).as_str()), (expected, there), "upgrade {text}");
        assert!(applied.iter().all(|applied| applied.direction == Direction::Up));
    };
    let down = |text: &str, expected: &[&str], there: &str| {
        let applied = migrations.downgrade(&target(text)).unwrap();
        assert_eq!((ran(&applied).as_slice(), tables(&db).as_str()), (expected, there), "downgrade {text}");
        assert!(applied.iter().all(|applied| applied.direction == Direction::Down));
    };
    up("+1", &[a], "a");
    up("2024-01-02-000000_create_b", &[b], "ab");
    up("20240101", &[], "ab");
    up("head", &[c], "abc");
    up("head", &[], "abc");
    assert_eq!(versions(&db), VERSIONS);
    down("-1", &[c], "ab");
    down(b, &[], "ab");
    down("20240101", &[b], "a");
    up("+2", &[b, c], "abc");
    down("-2", &[c, b], "a");
    up("head", &[b, c], "abc");
    down("base", &[c, b, a], "");
    down("base", &[], "");
    assert_eq!(versions(&db), [""; 0]);
    up("2024-01-02", &[a, b], "ab");
    assert_eq!(versions(&db), [a, b]);
}

fn what_is_left_out_is_applied_later_in_its_order(db: TestDatabase) {
    let folder = Folder::tables();
    let migrations = folder.migrations(&db);
    let up = std::fs::read_to_string(folder.at("2024-01-01-000000_create_a/up.sql")).unwrap();
    folder.remove("2024-01-01-000000_create_a");
    migrations.upgrade(&target("+1")).unwrap();
    folder.add("2024-01-01-000000_create_a", &up, "DROP TABLE a");
    assert_eq!(states(&migrations), "pAp");
    let applied = migrations.upgrade(&Target::Head).unwrap();
    assert_eq!(ran(&applied), [VERSIONS[0], VERSIONS[2]]);
    assert_eq!(tables(&db), "abc");
}

fn the_status_tells_what_is_applied_and_makes_nothing(db: TestDatabase) {
    let folder = Folder::tables();
    let migrations = folder.migrations(&db);
    assert_eq!((states(&migrations).as_str(), migrations.current().unwrap()), ("ppp", None));
    assert_eq!(migrations.pending().unwrap().len(), 3);
    assert_eq!(migrations.upgrade(&target("+1")).unwrap()[0].name, "2024-01-01-000000_create_a");
    let before = chrono::Utc::now().naive_utc() - chrono::TimeDelta::seconds(120);
    folder.remove("2024-01-01-000000_create_a");
    assert_eq!(states(&migrations), "Mpp");
    let current = migrations.current().unwrap().expect("one is applied");
    assert_eq!((current.version.as_str(), current.name), (VERSIONS[0], None));
    let State::Missing(run_on) = current.state else { panic!("{:?}", current.state) };
    assert!(before < run_on && run_on <= chrono::Utc::now().naive_utc(), "{run_on}");
    let pending = migrations.pending().unwrap();
    assert_eq!(pending[0].name.as_deref(), Some("2024-01-02-000000_create_b"));

    let empty = db.another();
    assert_eq!(states(&folder.migrations(&empty)), "pp");
    folder.migrations(&empty).upgrade(&target("20240102")).unwrap();
    folder.migrations(&empty).downgrade(&Target::Base).unwrap();
    let untouched = db.another();
    folder.migrations(&untouched).pending().unwrap();
    folder.migrations(&untouched).script(Direction::Up, &Target::Head).unwrap();
    assert!(!crate::folders::has(&untouched, "__diesel_schema_migrations"));
    assert!(!crate::folders::has(&untouched, "__alchemy_migrations"));
}

fn the_version_table_is_made_by_itself_when_asked_for(db: TestDatabase) {
    let folder = Folder::tables();
    let migrations = folder.migrations(&db);
    let script = migrations.ensure_version_script().unwrap();
    assert!(script.starts_with("CREATE TABLE IF NOT EXISTS __diesel_schema_migrations"), "{script}");
    migrations.ensure_version().unwrap();
    assert!(crate::folders::has(&db, "__diesel_schema_migrations"));
    assert!(!crate::folders::has(&db, "__alchemy_migrations"));
    assert_eq!(migrations.ensure_version_script().unwrap(), "");
    migrations.ensure_version().unwrap();
}

fn a_script_says_what_would_be_run_and_runs_nothing(db: TestDatabase) {
    let folder = Folder::tables();
    folder.add_outside("2024-01-04-000000_fill", "-- two\nINSERT INTO a VALUES (1);", "DELETE FROM a");
    let migrations = folder.migrations(&db);
    let head = migrations.script(Direction::Up, &Target::Head).unwrap();
    assert_eq!(tables(&db), "");
    db.admin(&head);
    assert_eq!((tables(&db).as_str(), states(&migrations).as_str()), ("abc", "AAAA"));
    let same =
        |entry: &alchemy_core::migration::Entry| entry.checksum == alchemy_core::migration::Checksum::Same;
    assert!(migrations.status().unwrap().iter().all(same));
    assert_eq!(migrations.script(Direction::Up, &Target::Head).unwrap(), "");

    let back = migrations.script(Direction::Down, &target("-2")).unwrap();
    let begin = if db.backend() == alchemy_tests::Backend::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
    let client = match db.backend() {
        alchemy_tests::Backend::Sqlite => "sqlite3 -bail FILE < SCRIPT",
        alchemy_tests::Backend::Postgres => "psql --set ON_ERROR_STOP=on --file SCRIPT",
        alchemy_tests::Backend::Mysql => "mariadb DATABASE < SCRIPT",
    };
    let expected = format!(
        "-- To be run by: {client}\n\
         \n\
         -- 2024-01-04-000000_fill/down.sql\n\
         DELETE FROM a;\n\
         {begin};\n\
         DELETE FROM __diesel_schema_migrations WHERE version = '20240104000000';\n\
         DELETE FROM __alchemy_migrations WHERE version = '20240104000000';\n\
         COMMIT;\n\
         \n\
         -- 2024-01-03-000000_create_c/down.sql\n\
         {begin};\n\
         DROP TABLE c;\n\
         DELETE FROM __diesel_schema_migrations WHERE version = '20240103000000';\n\
         DELETE FROM __alchemy_migrations WHERE version = '20240103000000';\n\
         COMMIT;\n"
    );
    assert_eq!(back, expected);
    db.admin(&back);
    assert_eq!((tables(&db).as_str(), states(&migrations).as_str()), ("ab", "AApp"));
}

fn migrations_of_the_program_are_those_of_its_folder(db: TestDatabase) {
    let embedded = Migrations::embedded(&engine(&db), &EMBEDDED).unwrap();
    let folder = Migrations::new(&engine(&db), "tests/migrations/embedded");
    let scripts = |migrations: &Migrations| -> Vec<_> {
        let migrations = migrations.migrations().unwrap().into_iter();
        migrations.map(|one| (one.version, one.name, one.up, one.down, one.run_in_transaction)).collect()
    };
    assert_eq!(scripts(&embedded), scripts(&folder));
    assert_eq!(scripts(&embedded).iter().map(|one| one.4).collect::<Vec<_>>(), [true, false, true]);

    assert_eq!(embedded.upgrade(&Target::Head).unwrap().len(), 3);
    assert_eq!(db.texts("SELECT name FROM authors"), ["it's; one"]);
    assert_eq!((states(&folder).as_str(), states(&embedded).as_str()), ("AAA", "AAA"));
    assert_eq!(folder.upgrade(&Target::Head).unwrap(), []);
    let error = embedded.downgrade(&Target::Base).unwrap_err();
    let sentence = "the migration `20240103000000` has no `down.sql`, so it cannot be taken back";
    assert_eq!(error.to_string(), sentence);
    assert_eq!(states(&embedded), "AAA");
    let error = embedded.upgrade(&target("2023")).unwrap_err();
    assert_eq!(error.to_string(), "there is no migration `2023` in this program");
}
