//! Expressions of Diesel. Where one is unknown of a row, the row does not match, and its negation does.

use alchemy_core::filter::IntoFilter;
use alchemy_core::prelude::*;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use proptest::prelude::*;

use super::super::rows::{self, Item, item_notes, items};
use super::Leaf;

pub(super) const KINDS: &[&str] = &[
    "Diesel's and",
    "Diesel's or",
    "Diesel's not",
    "Diesel's eq_any",
    "Diesel's eq of columns",
    "Diesel's exists",
    "a filter in Diesel's or",
];

pub(super) fn leaf() -> impl Strategy<Value = Leaf<Item>> {
    prop_oneof![
        (rows::size(), rows::small()).prop_map(|(size, small)| {
            let filter = items::size.gt(size).and(items::small.lt(small)).into_filter();
            Leaf::new("Diesel's and", "size and small", (size, small), filter, move |_, item: &Item| {
                item.size.is_some_and(|value| value > size) && item.small < small
            })
        }),
        (rows::text(), any::<bool>()).prop_map(|(text, flag)| {
            let filter = items::title.ne(text.clone()).or(items::flag.eq(flag)).into_filter();
            Leaf::new("Diesel's or", "title or flag", (text.clone(), flag), filter, move |_, item: &Item| {
                item.title.as_ref().is_some_and(|title| *title != text) || item.flag == Some(flag)
            })
        }),
        rows::size().prop_map(|size| {
            let filter = not(items::size.eq(size)).into_filter();
            Leaf::new("Diesel's not", "size", size, filter, move |_, item: &Item| {
                item.size.is_some_and(|value| value != size)
            })
        }),
        proptest::collection::vec(rows::word(), 1..4).prop_map(|words| {
            let filter = items::code.eq_any(words.clone()).into_filter();
            Leaf::new("Diesel's eq_any", "code", words.clone(), filter, move |_, item: &Item| {
                item.code.as_ref().is_some_and(|code| words.contains(code))
            })
        }),
        Just(()).prop_map(|()| {
            let filter = items::colour.nullable().eq(items::shade).into_filter();
            Leaf::new("Diesel's eq of columns", "colour and shade", (), filter, |_, item: &Item| {
                item.shade == Some(item.colour)
            })
        }),
        rows::stars().prop_map(|stars| {
            let notes = item_notes::table.filter(item_notes::item.eq(items::id.nullable()));
            let filter = exists(notes.filter(item_notes::stars.ge(stars))).into_filter();
            Leaf::new("Diesel's exists", "notes", stars, filter, move |memory, item: &Item| {
                memory.notes.iter().any(|note| note.item == Some(item.id) && note.stars >= stars)
            })
        }),
        (rows::size(), rows::large()).prop_map(|(size, large)| {
            let inner: Filter<Item> = !Item::LARGE.lt(large);
            let filter = items::size.eq(size).or(inner).into_filter();
            Leaf::new(
                "a filter in Diesel's or",
                "size or large",
                (size, large),
                filter,
                move |_, item: &Item| {
                    item.size == Some(size) || item.large.is_none_or(|value| value >= large)
                },
            )
        }),
    ]
}
