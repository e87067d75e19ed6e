//! Which migrations a database has, and the checksums of their files.
//!
//! The versions are in Diesel's own table. The checksums are in one beside it, so that Diesel's command line knows nothing
//! of them; each says of which run it is, and is void once Diesel has taken that run back.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use diesel::migration::{CREATE_MIGRATIONS_TABLE, MigrationConnection};
use diesel::sql_types::{Text, Timestamp};
use diesel::{QueryResult, QueryableByName, RunQueryDsl};

use super::Result;
use super::folder::Migration;
use crate::backend::{AnyConnection, Dialect, checksum_table, classify::classify, has_table, quote_text};

/// Diesel's table of versions.
pub(crate) const VERSION_TABLE: &str = "__diesel_schema_migrations";
/// The table of checksums.
pub(crate) const CHECKSUM_TABLE: &str = "__alchemy_migrations";

/// What a database says of its migrations.
#[derive(Debug, Default)]
pub(super) struct History {
    /// By version.
    pub(super) applied: BTreeMap<String, Run>,
    pub(super) has_versions: bool,
    pub(super) has_checksums: bool,
    /// Versions of checksums that are void.
    stale: Vec<String>,
}

/// When a migration was applied.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) run_on: NaiveDateTime,
    /// `None` where it is not known: Diesel's command line keeps none.
    pub(super) checksum: Option<String>,
}

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Timestamp)]
    run_on: NaiveDateTime,
}

#[derive(QueryableByName)]
struct ChecksumRow {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Text)]
    checksum: String,
    #[diesel(sql_type = Timestamp)]
    run_on: NaiveDateTime,
}

impl History {
    /// Reads it, and changes nothing: a table that is not there is an empty one.
    pub(super) fn read(connection: &mut AnyConnection) -> Result<Self> {
        Self::query(connection).map_err(|error| classify(connection, error).into())
    }

    fn query(connection: &mut AnyConnection) -> QueryResult<Self> {
        let mut history = Self {
            has_versions: has_table(connection, VERSION_TABLE)?,
            has_checksums: has_table(connection, CHECKSUM_TABLE)?,
            ..Self::default()
        };
        if history.has_versions {
            let rows: Vec<VersionRow> =
                diesel::sql_query(format!("SELECT version, run_on FROM {VERSION_TABLE}")).load(connection)?;
            history.applied = rows
                .into_iter()
                .map(|row| (row.version, Run { run_on: row.run_on, checksum: None }))
                .collect();
        }
        if history.has_checksums {
            let sql = format!("SELECT version, checksum, run_on FROM {CHECKSUM_TABLE}");
            let rows: Vec<ChecksumRow> = diesel::sql_query(sql).load(connection)?;
            rows.into_iter().for_each(|row| history.add(row));
        }
        Ok(history)
    }

    fn add(&mut self, row: ChecksumRow) {
        match self.applied.get_mut(&row.version) {
            Some(run) if run.run_on == row.run_on => run.checksum = Some(row.checksum),
            _ => self.stale.push(row.version),
        }
    }

    pub(super) fn has(&self, version: &str) -> bool {
        self.applied.contains_key(version)
    }

    /// Makes the tables that are not there.
    pub(super) fn make_tables(&mut self, connection: &mut AnyConnection) -> Result<()> {
        let made = self.try_make_tables(connection);
        made.map_err(|error| classify(connection, error).into())
    }

    fn try_make_tables(&mut self, connection: &mut AnyConnection) -> QueryResult<()> {
        make_versions(connection, self)?;
        if !self.has_checksums {
            connection.batch_execute(&checksum_table(connection.dialect(), CHECKSUM_TABLE))?;
            self.has_checksums = true;
        }
        Ok(())
    }

    /// The statements that make the tables that are not there.
    pub(super) fn table_statements(&self, dialect: Dialect) -> Vec<String> {
        let mut statements = Vec::new();
        if !self.has_versions {
            statements.push(CREATE_MIGRATIONS_TABLE.trim_end().trim_end_matches(';').to_owned());
        }
        if !self.has_checksums {
            statements.push(checksum_table(dialect, CHECKSUM_TABLE));
        }
        statements
    }

    /// The statements that take away checksums that are void, and add those that are not known; the others stay.
    pub(super) fn adopt_statements(&self, dialect: Dialect, migrations: &[Migration]) -> Vec<String> {
        let stale = self.stale.iter().filter(|version| !self.has(version));
        let mut statements: Vec<String> =
            stale.map(|version| delete(dialect, CHECKSUM_TABLE, version)).collect();
        for migration in migrations {
            if self.applied.get(&migration.version).is_some_and(|run| run.checksum.is_none()) {
                statements.extend(checksum_statements(dialect, migration));
            }
        }
        statements
    }
}

/// Makes Diesel's table with Diesel's own statement.
pub(super) fn make_versions(connection: &mut AnyConnection, history: &mut History) -> QueryResult<()> {
    if !history.has_versions {
        connection.setup()?;
        history.has_versions = true;
    }
    Ok(())
}

/// The statements that write down that a migration was applied.
pub(super) fn applied_statements(dialect: Dialect, migration: &Migration) -> Vec<String> {
    let mut statements = vec![insert_version(dialect, &migration.version)];
    statements.extend(checksum_statements(dialect, migration));
    statements
}

/// The statements that write down that a migration was taken back.
pub(super) fn reverted_statements(dialect: Dialect, version: &str, has_checksums: bool) -> Vec<String> {
    let mut statements = vec![delete(dialect, VERSION_TABLE, version)];
    if has_checksums {
        statements.push(delete(dialect, CHECKSUM_TABLE, version));
    }
    statements
}

/// The statements that empty both tables.
pub(super) fn purge_statements() -> Vec<String> {
    [VERSION_TABLE, CHECKSUM_TABLE].map(|table| format!("DELETE FROM {table}")).into()
}

/// The statements that keep the checksum of an applied migration, whatever was there.
pub(super) fn checksum_statements(dialect: Dialect, migration: &Migration) -> Vec<String> {
    let [version, name, checksum] =
        [&migration.version, &migration.name, &migration.checksum()].map(|text| quote_text(dialect, text));
    vec![
        delete(dialect, CHECKSUM_TABLE, &migration.version),
        format!(
            "INSERT INTO {CHECKSUM_TABLE} (version, name, checksum, run_on) \
             SELECT version, {name}, {checksum}, run_on FROM {VERSION_TABLE} WHERE version = {version}"
        ),
    ]
}

fn insert_version(dialect: Dialect, version: &str) -> String {
    format!("INSERT INTO {VERSION_TABLE} (version) VALUES ({})", quote_text(dialect, version))
}

fn delete(dialect: Dialect, table: &str, version: &str) -> String {
    format!("DELETE FROM {table} WHERE version = {}", quote_text(dialect, version))
}
