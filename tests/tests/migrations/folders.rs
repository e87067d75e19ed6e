//! Folders of migrations for tests, and what a database has of them.

use std::fs;
use std::path::{Path, PathBuf};

use alchemy_core::engine::{Engine, EngineConfig};
use alchemy_core::migration::{Applied, Migrations, State};
use alchemy_tests::{Backend, TestDatabase};
use tempfile::TempDir;

/// A folder that is gone with this value.
pub(crate) struct Folder(TempDir);

/// The versions of [`Folder::tables`].
pub(crate) const VERSIONS: [&str; 3] = ["20240101000000", "20240102000000", "20240103000000"];

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    /// Three migrations, each of which makes a table: `a`, `b` and `c`.
    pub(crate) fn tables() -> Self {
        let folder = Self::new();
        for (day, table) in [(1, "a"), (2, "b"), (3, "c")] {
            folder.add(
                &format!("2024-01-{day:02}-000000_create_{table}"),
                &format!("CREATE TABLE {table} (id INTEGER PRIMARY KEY);\n"),
                &format!("DROP TABLE {table};\n"),
            );
        }
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The folder of one migration.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }

    pub(crate) fn add(&self, name: &str, up: &str, down: &str) {
        self.write(&format!("{name}/up.sql"), up);
        self.write(&format!("{name}/down.sql"), down);
    }

    /// One that runs in no transaction.
    pub(crate) fn add_outside(&self, name: &str, up: &str, down: &str) {
        self.add(name, up, down);
        self.write(&format!("{name}/metadata.toml"), "run_in_transaction = false\n");
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_dir_all(self.at(name)).expect("it is there");
    }

    pub(crate) fn migrations(&self, db: &TestDatabase) -> Migrations {
        Migrations::new(&engine(db), self.path())
    }
}

pub(crate) fn engine(db: &TestDatabase) -> Engine {
    Engine::connect(EngineConfig::new(db.url()).pool_size(1)).expect("the database is there")
}

/// Whether a table can be read.
pub(crate) fn has(db: &TestDatabase, table: &str) -> bool {
    db.connect().try_execute(&format!("SELECT 1 FROM {table}")).is_ok()
}

/// The tables of [`Folder::tables`] that are there.
pub(crate) fn tables(db: &TestDatabase) -> String {
    ["a", "b", "c"].into_iter().filter(|table| has(db, table)).collect()
}

/// What Diesel's own table says.
pub(crate) fn versions(db: &TestDatabase) -> Vec<String> {
    if has(db, "__diesel_schema_migrations") {
        db.texts("SELECT version FROM __diesel_schema_migrations ORDER BY version")
    } else {
        Vec::new()
    }
}

/// The versions in the table of checksums.
pub(crate) fn checksums(db: &TestDatabase) -> Vec<String> {
    if has(db, "__alchemy_migrations") {
        db.texts("SELECT version FROM __alchemy_migrations ORDER BY version")
    } else {
        Vec::new()
    }
}

/// The letter of each state, by version.
pub(crate) fn states(migrations: &Migrations) -> String {
    let status = migrations.status().expect("the status");
    status
        .iter()
        .map(|entry| match entry.state {
            State::Applied(_) => 'A',
            State::Pending => 'p',
            State::Missing(_) => 'M',
        })
        .collect()
}

/// The versions of what was run.
pub(crate) fn ran(applied: &[Applied]) -> Vec<&str> {
    applied.iter().map(|applied| applied.version.as_str()).collect()
}

/// Whether a failed migration leaves nothing behind.
pub(crate) fn undoes_changes_of_tables(db: &TestDatabase) -> bool {
    db.backend() != Backend::Mysql
}
