//! What is refused, in one sentence each.

use alchemy_core::migration::{Direction, Target};
use alchemy_tests::{TestDatabase, database_tests};

use crate::folders::{Folder, VERSIONS, states, tables, versions};

database_tests! {
    targets_that_cannot_be_reached_are_refused,
    a_database_newer_than_the_folder_is_left_alone,
    an_edited_migration_is_told,
    a_folder_that_is_not_there_is_told: [sqlite],
    a_dirty_folder_is_refused_as_a_whole: [sqlite],
    a_script_that_cannot_be_taken_apart_is_refused_before_any_is_run,
    a_migration_without_a_way_back_is_refused_before_any_is_run,
    a_folder_that_cannot_be_written_keeps_nothing: [sqlite],
}

fn targets_that_cannot_be_reached_are_refused(db: TestDatabase) {
    let folder = Folder::tables();
    let migrations = folder.migrations(&db);
    migrations.upgrade(&"+2".parse().unwrap()).unwrap();
    let place = folder.path().display();
    let up = [
        ("20250101", format!("there is no migration `20250101` in `{place}`")),
        ("no-such", format!("there is no migration `nosuch` in `{place}`")),
        (
            "2024010",
            "`2024010` may be 20240101000000 or 20240102000000 or 20240103000000; give more of it".into(),
        ),
        ("base", "`base` cannot be reached: an upgrade goes forward, and a downgrade back".into()),
        ("-1", "`-1` cannot be reached: an upgrade goes forward, and a downgrade back".into()),
        ("+2", "`+2` cannot be reached: only 1 migration is pending".into()),
    ];
    for (text, sentence) in up {
        let target: Target = text.parse().unwrap();
        assert_eq!(migrations.upgrade(&target).unwrap_err().to_string(), sentence);
        assert_eq!(migrations.script(Direction::Up, &target).unwrap_err().to_string(), sentence);
    }
    let down = [
        ("20250101", format!("there is no migration `20250101` in `{place}`")),
        ("head", "`head` cannot be reached: a downgrade goes back, and an upgrade forward".into()),
        ("+1", "`+1` cannot be reached: a downgrade goes back, and an upgrade forward".into()),
        ("-3", "`-3` cannot be reached: only 2 migrations are applied".into()),
        (
            "20240103",
            "`20240103` cannot be reached: it is not applied, and a downgrade applies nothing".into(),
        ),
    ];
    for (text, sentence) in down {
        let target: Target = text.parse().unwrap();
        assert_eq!(migrations.downgrade(&target).unwrap_err().to_string(), sentence);
        assert_eq!(migrations.script(Direction::Down, &target).unwrap_err().to_string(), sentence);
    }
    let error = migrations.stamp(&"1999".parse().unwrap(), true).unwrap_err().to_string();
    assert_eq!(error, format!("there is no migration `1999` in `{place}`"));
    let error = "-x".parse::<Target>().unwrap_err().to_string();
    assert_eq!(
        error,
        "`-x` is neither `head`, `base`, a number of steps such as `+1` or `-1`, nor a version"
    );
    assert_eq!((tables(&db).as_str(), states(&migrations).as_str()), ("ab", "AAp"));
}

fn a_database_newer_than_the_folder_is_left_alone(db: TestDatabase) {
    let folder = Folder::tables();
    let migrations = folder.migrations(&db);
    migrations.upgrade(&Target::Head).unwrap();
    folder.remove("2024-01-02-000000_create_b");
    folder.remove("2024-01-03-000000_create_c");
    folder.add("2024-02-01-000000_other", "CREATE TABLE other (id INTEGER)", "DROP TABLE other");
    let sentence = format!(
        "the database has migrations that `{}` has not: 20240102000000, 20240103000000; get the newer ones, or \
         `database stamp` a version it has",
        folder.path().display()
    );
    assert_eq!(migrations.upgrade(&Target::Head).unwrap_err().to_string(), sentence);
    assert_eq!(migrations.downgrade(&Target::Base).unwrap_err().to_string(), sentence);
    assert_eq!(migrations.script(Direction::Up, &Target::Head).unwrap_err().to_string(), sentence);
    assert_eq!((tables(&db).as_str(), states(&migrations).as_str()), ("abc", "AMMp"));
    let error = migrations.downgrade(&"-1".parse().unwrap()).unwrap_err().to_string();
    assert!(error.contains("has not: 20240103000000; get"), "{error}");
    assert_eq!(versions(&db), VERSIONS);
}

fn an_edited_migration_is_told(db: TestDatabase) {
    let folder = Folder::tables();
    let migrations = folder.migrations(&db);
    migrations.upgrade(&"+2".parse().unwrap()).unwrap();
    for name in ["2024-01-01-000000_create_a", "2024-01-02-000000_create_b"] {
        folder.write(&format!("{name}/up.sql"), "SELECT 1");
    }
    let sentence = "applied migrations were edited since: 20240101000000, 20240102000000; put them back as they were, \
                    or `database stamp` what the database has";
    assert_eq!(migrations.upgrade(&Target::Head).unwrap_err().to_string(), sentence);
    assert_eq!(migrations.downgrade(&Target::Base).unwrap_err().to_string(), sentence);
    assert_eq!((tables(&db).as_str(), states(&migrations).as_str()), ("ab", "AAp"));
}

fn a_folder_that_is_not_there_is_told(db: TestDatabase) {
    let folder = Folder::new();
    let path = folder.at("none");
    let migrations = alchemy_core::migration::Migrations::new(&crate::folders::engine(&db), &path);
    let sentence = format!("there is no folder `{}`; `database init` makes it", path.display());
    assert_eq!(migrations.status().unwrap_err().to_string(), sentence);
    assert_eq!(migrations.upgrade(&Target::Head).unwrap_err().to_string(), sentence);
    assert_eq!(migrations.stamp(&Target::Head, false).unwrap_err().to_string(), sentence);
    folder.write("file", "");
    let path = folder.at("file");
    let migrations = alchemy_core::migration::Migrations::new(&crate::folders::engine(&db), &path);
    let error = migrations.status().unwrap_err().to_string();
    assert!(error.starts_with(&format!("`{}` cannot be read: ", path.display())), "{error}");
}

fn a_dirty_folder_is_refused_as_a_whole(db: TestDatabase) {
    let long = format!("{}_x", "1".repeat(51));
    let cases: [(&str, &[u8], &str, &str); 9] = [
        ("2024-02-01-000000_x/down.sql", b"", "2024-02-01-000000_x", "has no `up.sql`"),
        ("archive/old.sql", b"", "archive", "has no `up.sql`"),
        ("_x/up.sql", b"", "_x", "has no version in its name, which is to be `<version>_<name>`"),
        ("-_x/up.sql", b"", "-_x", "has no version in its name, which is to be `<version>_<name>`"),
        ("20240102000000_x/up.sql", b"", "20240102000000_x", ""),
        ("2024-02-01_x/up.sql", b"SELECT '\xff'", "2024-02-01_x/up.sql", "is not UTF-8"),
        (
            "2024-01-01-000000_create_a/down.sql",
            b"\xfe",
            "2024-01-01-000000_create_a/down.sql",
            "is not UTF-8",
        ),
        (
            "2024-01-01-000000_create_a/metadata.toml",
            b"run_in_transaction = 1",
            "2024-01-01-000000_create_a/metadata.toml",
            "cannot be read: invalid type: integer `1`, expected a boolean",
        ),
        (&format!("{long}/up.sql"), b"", &long, "has a version of more than 50 characters"),
    ];
    for (file, text, path, reason) in cases {
        let folder = Folder::tables();
        folder.write(file, text);
        let migrations = folder.migrations(&db);
        let sentence = if reason.is_empty() {
            let second = folder.at("2024-01-02-000000_create_b");
            let sentence = format!(
                "`{}` has the same version as `2024-01-02-000000_create_b`",
                folder.at(path).display()
            );
            assert!(second.exists());
            sentence
        } else {
            format!("`{}` {reason}", folder.at(path).display())
        };
        assert_eq!(migrations.status().unwrap_err().to_string(), sentence);
        assert_eq!(migrations.upgrade(&Target::Head).unwrap_err().to_string(), sentence);
        assert_eq!(migrations.downgrade(&Target::Base).unwrap_err().to_string(), sentence);
        assert_eq!(migrations.stamp(&Target::Head, true).unwrap_err().to_string(), sentence);
    }
    // A file that is none.
    let folder = Folder::tables();
    std::fs::remove_file(folder.at("2024-01-01-000000_create_a/up.sql")).unwrap();
    std::fs::create_dir(folder.at("2024-01-01-000000_create_a/up.sql")).unwrap();
    let error = folder.migrations(&db).upgrade(&Target::Head).unwrap_err().to_string();
    let path = folder.at("2024-01-01-000000_create_a/up.sql");
    assert!(error.starts_with(&format!("`{}` cannot be read: ", path.display())), "{error}");
    assert_eq!(versions(&db), [""; 0]);
}

fn a_script_that_cannot_be_taken_apart_is_refused_before_any_is_run(db: TestDatabase) {
    let folder = Folder::tables();
    let migrations = folder.migrations(&db);
    let path = folder.at("2024-01-03-000000_create_c/up.sql");
    let cases = [
        (
            "CREATE TABLE c (id INTEGER);\nINSERT INTO c VALUES ('1);\n",
            "has a quote that is not closed, begun in line 2",
        ),
        ("/* CREATE TABLE c (id INTEGER);\n", "has a comment that is not closed, begun in line 1"),
        ("\nBEGIN;\nCREATE TABLE c (id INTEGER);\n", "begins a transaction in line 2 that it does not end"),
    ];
    for (script, reason) in cases {
        folder.write("2024-01-03-000000_create_c/up.sql", script);
        let sentence = format!("`{}` {reason}", path.display());
        assert_eq!(migrations.upgrade(&Target::Head).unwrap_err().to_string(), sentence);
        assert_eq!((tables(&db).as_str(), states(&migrations).as_str()), ("", "ppp"));
    }
}

fn a_migration_without_a_way_back_is_refused_before_any_is_run(db: TestDatabase) {
    let folder = Folder::tables();
    std::fs::remove_file(folder.at("2024-01-02-000000_create_b/down.sql")).unwrap();
    let migrations = folder.migrations(&db);
    migrations.upgrade(&Target::Head).unwrap();
    let sentence = "the migration `20240102000000` has no `down.sql`, so it cannot be taken back";
    assert_eq!(migrations.downgrade(&Target::Base).unwrap_err().to_string(), sentence);
    assert_eq!((tables(&db).as_str(), states(&migrations).as_str()), ("abc", "AAA"));
    migrations.downgrade(&"-1".parse().unwrap()).unwrap();
}

fn a_folder_that_cannot_be_written_keeps_nothing(_: TestDatabase) {
    use alchemy_core::migration::folder::{Revision, write};

    let folder = Folder::new();
    let path = folder.at("migrations");
    folder.write("migrations", "a file in its place");
    let revision = Revision {
        message: "first".to_owned(),
        up: String::new(),
        down: String::new(),
        run_in_transaction: true,
    };
    let error = write(&path, std::slice::from_ref(&revision)).unwrap_err().to_string();
    assert!(error.starts_with(&format!("`{}` cannot be written: ", path.display())), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "a file in its place");
}
