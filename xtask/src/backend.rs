//! The databases that Alchemy is tested on.

use std::fmt;

/// A database that Alchemy is tested on. Displays as the product's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Backend {
    /// SQLite, bundled with the build.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MariaDB, through Diesel's MySQL connection.
    Mysql,
}

impl Backend {
    /// Every backend, in the order in which they are tested.
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Mysql];

    /// The cargo feature that compiles this backend in.
    pub fn feature(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
        }
    }

    /// The backend that a cargo feature compiles in.
    pub fn from_feature(feature: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|backend| backend.feature() == feature)
    }

    /// The environment variable that holds the URL of a server on which databases may be created; `None` for
    /// SQLite, which has no server.
    pub fn url_variable(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("ALCHEMY_POSTGRES_URL"),
            Self::Mysql => Some("ALCHEMY_MYSQL_URL"),
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MariaDB",
        })
    }
}
