//! Folders and tables that Diesel's own command line takes.

use std::fs;
use std::path::Path;
use std::process::Output;

use alchemy_tests::{TestDatabase, database_tests};

use crate::tools::{self, succeeded};

database_tests! {
    diesel_runs_a_folder_and_takes_it_back,
}

/// Runs Diesel's command line on a database and a folder of migrations.
pub(crate) fn diesel(db: &TestDatabase, folder: &Path, args: &[&str]) -> Output {
    let url = db.url().strip_prefix("sqlite://").unwrap_or_else(|| db.url());
    let mut command = tools::diesel();
    // Without a `diesel.toml` in sight, it writes no `schema.rs`.
    command.current_dir(folder).args(args).env("DATABASE_URL", url).env("MIGRATION_DIRECTORY", folder);
    command.env_remove("DIESEL_CONFIG_FILE");
    command.output().unwrap_or_else(|error| panic!("{command:?} could not be run: {error}"))
}

fn diesel_runs_a_folder_and_takes_it_back(db: TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    let migration = folder.path().join("2026-01-02-030405_pages");
    fs::create_dir(&migration).unwrap();
    fs::write(migration.join("up.sql"), "CREATE TABLE pages (id INTEGER PRIMARY KEY);\n").unwrap();
    fs::write(migration.join("down.sql"), "DROP TABLE pages;\n").unwrap();
    let listed = |args: &[&str]| succeeded(&diesel(&db, folder.path(), args));

    listed(&["migration", "run"]);
    assert_eq!(db.number("SELECT count(*) FROM pages"), 0);
    assert_eq!(db.texts("SELECT version FROM __diesel_schema_migrations"), ["20260102030405"]);
    assert!(listed(&["migration", "list"]).contains("[X] 2026-01-02-030405_pages"));

    listed(&["migration", "revert"]);
    assert_eq!(db.number("SELECT count(*) FROM __diesel_schema_migrations"), 0);
    assert!(listed(&["migration", "list"]).contains("[ ] 2026-01-02-030405_pages"));

    fs::write(migration.join("up.sql"), "CREATE TABEL pages (id INTEGER);\n").unwrap();
    assert!(!diesel(&db, folder.path(), &["migration", "run"]).status.success());
    assert_eq!(db.number("SELECT count(*) FROM __diesel_schema_migrations"), 0);
}
