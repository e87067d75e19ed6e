//! Which tests ran, and on which databases.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use xtask::Backend;

use crate::databases::Database;
use crate::steps::{Outcome, Step};

/// The environment variable that names the file to which each test of the suite appends a line: the backend's feature,
/// the test's name and its outcome, separated by tabs.
pub(crate) const VARIABLE: &str = "ALCHEMY_TEST_REPORT";

/// How many tests of the suite ran on each database, and how many of them failed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DatabaseRuns(BTreeMap<Backend, (usize, usize)>);

impl DatabaseRuns {
    /// Reads the file that the tests wrote; no file means that no test ran.
    pub(crate) fn read(file: &Path) -> Self {
        Self::parse(&fs::read_to_string(file).unwrap_or_default())
    }

    fn parse(text: &str) -> Self {
        let mut runs = Self::default();
        for line in text.lines() {
            let mut fields = line.split('\t');
            let backend = fields.next().and_then(Backend::from_feature);
            if let (Some(backend), Some(_), Some(outcome)) = (backend, fields.next(), fields.next()) {
                let (ran, failed) = runs.0.entry(backend).or_default();
                *ran += 1;
                *failed += usize::from(outcome != "passed");
            }
        }
        runs
    }

    fn ran(&self, backend: Backend) -> usize {
        self.0.get(&backend).map_or(0, |(ran, _)| *ran)
    }

    fn failed(&self, backend: Backend) -> usize {
        self.0.get(&backend).map_or(0, |(_, failed)| *failed)
    }
}

/// The tests that passed and failed according to a line of a test program's output, if it is the one that says so.
pub(crate) fn counts(line: &str) -> Option<(usize, usize)> {
    let (_, rest) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = rest.split("; ");
    let passed = counts.next()?.strip_suffix(" passed")?.parse().ok()?;
    let failed = counts.next()?.strip_suffix(" failed")?.parse().ok()?;
    Some((passed, failed))
}

/// What the tests that failed have said, cut out of the output of test programs, so that the end of a long run repeats it.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    /// The lines, those of one program after those of another.
    lines: Vec<String>,
    /// How many lines of the program at hand were kept, while it is at its failures.
    kept: Option<usize>,
}

impl Failures {
    /// The most lines that are kept of one test program.
    const MOST: usize = 60;

    /// Takes the next line of the output.
    pub(crate) fn push(&mut self, line: &str) {
        if counts(line).is_some() {
            self.kept = None;
        } else if let Some(kept) = &mut self.kept {
            if *kept < Self::MOST {
                self.lines.push(line.to_owned());
            }
            *kept += 1;
        } else if line == "failures:" {
            self.kept = Some(0);
        }
    }
}

/// The end of the run: what failed, a line for each step, a line for each database, and how many tests passed and failed.
pub(crate) struct Summary<'a> {
    steps: &'a [Step],
    outcomes: &'a [Outcome],
    databases: &'a [Database],
}

impl<'a> Summary<'a> {
    pub(crate) fn new(steps: &'a [Step], outcomes: &'a [Outcome], databases: &'a [Database]) -> Self {
        Self { steps, outcomes, databases }
    }

    pub(crate) fn all_passed(&self) -> bool {
        self.failed() == 0
    }

    fn passed(&self) -> usize {
        self.outcomes.iter().map(|outcome| outcome.passed).sum()
    }

    /// Tests that failed, steps that failed by something else than a test, and databases on which no test ran.
    fn failed(&self) -> usize {
        let by_step = self.outcomes.iter().map(|outcome| {
            if outcome.failed == 0 { usize::from(!outcome.succeeded) } else { outcome.failed }
        });
        by_step.sum::<usize>() + self.without_tests().count()
    }

    /// Steps of the suite beside a database that it was built for and did not use.
    fn without_tests(&self) -> impl Iterator<Item = (&Step, Backend)> {
        let pairs = self.steps.iter().zip(self.outcomes);
        pairs.filter(|(step, outcome)| step.runs_suite && outcome.succeeded).flat_map(|(step, outcome)| {
            let idle = step.backends.iter().filter(|backend| outcome.databases.ran(**backend) == 0);
            idle.map(move |backend| (step, *backend))
        })
    }
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (step, outcome) in self.steps.iter().zip(self.outcomes) {
            if !outcome.failures.lines.is_empty() {
                writeln!(formatter, "Failures of `{}`:\n{}\n", step.name, outcome.failures.lines.join("\n"))?;
            }
        }
        for (step, outcome) in self.steps.iter().zip(self.outcomes) {
            let word = if outcome.succeeded { "ok" } else { "FAILED" };
            write!(formatter, "{:<9} {word:<7} {:>7.1} s", step.name, outcome.time.as_secs_f64())?;
            if step.runs_tests {
                write!(formatter, "   {} passed, {} failed", outcome.passed, outcome.failed)?;
            }
            writeln!(formatter)?;
        }
        if !self.databases.is_empty() {
            writeln!(formatter, "\nTests of the suite that ran on each database:")?;
        }
        for database in self.databases {
            let backend = database.backend;
            write!(formatter, "{backend:<11}")?;
            let mut separator = " ";
            for (step, outcome) in self.steps.iter().zip(self.outcomes) {
                let ran = outcome.databases.ran(backend);
                if ran > 0 {
                    write!(formatter, "{separator}{ran} in `{}`", step.name)?;
                    separator = ", ";
                    match outcome.databases.failed(backend) {
                        0 => {}
                        failed => write!(formatter, " ({failed} failed)")?,
                    }
                }
            }
            if separator == " " {
                write!(formatter, " none")?;
            }
            writeln!(formatter, "; {}", database.place)?;
        }
        for (step, backend) in self.without_tests() {
            writeln!(formatter, "FAILED: `{}` ran no test on {backend}", step.name)?;
        }
        writeln!(formatter, "\n{} passed, {} failed", self.passed(), self.failed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_test_program_is_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(counts(line), Some((12, 3)));
        assert_eq!(counts("test result: ok. 1 passed; 0 failed; 0 ignored"), Some((1, 0)));
        assert_eq!(counts("test model::result ... ok"), None);
        assert_eq!(counts("test result: unclear"), None);
    }

    #[test]
    fn lines_of_the_report_are_counted_by_database() {
        let runs =
            DatabaseRuns::parse("sqlite\ta\tpassed\npostgres\ta\tfailed\npostgres\tb\tpassed\nhalf a li");
        assert_eq!((runs.ran(Backend::Sqlite), runs.failed(Backend::Sqlite)), (1, 0));
        assert_eq!((runs.ran(Backend::Postgres), runs.failed(Backend::Postgres)), (2, 1));
        assert_eq!((runs.ran(Backend::Mysql), runs.failed(Backend::Mysql)), (0, 0));
    }

    #[test]
    fn what_failed_tests_said_is_repeated_at_the_end() {
        let mut failures = Failures::default();
        for line in [
            "test a ... ok",
            "failures:",
            "",
            "---- b stdout ----",
            "b panicked",
            "",
            "failures:",
            "    b",
            "",
        ] {
            failures.push(line);
        }
        failures.push("test result: FAILED. 1 passed; 1 failed; 0 ignored");
        failures.push("test c ... ok");
        failures.push("failures:");
        (0..100).for_each(|number| failures.push(&number.to_string()));
        assert_eq!(failures.lines[..6], ["", "---- b stdout ----", "b panicked", "", "failures:", "    b"]);
        assert_eq!((failures.lines.len(), failures.lines.last().map(String::as_str)), (67, Some("59")));

        let steps = crate::steps::plan(&[Backend::Sqlite], &["format".to_owned()]).unwrap();
        let outcomes = [Outcome { failures, ..Outcome::default() }];
        let text = Summary::new(&steps, &outcomes, &[]).to_string();
        assert!(text.starts_with("Failures of `format`:\n\n---- b stdout ----\nb panicked\n"), "{text}");
    }

    #[test]
    fn a_suite_that_left_a_database_out_has_failed() {
        let backends = [Backend::Sqlite, Backend::Postgres];
        let steps = crate::steps::plan(&backends, &["all".to_owned()]).unwrap();
        let databases = DatabaseRuns::parse("sqlite\ta\tpassed");
        let outcomes = [Outcome { succeeded: true, passed: 1, databases, ..Outcome::default() }];
        let summary = Summary::new(&steps, &outcomes, &[]);
        assert!(!summary.all_passed());
        let text = summary.to_string();
        assert!(text.ends_with("FAILED: `all` ran no test on PostgreSQL\n\n1 passed, 1 failed\n"), "{text}");
    }

    #[test]
    fn a_step_that_fails_without_a_failed_test_counts_as_one() {
        let steps = crate::steps::plan(&[Backend::Sqlite], &["format".to_owned()]).unwrap();
        let summary_of = |succeeded| {
            let outcomes = [Outcome { succeeded, ..Outcome::default() }];
            Summary::new(&steps, &outcomes, &[]).to_string().lines().last().map(str::to_owned)
        };
        assert_eq!(summary_of(false).as_deref(), Some("0 passed, 1 failed"));
        assert_eq!(summary_of(true).as_deref(), Some("0 passed, 0 failed"));
    }
}
