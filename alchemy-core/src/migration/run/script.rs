//! What would be run, as text.

use std::fmt::Write;

use super::operation::Job;
use super::{Direction, Migrations};
use crate::migration::Result;
use crate::migration::target::Target;

impl Migrations {
    /// The SQL that an upgrade or a downgrade would run, what it writes into the tables of versions included. Runs nothing,
    /// and needs no right to.
    ///
    /// # Errors
    /// As [`upgrade`](Self::upgrade) and [`downgrade`](Self::downgrade).
    pub fn script(&self, direction: Direction, target: &Target) -> Result<String> {
        let migrations = self.migrations()?;
        let history = self.history()?;
        let mut script = String::new();
        let jobs = match direction {
            Direction::Up => self.up_jobs(&migrations, &history, target)?,
            Direction::Down => self.down_jobs(&migrations, &history, target)?,
        };
        if direction == Direction::Up && !jobs.is_empty() {
            add_all(&mut script, &history.table_statements(self.dialect()));
        }
        for job in &jobs {
            add_job(&mut script, job);
        }
        Ok(script)
    }

    /// The SQL that a [`stamp`](Self::stamp) would run. Runs nothing, and needs no right to.
    ///
    /// # Errors
    /// As a stamp.
    pub fn stamp_script(&self, target: &Target, purge: bool) -> Result<String> {
        let migrations = self.migrations()?;
        let history = self.history()?;
        let statements = self.stamp_statements(&migrations, &history, target, purge)?;
        let mut script = String::new();
        add_all(&mut script, &history.table_statements(self.dialect()));
        add(&mut script, self.dialect().begin());
        add_all(&mut script, &statements);
        add(&mut script, "COMMIT");
        Ok(script)
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

fn add_job(script: &mut String, job: &Job<'_>) {
    if !script.is_empty() {
        script.push('\n');
    }
    let file = match job.direction {
        Direction::Up => "up.sql",
        Direction::Down => "down.sql",
    };
    // Writing to a string does not fail.
    let _ = writeln!(script, "-- {}/{file}", job.migration.name.replace('\n', " "));
    job.operations.iter().for_each(|operation| add(script, operation.sql()));
}

fn add_all(script: &mut String, statements: &[String]) {
    statements.iter().for_each(|statement| add(script, statement));
}

fn add(script: &mut String, statement: &str) {
    script.push_str(statement);
    script.push_str(";\n");
}
