//! The database servers that the tests run on.

use std::env;

use xtask::servers::{self, Server};
use xtask::{Backend, discovery};

use crate::installer::{Installer, Packages};

/// A database to test on.
pub(crate) struct Database {
    pub(crate) backend: Backend,
    /// Where it runs, for people.
    pub(crate) place: String,
    url: Option<String>,
    /// Kept for as long as the tests run.
    _throwaway: Option<Server>,
}

impl Database {
    /// The environment variable that tells the tests where the server is.
    pub(crate) fn variable(&self) -> Option<(String, String)> {
        Some((self.backend.url_variable()?.to_owned(), self.url.clone()?))
    }
}

/// Finds a running server for each of `backends`, or starts a throwaway one, or installs one and starts it. `asked_for`
/// are all backends of this run, for the advice on how to leave one out.
pub(crate) fn provide(
    backends: &[Backend],
    asked_for: &[Backend],
    installer: &Installer,
) -> Result<Vec<Database>, String> {
    let mut databases = Vec::new();
    for &backend in backends {
        let database = provide_one(backend, installer).map_err(|reasons| {
            advice(backend, &reasons, asked_for, &installer.line(&server_packages(backend)))
        })?;
        println!("{backend}: {}", database.place);
        databases.push(database);
    }
    Ok(databases)
}

fn provide_one(backend: Backend, installer: &Installer) -> Result<Database, Vec<String>> {
    let Some(variable) = backend.url_variable() else {
        return Ok(Database { backend, place: "bundled".to_owned(), url: None, _throwaway: None });
    };
    let found = discovery::find(backend);
    let named = env::var(variable).is_ok_and(|url| !url.trim().is_empty());
    if let (true, Err(reasons)) = (named, found.clone()) {
        return Err(reasons);
    }

    // Needed beside a running server too: the tests of faults stop and crash servers of their own.
    let programs = servers::installed(backend).or_else(|missing| {
        let packages = server_packages(backend);
        // What it says on failure is said again below, beside the other ways on.
        installer.install(&packages).map_err(|_| missing)?;
        servers::installed(backend)
    });
    match (found, programs) {
        (Ok(found), programs) => {
            if let Err(missing) = programs {
                println!("{backend}: {missing}. The tests of faults will fail without them.");
            }
            Ok(Database { backend, place: found.place, url: Some(found.url), _throwaway: None })
        }
        (Err(mut reasons), Err(missing)) => {
            reasons.push(missing);
            Err(reasons)
        }
        (Err(mut reasons), Ok(())) => match Server::start(backend) {
            Ok(server) => Ok(Database {
                backend,
                place: format!("a throwaway server at 127.0.0.1:{}", server.port()),
                url: Some(server.url()),
                _throwaway: Some(server),
            }),
            Err(reason) => {
                reasons.push(reason);
                Err(reasons)
            }
        },
    }
}

fn server_packages(backend: Backend) -> Packages {
    match backend {
        Backend::Postgres => Packages {
            apt: "postgresql",
            dnf: "postgresql-server",
            apk: "postgresql",
            pacman: "postgresql",
            brew: "postgresql@17",
        },
        _ => Packages {
            apt: "mariadb-server",
            dnf: "mariadb-server",
            apk: "mariadb",
            pacman: "mariadb",
            brew: "mariadb",
        },
    }
}

fn advice(backend: Backend, reasons: &[String], asked_for: &[Backend], install: &str) -> String {
    let reasons: String = reasons.iter().map(|reason| format!("  - {}\n", reason.trim_end())).collect();
    let others: Vec<&str> =
        asked_for.iter().filter(|other| **other != backend).map(|other| other.feature()).collect();
    let others = if others.is_empty() { "sqlite".to_owned() } else { others.join(",") };
    let variable = backend.url_variable().unwrap_or_default();
    format!(
        "{backend} could not be had:\n{reasons}\
         Set {variable} to the URL of a server on which databases may be created, or run\n\n    {install}\n\n\
         or leave it out:\n\n    cargo xtask test --backends {others}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_could_not_be_had_comes_with_the_three_ways_on() {
        let text = advice(Backend::Mysql, &["nobody answers".to_owned()], &Backend::ALL, "apt-get install x");
        assert_eq!(
            text,
            "MariaDB could not be had:\n  - nobody answers\nSet ALCHEMY_MYSQL_URL to the URL of a server on which \
             databases may be created, or run\n\n    apt-get install x\n\nor leave it out:\n\n    cargo xtask test \
             --backends sqlite,postgres\n"
        );
    }
}
