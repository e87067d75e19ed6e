//! An object of JSON, of which each key is asked for.

use std::collections::HashSet;

use super::node::Node;
use crate::filter::FilterError;
use crate::filter::error::{Name, OneOf};

/// An object, and its place in the whole.
pub(super) struct Object<'a> {
    path: &'a str,
    entries: Vec<(String, Node)>,
}

impl<'a> Object<'a> {
    /// The object; an error where the node is none, or has a key twice.
    pub(super) fn new(path: &'a str, node: Node) -> Result<Self, FilterError> {
        let Node::Object(entries) = node else {
            return Err(FilterError::invalid_json(path, "must be an object"));
        };
        let mut keys = HashSet::new();
        match entries.iter().find(|(key, _)| !keys.insert(key.as_str())) {
            Some((key, _)) => {
                Err(FilterError::invalid_json(path, format!("has {} more than once", Name(key))))
            }
            None => Ok(Self { path, entries }),
        }
    }

    /// Takes what is under a key.
    pub(super) fn take(&mut self, key: &str) -> Option<Node> {
        let index = self.entries.iter().position(|(other, _)| other == key)?;
        Some(self.entries.remove(index).1)
    }

    /// Takes what must be under a key.
    pub(super) fn required(&mut self, key: &str) -> Result<Node, FilterError> {
        self.take(key).ok_or_else(|| FilterError::invalid_json(self.path, format!("has no `{key}`")))
    }

    /// Takes a text that must be under a key.
    pub(super) fn text(&mut self, key: &str) -> Result<String, FilterError> {
        match self.required(key)? {
            Node::Text(text) => Ok(text),
            _ => Err(self.wrong(key, "must be a text")),
        }
    }

    /// Takes a text that may be under a key.
    pub(super) fn optional_text(&mut self, key: &str) -> Result<Option<String>, FilterError> {
        match self.take(key) {
            None => Ok(None),
            Some(Node::Text(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(key, "must be a text")),
        }
    }

    /// Takes a list that must be under a key.
    pub(super) fn list(&mut self, key: &str) -> Result<Vec<Node>, FilterError> {
        match self.required(key)? {
            Node::List(values) => Ok(values),
            _ => Err(self.wrong(key, "must be a list")),
        }
    }

    /// Takes a truth value that must be under a key.
    pub(super) fn boolean(&mut self, key: &str) -> Result<bool, FilterError> {
        match self.required(key)? {
            Node::Bool(value) => Ok(value),
            _ => Err(self.wrong(key, "must be `true` or `false`")),
        }
    }

    /// Takes a whole number that must be under a key.
    pub(super) fn integer(&mut self, key: &str) -> Result<i64, FilterError> {
        match self.required(key)? {
            Node::Number(number) => number.as_i64(),
            _ => None,
        }
        .ok_or_else(|| self.wrong(key, "must be a whole number"))
    }

    /// What is wrong with what was under a key.
    pub(super) fn wrong(&self, key: &str, reason: &'static str) -> FilterError {
        FilterError::invalid_json(join(self.path, key), reason)
    }

    /// Refuses what was not asked for; `keys` are those that were.
    pub(super) fn finish(self, keys: &'static [&'static str]) -> Result<(), FilterError> {
        match self.entries.first() {
            None => Ok(()),
            Some((key, _)) => {
                let reason = format!("has an unknown key {}{}", Name(key), OneOf(keys));
                Err(FilterError::invalid_json(self.path, reason))
            }
        }
    }
}

/// The place of what is under a key.
pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
