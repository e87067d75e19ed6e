//! The programs of a database server, which distributions like to hide from the search path.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Backend;

/// The programs that make a data directory and serve it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Binaries {
    pub(super) initializer: PathBuf,
    pub(super) server: PathBuf,
}

impl Binaries {
    /// Looks in the search path and where packages put them.
    pub(super) fn find(backend: Backend) -> Result<Self, String> {
        if !cfg!(unix) {
            return Err("throwaway servers need a Unix system".to_owned());
        }
        let directories = directories(backend);
        // Both from the same installation: the versions of PostgreSQL do not read each other's data.
        let both = |initializer: &str, server: &str| match backend {
            Backend::Postgres => directories.iter().find_map(|directory| {
                Some(Self {
                    initializer: in_directory(directory, initializer)?,
                    server: in_directory(directory, server)?,
                })
            }),
            _ => {
                let find =
                    |name: &str| directories.iter().find_map(|directory| in_directory(directory, name));
                Some(Self { initializer: find(initializer)?, server: find(server)? })
            }
        };
        let (initializer, server) = match backend {
            Backend::Sqlite => return Err("SQLite has no server".to_owned()),
            Backend::Postgres => ("initdb", "postgres"),
            Backend::Mysql => ("mariadb-install-db", "mariadbd"),
        };
        both(initializer, server).ok_or_else(|| {
            format!("the server programs of {backend}, {initializer} and {server}, are not installed")
        })
    }
}

fn directories(backend: Backend) -> Vec<PathBuf> {
    let mut directories: Vec<PathBuf> = env::var_os("PATH")
        .map(|path| env::split_paths(&path).filter(|directory| directory.is_absolute()).collect())
        .unwrap_or_default();
    if backend == Backend::Postgres {
        directories.extend(newest_first("/usr/lib/postgresql", "", "bin"));
        directories.extend(newest_first("/usr/libexec", "postgresql", ""));
        directories.extend(newest_first("/usr", "pgsql-", "bin"));
        directories.extend(newest_first("/opt/homebrew/opt", "postgresql@", "bin"));
        directories.extend(newest_first("/usr/local/opt", "postgresql@", "bin"));
    } else {
        let hidden =
            ["/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/bin", "/opt/homebrew/opt/mariadb/bin"];
        directories.extend(hidden.map(PathBuf::from));
    }
    directories
}

/// `parent/<prefix><version>/<child>` for each version that is there, the newest first.
fn newest_first(parent: &str, prefix: &str, child: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?.split('.').next()?.parse().ok()?;
            Some((version, entry.path().join(child)))
        })
        .collect();
    versions.sort_unstable_by_key(|(version, _)| std::cmp::Reverse(*version));
    versions.into_iter().map(|(_, directory)| directory).collect()
}

fn in_directory(directory: &Path, program: &str) -> Option<PathBuf> {
    let path = directory.join(program);
    path.is_file().then_some(path)
}
