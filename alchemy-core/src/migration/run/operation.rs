//! What is run for a migration, in order.

use super::Direction;
use crate::backend::{Dialect, TransactionWord, transaction_word};
use crate::migration::folder::{Migration, bad};
use crate::migration::script::{ScriptStatement, split};
use crate::migration::{MigrationError, Result};

/// Something that is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operation<'a> {
    /// Begins the transaction that is not the script's own.
    Begin(&'static str),
    /// A statement of the script.
    Statement(ScriptStatement<'a>),
    /// Writes down what was done.
    Version(String),
    /// Ends the transaction that is not the script's own.
    Commit,
}

/// A migration with all that is run for it.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub(super) direction: Direction,
    pub(super) migration: &'a Migration,
    pub(super) operations: Vec<Operation<'a>>,
    /// How many statements the script has.
    pub(super) total: usize,
}

impl Operation<'_> {
    pub(super) fn sql(&self) -> &str {
        match self {
            Self::Begin(sql) => sql,
            Self::Statement(statement) => statement.sql,
            Self::Version(sql) => sql,
            Self::Commit => "COMMIT",
        }
    }
}

impl<'a> Job<'a> {
    /// What applies a migration, or takes it back, and writes it down with these statements.
    ///
    /// # Errors
    /// [`MigrationError::Irreversible`], and [`MigrationError::BadFolder`] for a script that cannot be taken apart.
    pub(super) fn new(
        dialect: Dialect,
        direction: Direction,
        migration: &'a Migration,
        written: Vec<String>,
    ) -> Result<Self> {
        let (file, script) = match direction {
            Direction::Up => ("up.sql", &migration.up),
            Direction::Down => match &migration.down {
                Some(down) => ("down.sql", down),
                None => return Err(MigrationError::Irreversible { version: migration.version.clone() }),
            },
        };
        let refused = |reason: String| bad(&migration.script_path(file), reason);
        let statements = split(dialect, script).map_err(|unclosed| refused(unclosed.to_string()))?;
        let transactions = Transactions::of(dialect, &statements);
        if let Some(line) = transactions.open {
            return Err(refused(format!("begins a transaction in line {line} that it does not end")));
        }
        let total = statements.len();
        let written = written.into_iter().map(Operation::Version);
        let mut operations: Vec<_> = statements.into_iter().map(Operation::Statement).collect();
        if migration.run_in_transaction && !transactions.any {
            operations.insert(0, Operation::Begin(dialect.begin()));
            operations.extend(written);
            operations.push(Operation::Commit);
        } else {
            // In the script's last transaction, where nothing that counts comes after it.
            let place = transactions.last_commit.unwrap_or(operations.len());
            operations.splice(place..place, written);
        }
        Ok(Self { direction, migration, operations, total })
    }
}

/// The transactions that a script begins and ends by itself.
#[derive(Debug, Default)]
struct Transactions {
    any: bool,
    /// The line that one is begun in that has no end.
    open: Option<usize>,
    /// The place of the last `COMMIT`, where only settings come after it.
    last_commit: Option<usize>,
}

impl Transactions {
    fn of(dialect: Dialect, statements: &[ScriptStatement<'_>]) -> Self {
        let mut transactions = Self::default();
        for (place, statement) in statements.iter().enumerate() {
            let word = transaction_word(dialect, statement.sql);
            transactions.any |= word.is_some();
            match word {
                Some(TransactionWord::Begin) => {
                    transactions.open = Some(statement.line);
                    transactions.last_commit = None;
                }
                // One that ends nothing is no place for anything.
                Some(TransactionWord::Commit) => {
                    transactions.last_commit = transactions.open.take().map(|_| place);
                }
                Some(TransactionWord::Rollback) => {
                    transactions.open = None;
                    transactions.last_commit = None;
                }
                None if is_setting(statement.sql) => {}
                None => transactions.last_commit = None,
            }
        }
        transactions
    }
}

/// Whether a statement concerns the connection alone.
fn is_setting(sql: &str) -> bool {
    let word = sql.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    ["PRAGMA", "SET", "RESET"].iter().any(|setting| word.eq_ignore_ascii_case(setting))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migration(up: &str, run_in_transaction: bool) -> Migration {
        Migration {
            version: "1".to_owned(),
            name: "1_a".to_owned(),
            folder: None,
            up: up.to_owned(),
            down: None,
            run_in_transaction,
        }
    }

    fn operations(up: &str, run_in_transaction: bool) -> Vec<String> {
        let migration = migration(up, run_in_transaction);
        let job =
            Job::new(Dialect::Sqlite, Direction::Up, &migration, vec!["W1".to_owned(), "W2".to_owned()]);
        job.unwrap().operations.iter().map(|operation| operation.sql().to_owned()).collect()
    }

    #[test]
    fn a_migration_is_written_down_in_its_transaction() {
        assert_eq!(operations("A; B", true), ["BEGIN IMMEDIATE", "A", "B", "W1", "W2", "COMMIT"]);
        assert_eq!(operations("", true), ["BEGIN IMMEDIATE", "W1", "W2", "COMMIT"]);
        assert_eq!(operations("A; B", false), ["A", "B", "W1", "W2"]);
    }

    #[test]
    fn a_script_with_a_transaction_of_its_own_is_written_down_in_that() {
        for run_in_transaction in [false, true] {
            let operations = |script| operations(script, run_in_transaction);
            assert_eq!(
                operations("PRAGMA a; BEGIN; A; COMMIT; PRAGMA b"),
                ["PRAGMA a", "BEGIN", "A", "W1", "W2", "COMMIT", "PRAGMA b"]
            );
            assert_eq!(
                operations("BEGIN; A; END; BEGIN; B; COMMIT"),
                ["BEGIN", "A", "END", "BEGIN", "B", "W1", "W2", "COMMIT"]
            );
            assert_eq!(operations("BEGIN; A; COMMIT; B"), ["BEGIN", "A", "COMMIT", "B", "W1", "W2"]);
            assert_eq!(operations("BEGIN; A; ROLLBACK"), ["BEGIN", "A", "ROLLBACK", "W1", "W2"]);
        }
    }

    #[test]
    fn a_transaction_without_an_end_is_refused() {
        let migration = migration("A;\nBEGIN;\nB", false);
        let error = Job::new(Dialect::Sqlite, Direction::Up, &migration, Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "`1_a/up.sql` begins a transaction in line 2 that it does not end");
    }
}
