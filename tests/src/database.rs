//! A database of its own for each test.

mod names;
mod place;

use std::fmt;
use std::sync::Arc;

use crate::{Backend, Connection};
use place::Place;

/// An empty database that belongs to one test, and is dropped with the last clone of this value, also when the test
/// panics.
///
/// On SQLite it is a file in a temporary directory, on PostgreSQL and MariaDB a database of a unique name.
#[derive(Clone)]
pub struct TestDatabase(Arc<Place>);

impl TestDatabase {
    /// Makes a database on the server that the environment names, or on the local one.
    ///
    /// # Panics
    ///
    /// If there is none, with a sentence that says what to set.
    pub fn create(backend: Backend) -> Self {
        match Place::create(backend) {
            Ok(place) => Self(Arc::new(place)),
            Err(reason) => panic!("{reason}"),
        }
    }

    /// Makes a database on a server of the test's own, which takes it away when it goes.
    pub(crate) fn create_on(backend: Backend, server: &str) -> Result<Self, String> {
        Place::create_on(backend, server, false).map(|place| Self(Arc::new(place)))
    }

    /// Makes a second empty database beside this one, as a test of several bind keys needs.
    ///
    /// # Panics
    ///
    /// If it cannot be made.
    pub fn another(&self) -> Self {
        match self.0.another() {
            Ok(place) => Self(Arc::new(place)),
            Err(reason) => panic!("{reason}"),
        }
    }

    /// The database system it is on.
    pub fn backend(&self) -> Backend {
        self.0.backend()
    }

    /// The URL to connect to it with, as a program is given it.
    pub fn url(&self) -> &str {
        self.0.url()
    }

    /// A connection beside those of the code under test; each call opens one.
    ///
    /// # Panics
    ///
    /// If it cannot be opened.
    #[track_caller]
    pub fn connect(&self) -> Connection {
        match Connection::open(self.backend(), self.url()) {
            Ok(connection) => connection,
            Err(error) => panic!("{self:?}: {error}"),
        }
    }

    /// Runs statements, separated by semicolons, through another connection than those of the code under test.
    ///
    /// # Panics
    ///
    /// If one fails.
    #[track_caller]
    pub fn admin(&self, statements: &str) {
        self.connect().execute(statements);
    }

    /// The integer that a query gives, through another connection than those of the code under test.
    ///
    /// # Panics
    ///
    /// If the query fails, or gives anything but one row of one integer.
    #[track_caller]
    pub fn number(&self, query: &str) -> i64 {
        match self.connect().numbers(query).as_slice() {
            [number] => *number,
            numbers => panic!("one row was expected and {} came, from:\n{query}", numbers.len()),
        }
    }

    /// The texts in the only column of a query, through another connection than those of the code under test.
    ///
    /// # Panics
    ///
    /// If the query fails, or its column is no text, or a row is null.
    #[track_caller]
    pub fn texts(&self, query: &str) -> Vec<String> {
        self.connect().texts(query)
    }

    /// The server's numbers of the connections to this database, without the one that asks. SQLite has none.
    ///
    /// # Panics
    ///
    /// If the server does not answer.
    #[track_caller]
    pub fn sessions(&self) -> Vec<i64> {
        match self.backend() {
            Backend::Sqlite => Vec::new(),
            Backend::Postgres => self.connect().numbers(
                "SELECT pid::int8 FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            ),
            Backend::Mysql => self.connect().numbers(
                "SELECT CAST(id AS SIGNED) FROM information_schema.processlist \
                 WHERE db = DATABASE() AND id <> CONNECTION_ID()",
            ),
        }
    }

    /// Kills one connection of the server, as an administrator would; one that has gone meanwhile is no error.
    ///
    /// # Panics
    ///
    /// On SQLite, which has no connection to kill, or if the server does not answer.
    #[track_caller]
    pub fn kill(&self, session: i64) {
        match self.backend() {
            Backend::Sqlite => panic!("SQLite has no connection to kill"),
            Backend::Postgres => self.admin(&format!("SELECT pg_terminate_backend({session})")),
            Backend::Mysql => drop(self.connect().try_execute(&format!("KILL {session}"))),
        }
    }

    /// Kills every connection to this database but the caller's; returns how many there were.
    ///
    /// # Panics
    ///
    /// If the server does not answer.
    #[track_caller]
    pub fn kill_all(&self) -> usize {
        let sessions = self.sessions();
        sessions.iter().for_each(|session| self.kill(*session));
        sessions.len()
    }
}

impl fmt::Debug for TestDatabase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} database {}", self.backend(), self.0.name())
    }
}

#[cfg(test)]
mod tests;
