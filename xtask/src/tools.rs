//! The programs of others that the suite compares with: Diesel's command line, and Advanced Alchemy in Python.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use xtask::Backend;

use crate::installer::{Installer, Packages};
use crate::libraries::{cargo, output_of};

const DIESEL_VERSION: &str = "2.3.14";

/// What the Python environment holds. SQLAlchemy writes the tables and psycopg carries them to PostgreSQL.
const PYTHON_PACKAGES: [(&str, &str); 3] =
    [("advanced-alchemy", "1.8.2"), ("sqlalchemy", "2.0.58"), ("psycopg[binary]", "3.2.13")];

/// Finds or installs the programs that the suite runs with these backends; returns the environment that it finds them
/// with.
pub(crate) fn provide(
    backends: &[Backend],
    root: &Path,
    installer: &Installer,
) -> Result<Vec<(String, String)>, String> {
    if backends.is_empty() {
        return Ok(Vec::new());
    }
    let directory = target_directory(root).join("tools");
    let mut found = vec![("ALCHEMY_DIESEL_CLI", diesel(backends, &directory, installer)?)];
    if backends.iter().any(|backend| *backend != Backend::Mysql) {
        found.push(("ALCHEMY_ADVANCED_ALCHEMY", advanced_alchemy(&directory, installer)?));
    }
    Ok(found.into_iter().map(|(name, path)| (name.to_owned(), path.display().to_string())).collect())
}

/// Where cargo builds, and the tools are kept from one run to the next.
fn target_directory(root: &Path) -> PathBuf {
    // A relative one is relative to where cargo was called; the steps are called at the root.
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |named| root.join(named))
}

fn diesel(backends: &[Backend], directory: &Path, installer: &Installer) -> Result<PathBuf, String> {
    let program = directory.join("bin").join(format!("diesel{}", env::consts::EXE_SUFFIX));
    let fits =
        || output_of(Command::new(&program).arg("--version")).is_some_and(|text| is_diesel(&text, backends));
    if !fits() {
        let arguments = diesel_arguments(backends, directory);
        let mut command = Command::new(cargo());
        // Kept, so that another set of databases does not build everything again.
        command.args(&arguments).env("CARGO_TARGET_DIR", directory.join("build"));
        install(&mut command, &format!("cargo {}", arguments.join(" ")), installer)
            .map_err(|reason| format!("Diesel's command line {DIESEL_VERSION} could not be had: {reason}"))?;
        if !fits() {
            return Err(format!(
                "Diesel's command line is installed, but {} is not version {DIESEL_VERSION} for these databases",
                program.display()
            ));
        }
    }
    println!("Diesel's command line: {DIESEL_VERSION}");
    Ok(program)
}

fn diesel_arguments(backends: &[Backend], directory: &Path) -> Vec<String> {
    let features: Vec<&str> = backends
        .iter()
        .map(|backend| match backend {
            Backend::Sqlite => "sqlite-bundled",
            Backend::Postgres => "postgres",
            Backend::Mysql => "mysql",
        })
        .collect();
    let line =
        format!("install diesel_cli --version ={DIESEL_VERSION} --locked --force --no-default-features");
    let mut arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    arguments.extend(["--features".to_owned(), features.join(",")]);
    arguments.extend(["--root".to_owned(), directory.display().to_string()]);
    arguments
}

/// Whether what `diesel --version` prints is the version asked for, with all of these databases.
fn is_diesel(text: &str, backends: &[Backend]) -> bool {
    let value = |label: &str| text.lines().find_map(|line| line.trim().strip_prefix(label)).map(str::trim);
    let databases: Vec<&str> =
        value("Supported Backends:").map(|list| list.split_whitespace().collect()).unwrap_or_default();
    value("Version:") == Some(DIESEL_VERSION)
        && backends.iter().all(|backend| databases.contains(&backend.feature()))
}

fn advanced_alchemy(directory: &Path, installer: &Installer) -> Result<PathBuf, String> {
    let [(name, version), ..] = PYTHON_PACKAGES;
    let environment = directory.join(name);
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !has_packages(&python) {
        make_environment(&environment, &python, installer)
            .and_then(|()| {
                let arguments = pip_arguments();
                let line = format!("{} {}", python.display(), arguments.join(" "));
                install(Command::new(&python).args(&arguments), &line, installer)
            })
            .map_err(|reason| format!("Advanced Alchemy {version} could not be had: {reason}"))?;
        if !has_packages(&python) {
            return Err(format!("Advanced Alchemy {version} is installed, but cannot be imported"));
        }
    }
    println!("Advanced Alchemy: {version}");
    Ok(python)
}

/// Makes an environment of Python's, with the system's Python, which is installed where it is not there or cannot make
/// one.
fn make_environment(environment: &Path, python: &Path, installer: &Installer) -> Result<(), String> {
    let line = format!("python3 -m venv --clear {}", environment.display());
    let make = || {
        let mut command = Command::new("python3");
        command.args(["-m", "venv", "--clear"]).arg(environment);
        install(&mut command, &line, installer)
    };
    // Python 3.9 is the oldest that Advanced Alchemy runs on.
    let check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))";
    let able = || output_of(Command::new("python3").args(["-c", check])).is_some();
    if !able() {
        installer.install(&PYTHON).map_err(|advice| format!("it needs Python with `venv`; {advice}"))?;
    }
    make()?;
    if python.is_file() { Ok(()) } else { Err(format!("`{line}` made no {}", python.display())) }
}

fn pip_arguments() -> Vec<String> {
    let mut arguments: Vec<String> =
        ["-m", "pip", "install", "--disable-pip-version-check"].map(str::to_owned).to_vec();
    arguments.extend(PYTHON_PACKAGES.map(|(name, version)| format!("{name}=={version}")));
    arguments
}

/// Whether a Python has the packages in these versions, and they can be imported.
fn has_packages(python: &Path) -> bool {
    let known = PYTHON_PACKAGES.map(|(name, version)| {
        let (name, _) = name.split_once('[').unwrap_or((name, ""));
        format!("version('{name}') == '{version}'")
    });
    let program = format!(
        "import sys, advanced_alchemy.base, psycopg\nfrom importlib.metadata import version\nsys.exit(not ({}))",
        known.join(" and ")
    );
    output_of(Command::new(python).args(["-c", &program])).is_some()
}

/// Runs what installs something, where that is allowed.
fn install(command: &mut Command, line: &str, installer: &Installer) -> Result<(), String> {
    if !installer.allowed() {
        return Err(format!("run this, and try again:\n\n    {line}\n"));
    }
    println!("Installing: {line}");
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(format!("this failed; see above for the reason:\n\n    {line}\n")),
        Err(error) => Err(format!("this could not be run ({error}):\n\n    {line}\n")),
    }
}

const PYTHON: Packages = Packages {
    apt: "python3 python3-venv",
    dnf: "python3",
    apk: "python3",
    pacman: "python",
    brew: "python",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diesel_is_installed_once_for_all_databases() {
        assert_eq!(
            diesel_arguments(&Backend::ALL, Path::new("target/tools")).join(" "),
            "install diesel_cli --version =2.3.14 --locked --force --no-default-features --features \
             sqlite-bundled,postgres,mysql --root target/tools"
        );
    }

    #[test]
    fn a_diesel_of_another_version_or_without_a_database_is_another() {
        let text =
            |version, databases| format!("diesel \n Version: {version}\n Supported Backends: {databases}");
        let both = [Backend::Sqlite, Backend::Postgres];
        assert!(is_diesel(&text("2.3.14", "postgres mysql sqlite"), &both));
        assert!(is_diesel(&text("2.3.14", "postgres sqlite"), &both));
        assert!(!is_diesel(&text("2.3.14", "sqlite"), &both));
        assert!(!is_diesel(&text("2.3.1", "postgres mysql sqlite"), &both));
        assert!(!is_diesel("diesel 2.2.0", &both));
    }

    #[test]
    fn python_packages_are_of_one_version() {
        assert_eq!(
            pip_arguments().join(" "),
            "-m pip install --disable-pip-version-check advanced-alchemy==1.8.2 sqlalchemy==2.0.58 \
             psycopg[binary]==3.2.13"
        );
    }

    #[test]
    fn a_run_without_the_suite_needs_no_tools() {
        let nothing = provide(&[], Path::new("/nowhere"), &Installer::new(false));
        assert_eq!(nothing, Ok(Vec::new()));
    }

    #[test]
    fn who_may_not_install_is_told_what_is_missing() {
        let directory = env::temp_dir().join(format!("alchemy-no-tools-{}", std::process::id()));
        let refused = diesel(&[Backend::Mysql], &directory, &Installer::new(false)).unwrap_err();
        let line = diesel_arguments(&[Backend::Mysql], &directory).join(" ");
        assert_eq!(
            refused,
            format!(
                "Diesel's command line 2.3.14 could not be had: run this, and try again:\n\n    cargo {line}\n"
            )
        );
        let refused = advanced_alchemy(&directory, &Installer::new(false)).unwrap_err();
        assert!(refused.starts_with("Advanced Alchemy 1.8.2 could not be had: "), "{refused}");
        assert!(!directory.exists());
    }
}
