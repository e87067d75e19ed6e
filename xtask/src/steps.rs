//! What `cargo xtask test` runs, in order.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use xtask::Backend;

use crate::libraries::cargo;
use crate::report::{self, DatabaseRuns, Failures};

/// The names of the steps, in order.
pub(crate) const NAMES: [&str; 8] = ["format", "clippy", "core", "sqlite", "postgres", "mysql", "all", "doc"];

/// One call of cargo.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// One of [`NAMES`].
    pub(crate) name: &'static str,
    pub(crate) title: String,
    pub(crate) arguments: Vec<String>,
    /// The backends that are compiled in.
    pub(crate) backends: Vec<Backend>,
    /// Whether it runs tests, which may connect to these backends.
    pub(crate) runs_tests: bool,
    /// Whether it runs the suite, which has cases for each of these backends.
    pub(crate) runs_suite: bool,
    /// Whether another step tries all random cases, so that a few will do here.
    pub(crate) few_random_cases: bool,
}

/// How many random cases a step tries where [another](Step::few_random_cases) tries all.
const FEW_RANDOM_CASES: [(&str, &str); 2] = [("ALCHEMY_RANDOM_PAIRS", "40"), ("ALCHEMY_RANDOM_SETS", "3")];

/// What came of a step.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) succeeded: bool,
    pub(crate) time: Duration,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) databases: DatabaseRuns,
    pub(crate) failures: Failures,
}

/// The steps for these backends, or those of them that `only` names.
pub(crate) fn plan(backends: &[Backend], only: &[String]) -> Result<Vec<Step>, String> {
    let together = Features::of(backends);
    let mut steps = vec![
        Step::check("format", "Format", "fmt --all --check", &[]),
        Step::check(
            "clippy",
            "Clippy, warnings denied",
            &format!("clippy --workspace --all-targets{together} -- -D warnings"),
            backends,
        ),
    ];
    if backends.contains(&Backend::Sqlite) {
        // Selected alone, it is built without what the web side asks of it.
        steps.push(Step {
            runs_suite: false,
            ..Step::tests(
                "core",
                "Tests of alchemy-core by itself",
                "test --no-fail-fast -p alchemy-core",
                &[Backend::Sqlite],
            )
        });
    }
    // The packages without a database in them are tested once, with the first combination.
    const WITH_A_DATABASE: &str =
        "-p alchemy-core -p alchemy-rocket -p alchemy-tests -p authors --lib --bins --tests";
    for (position, &backend) in backends.iter().enumerate() {
        let packages = if position == 0 { "--workspace" } else { WITH_A_DATABASE };
        let features = Features::of(&[backend]);
        let arguments = format!("test --no-fail-fast {packages}{features}");
        steps.push(Step {
            few_random_cases: backends.len() > 1,
            ..Step::tests(backend.feature(), &format!("Tests on {backend}"), &arguments, &[backend])
        });
    }
    if backends.len() > 1 {
        let names: Vec<String> = backends.iter().map(Backend::to_string).collect();
        let title = format!("Tests on {} in one build", names.join(", "));
        let arguments = format!("test --no-fail-fast {WITH_A_DATABASE}{together}");
        steps.push(Step::tests("all", &title, &arguments, backends));
    }
    steps.push(Step {
        runs_suite: false,
        ..Step::tests(
            "doc",
            "Doc tests",
            &format!("test --no-fail-fast --doc --workspace{together}"),
            backends,
        )
    });

    if !only.is_empty() {
        if let Some(missing) = only.iter().find(|name| !steps.iter().any(|step| step.name == name.as_str())) {
            return Err(format!("these backends have no step `{missing}`"));
        }
        steps.retain(|step| only.iter().any(|name| name == step.name));
    }
    Ok(steps)
}

/// The backends of those steps that `filter` lets through, each once.
pub(crate) fn backends(steps: &[Step], filter: impl Fn(&Step) -> bool) -> Vec<Backend> {
    let mut backends: Vec<Backend> =
        steps.iter().filter(|step| filter(step)).flat_map(|step| step.backends.iter().copied()).collect();
    backends.sort_unstable();
    backends.dedup();
    backends
}

/// Runs a step, showing its output as it comes.
pub(crate) fn run(step: &Step, root: &Path, environment: &[(String, String)]) -> Result<Outcome, String> {
    println!("$ cargo {}", step.arguments.join(" "));
    let file = env::temp_dir().join(format!("alchemy-report-{}-{}", std::process::id(), step.name));
    let _ = fs::remove_file(&file);

    let mut command = Command::new(cargo());
    command.args(&step.arguments).current_dir(root).stdin(Stdio::null()).stdout(Stdio::piped());
    command.envs(environment.iter().cloned()).env(report::VARIABLE, &file);
    if step.few_random_cases {
        command.envs(FEW_RANDOM_CASES);
    }
    // A snapshot that differs is a failure, not a new file in the checkout.
    command.env("INSTA_UPDATE", "no");
    // What cargo tells this program about its own package would be taken for a change by packages that ask.
    for (name, _) in env::vars_os() {
        let own = |name: &str| {
            ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|own| name.starts_with(own))
        };
        if name.to_str().is_some_and(own) {
            command.env_remove(name);
        }
    }

    let start = Instant::now();
    let mut outcome = Outcome::default();
    let mut child = command.spawn().map_err(|error| format!("cargo could not be run: {error}"))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.map_err(|error| format!("the output of cargo could not be read: {error}"))?;
            let mut terminal = io::stdout().lock();
            let _ = terminal.write_all(&line).and_then(|()| terminal.write_all(b"\n"));
            let line = String::from_utf8_lossy(&line);
            outcome.failures.push(&line);
            if let Some((passed, failed)) = report::counts(&line) {
                outcome.passed += passed;
                outcome.failed += failed;
            }
        }
    }
    let status = child.wait().map_err(|error| format!("cargo could not be waited for: {error}"))?;
    outcome.succeeded = status.success();
    outcome.time = start.elapsed();
    outcome.databases = DatabaseRuns::read(&file);
    let _ = fs::remove_file(&file);
    let word = if outcome.succeeded { "ok" } else { "FAILED" };
    println!("--- {}: {word} in {:.1} s", step.title, outcome.time.as_secs_f64());
    Ok(outcome)
}

impl Step {
    fn check(name: &'static str, title: &str, arguments: &str, backends: &[Backend]) -> Self {
        Self {
            name,
            title: title.to_owned(),
            arguments: arguments.split_whitespace().map(str::to_owned).collect(),
            backends: backends.to_vec(),
            runs_tests: false,
            runs_suite: false,
            few_random_cases: false,
        }
    }

    fn tests(name: &'static str, title: &str, arguments: &str, backends: &[Backend]) -> Self {
        Self { runs_tests: true, runs_suite: true, ..Self::check(name, title, arguments, backends) }
    }
}

/// Cargo's options for a set of backends.
struct Features(String);

impl Features {
    fn of(backends: &[Backend]) -> Self {
        Self(match backends {
            // The default feature: the plain command is the one that people type.
            [Backend::Sqlite] => String::new(),
            _ if backends == Backend::ALL => " --all-features".to_owned(),
            _ => {
                let names: Vec<&str> = backends.iter().map(|backend| backend.feature()).collect();
                format!(" --no-default-features --features {}", names.join(","))
            }
        })
    }
}

impl std::fmt::Display for Features {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(backends: &[Backend], only: &[&str]) -> Vec<String> {
        let only: Vec<String> = only.iter().map(|&name| name.to_owned()).collect();
        let steps = plan(backends, &only).unwrap();
        steps.iter().map(|step| format!("{}: {}", step.name, step.arguments.join(" "))).collect()
    }

    #[test]
    fn every_combination_of_three_databases_is_tested() {
        const PACKAGES: &str =
            "-p alchemy-core -p alchemy-rocket -p alchemy-tests -p authors --lib --bins --tests";
        assert_eq!(
            lines(&Backend::ALL, &[]),
            [
                "format: fmt --all --check".to_owned(),
                "clippy: clippy --workspace --all-targets --all-features -- -D warnings".to_owned(),
                "core: test --no-fail-fast -p alchemy-core".to_owned(),
                "sqlite: test --no-fail-fast --workspace".to_owned(),
                format!("postgres: test --no-fail-fast {PACKAGES} --no-default-features --features postgres"),
                format!("mysql: test --no-fail-fast {PACKAGES} --no-default-features --features mysql"),
                format!("all: test --no-fail-fast {PACKAGES} --all-features"),
                "doc: test --no-fail-fast --doc --workspace --all-features".to_owned(),
            ]
        );
    }

    #[test]
    fn each_database_has_a_step_that_tries_all_random_cases() {
        let few = |backends: &[Backend]| {
            let steps = plan(backends, &[]).unwrap().into_iter();
            steps.filter(|step| step.few_random_cases).map(|step| step.name).collect::<Vec<_>>()
        };
        assert_eq!(few(&Backend::ALL), ["sqlite", "postgres", "mysql"]);
        assert_eq!(few(&[Backend::Postgres]), [""; 0]);
    }

    #[test]
    fn a_database_left_out_is_in_no_step() {
        assert_eq!(
            lines(&[Backend::Postgres], &["clippy", "postgres", "doc"]),
            [
                "clippy: clippy --workspace --all-targets --no-default-features --features postgres -- -D warnings",
                "postgres: test --no-fail-fast --workspace --no-default-features --features postgres",
                "doc: test --no-fail-fast --doc --workspace --no-default-features --features postgres",
            ]
        );
        assert_eq!(
            lines(&[Backend::Sqlite], &["sqlite", "doc"]),
            ["sqlite: test --no-fail-fast --workspace", "doc: test --no-fail-fast --doc --workspace"]
        );
    }

    #[test]
    fn a_step_that_these_backends_do_not_have_is_an_error() {
        let error = plan(&[Backend::Sqlite], &["mysql".to_owned()]).unwrap_err();
        assert_eq!(error, "these backends have no step `mysql`");
    }
}
