//! The client libraries that the build links with, and the components of the toolchain that the steps run.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use xtask::Backend;

use crate::installer::{Installer, Packages};

/// Finds or installs rustfmt and clippy, which a minimal toolchain lacks.
pub(crate) fn provide_tools(installer: &Installer) -> Result<(), String> {
    const LINE: &str = "rustup component add rustfmt clippy";
    let present = || {
        ["fmt", "clippy"].iter().all(|tool| {
            let mut command = Command::new(cargo());
            output_of(command.args([tool, "--version"])).is_some()
        })
    };
    if present() {
        return Ok(());
    }
    if installer.allowed() {
        println!("Installing: {LINE}");
        let mut words = LINE.split_whitespace();
        let installed = Command::new(words.next().unwrap_or_default()).args(words).status();
        if installed.is_ok_and(|status| status.success()) && present() {
            return Ok(());
        }
    }
    Err(format!("rustfmt or clippy is missing; run this, and try again:\n\n    {LINE}\n"))
}

/// Finds or installs the client library of each backend; returns the environment that the build finds them with.
pub(crate) fn provide(backends: &[Backend], installer: &Installer) -> Result<Vec<(String, String)>, String> {
    let mut environment = homebrew();
    for &backend in backends {
        let Some(library) = Library::of(backend) else { continue };
        let mut links = library.links(&environment);
        if links.is_err() {
            installer
                .install(&library.packages)
                .map_err(|advice| format!("{} is needed to build for {backend}; {advice}", library.name))?;
            environment = homebrew();
            links = library.links(&environment);
        }
        links.map_err(|reason| format!("{} is installed, but does not link: {reason}", library.name))?;
        println!("{backend}: links with {}", library.name);
    }
    Ok(environment)
}

/// The program that runs the task runner's own toolchain.
pub(crate) fn cargo() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

struct Library {
    name: &'static str,
    /// The names pkg-config may know it by, in the order in which the build asks.
    pkg_config: &'static [&'static str],
    /// The program, its arguments and what to put before its answer, where there is no pkg-config file.
    config: (&'static str, &'static str, &'static str),
    /// Linker options for a library directory named by the environment.
    named: fn() -> Option<String>,
    /// A function of the library that takes nothing.
    function: &'static str,
    packages: Packages,
}

impl Library {
    fn of(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(Self {
                name: "libpq",
                pkg_config: &["libpq"],
                config: ("pg_config", "--libdir", "-lpq -L"),
                named: || Some(format!("-L{} -lpq", env::var("PQ_LIB_DIR").ok()?)),
                function: "PQlibVersion",
                packages: Packages {
                    apt: "libpq-dev pkg-config",
                    dnf: "libpq-devel pkgconf-pkg-config",
                    apk: "libpq-dev pkgconf",
                    pacman: "postgresql-libs pkgconf",
                    brew: "libpq pkgconf",
                },
            }),
            Backend::Mysql => Some(Self {
                name: "the MariaDB client library",
                pkg_config: &["mysqlclient", "libmariadb"],
                config: ("mysql_config", "--libs", ""),
                named: || {
                    // The build wants the version beside the directory.
                    env::var("MYSQLCLIENT_VERSION").ok()?;
                    let name = env::var("MYSQLCLIENT_LIBNAME").unwrap_or_else(|_| "mysqlclient".to_owned());
                    Some(format!("-L{} -l{name}", env::var("MYSQLCLIENT_LIB_DIR").ok()?))
                },
                function: "mysql_get_client_version",
                packages: Packages {
                    apt: "libmariadb-dev pkg-config",
                    dnf: "mariadb-connector-c-devel pkgconf-pkg-config",
                    apk: "mariadb-connector-c-dev pkgconf",
                    pacman: "mariadb-libs pkgconf",
                    brew: "mariadb-connector-c pkgconf",
                },
            }),
        }
    }

    /// Whether a program that calls the library links, with the options that the build will find.
    fn links(&self, environment: &[(String, String)]) -> Result<(), String> {
        let options = self.link_options(environment).ok_or("pkg-config does not know it")?;
        let directory = env::temp_dir().join(format!("alchemy-link-{}", std::process::id()));
        fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
        let source = directory.join("main.c");
        let program = format!("int {0}(void);\nint main(void) {{ return {0}() == 0; }}\n", self.function);
        let result = fs::write(&source, program).map_err(|error| error.to_string()).and_then(|()| {
            let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
            let mut words = compiler.split_whitespace();
            let mut command = Command::new(words.next().unwrap_or("cc"));
            command.args(words).arg(&source).args(options.split_whitespace());
            command.arg("-o").arg(directory.join("main"));
            match command.output() {
                Ok(output) if output.status.success() => Ok(()),
                Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
                Err(error) => Err(format!("the C compiler `{compiler}` could not be run: {error}")),
            }
        });
        let _ = fs::remove_dir_all(&directory);
        result
    }

    fn link_options(&self, environment: &[(String, String)]) -> Option<String> {
        let pkg_config = env::var("PKG_CONFIG").unwrap_or_else(|_| "pkg-config".to_owned());
        let known = || {
            self.pkg_config.iter().find_map(|name| {
                let mut command = Command::new(&pkg_config);
                output_of(command.args(["--libs", name]).envs(environment.iter().cloned()))
            })
        };
        let configured = || {
            let (program, argument, before) = self.config;
            Some(format!("{before}{}", output_of(Command::new(program).arg(argument))?))
        };
        (self.named)().or_else(known).or_else(configured)
    }
}

/// Homebrew keeps libpq and its like out of pkg-config's search path.
fn homebrew() -> Vec<(String, String)> {
    if !cfg!(target_os = "macos") {
        return Vec::new();
    }
    let mut directories: Vec<PathBuf> = ["libpq", "mariadb-connector-c"]
        .iter()
        .filter_map(|formula| output_of(Command::new("brew").args(["--prefix", formula])))
        .map(|prefix| PathBuf::from(prefix).join("lib/pkgconfig"))
        .filter(|directory| directory.is_dir())
        .collect();
    if let Some(own) = env::var_os("PKG_CONFIG_PATH") {
        directories.splice(0..0, env::split_paths(&own));
    }
    let joined = env::join_paths(directories).ok().and_then(|paths| paths.into_string().ok());
    joined
        .filter(|paths| !paths.is_empty())
        .map(|paths| ("PKG_CONFIG_PATH".to_owned(), paths))
        .into_iter()
        .collect()
}

/// What a program prints, if it succeeds.
pub(crate) fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_is_not_there_does_not_link() {
        let library = Library {
            name: "nothing",
            pkg_config: &[],
            config: ("", "", ""),
            named: || Some("-lalchemy_has_no_such_library".to_owned()),
            function: "nothing",
            packages: Packages { apt: "", dnf: "", apk: "", pacman: "", brew: "" },
        };
        assert!(library.links(&[]).is_err());
    }

    #[test]
    fn a_library_that_is_there_links() {
        let library = Library {
            name: "the C library",
            pkg_config: &[],
            config: ("", "", ""),
            named: || Some(String::new()),
            function: "getpid",
            packages: Packages { apt: "", dnf: "", apk: "", pacman: "", brew: "" },
        };
        assert_eq!(library.links(&[]), Ok(()));
    }
}
