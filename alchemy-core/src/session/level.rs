//! A transaction of its own inside a unit of work.

use std::sync::atomic::Ordering;

use super::Session;
use crate::error::Result;

/// A transaction, or a savepoint inside one, that was begun. When it is dropped without an end, because a panic or a
/// cancelled future left it, its work is given up before the session does anything else.
pub(crate) struct Level {
    session: Session,
    /// 0 once ended.
    depth: u32,
}

impl Level {
    /// Begins a transaction, which is a savepoint inside one.
    pub(crate) fn begin(session: &Session) -> Result<Self> {
        Self::begin_in(session, session.shared.nested)
    }

    /// Begins a savepoint, after the unit of work's transaction if need be.
    pub(crate) fn savepoint(session: &Session) -> Result<Self> {
        Self::begin_in(session, true)
    }

    fn begin_in(session: &Session, unit_of_work: bool) -> Result<Self> {
        let shared = &session.shared;
        let depth = session.state(|state| {
            if unit_of_work && !state.in_transaction() {
                state.begin(&shared.engine)?;
            }
            state.begin(&shared.engine)
        })??;
        Ok(Self { session: session.clone(), depth })
    }

    pub(crate) fn commit(mut self) -> Result<()> {
        let depth = std::mem::take(&mut self.depth);
        self.session.state(|state| state.end(depth))?
    }

    /// Gives up the level's work. That this fails too is only logged: what made it necessary is what the caller wants
    /// to know, and a lost connection keeps nothing anyway.
    pub(crate) fn roll_back(mut self) {
        let depth = std::mem::take(&mut self.depth);
        if let Err(error) = self.session.state(|state| state.abandon(depth)).and_then(|given_up| given_up) {
            log::warn!("rolling back after an error failed too: {error}");
        }
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        if self.depth > 0 {
            // Only noted: this may be an async thread, and the session may be at work.
            self.session.shared.given_up.fetch_min(self.depth, Ordering::AcqRel);
        }
    }
}
