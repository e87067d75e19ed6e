//! Where a test's database is: how it is made, and how it goes.

use std::sync::{LazyLock, OnceLock};
use std::time::SystemTime;

use tempfile::TempDir;
use url::Url;

use super::names;
use crate::{Backend, Connection};

/// A database that is dropped with this value.
pub(super) enum Place {
    File {
        /// Removed with everything in it: the database, its journal, its shared memory.
        _directory: TempDir,
        url: String,
    },
    Server {
        backend: Backend,
        name: String,
        url: String,
        server: String,
        drop_at_end: bool,
    },
}

impl Place {
    pub(super) fn create(backend: Backend) -> Result<Self, String> {
        match backend {
            Backend::Sqlite => Self::create_file(),
            _ => Self::create_on(backend, server(backend)?, true),
        }
    }

    /// Makes a database on the server of an administrator's URL.
    pub(super) fn create_on(backend: Backend, server: &str, drop_at_end: bool) -> Result<Self, String> {
        let name = names::unique();
        let mut url = Url::parse(server).map_err(|error| format!("{backend}: {error}: {server}"))?;
        url.set_path(&format!("/{name}"));
        let create = match backend {
            // The other template cannot be copied while somebody is connected to it.
            Backend::Postgres => format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"),
            _ => format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"),
        };
        let connected = Connection::open(backend, server);
        connected
            .and_then(|mut connection| connection.try_execute(&create))
            .map_err(|error| format!("a database could not be made on {backend}: {error}"))?;
        Ok(Self::Server { backend, name, url: url.into(), server: server.to_owned(), drop_at_end })
    }

    pub(super) fn another(&self) -> Result<Self, String> {
        match self {
            Self::File { .. } => Self::create_file(),
            Self::Server { backend, server, drop_at_end, .. } => {
                Self::create_on(*backend, server, *drop_at_end)
            }
        }
    }

    fn create_file() -> Result<Self, String> {
        let directory = tempfile::Builder::new().prefix(names::PREFIX).tempdir();
        let directory = directory.map_err(|error| format!("SQLite: no temporary directory: {error}"))?;
        let path = directory.path().join("test.db");
        let path = path.to_str().ok_or("SQLite: the path of the temporary directory is not UTF-8")?;
        let url = format!("sqlite://{path}");
        Ok(Self::File { _directory: directory, url })
    }

    pub(super) fn backend(&self) -> Backend {
        match self {
            Self::File { .. } => Backend::Sqlite,
            Self::Server { backend, .. } => *backend,
        }
    }

    pub(super) fn url(&self) -> &str {
        match self {
            Self::File { url, .. } | Self::Server { url, .. } => url,
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::File { url, .. } => url,
            Self::Server { name, .. } => name,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Self::Server { backend, name, server, drop_at_end: true, .. } = self else { return };
        let connected = Connection::open(*backend, server);
        // A panic here would hide the one of the test, and a leftover is dropped by a later run.
        if let Err(error) =
            connected.and_then(|mut connection| drop_database(*backend, &mut connection, name))
        {
            eprintln!("{name} was not dropped: {error}");
        }
    }
}

/// The administrator's URL of the server that all tests share. Looked for once; leftovers of dead runs are dropped on
/// the way.
fn server(backend: Backend) -> Result<&'static str, String> {
    type Answer = OnceLock<Result<String, String>>;
    static POSTGRES: LazyLock<Answer> = LazyLock::new(Answer::default);
    static MYSQL: LazyLock<Answer> = LazyLock::new(Answer::default);
    let answer = if backend == Backend::Postgres { &POSTGRES } else { &MYSQL };
    let answer = answer.get_or_init(|| {
        let url = find_server(backend)?;
        drop_leftovers(backend, &url);
        Ok(url)
    });
    answer.as_deref().map_err(Clone::clone)
}

fn find_server(backend: Backend) -> Result<String, String> {
    let found = xtask::discovery::find(backend).map_err(|reasons| {
        let variable = backend.url_variable().unwrap_or_default();
        format!(
            "there is no {backend} to test on: set {variable} to the URL of a server on which databases may be \
             created, or run `cargo xtask test`, which starts one ({})",
            reasons.join("; ")
        )
    })?;
    Ok(found.url)
}

fn drop_leftovers(backend: Backend, server: &str) {
    let Ok(mut connection) = Connection::open(backend, server) else { return };
    let catalogue = match backend {
        Backend::Postgres => "SELECT datname::text FROM pg_database",
        _ => "SELECT schema_name FROM information_schema.schemata",
    };
    let now = SystemTime::now();
    for name in connection.texts(catalogue).iter().filter(|name| names::is_leftover(name, now)) {
        // Another run may be at it as well.
        let _ = drop_database(backend, &mut connection, name);
    }
}

/// Drops a database, whoever is still connected to it.
fn drop_database(backend: Backend, connection: &mut Connection, name: &str) -> Result<(), String> {
    if backend == Backend::Postgres {
        return connection.try_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }
    // A transaction left open would hold up the drop.
    let left = "SELECT CAST(id AS SIGNED) FROM information_schema.processlist WHERE db = ";
    for session in connection.numbers(&format!("{left}'{name}'")) {
        let _ = connection.try_execute(&format!("KILL {session}"));
    }
    connection.try_execute(&format!("SET lock_wait_timeout = 10; DROP DATABASE IF EXISTS {name}"))
}
