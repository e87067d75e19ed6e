//! Versions that are set by hand.

use alchemy_core::migration::{Checksum, State, Target};
use alchemy_tests::{TestDatabase, database_tests};

use super::target;
use crate::folders::{Folder, VERSIONS, checksums, states, tables, versions};

database_tests! {
    a_stamp_runs_nothing,
    a_stamp_repairs_what_is_edited_or_missing,
    a_script_of_a_stamp_does_the_same,
}

fn a_stamp_runs_nothing(db: TestDatabase) {
    let folder = Folder::tables();
    let migrations = folder.migrations(&db);
    let course = [
        ("head", 3),
        ("2024-01-02", 2),
        ("base", 0),
        ("+1", 1),
        ("+2", 3),
        ("-1", 2),
        ("20240101", 1),
        ("20240103", 3),
    ];
    for (text, there) in course {
        for purge in [false, true] {
            if purge && text.starts_with(['+', '-']) {
                continue;
            }
            migrations.stamp(&target(text), purge).unwrap();
            assert_eq!(versions(&db), VERSIONS[..there], "{text}");
            assert_eq!(checksums(&db), VERSIONS[..there], "{text}");
            assert_eq!(states(&migrations), format!("{:p<3}", "A".repeat(there)), "{text}");
        }
    }
    assert_eq!(tables(&db), "");
    let error = migrations.stamp(&target("+1"), false).unwrap_err().to_string();
    assert_eq!(error, "`+1` cannot be reached: no migration is pending");
}

fn a_stamp_repairs_what_is_edited_or_missing(db: TestDatabase) {
    let folder = Folder::tables();
    let migrations = folder.migrations(&db);
    migrations.upgrade(&Target::Head).unwrap();
    db.admin("UPDATE __diesel_schema_migrations SET run_on = '2024-05-06 07:08:09'");
    db.admin("UPDATE __alchemy_migrations SET run_on = '2024-05-06 07:08:09'");
    folder.write("2024-01-01-000000_create_a/up.sql", "SELECT 1");
    folder.remove("2024-01-03-000000_create_c");
    assert_eq!(states(&migrations), "AAM");
    migrations.stamp(&Target::Head, false).unwrap();
    assert_eq!(states(&migrations), "AA");
    let then: chrono::NaiveDateTime = "2024-05-06T07:08:09".parse().unwrap();
    let status = migrations.status().unwrap();
    assert!(
        status.iter().all(|entry| entry.state == State::Applied(then) && entry.checksum == Checksum::Same)
    );
    migrations.stamp(&Target::Head, true).unwrap();
    let status = migrations.status().unwrap();
    assert!(
        status.iter().all(|entry| entry.state != State::Applied(then) && entry.checksum == Checksum::Same)
    );
}

fn a_script_of_a_stamp_does_the_same(db: TestDatabase) {
    let folder = Folder::tables();
    let migrations = folder.migrations(&db);
    let script = migrations.stamp_script(&target("20240102"), false).unwrap();
    assert_eq!(versions(&db), [""; 0]);
    db.admin(&script);
    assert_eq!(states(&migrations), "AAp");
    db.admin(&migrations.stamp_script(&target("base"), true).unwrap());
    assert_eq!((versions(&db), checksums(&db)), (Vec::new(), Vec::new()));
}
