//! A server of a test's own, for what must not be done to one that others use.

use crate::{Backend, TestDatabase};
use xtask::servers::Server;

/// A throwaway PostgreSQL or MariaDB server that belongs to one test, which may stop, crash and start it again. It is
/// gone with this value, and also when the test's process dies.
///
/// Starting one takes a second or more: a test that only needs a database uses [`TestDatabase`].
///
/// ```no_run
/// use alchemy_tests::{Backend, PrivateServer};
///
/// let mut server = PrivateServer::start(Backend::Postgres);
/// let db = server.database();
/// db.admin("CREATE TABLE authors (id INTEGER PRIMARY KEY)");
/// server.crash();
/// server.restart();
/// assert_eq!(db.number("SELECT count(*) FROM authors"), 0);
/// ```
#[derive(Debug)]
pub struct PrivateServer {
    backend: Backend,
    server: Server,
}

impl PrivateServer {
    /// Starts a server with no data, on a free port of 127.0.0.1.
    ///
    /// # Panics
    ///
    /// If its programs are not installed, or it does not start; with a sentence that says why. On SQLite, always.
    pub fn start(backend: Backend) -> Self {
        Self { backend, server: orderly(Server::start(backend)) }
    }

    /// Makes an empty database on this server.
    ///
    /// # Panics
    ///
    /// If the server is stopped.
    pub fn database(&self) -> TestDatabase {
        orderly(TestDatabase::create_on(self.backend, &self.server.url()))
    }

    /// Shuts the server down in an orderly way.
    ///
    /// # Panics
    ///
    /// If it is not running.
    pub fn stop(&mut self) {
        orderly(self.server.stop());
    }

    /// Ends the server without warning, as a power failure would; what was committed is kept.
    ///
    /// # Panics
    ///
    /// If it is not running.
    pub fn crash(&mut self) {
        orderly(self.server.crash());
    }

    /// Starts the server again, with its data and on its port, and waits until it lets a user in.
    ///
    /// # Panics
    ///
    /// If it is running, or does not start.
    pub fn restart(&mut self) {
        orderly(self.server.restart());
    }
}

#[track_caller]
fn orderly<T>(result: Result<T, String>) -> T {
    match result {
        Ok(value) => value,
        Err(reason) => panic!("{reason}"),
    }
}
