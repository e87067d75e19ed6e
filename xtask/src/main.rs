//! `cargo xtask`: the chores of the workspace.

mod args;
mod databases;
mod installer;
mod libraries;
mod report;
mod steps;
mod tools;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use args::{Options, Request};
use installer::Installer;

fn main() -> ExitCode {
    match args::parse(env::args().skip(1)) {
        Ok(Request::Help) => {
            print!("{}", args::USAGE);
            ExitCode::SUCCESS
        }
        Ok(Request::Test(options)) => match test(&options) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(reason) => {
                eprintln!("\nerror: {reason}");
                ExitCode::FAILURE
            }
        },
        Err(reason) => {
            eprint!("error: {reason}\n\n{}", args::USAGE);
            ExitCode::from(2)
        }
    }
}

/// Runs every step, also after one has failed; returns whether all of them went well.
fn test(options: &Options) -> Result<bool, String> {
    let steps = steps::plan(&options.backends, &options.only)?;
    let installer = Installer::new(options.install);

    heading("What the tests need");
    libraries::provide_tools(&installer)?;
    let mut environment = Vec::new();
    let compiled_in = steps::backends(&steps, |_| true);
    environment.extend(libraries::provide(&compiled_in, &installer)?);
    let databases =
        databases::provide(&steps::backends(&steps, |step| step.runs_tests), &options.backends, &installer)?;
    environment.extend(databases.iter().filter_map(databases::Database::variable));

    let root = workspace_root()?;
    let in_the_suite = steps::backends(&steps, |step| step.runs_suite);
    environment.extend(tools::provide(&in_the_suite, &root, &installer)?);
    let mut outcomes = Vec::new();
    for step in &steps {
        heading(&step.title);
        outcomes.push(steps::run(step, &root, &environment)?);
    }

    heading("Summary");
    let summary = report::Summary::new(&steps, &outcomes, &databases);
    print!("{summary}");
    Ok(summary.all_passed())
}

fn heading(title: &str) {
    println!("\n=== {title}");
}

/// The directory above the one of this package, which cargo names when it runs the task runner.
fn workspace_root() -> Result<PathBuf, String> {
    let package = env::var_os("CARGO_MANIFEST_DIR").ok_or("run it as `cargo xtask`, not by itself")?;
    let root = PathBuf::from(package).parent().map(PathBuf::from);
    root.ok_or_else(|| "the package has no workspace around it".to_owned())
}
