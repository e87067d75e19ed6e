//! What happens while migrations are run.

use std::fmt;
use std::time::Duration;

/// Which way a migration is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It is applied.
    Up,
    /// It is taken back.
    Down,
}

/// A migration that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// Which way.
    pub direction: Direction,
    /// Its version.
    pub version: String,
    /// The name of its folder.
    pub name: String,
    /// How long it took.
    pub duration: Duration,
}

/// Something that happens while migrations are run; its text is a line for people.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Another process changes the schema, and is waited for.
    Waiting,
    /// A migration is begun.
    Begun {
        /// Which way it is run.
        direction: Direction,
        /// Its version.
        version: &'a str,
        /// The name of its folder.
        name: &'a str,
        /// How many statements it has.
        statements: usize,
    },
    /// A statement is about to be run, in the migration's transaction where it has one.
    Statement {
        /// Which one, from 1.
        number: usize,
        /// How many there are.
        total: usize,
        /// The statement.
        sql: &'a str,
    },
    /// A migration is done, for good.
    Done(&'a Applied),
}

impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => f.write_str("waiting for another process that changes the schema"),
            Self::Begun { direction: Direction::Up, name, .. } => write!(f, "applying {name}"),
            Self::Begun { direction: Direction::Down, name, .. } => write!(f, "taking back {name}"),
            Self::Statement { number, total, sql } => {
                write!(f, "statement {number} of {total}: {}", crate::migration::error::one_line(sql))
            }
            Self::Done(Applied { direction: Direction::Up, name, duration, .. }) => {
                write!(f, "applied {name} in {duration:.1?}")
            }
            Self::Done(Applied { name, duration, .. }) => write!(f, "took back {name} in {duration:.1?}"),
        }
    }
}
