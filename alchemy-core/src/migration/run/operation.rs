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
        if let Some(line) = client_word(dialect, &statements) {
            return Err(refused(format!(
                "has a `DELIMITER` in line {line}, which is a word of the client and not of the server; bodies are told \
                 by their own words, so leave it out"
            )));
        }
        let transactions = Transactions::of(dialect, &statements, migration.run_in_transaction);
        if let Some(line) = transactions.left_open() {
            return Err(refused(format!("begins a transaction in line {line} that it does not end")));
        }
        let total = statements.len();
        let mut written: Vec<_> = written.into_iter().map(Operation::Version).collect();
        let mut operations: Vec<_> = statements.into_iter().map(Operation::Statement).collect();
        // In the script's last transaction, where nothing that counts comes after it; otherwise in one of its own.
        let place = transactions.last_commit.filter(|_| transactions.open.is_none());
        if place.is_none() {
            if transactions.open.is_none() {
                written.insert(0, Operation::Begin(dialect.begin()));
            }
            written.push(Operation::Commit);
        }
        let place = place.unwrap_or(operations.len());
        operations.splice(place..place, written);
        if transactions.around {
            operations.insert(0, Operation::Begin(dialect.begin()));
        }
        Ok(Self { direction, migration, operations, total })
    }
}

/// The line of a word that clients take for themselves, and servers do not know.
fn client_word(dialect: Dialect, statements: &[ScriptStatement<'_>]) -> Option<usize> {
    let delimiter = |sql: &str| first_word(sql).eq_ignore_ascii_case("DELIMITER");
    let found = statements.iter().find(|statement| dialect == Dialect::Mysql && delimiter(statement.sql));
    found.map(|statement| statement.line)
}

/// The transactions of a script: the one around it, and those that it begins and ends by itself.
#[derive(Debug, Default)]
struct Transactions {
    /// Whether one is begun for the script: it begins none itself, or first ends one, as a script does that leaves
    /// Diesel's for a while.
    around: bool,
    /// The line that one is begun in that has no end; 0 for the one around the script.
    open: Option<usize>,
    /// The place of the last `COMMIT`, where only settings come after it.
    last_commit: Option<usize>,
}

impl Transactions {
    fn of(dialect: Dialect, statements: &[ScriptStatement<'_>], run_in_transaction: bool) -> Self {
        let first = statements.iter().find_map(|statement| transaction_word(dialect, statement.sql));
        let around = run_in_transaction && first != Some(TransactionWord::Begin);
        let mut transactions = Self { around, open: around.then_some(0), last_commit: None };
        for (place, statement) in statements.iter().enumerate() {
            match transaction_word(dialect, statement.sql) {
                Some(TransactionWord::Begin | TransactionWord::Chain) => {
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

    /// The line of a transaction that nobody ends.
    fn left_open(&self) -> Option<usize> {
        self.open.filter(|_| !self.around)
    }
}

/// Whether a statement concerns the connection alone.
fn is_setting(sql: &str) -> bool {
    ["PRAGMA", "SET", "RESET"].iter().any(|setting| first_word(sql).eq_ignore_ascii_case(setting))
}

fn first_word(sql: &str) -> &str {
    sql.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default()
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
        assert_eq!(operations("A; B", false), ["A", "B", "BEGIN IMMEDIATE", "W1", "W2", "COMMIT"]);
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
            let own = ["BEGIN IMMEDIATE", "W1", "W2", "COMMIT"];
            assert_eq!(
                operations("BEGIN; A; COMMIT; B"),
                [&["BEGIN", "A", "COMMIT", "B"][..], &own].concat()
            );
            assert_eq!(operations("BEGIN; A; ROLLBACK"), [&["BEGIN", "A", "ROLLBACK"][..], &own].concat());
        }
    }

    #[test]
    fn a_script_that_leaves_its_transaction_for_a_while_is_written_down_in_the_last_one() {
        let around = |script| operations(script, true);
        assert_eq!(
            around("A; COMMIT; B; BEGIN"),
            ["BEGIN IMMEDIATE", "A", "COMMIT", "B", "BEGIN", "W1", "W2", "COMMIT"]
        );
        assert_eq!(
            around("COMMIT; A; BEGIN; B; COMMIT"),
            ["BEGIN IMMEDIATE", "COMMIT", "A", "BEGIN", "B", "W1", "W2", "COMMIT"]
        );
        assert_eq!(
            around("A; COMMIT AND CHAIN; B"),
            ["BEGIN IMMEDIATE", "A", "COMMIT AND CHAIN", "B", "W1", "W2", "COMMIT"]
        );
        assert_eq!(
            around("A; COMMIT; B"),
            ["BEGIN IMMEDIATE", "A", "COMMIT", "B", "BEGIN IMMEDIATE", "W1", "W2", "COMMIT"]
        );
    }

    #[test]
    fn a_word_of_mariadbs_client_is_refused() {
        let migration = migration("A;\nDELIMITER //\nB//\nDELIMITER ;", true);
        let refused = |dialect| Job::new(dialect, Direction::Up, &migration, Vec::new()).map(drop);
        let error = refused(Dialect::Mysql).unwrap_err().to_string();
        assert!(error.starts_with("`1_a/up.sql` has a `DELIMITER` in line 2, which"), "{error}");
        assert!(refused(Dialect::Sqlite).is_ok());
    }

    #[test]
    fn a_transaction_without_an_end_is_refused() {
        let migration = migration("A;\nBEGIN;\nB", false);
        let error = Job::new(Dialect::Sqlite, Direction::Up, &migration, Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "`1_a/up.sql` begins a transaction in line 2 that it does not end");
    }
}
