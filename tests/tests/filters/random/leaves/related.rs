//! Conditions on related rows: those of another table, of the same table, and through one to another.

use alchemy_core::filter::Exists;
use alchemy_core::prelude::*;
use proptest::prelude::*;

use super::super::oracle::Memory;
use super::super::rows::{Item, ItemNote};
use super::{Leaf, columns};

pub(super) const KINDS: &[&str] =
    &["exists", "not_exists", "exists by two columns", "exists in the same table", "exists within exists"];

pub(super) fn leaf(order_texts: bool) -> impl Strategy<Value = Leaf<Item>> {
    let (notes, items) = (notes(order_texts), columns::leaf(order_texts).boxed());
    prop_oneof![
        2 => notes.clone().prop_map(|note| {
            let filter = Item::ID.exists(ItemNote::ITEM, note.filter.clone());
            Leaf::new("exists", "notes", note.clone(), filter, move |memory, item| {
                notes_on(memory, item).any(|other| note.matches(memory, other))
            })
        }),
        2 => notes.clone().prop_map(|note| {
            let filter = Item::ID.not_exists(ItemNote::ITEM, note.filter.clone());
            Leaf::new("not_exists", "notes", note.clone(), filter, move |memory, item| {
                !notes_on(memory, item).any(|other| note.matches(memory, other))
            })
        }),
        2 => notes.prop_map(|note| {
            let related = Exists::over::<ItemNote>().on(Item::ID, ItemNote::ITEM).on(Item::SIZE, ItemNote::STARS);
            let filter = related.filter(note.filter.clone());
            Leaf::new("exists by two columns", "notes", note.clone(), filter, move |memory, item| {
                notes_on(memory, item)
                    .any(|other| item.size == Some(other.stars) && note.matches(memory, other))
            })
        }),
        1 => items.clone().prop_map(|inner| {
            let filter = Item::SIZE.exists(Item::SIZE, inner.filter.clone());
            Leaf::new("exists in the same table", "items", inner.clone(), filter, move |memory, item| {
                let alike = |other: &Item| item.size.is_some() && other.size == item.size;
                memory.items.iter().any(|other| alike(other) && inner.matches(memory, other))
            })
        }),
        1 => items.prop_map(|inner| {
            let within = ItemNote::STARS.exists(Item::SIZE, inner.filter.clone());
            let filter = Item::ID.exists(ItemNote::ITEM, within);
            Leaf::new("exists within exists", "notes and items", inner.clone(), filter, move |memory, item| {
                notes_on(memory, item).any(|note| {
                    let alike = |other: &Item| other.size == Some(note.stars);
                    memory.items.iter().any(|other| alike(other) && inner.matches(memory, other))
                })
            })
        }),
    ]
}

fn notes_on<'a>(memory: &'a Memory, item: &Item) -> impl Iterator<Item = &'a ItemNote> {
    let id = item.id;
    memory.notes.iter().filter(move |note| note.item == Some(id))
}

/// A condition on notes.
fn notes(order_texts: bool) -> BoxedStrategy<Leaf<ItemNote>> {
    let one = columns::note(order_texts);
    prop_oneof![
        3 => one.clone(),
        1 => Just(Leaf::new("any", "notes", (), Filter::everything(), |_, _| true)),
        1 => one.clone().prop_map(|note| {
            Leaf::new("not", "notes", note.clone(), !note.filter.clone(), move |memory, row| {
                !note.matches(memory, row)
            })
        }),
        1 => (one.clone(), one).prop_map(|(left, right)| {
            let (filter, shown) = (left.filter.clone() | right.filter.clone(), [left.clone(), right.clone()]);
            Leaf::new("or", "notes", shown, filter, move |memory, row| {
                left.matches(memory, row) || right.matches(memory, row)
            })
        }),
    ]
    .boxed()
}
