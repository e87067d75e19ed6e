//! Running a migration, and knowing what of it is left where it fails.

use std::time::Instant;

use diesel::connection::SimpleConnection;

use super::operation::{Job, Operation};
use super::{Applied, Event, Observer};
use crate::backend::{
    self, AnyConnection, Dialect, TransactionWord, classify::classify, keeps_open_transactions,
    transaction_word,
};
use crate::error::ErrorKind;
use crate::migration::error::{FailedStatement, Kept, MigrationError, Result, one_line};

/// Runs a migration.
///
/// # Errors
/// [`MigrationError::Failed`]; no transaction is left open then.
pub(super) fn execute(connection: &mut AnyConnection, job: &Job<'_>, observer: &Observer) -> Result<Applied> {
    let start = Instant::now();
    let (direction, version, name) = (job.direction, &job.migration.version, &job.migration.name);
    observer(&Event::Begun { direction, version, name, statements: job.total });
    let mut progress = Progress::default();
    let mut number = 0;
    for operation in &job.operations {
        if let Operation::Statement(statement) = operation {
            number += 1;
            observer(&Event::Statement { number, total: job.total, sql: statement.sql });
        }
        match connection.batch_execute(operation.sql()) {
            Ok(()) => progress.done(connection, operation),
            Err(error) => {
                // First, for it asks the connection about its last statement.
                let source = classify(connection, error);
                let gone = source.kind() == ErrorKind::Connection;
                progress.failed(connection, gone);
                let is_last = gone && ends(connection.dialect(), operation);
                return Err(MigrationError::Failed {
                    version: version.clone(),
                    statement: Box::new(failed(operation, number, job.total)),
                    kept: if is_last { Kept::Unknown } else { Kept::of(progress.kept) },
                    source,
                });
            }
        }
    }
    let applied =
        Applied { direction, version: version.clone(), name: name.clone(), duration: start.elapsed() };
    observer(&Event::Done(&applied));
    Ok(applied)
}

/// Whether an operation makes what came before it last.
fn ends(dialect: Dialect, operation: &Operation<'_>) -> bool {
    match operation {
        Operation::Commit => true,
        // Without a transaction each statement does.
        _ if !keeps_open_transactions(dialect) => true,
        Operation::Statement(statement) => matches!(
            transaction_word(dialect, statement.sql),
            Some(TransactionWord::Commit | TransactionWord::Chain)
        ),
        Operation::Begin(_) | Operation::Version(_) => false,
    }
}

fn failed(operation: &Operation<'_>, number: usize, total: usize) -> FailedStatement {
    match operation {
        Operation::Statement(statement) => {
            FailedStatement::Script { number, total, line: statement.line, sql: one_line(statement.sql) }
        }
        Operation::Version(_) => FailedStatement::Version,
        Operation::Begin(_) => FailedStatement::Begin,
        Operation::Commit => FailedStatement::Commit,
    }
}

/// What was done, and what of it is done for good.
#[derive(Default)]
struct Progress<'a> {
    open: bool,
    /// The last statement of the script that was run.
    last: Option<&'a str>,
    /// The last one that nothing takes back any more.
    kept: Option<&'a str>,
}

impl<'a> Progress<'a> {
    fn done(&mut self, connection: &mut AnyConnection, operation: &'a Operation<'_>) {
        let word = match operation {
            Operation::Begin(_) => Some(TransactionWord::Begin),
            Operation::Commit => Some(TransactionWord::Commit),
            Operation::Version(_) => None,
            Operation::Statement(statement) => {
                let word = transaction_word(connection.dialect(), statement.sql);
                if word.is_none() {
                    self.last = Some(statement.sql);
                }
                word
            }
        };
        match word {
            Some(TransactionWord::Begin) => self.open = true,
            Some(TransactionWord::Commit) => self.open = false,
            Some(TransactionWord::Chain) => {
                self.kept = self.last;
                self.open = true;
            }
            Some(TransactionWord::Rollback) => {
                self.open = false;
                self.last = self.kept;
            }
            None => self.open = self.open && still_open(connection),
        }
        if !self.open {
            self.kept = self.last;
        }
    }

    /// Undoes what can be undone. What failed may have ended the transaction before it did.
    fn failed(&mut self, connection: &mut AnyConnection, gone: bool) {
        // A transaction goes with its connection.
        if gone {
            return;
        }
        if self.open && !still_open(connection) {
            self.kept = self.last;
        }
        // Also of one that does not show in the words of the script, as a savepoint of SQLite. Where that fails too, it ends
        // with the connection, and the first error says why.
        let _ = connection.batch_execute("ROLLBACK");
    }
}

fn still_open(connection: &mut AnyConnection) -> bool {
    keeps_open_transactions(connection.dialect()) || backend::in_transaction(connection)
}
