//! Migrations that fail, and what is left of them.

use alchemy_core::migration::{FailedStatement, Kept, MigrationError, Target};
use alchemy_tests::{Backend, TestDatabase, database_tests};

use crate::folders::{Folder, VERSIONS, checksums, states, tables, undoes_changes_of_tables, versions};

database_tests! {
    a_failure_at_each_place_leaves_the_truth,
    a_failure_outside_of_a_transaction_keeps_what_came_before,
    a_failure_on_the_way_back_leaves_the_truth,
    changes_of_rows_alone_are_undone,
    a_transaction_of_the_script_is_kept_or_undone_as_a_whole,
    a_check_of_the_commit_undoes_all: [sqlite, postgres],
    what_a_statement_commits_before_it_fails_is_told: [mysql],
    an_index_that_cannot_be_made_at_the_side_leaves_the_first: [postgres],
    a_table_is_rebuilt_or_not: [sqlite],
}

const CREATE: [&str; 3] =
    ["CREATE TABLE a (id INTEGER)", "CREATE TABLE b (id INTEGER)", "CREATE TABLE c (id INTEGER)"];

/// Which statement failed of how many, and which one was kept.
fn told(error: &MigrationError) -> (usize, usize, Option<&str>) {
    let MigrationError::Failed { version, statement, kept, .. } = error else { panic!("{error:?}") };
    let FailedStatement::Script { number, total, .. } = **statement else { panic!("{error:?}") };
    assert_eq!(version, VERSIONS[1]);
    let kept = match kept {
        Kept::Nothing => None,
        Kept::UpTo(last) => Some(last.as_str()),
        _ => panic!("{error:?}"),
    };
    (number, total, kept)
}

/// A folder of one migration that works, and one of these statements.
fn folder_of(statements: &[&str], outside: bool) -> Folder {
    let folder = Folder::new();
    folder.add("2024-01-01-000000_create_t", "CREATE TABLE t (id INTEGER PRIMARY KEY)", "DROP TABLE t");
    let script = statements.join(";\n");
    if outside {
        folder.add_outside("2024-01-02-000000_more", &script, "");
    } else {
        folder.add("2024-01-02-000000_more", &script, "");
    }
    folder
}

fn with_failure(at: usize) -> Vec<&'static str> {
    let mut statements = CREATE.to_vec();
    statements.insert(at, "DROP TABLE missing");
    statements
}

fn a_failure_at_each_place_leaves_the_truth(db: TestDatabase) {
    for at in 0..=3 {
        let folder = folder_of(&with_failure(at), false);
        let db = db.another();
        let migrations = folder.migrations(&db);
        let error = migrations.upgrade(&Target::Head).unwrap_err();
        let kept = at.checked_sub(1).map(|at| CREATE[at]).filter(|_| !undoes_changes_of_tables(&db));
        assert_eq!(told(&error), (at + 1, 4, kept));
        assert_eq!(tables(&db), if kept.is_some() { &"abc"[..at] } else { "" });
        assert_eq!((versions(&db), checksums(&db)), (vec![VERSIONS[0].to_owned()], versions(&db)));
        assert_eq!(states(&migrations), "Ap");
        let rest = match kept {
            Some(kept) => format!("what came before was kept, up to and including `{kept}`"),
            None => "nothing of it was kept".to_owned(),
        };
        let text = error.to_string();
        let line = at + 1;
        let start = format!(
            "statement {line} of 4 (line {line}: `DROP TABLE missing`) of the migration `20240102000000` failed: "
        );
        assert!(text.starts_with(&start) && text.ends_with(&format!("; {rest}")), "{text}");
        assert!(text.contains("missing") && !text.contains('\n'), "{text}");
        // The connection, the only one, is as it was: what is put right goes on.
        for table in tables(&db).chars() {
            db.admin(&format!("DROP TABLE {table}"));
        }
        folder.write("2024-01-02-000000_more/up.sql", CREATE.join(";"));
        migrations.upgrade(&Target::Head).unwrap();
        assert_eq!((tables(&db).as_str(), states(&migrations).as_str()), ("abc", "AA"));
    }
}

fn a_failure_outside_of_a_transaction_keeps_what_came_before(db: TestDatabase) {
    for at in 0..=3 {
        let folder = folder_of(&with_failure(at), true);
        let db = db.another();
        let migrations = folder.migrations(&db);
        let error = migrations.upgrade(&Target::Head).unwrap_err();
        assert_eq!(told(&error), (at + 1, 4, at.checked_sub(1).map(|at| CREATE[at])));
        assert_eq!((tables(&db).as_str(), states(&migrations).as_str()), (&"abc"[..at], "Ap"));
    }
}

fn a_failure_on_the_way_back_leaves_the_truth(db: TestDatabase) {
    let folder = Folder::tables();
    let down = "DROP TABLE b; DROP TABLE missing";
    folder.write("2024-01-02-000000_create_b/down.sql", down);
    let migrations = folder.migrations(&db);
    migrations.upgrade(&Target::Head).unwrap();
    let error = migrations.downgrade(&Target::Base).unwrap_err();
    let kept = (!undoes_changes_of_tables(&db)).then_some("DROP TABLE b");
    assert_eq!(told(&error), (2, 2, kept));
    assert_eq!(tables(&db), if kept.is_some() { "a" } else { "ab" });
    assert_eq!(states(&migrations), "AAp");
    assert_eq!(checksums(&db), VERSIONS[..2]);
}

fn changes_of_rows_alone_are_undone(db: TestDatabase) {
    let insert = ["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (1)"];
    let folder = folder_of(&insert, false);
    let migrations = folder.migrations(&db);
    assert_eq!(told(&migrations.upgrade(&Target::Head).unwrap_err()), (3, 3, None));
    assert_eq!(db.number("SELECT count(*) FROM t"), 0);
    assert_eq!(states(&migrations), "Ap");
}

fn a_transaction_of_the_script_is_kept_or_undone_as_a_whole(db: TestDatabase) {
    let script = [
        "BEGIN",
        "INSERT INTO t VALUES (1)",
        "COMMIT",
        "INSERT INTO t VALUES (2)",
        "BEGIN",
        "INSERT INTO t VALUES (3)",
        "INSERT INTO t VALUES (1)",
        "COMMIT",
    ];
    for outside in [false, true] {
        let db = db.another();
        let folder = folder_of(&script, outside);
        let migrations = folder.migrations(&db);
        let error = migrations.upgrade(&Target::Head).unwrap_err();
        assert_eq!(told(&error), (7, 8, Some("INSERT INTO t VALUES (2)")));
        assert_eq!(db.number("SELECT count(*) FROM t"), 2);
        assert_eq!(states(&migrations), "Ap");
        db.admin("DELETE FROM t");
        folder.write("2024-01-02-000000_more/up.sql", "BEGIN; INSERT INTO t VALUES (1); COMMIT;");
        migrations.upgrade(&Target::Head).unwrap();
        assert_eq!((db.number("SELECT count(*) FROM t"), states(&migrations).as_str()), (1, "AA"));
    }
}

fn a_check_of_the_commit_undoes_all(db: TestDatabase) {
    let statements = [
        "CREATE TABLE a (id INTEGER REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)",
        "INSERT INTO a VALUES (7)",
    ];
    let folder = folder_of(&statements, false);
    let migrations = folder.migrations(&db);
    let error = migrations.upgrade(&Target::Head).unwrap_err();
    let MigrationError::Failed { statement, kept, .. } = &error else { panic!("{error:?}") };
    assert_eq!((&**statement, kept), (&FailedStatement::Commit, &Kept::Nothing));
    let text = error.to_string();
    assert!(text.starts_with("the commit of the migration `20240102000000` failed: "), "{text}");
    assert_eq!((tables(&db).as_str(), states(&migrations).as_str()), ("", "Ap"));
    // Nothing is left open.
    folder.write("2024-01-02-000000_more/up.sql", "CREATE TABLE a (id INTEGER)");
    migrations.upgrade(&Target::Head).unwrap();
}

fn what_a_statement_commits_before_it_fails_is_told(db: TestDatabase) {
    let statements = ["INSERT INTO t VALUES (1)", "CREATE TABLE t (id INTEGER)"];
    let folder = folder_of(&statements, false);
    let error = folder.migrations(&db).upgrade(&Target::Head).unwrap_err();
    assert_eq!(told(&error), (2, 2, Some(statements[0])));
    assert_eq!(db.number("SELECT count(*) FROM t"), 1);
    assert_eq!(versions(&db), VERSIONS[..1]);
}

fn an_index_that_cannot_be_made_at_the_side_leaves_the_first(db: TestDatabase) {
    let statements =
        ["CREATE INDEX CONCURRENTLY ix_t ON t (id)", "CREATE INDEX CONCURRENTLY ix_u ON t (missing)"];
    let folder = folder_of(&statements, true);
    let error = folder.migrations(&db).upgrade(&Target::Head).unwrap_err();
    assert_eq!(told(&error), (2, 2, Some(statements[0])));
    assert_eq!(
        error.to_string(),
        "statement 2 of 2 (line 2: `CREATE INDEX CONCURRENTLY ix_u ON t (missing)`) of the migration \
         `20240102000000` failed: column \"missing\" does not exist; what came before was kept, up to and including \
         `CREATE INDEX CONCURRENTLY ix_t ON t (id)`"
    );
    // One that needs no transaction is refused in one, and says why.
    let folder = folder_of(&statements[..1], false);
    let text = folder.migrations(&db).upgrade(&Target::Head).unwrap_err().to_string();
    assert!(text.contains("CREATE INDEX CONCURRENTLY cannot run inside a transaction block"), "{text}");
}

fn a_table_is_rebuilt_or_not(db: TestDatabase) {
    assert_eq!(db.backend(), Backend::Sqlite);
    let rebuild = |last: &str| {
        format!(
            "PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\nCREATE TABLE new (id INTEGER PRIMARY KEY, x INTEGER);\n\
             INSERT INTO new (id) SELECT id FROM t;\nDROP TABLE t;\nALTER TABLE new RENAME TO t;\n{last}\nCOMMIT;\n\
             PRAGMA foreign_keys = ON;\n"
        )
    };
    let folder = folder_of(&[&rebuild("INSERT INTO missing VALUES (1);")], true);
    let migrations = folder.migrations(&db);
    migrations.upgrade(&"+1".parse().unwrap()).unwrap();
    db.admin("INSERT INTO t VALUES (5)");
    assert_eq!(
        told(&migrations.upgrade(&Target::Head).unwrap_err()),
        (7, 9, Some("PRAGMA foreign_keys = OFF"))
    );
    assert_eq!(db.number("SELECT count(*) FROM t WHERE id = 5"), 1);
    assert!(db.connect().try_execute("SELECT x FROM t").is_err());
    assert_eq!(states(&migrations), "Ap");
    folder.write("2024-01-02-000000_more/up.sql", rebuild(""));
    migrations.upgrade(&Target::Head).unwrap();
    assert_eq!(db.number("SELECT count(*) FROM t WHERE x IS NULL"), 1);
    assert_eq!(states(&migrations), "AA");
}
