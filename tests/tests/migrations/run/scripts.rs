//! Scripts with statements that have others inside.

use alchemy_core::migration::Target;
use alchemy_core::migration::folder::{self, Revision};
use alchemy_tests::{Backend, TestDatabase, database_tests};

use crate::folders::{Folder, states};

database_tests! {
    triggers_and_routines_are_made_whole,
    scripts_without_statements_are_applied,
    new_revisions_come_after_all_others,
    what_a_script_does_to_transactions_does_not_lose_its_version,
    a_script_may_leave_the_transaction_for_a_while: [postgres],
    a_savepoint_that_is_left_open_is_undone: [sqlite],
    bodies_without_a_block_are_made_whole: [mysql],
    a_pending_migration_before_one_that_is_applied_is_applied,
}

fn triggers_and_routines_are_made_whole(db: TestDatabase) {
    let create =
        "-- the tables; and what they do\nCREATE TABLE a (x INTEGER);\nCREATE TABLE log (t VARCHAR(50));\n";
    let routines = match db.backend() {
        Backend::Sqlite => {
            "CREATE TRIGGER t AFTER INSERT ON a WHEN NEW.x > 0 BEGIN\n\
             INSERT INTO log VALUES (CASE NEW.x WHEN 1 THEN 'one;' ELSE 'more' END);\n\
             INSERT INTO log VALUES ('it''s; --');\nEND;\n"
        }
        Backend::Postgres => {
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$\nBEGIN\n\
             INSERT INTO log VALUES (CASE NEW.x WHEN 1 THEN 'one;' ELSE 'more' END);\n\
             INSERT INTO log VALUES ('it''s; --'); RETURN NEW;\nEND $f$;\n\
             CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();\n\
             CREATE FUNCTION g(x int) RETURNS text BEGIN ATOMIC SELECT 1; SELECT CASE x WHEN 1 THEN 'a;' END; END;\n\
             CREATE RULE r AS ON DELETE TO a DO ALSO (INSERT INTO log VALUES ('x'); INSERT INTO log VALUES ('y'));\n"
        }
        Backend::Mysql => {
            "# a comment; of MariaDB's own\nCREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW BEGIN\n\
             IF NEW.x > 0 THEN\nINSERT INTO log VALUES (CASE NEW.x WHEN 1 THEN 'one;' ELSE IF(1, 'more', '') END);\n\
             END IF;\nINSERT INTO log VALUES ('it\\'s; --');\nEND;\n\
             CREATE TRIGGER u BEFORE INSERT ON a FOR EACH ROW IF NEW.x > 9 THEN SET NEW.x = 9; END IF;\n\
             CREATE PROCEDURE p() BEGIN DECLARE i INT DEFAULT 0; l: WHILE i < 3 DO SET i = i + 1; END WHILE l; END;\n\
             CALL p();\n"
        }
    };
    let folder = Folder::new();
    folder.add(
        "2024-01-01-000000_all",
        &format!("{create}{routines}INSERT INTO a VALUES (1);"),
        "DROP TABLE a",
    );
    let migrations = folder.migrations(&db);
    migrations.upgrade(&Target::Head).unwrap();
    assert_eq!(db.texts("SELECT t FROM log ORDER BY t DESC"), ["one;", "it's; --"]);
    db.admin("INSERT INTO a VALUES (5)");
    assert_eq!(db.number("SELECT count(*) FROM log WHERE t = 'more'"), 1);
}

fn scripts_without_statements_are_applied(db: TestDatabase) {
    let folder = Folder::new();
    folder.add("2024-01-01-000000_none", "-- Your SQL goes here\n", "");
    folder.add_outside("2024-01-02-000000_none", "", ";");
    let migrations = folder.migrations(&db);
    assert_eq!(migrations.upgrade(&Target::Head).unwrap().len(), 2);
    assert_eq!(states(&migrations), "AA");
    assert_eq!(migrations.downgrade(&Target::Base).unwrap().len(), 2);
    assert_eq!(states(&migrations), "pp");
}

fn revision(message: &str, up: &str, run_in_transaction: bool) -> Revision {
    Revision {
        message: message.to_owned(),
        up: up.to_owned(),
        down: "SELECT 1".to_owned(),
        run_in_transaction,
    }
}

fn new_revisions_come_after_all_others(db: TestDatabase) {
    let folder = Folder::new();
    let path = folder.at("new/migrations");
    let first = [
        revision("Create authors & books", "CREATE TABLE a (id INTEGER)", true),
        revision("Create authors & books online", "CREATE TABLE b (id INTEGER)", false),
    ];
    let before = chrono::Utc::now().format("%Y-%m-%d-%H%M%S").to_string();
    let written = folder::write(&path, &first).unwrap();
    assert!(written[0].name >= before, "{}", written[0].name);
    assert!(written[0].name.ends_with("_create_authors_books"), "{}", written[0].name);
    let one = |version: &str| version.parse::<u64>().unwrap();
    assert!(one(&written[1].version) > one(&written[0].version));
    let more = folder::write(&path, &[revision("", "CREATE TABLE c (id INTEGER)", true)]).unwrap();
    assert!(one(&more[0].version) > one(&written[1].version));
    assert_eq!(folder::read(&path).unwrap(), [written, more].concat());
    let migrations = alchemy_core::migration::Migrations::new(&crate::folders::engine(&db), &path);
    migrations.upgrade(&Target::Head).unwrap();
    assert_eq!(crate::folders::tables(&db), "abc");

    folder.add("new/migrations/2999-12-31-235959_last", "SELECT 1", "SELECT 1");
    let next = folder::write(&path, &[revision("after the end", "SELECT 1", true)]).unwrap();
    assert_eq!(next[0].name, "3000-01-01-000000_after_the_end");
    assert_eq!(next[0].label(), "after_the_end");
    folder.add("new/migrations/3000-01-01-000000-0007_numbered", "SELECT 1", "SELECT 1");
    let next = folder::write(&path, &[revision("after it", "SELECT 1", true)]).unwrap();
    assert_eq!(next[0].name, "3000-01-01-000001_after_it");
    assert_eq!(folder::read(&path).unwrap().last(), next.last());
    folder.add("new/migrations/v9_by_hand", "SELECT 1", "SELECT 1");
    let error = folder::write(&path, &[revision("x", "SELECT 1", true)]).unwrap_err().to_string();
    let reason = "has a version that comes after all that are made of the time; name the next one by hand";
    assert_eq!(error, format!("`{}` {reason}", path.join("v9_by_hand").display()));
    assert_eq!(folder::read(&path).unwrap().len(), 8);
}

fn what_a_script_does_to_transactions_does_not_lose_its_version(db: TestDatabase) {
    let script = match db.backend() {
        // As older programs dump tables.
        Backend::Mysql => {
            "SET AUTOCOMMIT = 0; START TRANSACTION; CREATE TABLE a (id INTEGER); COMMIT; \
             /*!40101 SET @OLD = 1 */;"
        }
        Backend::Postgres => {
            "BEGIN; CREATE TABLE a (id INTEGER); COMMIT AND CHAIN; SELECT 1; COMMIT; SELECT 2;"
        }
        Backend::Sqlite => "BEGIN; CREATE TABLE a (id INTEGER); COMMIT; SELECT 2;",
    };
    for run_in_transaction in [true, false] {
        let folder = Folder::new();
        if run_in_transaction {
            folder.add("2024-01-01-000000_a", script, "DROP TABLE a");
        } else {
            folder.add_outside("2024-01-01-000000_a", script, "DROP TABLE a");
        }
        let migrations = folder.migrations(&db);
        migrations.upgrade(&Target::Head).unwrap();
        assert_eq!(states(&migrations), "A");
        assert_eq!(migrations.upgrade(&Target::Head).unwrap(), []);
        migrations.downgrade(&Target::Base).unwrap();
        assert_eq!(states(&migrations), "p");
    }
}

fn a_script_may_leave_the_transaction_for_a_while(db: TestDatabase) {
    let folder = Folder::new();
    folder.add("2024-01-01-000000_mood", "CREATE TYPE mood AS ENUM ('sad')", "DROP TYPE mood");
    folder.add(
        "2024-01-02-000000_happy",
        "COMMIT; ALTER TYPE mood ADD VALUE 'happy'; BEGIN; CREATE TABLE a (m mood DEFAULT 'happy')",
        "DROP TABLE a",
    );
    let migrations = folder.migrations(&db);
    assert_eq!(migrations.upgrade(&Target::Head).unwrap().len(), 2);
    assert_eq!(states(&migrations), "AA");
    assert_eq!(db.number("SELECT count(*) FROM a"), 0);
}

fn a_savepoint_that_is_left_open_is_undone(db: TestDatabase) {
    let folder = Folder::new();
    folder.add_outside(
        "2024-01-01-000000_a",
        "SAVEPOINT s; CREATE TABLE a (id INTEGER); CREATE TABEL b;",
        "",
    );
    folder.add_outside("2024-01-02-000000_c", "SAVEPOINT s; CREATE TABLE a (id INTEGER);", "");
    let migrations = folder.migrations(&db);
    migrations.upgrade(&Target::Head).unwrap_err();
    assert_eq!(
        (states(&migrations).as_str(), db.connect().try_execute("SELECT 1 FROM a").is_err()),
        ("pp", true)
    );
    folder.remove("2024-01-01-000000_a");
    // Not ended, so that nothing of it could be kept with its version.
    migrations.upgrade(&Target::Head).unwrap_err();
    assert_eq!(
        (states(&migrations).as_str(), db.connect().try_execute("SELECT 1 FROM a").is_err()),
        ("p", true)
    );
}

fn bodies_without_a_block_are_made_whole(db: TestDatabase) {
    let folder = Folder::new();
    let script = "
        CREATE TABLE data (x INT);
        IF (SELECT count(*) FROM data) = 0 THEN INSERT INTO data VALUES (1); INSERT INTO data VALUES (2); END IF;
        FOR i IN 3..4 DO INSERT INTO data VALUES (i); END FOR;
        CREATE FUNCTION f(a INT) RETURNS INT IF a > 0 THEN RETURN 1; ELSE RETURN 2; END IF;
        CREATE FUNCTION g() RETURNS VARCHAR(9) CHARSET utf8mb4 COMMENT 'c;' CASE 1 WHEN 1 THEN RETURN 'a'; END CASE;
        CREATE DEFINER=CURRENT_USER TRIGGER t BEFORE INSERT ON data FOR EACH ROW SET NEW.x = NEW.x + 10;
        CREATE TRIGGER u BEFORE INSERT ON data FOR EACH ROW FOLLOWS t BEGIN SET NEW.x = NEW.x + 1; END;
        CREATE PROCEDURE p() DROP TABLE IF EXISTS nothing;
        CALL p();
        INSERT INTO data VALUES (f(1));
    ";
    folder.add("2024-01-01-000000_all", script, "DROP TABLE data");
    let migrations = folder.migrations(&db);
    let statements = std::sync::atomic::AtomicUsize::new(0);
    let counted = std::sync::Arc::new(statements);
    let counter = std::sync::Arc::clone(&counted);
    let observed = migrations.clone().observe(move |event| {
        if let alchemy_core::migration::Event::Statement { total, .. } = event {
            counter.store(*total, std::sync::atomic::Ordering::Relaxed);
        }
    });
    observed.upgrade(&Target::Head).unwrap();
    assert_eq!(counted.load(std::sync::atomic::Ordering::Relaxed), 10);
    assert_eq!(db.texts("SELECT CAST(x AS CHAR) FROM data ORDER BY x"), ["1", "2", "3", "4", "12"]);
    assert_eq!(states(&migrations), "A");
}

fn a_pending_migration_before_one_that_is_applied_is_applied(db: TestDatabase) {
    let folder = Folder::tables();
    let migrations = folder.migrations(&db);
    let second = "2024-01-02-000000_create_b";
    folder.remove(second);
    migrations.upgrade(&Target::Head).unwrap();
    // As when another branch is merged.
    folder.add(second, "CREATE TABLE b (id INTEGER PRIMARY KEY)", "DROP TABLE b");
    assert_eq!(states(&migrations), "ApA");
    let applied = migrations.upgrade(&"20240103".parse().unwrap()).unwrap();
    assert_eq!(applied.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), [second]);
    assert_eq!(states(&migrations), "AAA");
}
