//! Conditions nested at random.

use std::fmt;

use alchemy_core::filter::FilterGroup;
use alchemy_core::prelude::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::leaves::{self, Leaf};
use super::oracle::Memory;
use super::rows::Item;

/// A condition on items.
#[derive(Debug, Clone)]
pub(super) enum Tree {
    Everything,
    Nothing,
    Leaf(Leaf<Item>),
    All(Joined, Vec<Tree>),
    Any(Joined, Vec<Tree>),
    Not(Box<Tree>),
}

/// How conditions are put together.
#[derive(Clone, Copy)]
pub(super) enum Joined {
    List,
    Methods,
    Operators,
    Group,
}

impl Tree {
    /// As the database is asked.
    pub(super) fn filter(&self) -> Filter<Item> {
        match self {
            Self::Everything => Filter::everything(),
            Self::Nothing => Filter::nothing(),
            Self::Leaf(leaf) => leaf.filter.clone(),
            Self::All(joined, parts) => joined.all(parts.iter().map(Self::filter).collect()),
            Self::Any(joined, parts) => joined.any(parts.iter().map(Self::filter).collect()),
            Self::Not(part) => !part.filter(),
        }
    }

    /// As memory answers.
    pub(super) fn matches(&self, memory: &Memory, item: &Item) -> bool {
        match self {
            Self::Everything => true,
            Self::Nothing => false,
            Self::Leaf(leaf) => leaf.matches(memory, item),
            Self::All(_, parts) => parts.iter().all(|part| part.matches(memory, item)),
            Self::Any(_, parts) => parts.iter().any(|part| part.matches(memory, item)),
            Self::Not(part) => !part.matches(memory, item),
        }
    }

    pub(super) fn for_each_leaf(&self, visit: &mut dyn FnMut(&Leaf<Item>)) {
        match self {
            Self::Everything | Self::Nothing => {}
            Self::Leaf(leaf) => visit(leaf),
            Self::All(_, parts) | Self::Any(_, parts) => {
                parts.iter().for_each(|part| part.for_each_leaf(visit));
            }
            Self::Not(part) => part.for_each_leaf(visit),
        }
    }

    /// How many conditions are around the innermost.
    pub(super) fn depth(&self) -> usize {
        match self {
            Self::Everything | Self::Nothing | Self::Leaf(_) => 0,
            Self::All(_, parts) | Self::Any(_, parts) => {
                parts.iter().map(Self::depth).max().map_or(0, |depth| depth + 1)
            }
            Self::Not(part) => part.depth() + 1,
        }
    }
}

impl Joined {
    fn all(self, parts: Vec<Filter<Item>>) -> Filter<Item> {
        match self {
            Self::List => Filter::all_of(parts),
            Self::Methods => parts.into_iter().fold(Filter::everything(), Filter::and),
            Self::Operators => parts.into_iter().fold(Filter::everything(), |all, part| all & part),
            Self::Group => grouped(FilterGroup::and_(), parts),
        }
    }

    fn any(self, parts: Vec<Filter<Item>>) -> Filter<Item> {
        match self {
            Self::List => Filter::any_of(parts),
            Self::Methods => parts.into_iter().fold(Filter::nothing(), Filter::or),
            Self::Operators => parts.into_iter().fold(Filter::nothing(), |any, part| any | part),
            Self::Group => grouped(FilterGroup::or_(), parts),
        }
    }
}

fn grouped(group: FilterGroup<Item>, parts: Vec<Filter<Item>>) -> Filter<Item> {
    let group = parts.into_iter().fold(group, FilterGroup::with);
    group.resolve().expect("each part is a condition")
}

impl fmt::Debug for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::List => "list",
            Self::Methods => "methods",
            Self::Operators => "operators",
            Self::Group => "group",
        })
    }
}

/// How deep trees are nested at most.
pub(super) const DEPTH: usize = 4;

/// Conditions of a depth of at most [`DEPTH`]; `order_texts` where memory knows the order of every text.
pub(super) fn tree(order_texts: bool) -> BoxedStrategy<Tree> {
    let leaf = prop_oneof![
        60 => leaves::leaf(order_texts).prop_map(Tree::Leaf),
        1 => Just(Tree::Everything),
        1 => Just(Tree::Nothing),
        1 => joined().prop_map(|joined| Tree::All(joined, Vec::new())),
        1 => joined().prop_map(|joined| Tree::Any(joined, Vec::new())),
    ];
    let depth = u32::try_from(DEPTH).expect("a small number");
    let tree = leaf.prop_recursive(depth, 24, 3, |inner| {
        prop_oneof![
            2 => (joined(), vec(inner.clone(), 1..=3)).prop_map(|(joined, parts)| Tree::All(joined, parts)),
            3 => (joined(), vec(inner.clone(), 1..=3)).prop_map(|(joined, parts)| Tree::Any(joined, parts)),
            1 => inner.prop_map(|part| Tree::Not(Box::new(part))),
        ]
    });
    tree.boxed()
}

fn joined() -> impl Strategy<Value = Joined> + Clone {
    select(vec![Joined::List, Joined::Methods, Joined::Operators, Joined::Group])
}
