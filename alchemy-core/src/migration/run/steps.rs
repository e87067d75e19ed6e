//! Which migrations lie on the way to a target.

use std::collections::BTreeSet;

use super::{Entry, State};
use crate::migration::target::{Target, find};
use crate::migration::{MigrationError, Result};

/// What there is and what the database has, by rising version.
pub(super) struct Way<'a> {
    pub(super) entries: &'a [Entry],
    pub(super) place: String,
}

impl<'a> Way<'a> {
    /// The versions to apply, in that order. Older ones than the database's newest are among them, as with Diesel.
    pub(super) fn up(&self, target: &Target) -> Result<Vec<&'a str>> {
        let pending = self.versions(|state| state == State::Pending);
        match target {
            Target::Head => Ok(pending),
            Target::Forward(steps) => Self::first(target, pending, *steps, "pending"),
            Target::Base | Target::Back(_) => {
                Err(unreachable(target, "an upgrade goes forward, and a downgrade back"))
            }
            Target::Version(text) => {
                let version = self.find(text)?;
                Ok(pending.into_iter().filter(|pending| *pending <= version).collect())
            }
        }
    }

    /// The versions to take back, in that order.
    pub(super) fn down(&self, target: &Target) -> Result<Vec<&'a str>> {
        let mut applied = self.versions(|state| state != State::Pending);
        applied.reverse();
        match target {
            Target::Base => Ok(applied),
            Target::Back(steps) => Self::first(target, applied, *steps, "applied"),
            Target::Head | Target::Forward(_) => {
                Err(unreachable(target, "a downgrade goes back, and an upgrade forward"))
            }
            Target::Version(text) => {
                let version = self.find(text)?;
                if !applied.contains(&version) {
                    return Err(unreachable(target, "it is not applied, and a downgrade applies nothing"));
                }
                Ok(applied.into_iter().filter(|applied| *applied > version).collect())
            }
        }
    }

    /// The versions that are said to be applied: of those that there are, and no others.
    pub(super) fn stamp(&self, target: &Target) -> Result<BTreeSet<&'a str>> {
        let there = self.versions(|state| !matches!(state, State::Missing(_)));
        let applied = self.versions(|state| matches!(state, State::Applied(_)));
        let pending = self.versions(|state| state == State::Pending);
        Ok(match target {
            Target::Head => there.into_iter().collect(),
            Target::Base => BTreeSet::new(),
            Target::Forward(steps) => {
                let more = Self::first(target, pending, *steps, "pending")?;
                applied.into_iter().chain(more).collect()
            }
            Target::Back(steps) => {
                let fewer: Vec<_> = applied.iter().rev().copied().collect();
                let fewer = Self::first(target, fewer, *steps, "applied")?;
                applied.into_iter().filter(|version| !fewer.contains(version)).collect()
            }
            Target::Version(text) => {
                let version = find(text, there.iter().copied(), &self.place)?;
                there.iter().copied().filter(|other| *other <= version).collect()
            }
        })
    }

    fn versions(&self, is: impl Fn(State) -> bool) -> Vec<&'a str> {
        self.entries.iter().filter(|entry| is(entry.state)).map(|entry| entry.version.as_str()).collect()
    }

    fn find(&self, text: &str) -> Result<&'a str> {
        find(text, self.entries.iter().map(|entry| entry.version.as_str()), &self.place)
    }

    fn first<'v>(
        target: &Target,
        mut versions: Vec<&'v str>,
        steps: usize,
        are: &str,
    ) -> Result<Vec<&'v str>> {
        if steps > versions.len() {
            let reason = match versions.len() {
                0 => format!("no migration is {are}"),
                1 => format!("only 1 migration is {are}"),
                count => format!("only {count} migrations are {are}"),
            };
            return Err(unreachable(target, &reason));
        }
        versions.truncate(steps);
        Ok(versions)
    }
}

fn unreachable(target: &Target, reason: &str) -> MigrationError {
    MigrationError::Unreachable { target: target.to_string(), reason: reason.to_owned() }
}
