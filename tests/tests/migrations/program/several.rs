//! A program with two databases: what is wrong with one is said of it, and keeps the other as it is.

use std::fs;

use alchemy_tests::{Backend, TestDatabase, database_tests};

use super::{Program, has_table};

database_tests! {
    what_cannot_be_written_for_one_is_written_for_none,
    a_table_that_others_refer_to_keeps_those_of_all_databases,
    what_was_done_before_an_error_is_printed,
    an_error_says_which_database_it_is_about: [sqlite],
}

fn both(db: &TestDatabase, archive: &TestDatabase) -> Program {
    Program { archive: Some(archive.url().to_owned()), ..Program::on(db) }
}

fn what_cannot_be_written_for_one_is_written_for_none(db: TestDatabase) {
    let archive = db.another();
    let program = both(&db, &archive);
    program.prints("init");
    // No version made of the time comes after this one.
    let last = program.path().join("migrations/archive/99999999999999_last");
    fs::create_dir(&last).unwrap();
    fs::write(last.join("up.sql"), "SELECT 1;").unwrap();
    program.prints("upgrade --bind-key archive");
    let output = program.run("revision -m first");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("error: `archive` (") && said.contains("name the next one by hand"), "{said}");
    assert_eq!(program.folders("migrations/default"), [""; 0]);
    assert_eq!(program.folders("migrations/archive"), ["99999999999999_last"]);
}

fn a_table_that_others_refer_to_keeps_those_of_all_databases(db: TestDatabase) {
    let archive = db.another();
    let program = both(&db, &archive);
    program.prints("revision -m first");
    program.prints("upgrade");
    let key = if db.backend() == Backend::Postgres { "UUID" } else { "BINARY(16)" };
    archive
        .admin(&format!("CREATE TABLE copies (record {key}, FOREIGN KEY (record) REFERENCES records (id))"));
    let sentence = program.fails("drop-all --no-prompt");
    assert!(sentence.starts_with("`archive` ("), "{sentence}");
    assert!(has_table(&db, "authors") && has_table(&archive, "records"));
    archive.admin("DROP TABLE copies");
    if db.backend() == Backend::Postgres {
        archive.admin("CREATE VIEW shown AS SELECT id FROM records");
        let sentence = program.fails("drop-all --no-prompt");
        assert!(sentence.starts_with("`archive` ("), "{sentence}");
        assert!(has_table(&db, "authors"));
        archive.admin("DROP VIEW shown");
    }
    let dropped = program.prints("drop-all --no-prompt");
    assert_eq!(dropped, "default\tauthors\narchive\trecords\n");
    assert!(!has_table(&db, "authors") && !has_table(&archive, "records"));
}

fn what_was_done_before_an_error_is_printed(db: TestDatabase) {
    let archive = db.another();
    let program = both(&db, &archive);
    program.prints("revision -m first");
    program.prints("revision --empty -m second --bind-key archive");
    let second = program.folders("migrations/archive").pop().unwrap();
    let up = program.path().join("migrations/archive").join(second).join("up.sql");
    fs::write(up, "INSERT INTO nowhere VALUES (1);").unwrap();
    let output = program.run("upgrade --format json");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("error: `archive` ("), "{said}");
    let done: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let keys: Vec<_> = done.as_array().unwrap().iter().map(|row| row["bind_key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["default", "archive"]);
    // Where nothing was, nothing is.
    let output = program.run("upgrade --bind-key archive --format json");
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(1), &b""[..]));
}

fn an_error_says_which_database_it_is_about(db: TestDatabase) {
    let archive = "sqlite:///no/such/folder/archive.db".to_owned();
    let program = Program { archive: Some(archive), ..Program::on(&db) };
    program.prints("init");
    program.prints("revision -m first --bind-key default");
    program.prints("upgrade --bind-key default");
    for arguments in
        ["current", "history", "check", "dump-data --all", "ensure-version", "drop-all --no-prompt"]
    {
        let sentence = program.fails(arguments);
        assert!(sentence.starts_with("`archive` (SQLite): "), "{arguments}: {sentence}");
    }
    fs::create_dir(program.path().join("migrations/archive/1_bad")).unwrap();
    let sentence = program.fails("heads");
    assert_eq!(sentence, "`archive` (SQLite): `migrations/archive/1_bad` has no `up.sql`");
}
