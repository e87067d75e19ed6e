//! Commands that look at migrations and databases, and what they leave alone.

use std::fs;
use std::process::Output;

use alchemy_tests::{TestDatabase, database_tests};

use super::Program;

database_tests! {
    who_only_looks_makes_no_database: [sqlite],
    one_migration_is_meant_by_what_is_shown: [sqlite],
    an_editor_has_arguments_in_quotes: [sqlite],
    who_edits_what_is_applied_is_told: [sqlite],
    an_edit_needs_no_database: [sqlite],
}

fn who_only_looks_makes_no_database(db: TestDatabase) {
    let program = Program { url: "sqlite://missing.db".to_owned(), ..Program::on(&db) };
    let file = program.path().join("missing.db");
    program.prints("init");
    program.prints("revision --empty -m first");
    program.prints("heads");
    program.prints("show head");
    program.prints("drop-all --sql");
    for arguments in [
        "current",
        "history",
        "check",
        "upgrade --sql",
        "downgrade --sql",
        "stamp head --sql",
        "ensure-version --sql",
        "revision --sql",
        "dump-data --all",
    ] {
        let missing = "there is no database file `missing.db`; `database upgrade` makes it";
        assert_eq!(program.fails(arguments), missing, "{arguments}");
        assert!(!file.exists(), "{arguments}");
    }
    program.prints("upgrade");
    assert!(file.exists());
    assert!(program.prints("history").contains("\tapplied\t"));
}

fn one_migration_is_meant_by_what_is_shown(db: TestDatabase) {
    let program = Program::on(&db);
    program.prints("revision -m authors");
    for arguments in ["show -1", "edit -1"] {
        let meant = "`-1` cannot be reached: what is meant is one migration, `head` or a version";
        assert_eq!(program.fails(arguments), meant);
    }
}

/// Edits the newest migration by a line for the shell.
fn edit(program: &Program, editor: &str) -> Output {
    program.command("database edit head --format json").env("EDITOR", editor).output().expect("it runs")
}

/// Whether it says that a migration was changed, and what is said otherwise.
#[track_caller]
fn edited(output: &Output) -> (bool, String) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let rows: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    (rows[0]["changed"].as_bool().expect("whether"), said)
}

const APPENDING: &str = r#"sh -c 'printf "%s\n" "-- $0" >> "$1"' "by  two words""#;

fn an_editor_has_arguments_in_quotes(db: TestDatabase) {
    let program = Program::on(&db);
    program.prints("revision --empty -m first");
    assert_eq!(edited(&edit(&program, APPENDING)), (true, String::new()));
    assert!(program.prints("show head").contains("\n-- by  two words\n"));
    let output = edit(&program, "false");
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(1), &b""[..]));
}

fn who_edits_what_is_applied_is_told(db: TestDatabase) {
    let program = Program::on(&db);
    program.prints("revision --empty -m first");
    program.prints("upgrade");
    assert_eq!(edited(&edit(&program, "true")), (false, String::new()));
    let (is_changed, said) = edited(&edit(&program, APPENDING));
    assert!(is_changed && said.contains("is applied already: what was changed in `up.sql` is not"), "{said}");
    // The way back is none that was gone.
    let (is_changed, said) = edited(&edit(&program, r#"sh -c 'echo "SELECT 1;" > "$2"' editor"#));
    assert_eq!((is_changed, said.as_str()), (true, ""));
}

fn an_edit_needs_no_database(db: TestDatabase) {
    for url in ["sqlite://missing.db", "sqlite:///no/such/folder/app.db"] {
        let program = Program { url: url.to_owned(), ..Program::on(&db) };
        program.prints("revision --empty -m first");
        assert_eq!(edited(&edit(&program, APPENDING)), (true, String::new()));
        assert!(!fs::exists(program.path().join("missing.db")).expect("it can be told"));
    }
}
