//! The databases, as plain data.

/// Which database; all variants exist whatever the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// SQLite 3.35 or later; the bundled one is.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MariaDB 10.6 or later, through the MySQL protocol.
    Mysql,
}

impl Dialect {
    /// The database's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MariaDB",
        }
    }

    /// How many values one statement may bind.
    ///
    /// SQLite: <https://www.sqlite.org/limits.html> (`SQLITE_MAX_VARIABLE_NUMBER`); PostgreSQL and MariaDB count
    /// parameters in 16 bits of their protocols.
    pub(crate) const fn max_binds(self) -> usize {
        match self {
            Self::Sqlite => 32_766,
            Self::Postgres | Self::Mysql => 65_535,
        }
    }

    /// Whether statements that write can return rows.
    ///
    /// MariaDB knows `INSERT … RETURNING` and `DELETE … RETURNING`, but tells a prepared statement's columns only
    /// once it is executed, which is later than Diesel 2.3 asks ("No metadata exists").
    pub(crate) const fn returning(self) -> bool {
        !matches!(self, Self::Mysql)
    }

    /// Whether a limit is better written into the statement than bound.
    ///
    /// SQLite's planner looks at the value bound to a `LIMIT` and prepares the statement again whenever it is bound
    /// anew, which costs several times what the query does.
    pub(crate) const fn literal_limit(self) -> bool {
        matches!(self, Self::Sqlite)
    }

    /// Whether `INSERT` takes the keyword `DEFAULT` in place of a value.
    pub(crate) const fn default_keyword(self) -> bool {
        !matches!(self, Self::Sqlite)
    }

    /// What follows `ASC` so that `NULL` comes before every value, as SQLite and MariaDB have it by themselves.
    ///
    /// PostgreSQL takes `NULL` for the greatest value: <https://www.postgresql.org/docs/current/queries-order.html>.
    pub(crate) const fn nulls_first(self) -> &'static str {
        match self {
            Self::Postgres => " NULLS FIRST",
            Self::Sqlite | Self::Mysql => "",
        }
    }

    /// What follows `DESC` so that `NULL` comes after every value.
    pub(crate) const fn nulls_last(self) -> &'static str {
        match self {
            Self::Postgres => " NULLS LAST",
            Self::Sqlite | Self::Mysql => "",
        }
    }

    /// How a transaction that writes is begun.
    ///
    /// On SQLite it takes the write lock at once: one that read first and found another writer in its way could only
    /// be given up.
    pub(crate) const fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres | Self::Mysql => "BEGIN",
        }
    }

    /// What stands before the rows in `(a, b) IN (…)`.
    pub(crate) const fn row_values(self) -> &'static str {
        match self {
            Self::Sqlite => "VALUES ",
            Self::Postgres | Self::Mysql => "",
        }
    }

    /// Whether single rows can be locked. SQLite locks the database as a whole.
    pub(crate) const fn row_locks(self) -> bool {
        !matches!(self, Self::Sqlite)
    }

    /// A lock that can be shared: one that is waited for, one that is not, and one that leaves out rows with another.
    /// MariaDB has no `FOR SHARE`: <https://mariadb.com/kb/en/lock-in-share-mode/>.
    pub(crate) const fn for_share(self, wait: usize) -> &'static str {
        let clauses = match self {
            Self::Mysql => {
                [" LOCK IN SHARE MODE", " LOCK IN SHARE MODE NOWAIT", " LOCK IN SHARE MODE SKIP LOCKED"]
            }
            Self::Postgres | Self::Sqlite => [" FOR SHARE", " FOR SHARE NOWAIT", " FOR SHARE SKIP LOCKED"],
        };
        clauses[wait]
    }

    /// What goes before and after the rows whose number a change depends on, so that they are counted as they are when it is
    /// made: such a subquery is evaluated once, before the change waits for locks, unless it takes them itself. SQLite has
    /// one writer at a time.
    pub(crate) const fn locked_count(self) -> (&'static str, &'static str) {
        match self {
            Self::Sqlite => ("SELECT count(*) FROM ", ""),
            Self::Postgres => ("SELECT count(*) FROM (SELECT 1 FROM ", " FOR NO KEY UPDATE) AS locked"),
            Self::Mysql => ("SELECT count(*) FROM (SELECT 1 FROM ", " FOR UPDATE) AS locked"),
        }
    }

    /// Whether statements that find rows by several keys are told which index to use. MariaDB would rather read a small
    /// table as a whole, and a statement that locks then waits for rows that are not its own.
    pub(crate) const fn needs_index(self) -> bool {
        matches!(self, Self::Mysql)
    }

    /// The operator that tells whether two values differ, `NULL` being equal to itself; and what goes before the whole.
    pub(crate) const fn distinct(self) -> (&'static str, &'static str) {
        match self {
            Self::Sqlite => ("", " IS NOT "),
            Self::Postgres => ("", " IS DISTINCT FROM "),
            Self::Mysql => ("NOT ", " <=> "),
        }
    }

    /// Whether an insert can name the unique constraint whose violation it takes for a match.
    ///
    /// MariaDB's `ON DUPLICATE KEY UPDATE` takes any.
    pub(crate) const fn conflict_target(self) -> bool {
        !matches!(self, Self::Mysql)
    }

    /// Whether an insert that names a unique constraint can violate another one by a row that it would have matched, had
    /// that come a moment earlier.
    ///
    /// PostgreSQL looks for the row that is matched before it inserts its own; a row that comes in between is met by
    /// whichever index is the older one. MariaDB takes any for a match, and SQLite's writers take turns.
    pub(crate) const fn insert_races(self) -> bool {
        matches!(self, Self::Postgres)
    }

    /// Whether a failed statement leaves its transaction unusable.
    pub(crate) const fn error_aborts_transaction(self) -> bool {
        matches!(self, Self::Postgres)
    }
}

impl std::fmt::Display for Dialect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
