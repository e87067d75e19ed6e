//! What a filter in JSON says, before it is known of which model.

use super::node::Node;
use crate::filter::comparison::Operator;
use crate::filter::predicate::Comparison;
use crate::filter::{LimitOffset, SortOrder};

/// A whole filter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tree {
    pub(super) condition: Condition,
    pub(super) order: Vec<Order>,
    /// With its place.
    pub(super) page: Option<(String, LimitOffset)>,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    Group { any: bool, parts: Vec<Condition> },
    Field { path: String, field: String, test: Test },
    Search { path: String, search: Search },
    Exists { path: String, relation: Box<Relation> },
}

/// What is asked of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// One or two bounds, each with its key.
    Bounds(Vec<(&'static str, Comparison, Node)>),
    Boolean(bool),
    OneOf {
        values: Vec<Node>,
        negated: bool,
    },
    Null {
        negated: bool,
    },
    Compare {
        operator: Operator,
        value: Node,
    },
}

/// A text that is looked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Search {
    /// With the place of each, after that of the condition.
    pub(super) fields: Vec<(String, String)>,
    pub(super) text: String,
    pub(super) ignore_case: bool,
    pub(super) excluding: bool,
}

/// Related rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Relation {
    pub(super) table: String,
    pub(super) via: Option<String>,
    pub(super) holder: Option<Holder>,
    pub(super) condition: Condition,
    pub(super) negated: bool,
}

/// Whose foreign key relates two tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    This,
    Related,
}

/// An ordering.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Order {
    pub(super) path: String,
    pub(super) field: String,
    pub(super) order: SortOrder,
}
