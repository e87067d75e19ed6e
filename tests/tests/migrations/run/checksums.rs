//! Files that are changed after they were applied.

use alchemy_core::migration::{Checksum, MigrationError, Migrations, Target};
use alchemy_tests::{Connection, TestDatabase, database_tests};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};

use super::target;
use crate::folders::{Folder, VERSIONS, checksums, has, tables};

database_tests! {
    an_edited_migration_stops_what_concerns_it,
    versions_applied_by_others_get_their_checksums_at_the_next_upgrade,
    a_checksum_ends_with_the_run_it_is_of,
    line_ends_are_no_change,
}

fn known(migrations: &Migrations) -> Vec<Checksum> {
    migrations.status().unwrap().iter().map(|entry| entry.checksum).collect()
}

fn by_diesel(db: &TestDatabase, folder: &Folder, back: bool) {
    macro_rules! run {
        ($connection:expr) => {{
            let source = FileBasedMigrations::from_path(folder.path()).unwrap();
            if back {
                $connection.revert_last_migration(source).map(drop).unwrap();
            } else {
                $connection.run_pending_migrations(source).map(drop).unwrap();
            }
        }};
    }
    match &mut db.connect() {
        #[cfg(feature = "sqlite")]
        Connection::Sqlite(connection) => run!(connection),
        #[cfg(feature = "postgres")]
        Connection::Postgres(connection) => run!(connection),
        #[cfg(feature = "mysql")]
        Connection::Mysql(connection) => run!(connection),
        _ => unreachable!("one of these"),
    }
}

fn an_edited_migration_stops_what_concerns_it(db: TestDatabase) {
    let folder = Folder::tables();
    let migrations = folder.migrations(&db);
    migrations.upgrade(&target("+2")).unwrap();
    folder.write("2024-01-01-000000_create_a/up.sql", "CREATE TABLE a (id BIGINT)");
    assert_eq!(known(&migrations), [Checksum::Edited, Checksum::Same, Checksum::Unknown]);
    let error = migrations.upgrade(&Target::Head).unwrap_err();
    assert!(matches!(&error, MigrationError::Edited { versions } if *versions == VERSIONS[..1]), "{error:?}");
    assert_eq!(tables(&db), "ab");
    // The other one has nothing to do with it.
    migrations.downgrade(&target("-1")).unwrap();
    assert!(matches!(migrations.downgrade(&Target::Base), Err(MigrationError::Edited { .. })));
    assert_eq!(tables(&db), "a");
    migrations.stamp(&target("20240101"), false).unwrap();
    assert_eq!(migrations.upgrade(&Target::Head).unwrap().len(), 2);
    assert_eq!(known(&migrations), [Checksum::Same; 3]);
    migrations.downgrade(&Target::Base).unwrap();
    assert_eq!(checksums(&db), [""; 0]);
}

fn versions_applied_by_others_get_their_checksums_at_the_next_upgrade(db: TestDatabase) {
    let folder = Folder::tables();
    folder.remove("2024-01-03-000000_create_c");
    by_diesel(&db, &folder, false);
    let migrations = folder.migrations(&db);
    assert_eq!(known(&migrations), [Checksum::Unknown; 2]);
    // Where there is nothing to do, nothing is made.
    assert_eq!(migrations.upgrade(&Target::Head).unwrap(), []);
    assert!(!has(&db, "__alchemy_migrations"));
    folder.add("2024-01-03-000000_create_c", "CREATE TABLE c (id INTEGER)", "DROP TABLE c");
    migrations.upgrade(&Target::Head).unwrap();
    assert_eq!(known(&migrations), [Checksum::Same; 3]);

    folder.add("2024-01-04-000000_create_d", "CREATE TABLE d (id INTEGER)", "DROP TABLE d");
    by_diesel(&db, &folder, false);
    assert_eq!(known(&migrations)[3], Checksum::Unknown);
    // Now that there is a place for them, they are kept at once.
    assert_eq!(migrations.upgrade(&Target::Head).unwrap(), []);
    assert_eq!(known(&migrations), [Checksum::Same; 4]);
}

fn a_checksum_ends_with_the_run_it_is_of(db: TestDatabase) {
    let folder = Folder::tables();
    let migrations = folder.migrations(&db);
    migrations.upgrade(&Target::Head).unwrap();
    by_diesel(&db, &folder, true);
    assert_eq!(checksums(&db), VERSIONS);
    assert_eq!(known(&migrations), [Checksum::Same, Checksum::Same, Checksum::Unknown]);
    // Times of runs have whole seconds on some databases.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    folder.write("2024-01-03-000000_create_c/up.sql", "CREATE TABLE c (id BIGINT)");
    by_diesel(&db, &folder, false);
    assert_eq!(known(&migrations), [Checksum::Same, Checksum::Same, Checksum::Unknown]);
    migrations.upgrade(&Target::Head).unwrap();
    assert_eq!(known(&migrations), [Checksum::Same; 3]);
    by_diesel(&db, &folder, true);
    folder.remove("2024-01-03-000000_create_c");
    migrations.upgrade(&Target::Head).unwrap();
    assert_eq!(checksums(&db), VERSIONS[..2]);
}

fn line_ends_are_no_change(db: TestDatabase) {
    let folder = Folder::new();
    folder.add("2024-01-01-000000_create_a", "CREATE TABLE a (\r\n  id INTEGER\r\n);\r\n", "");
    let migrations = folder.migrations(&db);
    migrations.upgrade(&Target::Head).unwrap();
    folder.write("2024-01-01-000000_create_a/up.sql", "CREATE TABLE a (\n  id INTEGER\n);\n");
    assert_eq!(known(&migrations), [Checksum::Same]);
    folder.write("2024-01-01-000000_create_a/up.sql", "CREATE TABLE a (\n id INTEGER\n);\n");
    assert_eq!(known(&migrations), [Checksum::Edited]);
}
