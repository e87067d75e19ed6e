//! Parts of texts and patterns, typed and by name.

use alchemy_core::filter::ComparisonFilter;
use alchemy_core::filter::TextColumn;
use alchemy_core::model::{Column, Model};
use alchemy_core::prelude::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::super::oracle::{Part, Place};
use super::super::rows::{self, Item};
use super::Leaf;

pub(super) const KINDS: &[&str] = &[
    "typed contains",
    "typed icontains",
    "typed starts_with",
    "typed istarts_with",
    "typed ends_with",
    "typed iends_with",
    "startswith",
    "istartswith",
    "endswith",
    "iendswith",
    "like",
    "ilike",
    "search",
    "search, ignoring case",
    "search, excluding",
    "search, ignoring case, excluding",
];

/// A text of an item, if it has one.
type Get = fn(&Item) -> Option<&str>;

pub(super) fn leaf() -> impl Strategy<Value = Leaf<Item>> {
    prop_oneof![2 => typed(), 2 => by_name(), 1 => pattern(), 1 => search()]
}

/// The fields that can be searched by name. Those of an enum are texts there, too.
const FIELDS: [(&str, Get); 5] = [
    ("name", |item| Some(&item.name)),
    ("title", |item| item.title.as_deref()),
    ("code", |item| item.code.as_deref()),
    ("colour", |item| Some(item.colour.text())),
    ("shade", |item| item.shade.map(|shade| shade.text())),
];

fn typed() -> impl Strategy<Value = Leaf<Item>> {
    type Typed = fn(&Part) -> (&'static str, Filter<Item>);
    let fields: Vec<(&'static str, Get, Typed)> = vec![
        ("name", |item| Some(&item.name), |part| part.typed(Item::NAME)),
        ("title", |item| item.title.as_deref(), |part| part.typed(Item::TITLE)),
        ("code", |item| item.code.as_deref(), |part| part.typed(Item::CODE)),
    ];
    let places = select(vec![Place::Anywhere, Place::Start, Place::End]);
    (select(fields), part(places)).prop_map(|((field, get, typed), part)| {
        let (kind, filter) = typed(&part);
        leaf_of(kind, field, part, filter, get)
    })
}

fn by_name() -> impl Strategy<Value = Leaf<Item>> {
    (select(&FIELDS), part(select(vec![Place::Start, Place::End]))).prop_map(|((field, get), part)| {
        let operator = match (part.place, part.ignore_case) {
            (Place::Start, false) => "startswith",
            (Place::Start, true) => "istartswith",
            (_, false) => "endswith",
            (_, true) => "iendswith",
        };
        let filter = ComparisonFilter::new(field, operator, part.text.as_str()).resolve();
        leaf_of(operator, field, part, filter.expect("the field is a text"), get)
    })
}

fn pattern() -> impl Strategy<Value = Leaf<Item>> {
    let pieces = [
        "a", "A", "b", "%", "%", "%", "_", "\\", r"\%", r"\_", r"\\", "!", "[", "*", "é", "İ", "漢",
        "\u{301}",
    ];
    let patterns = vec(select(pieces.to_vec()), 0..5).prop_map(|pieces| pieces.concat());
    let patterns = prop_oneof![2 => patterns, 1 => rows::text()];
    (select(&FIELDS), patterns, any::<bool>()).prop_map(|((field, get), text, ignore_case)| {
        let operator = if ignore_case { "ilike" } else { "like" };
        let filter = ComparisonFilter::new(field, operator, text.as_str()).resolve();
        let part = Part { place: Place::Pattern, ignore_case, text };
        leaf_of(operator, field, part, filter.expect("the field is a text"), get)
    })
}

fn search() -> impl Strategy<Value = Leaf<Item>> {
    let fields = subsequence(FIELDS.to_vec(), 1..=3);
    (fields, part(Just(Place::Anywhere)), any::<bool>()).prop_map(|(fields, part, excluding)| {
        let kind = match (part.ignore_case, excluding) {
            (false, false) => "search",
            (true, false) => "search, ignoring case",
            (false, true) => "search, excluding",
            (true, true) => "search, ignoring case, excluding",
        };
        let names: Vec<_> = fields.iter().map(|(field, _)| *field).collect();
        let filter = SearchFilter::in_fields(names.clone(), part.text.as_str())
            .ignore_case(part.ignore_case)
            .excluding(excluding)
            .resolve()
            .expect("the fields are texts");
        let shown = part.clone();
        Leaf::new(kind, names.join(" or "), shown, filter, move |memory, item| {
            fields.iter().any(|(_, get)| part.matches(&memory.fold, get(item))) != excluding
        })
    })
}

fn leaf_of(
    kind: &'static str,
    field: &'static str,
    part: Part,
    filter: Filter<Item>,
    get: Get,
) -> Leaf<Item> {
    let shown = part.clone();
    Leaf::new(kind, field, shown, filter, move |memory, item| part.matches(&memory.fold, get(item)))
}

/// A part of a text at one of the places. No text has a NUL, but one can be looked for.
fn part(places: impl Strategy<Value = Place> + 'static) -> impl Strategy<Value = Part> {
    let short = rows::characters().prop_map(|text| text.chars().take(1).collect::<String>());
    let texts =
        prop_oneof![10 => short, 3 => rows::characters(), 3 => rows::text(), 1 => Just("\0".to_owned())];
    (places, any::<bool>(), texts).prop_map(|(place, ignore_case, text)| Part { place, ignore_case, text })
}

impl Part {
    fn typed<M: Model, T: TextColumn>(&self, column: Column<M, T>) -> (&'static str, Filter<M>) {
        let text = &self.text;
        match (self.place, self.ignore_case) {
            (Place::Anywhere, false) => ("typed contains", column.contains(text)),
            (Place::Anywhere, true) => ("typed icontains", column.icontains(text)),
            (Place::Start, false) => ("typed starts_with", column.starts_with(text)),
            (Place::Start, true) => ("typed istarts_with", column.istarts_with(text)),
            (Place::End, false) => ("typed ends_with", column.ends_with(text)),
            (Place::End, true) => ("typed iends_with", column.iends_with(text)),
            (Place::Pattern, _) => panic!("patterns are given by name"),
        }
    }
}
