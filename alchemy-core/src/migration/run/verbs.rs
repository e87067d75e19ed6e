//! What changes a database.

use diesel::connection::{SimpleConnection, TransactionManager};

use super::execute::execute;
use super::operation::Job;
use super::steps::Way;
use super::{Applied, Direction, Entry, Migrations, entries};
#[cfg(feature = "cli")]
use crate::backend::try_drop_tables;
use crate::backend::{AnyConnection, Dialect, classify::classify, drop_tables};
use crate::ddl::sort_by_dependency;
use crate::migration::folder::Migration;
use crate::migration::history::{self, CHECKSUM_TABLE, History, VERSION_TABLE};
use crate::migration::target::Target;
use crate::migration::{MigrationError, Result};
use crate::model::ModelMeta;

impl Migrations {
    /// Applies migrations, each in a transaction where it may be and the database can, and returns them. Versions that
    /// Diesel's command line applied get their checksums.
    ///
    /// # Errors
    /// [`MigrationError::Missing`] and [`MigrationError::Edited`] where the database has other migrations than there are;
    /// what is wrong with the target or a file, all before anything is changed. [`MigrationError::Failed`] leaves those
    /// that came before it applied.
    pub fn upgrade(&self, target: &Target) -> Result<Vec<Applied>> {
        let migrations = self.migrations()?;
        self.locked(|connection| {
            let mut history = History::read(connection)?;
            let jobs = self.up_jobs(&migrations, &history, target)?;
            if !jobs.is_empty() {
                history.make_tables(connection)?;
            }
            if history.has_checksums {
                let statements = history.adopt_statements(connection.dialect(), &migrations);
                write(connection, &statements)?;
            }
            self.run(connection, &jobs)
        })
    }

    /// Takes migrations back, the newest first, and returns them.
    ///
    /// # Errors
    /// [`MigrationError::Irreversible`]; otherwise as [`upgrade`](Self::upgrade), but as far as the ones to take back are
    /// concerned.
    pub fn downgrade(&self, target: &Target) -> Result<Vec<Applied>> {
        let migrations = self.migrations()?;
        self.locked(|connection| {
            let history = History::read(connection)?;
            let jobs = self.down_jobs(&migrations, &history, target)?;
            self.run(connection, &jobs)
        })
    }

    /// Says which migrations the database has, without running any: those up to the target, as they are now. Repairs
    /// a database that has edited or missing ones. `purge` forgets first what was known, also when they were applied.
    ///
    /// # Errors
    /// What is wrong with the target or a file, and what the database reports; nothing is changed then.
    pub fn stamp(&self, target: &Target, purge: bool) -> Result<()> {
        let migrations = self.migrations()?;
        self.locked(|connection| {
            let mut history = History::read(connection)?;
            let statements = self.stamp_statements(&migrations, &history, target, purge)?;
            history.make_tables(connection)?;
            write(connection, &statements)
        })
    }

    /// Makes the table of versions where there is none.
    ///
    /// # Errors
    /// What the database reports.
    pub fn ensure_version(&self) -> Result<()> {
        self.locked(|connection| {
            let mut history = History::read(connection)?;
            let made = history::make_versions(connection, &mut history);
            made.map_err(|error| classify(connection, error).into())
        })
    }

    /// Drops the tables of models, with all their rows, and those of versions and checksums. Models whose table is not
    /// [managed](ModelMeta::managed) keep it.
    ///
    /// # Errors
    /// What the database reports, as of a table of others that refers to one of these. Nothing is dropped then, save on
    /// MariaDB, which cannot take back what it dropped before.
    pub fn drop_all(&self, models: &[&'static ModelMeta]) -> Result<()> {
        let managed: Vec<_> = models.iter().copied().filter(|model| model.managed).collect();
        let models = sort_by_dependency(&managed)?;
        self.locked(|connection| {
            let dropped = drop_tables(connection, &models, &[VERSION_TABLE, CHECKSUM_TABLE]);
            dropped.map_err(|error| classify(connection, error).into())
        })
    }

    /// Finds out whether [`drop_all`](Self::drop_all) can be done, and drops nothing.
    ///
    /// # Errors
    /// As `drop_all`.
    #[cfg(feature = "cli")]
    pub(crate) fn try_drop_all(&self, models: &[&'static ModelMeta]) -> Result<()> {
        let models = sort_by_dependency(models)?;
        self.locked(|connection| {
            let tried = try_drop_tables(connection, &models, &[VERSION_TABLE, CHECKSUM_TABLE]);
            tried.map_err(|error| classify(connection, error).into())
        })
    }

    /// The migrations that an upgrade or a downgrade would run, in order. Changes nothing and needs no right to.
    ///
    /// # Errors
    /// As [`upgrade`](Self::upgrade) and [`downgrade`](Self::downgrade).
    pub fn planned(&self, direction: Direction, target: &Target) -> Result<Vec<Migration>> {
        let migrations = self.migrations()?;
        let history = self.history()?;
        let jobs = match direction {
            Direction::Up => self.up_jobs(&migrations, &history, target)?,
            Direction::Down => self.down_jobs(&migrations, &history, target)?,
        };
        Ok(jobs.into_iter().map(|job| job.migration.clone()).collect())
    }

    fn run(&self, connection: &mut AnyConnection, jobs: &[Job<'_>]) -> Result<Vec<Applied>> {
        jobs.iter().map(|job| execute(connection, job, &*self.observer)).collect()
    }

    /// What an upgrade runs.
    pub(super) fn up_jobs<'a>(
        &self,
        migrations: &'a [Migration],
        history: &History,
        target: &Target,
    ) -> Result<Vec<Job<'a>>> {
        let entries = entries(migrations, history);
        let versions = self.way(&entries).up(target)?;
        self.check(&entries, |_| true)?;
        let dialect = self.dialect();
        let migrations = versions.into_iter().filter_map(|version| by_version(migrations, version));
        migrations
            .map(|migration| {
                let written = history::applied_statements(dialect, migration);
                Job::new(dialect, Direction::Up, migration, written)
            })
            .collect()
    }

    /// What a downgrade runs.
    pub(super) fn down_jobs<'a>(
        &self,
        migrations: &'a [Migration],
        history: &History,
        target: &Target,
    ) -> Result<Vec<Job<'a>>> {
        let entries = entries(migrations, history);
        let versions = self.way(&entries).down(target)?;
        self.check(&entries, |version| versions.contains(&version))?;
        let dialect = self.dialect();
        let migrations = versions.iter().filter_map(|version| by_version(migrations, version));
        migrations
            .map(|migration| {
                let written =
                    history::reverted_statements(dialect, &migration.version, history.has_checksums);
                Job::new(dialect, Direction::Down, migration, written)
            })
            .collect()
    }

    /// What a stamp runs, in one transaction, once both tables are there.
    pub(super) fn stamp_statements(
        &self,
        migrations: &[Migration],
        history: &History,
        target: &Target,
        purge: bool,
    ) -> Result<Vec<String>> {
        let entries = entries(migrations, history);
        let wanted = self.way(&entries).stamp(target)?;
        let dialect = self.dialect();
        let mut statements = if purge { history::purge_statements() } else { Vec::new() };
        if !purge {
            let unwanted = history.applied.keys().filter(|version| !wanted.contains(version.as_str()));
            statements
                .extend(unwanted.flat_map(|version| history::reverted_statements(dialect, version, true)));
        }
        for migration in migrations.iter().filter(|migration| wanted.contains(migration.version.as_str())) {
            if history.has(&migration.version) && !purge {
                statements.extend(history::checksum_statements(dialect, migration));
            } else {
                statements.extend(history::applied_statements(dialect, migration));
            }
        }
        Ok(statements)
    }

    fn way<'a>(&self, entries: &'a [Entry]) -> Way<'a> {
        Way { entries, place: self.place() }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.engine.dialect()
    }
}

fn by_version<'a>(migrations: &'a [Migration], version: &str) -> Option<&'a Migration> {
    migrations.iter().find(|migration| migration.version == version)
}

/// Runs statements that change the tables of versions, all or none.
fn write(connection: &mut AnyConnection, statements: &[String]) -> Result<()> {
    if statements.is_empty() {
        return Ok(());
    }
    let written = AnyConnection::transaction(connection, |connection| {
        statements.iter().try_for_each(|statement| connection.batch_execute(statement))
    });
    written.map_err(|error| MigrationError::from(classify(connection, error)))
}
