//! Diesel's own harness and ours, in turns.

use alchemy_core::migration::{Direction, Migrations, Target};
use alchemy_tests::{Connection, TestDatabase, database_tests};
use diesel::migration::Result;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};

use crate::folders::{Folder, VERSIONS, states, tables, versions};

database_tests! {
    either_goes_on_where_the_other_stopped,
    both_know_the_same_migrations,
}

/// Runs the same on Diesel's connection to whichever database.
macro_rules! with_diesel {
    ($db:expr, $folder:expr, |$connection:ident, $source:ident| $body:expr) => {{
        let $source = FileBasedMigrations::from_path($folder.path()).expect("Diesel takes the folder");
        let result: Result<_> = match &mut $db.connect() {
            #[cfg(feature = "sqlite")]
            Connection::Sqlite($connection) => $body,
            #[cfg(feature = "postgres")]
            Connection::Postgres($connection) => $body,
            #[cfg(feature = "mysql")]
            Connection::Mysql($connection) => $body,
            _ => unreachable!("one of these"),
        };
        result.expect("Diesel does it")
    }};
}

#[derive(Debug, Clone, Copy)]
enum Who {
    Diesel,
    Alchemy,
}

fn step(db: &TestDatabase, folder: &Folder, who: Who, direction: Direction) {
    let ours: Migrations = folder.migrations(db);
    match (who, direction) {
        (Who::Alchemy, Direction::Up) => drop(ours.upgrade(&Target::Forward(1)).unwrap()),
        (Who::Alchemy, Direction::Down) => drop(ours.downgrade(&Target::Back(1)).unwrap()),
        (Who::Diesel, Direction::Up) => {
            with_diesel!(db, folder, |connection, source| connection.run_next_migration(source).map(drop));
        }
        (Who::Diesel, Direction::Down) => {
            with_diesel!(db, folder, |connection, source| connection.revert_last_migration(source).map(drop));
        }
    }
}

fn either_goes_on_where_the_other_stopped(db: TestDatabase) {
    use Direction::{Down, Up};

    let folder = Folder::tables();
    let who = |bits: u32, at: u32| if bits >> at & 1 == 0 { Who::Diesel } else { Who::Alchemy };
    let course = [(Up, 1), (Up, 2), (Up, 3), (Down, 2), (Up, 3), (Down, 2), (Down, 1), (Down, 0)];
    // Enough courses for each to come after each at each place.
    for bits in
        [0b0000_0000_u32, 0b1111_1111, 0b0101_0101, 0b1010_1010, 0b0011_0011, 0b1100_1100, 0b0110_1001]
    {
        for (at, (direction, there)) in (0..).zip(course) {
            step(&db, &folder, who(bits, at), direction);
            let expected = (VERSIONS[..there].to_vec(), &"abc"[..there]);
            assert_eq!((versions(&db).iter().map(String::as_str).collect(), tables(&db).as_str()), expected);
            let applied = with_diesel!(db, folder, |connection, _source| connection.applied_migrations());
            assert_eq!(applied.len(), there, "{bits:b}, {at}");
            assert_eq!(
                states(&folder.migrations(&db)),
                format!("{:p<3}", "A".repeat(there)),
                "{bits:b}, {at}"
            );
        }
    }
}

fn both_know_the_same_migrations(db: TestDatabase) {
    let folder = Folder::tables();
    folder.write("README.md", "a file");
    folder.write(".hidden/x", "no migration");
    folder.write("2024-01-01-000000_create_a/notes.txt", "a file");
    folder.add("0003_plain_number", "CREATE TABLE x (id INTEGER)", "DROP TABLE x");
    folder.add("v-1-2", "CREATE TABLE y (id INTEGER)", "DROP TABLE y");
    let ours = folder.migrations(&db).migrations().unwrap();
    let ours: Vec<_> = ours.into_iter().map(|migration| migration.version).collect();
    let theirs: Vec<_> = pending(&db, &folder).into_iter().map(|(version, _)| version).collect();
    assert_eq!(ours, theirs);
    assert_eq!(ours.len(), 5);

    folder.add("2024-01-05-000000_new", "CREATE TABLE z (id INTEGER)", "");
    folder.write("2024-01-05-000000_new/metadata.toml", "# says nothing\n");
    folder.write("2024-01-01-000000_create_a/metadata.toml", "run_in_transaction = true\n");
    let ours = folder.migrations(&db).migrations().unwrap();
    let ours: Vec<_> = ours.iter().map(|migration| migration.run_in_transaction).collect();
    let theirs: Vec<_> =
        pending(&db, &folder).into_iter().map(|(_, in_transaction)| in_transaction).collect();
    assert_eq!(ours, theirs);
    assert!(ours.contains(&false));
}

/// The versions that Diesel would run, and whether each in a transaction.
fn pending(db: &TestDatabase, folder: &Folder) -> Vec<(String, bool)> {
    with_diesel!(db, folder, |connection, source| connection.pending_migrations(source).map(|pending| {
        let pending = pending.iter();
        pending
            .map(|migration| {
                (migration.name().version().to_string(), migration.metadata().run_in_transaction())
            })
            .collect()
    }))
}
