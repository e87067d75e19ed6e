//! Conditions on one thing, in every way that they can be asked for.

mod columns;
mod expressions;
mod related;
mod texts;

use std::fmt;
use std::rc::Rc;

use alchemy_core::prelude::*;
use proptest::prelude::*;

use super::oracle::Memory;
use super::rows::Item;

/// A condition: as the database is asked, and as memory answers.
pub(super) struct Leaf<M> {
    /// One of [`KINDS`].
    pub(super) kind: &'static str,
    /// What it is a condition on: a field, or several.
    pub(super) subject: String,
    pub(super) filter: Filter<M>,
    shown: String,
    matches: Rc<Matches<M>>,
}

/// Whether a row matches.
type Matches<M> = dyn Fn(&Memory, &M) -> bool;

impl<M> Leaf<M> {
    fn new(
        kind: &'static str,
        subject: impl Into<String>,
        value: impl fmt::Debug,
        filter: Filter<M>,
        matches: impl Fn(&Memory, &M) -> bool + 'static,
    ) -> Self {
        let subject = subject.into();
        let shown = format!("{subject} ({kind}) {value:?}");
        Self { kind, subject, filter, shown, matches: Rc::new(matches) }
    }

    pub(super) fn matches(&self, memory: &Memory, row: &M) -> bool {
        (self.matches)(memory, row)
    }
}

impl<M> Clone for Leaf<M> {
    fn clone(&self) -> Self {
        Self {
            kind: self.kind,
            subject: self.subject.clone(),
            filter: self.filter.clone(),
            shown: self.shown.clone(),
            matches: Rc::clone(&self.matches),
        }
    }
}

impl<M> fmt::Debug for Leaf<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Every kind of condition that a run has to have tried, with rows that match and rows that do not.
pub(super) const KINDS: &[&[&str]] = &[columns::KINDS, texts::KINDS, related::KINDS, expressions::KINDS];

/// A condition of any kind; `order_texts` where memory knows the order of every text.
pub(super) fn leaf(order_texts: bool) -> impl Strategy<Value = Leaf<Item>> {
    prop_oneof![
        10 => columns::leaf(order_texts),
        6 => texts::leaf(),
        2 => related::leaf(order_texts),
        2 => expressions::leaf(),
    ]
}
