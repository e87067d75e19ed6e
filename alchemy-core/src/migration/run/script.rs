//! What would be run, as text.

use super::operation::Job;
use super::{Direction, Migrations};
use crate::backend::{Dialect, client_call, client_delimiter, drop_statements};
use crate::ddl::sort_by_dependency;
use crate::migration::Result;
use crate::migration::history::{CHECKSUM_TABLE, VERSION_TABLE};
use crate::migration::target::Target;
use crate::model::ModelMeta;

impl Migrations {
    /// The SQL that an upgrade or a downgrade would run, what it writes into the tables of versions included, for the
    /// database's own client. Runs nothing, and needs no right to.
    ///
    /// # Errors
    /// As [`upgrade`](Self::upgrade) and [`downgrade`](Self::downgrade).
    pub fn script(&self, direction: Direction, target: &Target) -> Result<String> {
        let migrations = self.migrations()?;
        let history = self.history()?;
        let jobs = match direction {
            Direction::Up => self.up_jobs(&migrations, &history, target)?,
            Direction::Down => self.down_jobs(&migrations, &history, target)?,
        };
        let mut script = Script::new(self.dialect());
        if direction == Direction::Up && !jobs.is_empty() {
            script.add_all(&history.table_statements(self.dialect()));
        }
        jobs.iter().for_each(|job| script.add_job(job));
        Ok(script.text)
    }

    /// The SQL that a [`stamp`](Self::stamp) would run. Runs nothing, and needs no right to.
    ///
    /// # Errors
    /// As a stamp.
    pub fn stamp_script(&self, target: &Target, purge: bool) -> Result<String> {
        let migrations = self.migrations()?;
        let history = self.history()?;
        let statements = self.stamp_statements(&migrations, &history, target, purge)?;
        let mut script = Script::new(self.dialect());
        script.add_all(&history.table_statements(self.dialect()));
        script.add(self.dialect().begin());
        script.add_all(&statements);
        script.add("COMMIT");
        Ok(script.text)
    }

    /// The SQL that a [`drop_all`](Self::drop_all) would run. Runs nothing.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) for models that cannot be one database.
    pub fn drop_all_script(&self, models: &[&'static ModelMeta]) -> Result<String> {
        let managed: Vec<_> = models.iter().copied().filter(|model| model.managed).collect();
        let models = sort_by_dependency(&managed)?;
        let dialect = self.dialect();
        let mut script = Script::new(dialect);
        if dialect == Dialect::Sqlite {
            script.add("PRAGMA foreign_keys = OFF");
        }
        script.add(dialect.begin());
        script.add_all(&drop_statements(dialect, &models, &[VERSION_TABLE, CHECKSUM_TABLE]));
        script.add("COMMIT");
        Ok(script.text)
    }

    /// The SQL that [`ensure_version`](Self::ensure_version) would run; empty where the table is there.
    ///
    /// # Errors
    /// What the database reports.
    pub fn ensure_version_script(&self) -> Result<String> {
        let mut script = String::new();
        if !self.history()?.has_versions {
            script.push_str(diesel::migration::CREATE_MIGRATIONS_TABLE);
        }
        Ok(script)
    }
}

/// A script for a database's own client.
struct Script {
    dialect: Dialect,
    text: String,
}

impl Script {
    fn new(dialect: Dialect) -> Self {
        Self { dialect, text: String::new() }
    }

    fn add_job(&mut self, job: &Job<'_>) {
        let file = match job.direction {
            Direction::Up => "up.sql",
            Direction::Down => "down.sql",
        };
        self.begin();
        self.text.push_str(&format!("\n-- {}/{file}\n", job.migration.name.replace('\n', " ")));
        job.operations.iter().for_each(|operation| self.add(operation.sql()));
    }

    fn add_all(&mut self, statements: &[String]) {
        statements.iter().for_each(|statement| self.add(statement));
    }

    fn add(&mut self, statement: &str) {
        self.begin();
        match client_delimiter(self.dialect, statement) {
            None => self.text.push_str(&format!("{statement};\n")),
            Some(end) => {
                self.text.push_str(&format!("DELIMITER {end}\n{statement}\n{end}\nDELIMITER ;\n"));
            }
        }
    }

    /// Says how to run it, so that it stops at an error, and does not count as done what was not.
    fn begin(&mut self) {
        if self.text.is_empty() {
            self.text.push_str(client_call(self.dialect));
        }
    }
}
