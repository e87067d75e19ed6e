//! Locks on the rows that a `SELECT` reads.

use crate::backend::Dialect;
use crate::error::{Error, Result};

/// A lock on rows, until the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RowLock {
    pub(crate) strength: LockStrength,
    pub(crate) wait: LockWait,
}

/// What others may still do with the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum LockStrength {
    /// Read them.
    Update,
    /// Read and share them.
    Share,
}

/// What happens where another transaction holds a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum LockWait {
    /// It is waited for.
    #[default]
    Wait,
    /// It is an error.
    NoWait,
    /// The rows are left out.
    SkipLocked,
}

impl RowLock {
    /// `FOR UPDATE`, for a statement that reads what its transaction is about to write or has written.
    pub(crate) const UPDATE: Self = Self { strength: LockStrength::Update, wait: LockWait::Wait };

    /// Refuses a lock that the database does not have.
    pub(crate) fn check(self, dialect: Dialect) -> Result<()> {
        if dialect.row_locks() {
            return Ok(());
        }
        Err(Error::Unsupported { feature: "row locks (SELECT … FOR UPDATE)", backend: dialect.name() })
    }

    /// The clause.
    pub(super) const fn sql(self, dialect: Dialect) -> &'static str {
        match (self.strength, self.wait) {
            (LockStrength::Update, LockWait::Wait) => " FOR UPDATE",
            (LockStrength::Update, LockWait::NoWait) => " FOR UPDATE NOWAIT",
            (LockStrength::Update, LockWait::SkipLocked) => " FOR UPDATE SKIP LOCKED",
            (LockStrength::Share, wait) => dialect.for_share(wait as usize),
        }
    }
}
