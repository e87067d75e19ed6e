//! The programs of others that tests run.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Diesel's command line: `cargo xtask test` installs it, and says where in a variable.
pub(crate) fn diesel() -> Command {
    Command::new(find("ALCHEMY_DIESEL_CLI", "bin/diesel", "the command line of Diesel"))
}

/// A Python that knows Advanced Alchemy: `cargo xtask test` installs it, and says where in a variable.
pub(crate) fn python() -> Command {
    let python = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    let usual = format!("advanced-alchemy/{python}");
    Command::new(find("ALCHEMY_ADVANCED_ALCHEMY", &usual, "Advanced Alchemy"))
}

/// What a program printed, where it succeeded.
#[track_caller]
pub(crate) fn succeeded(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// The program that a variable names, or else the one beside the others in the directory that cargo builds in.
fn find(variable: &str, usual: &str, what: &str) -> PathBuf {
    let program = match env::var_os(variable) {
        Some(named) => PathBuf::from(named),
        None => Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("tools").join(usual),
    };
    assert!(
        program.is_file(),
        "{what} is not at {}: run `cargo xtask test`, which installs it, or name it in {variable}",
        program.display()
    );
    program
}
