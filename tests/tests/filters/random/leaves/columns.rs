//! Comparisons of columns of each type, typed and by name.

use std::cmp::Ordering;
use std::fmt::Debug;

use alchemy_core::filter::{
    BeforeAfter, BooleanFilter, ChoicesFilter, CollectionFilter, Comparand, ComparisonFilter, FilterValue,
    NotInCollectionFilter, NotNullFilter, NullFilter, OnBeforeAfter, Value,
};
use alchemy_core::model::{Column, Model};
use alchemy_core::prelude::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::super::oracle::Compare;
use super::super::rows::{self, Item, ItemNote, maybe};
use super::Leaf;

pub(super) const KINDS: &[&str] = &[
    "typed eq",
    "typed ne",
    "typed gt",
    "typed ge",
    "typed lt",
    "typed le",
    "typed between",
    "typed is_in",
    "typed not_in",
    "typed gt and lt",
    "typed is_null",
    "typed is_not_null",
    "eq",
    "ne",
    "gt",
    "ge",
    "lt",
    "le",
    "in",
    "notin",
    "between",
    "dateeq",
    "collection",
    "collection, excluding",
    "not in collection",
    "choices",
    "null",
    "not null",
    "before",
    "after",
    "before and after",
    "on or before",
    "on or after",
    "on or before and after",
    "boolean",
];

/// A comparison of a column of an item. A column is given as `required` or `nullable`, its handle, its field, whether
/// values have an order, and the values it is compared with.
pub(super) fn leaf(order_texts: bool) -> impl Strategy<Value = Leaf<Item>> {
    macro_rules! columns {
        ($($is:ident $handle:ident $field:ident: $order:expr, $values:expr;)+) => {
            [$(column(
                Item::$handle.meta().field,
                $order,
                $values,
                |compare| compare.$is(Item::$handle),
                columns!(@get $is $field),
            )),+]
        };
        (@get required $field:ident) => { |item: &Item| Some(&item.$field) };
        (@get nullable $field:ident) => { |item: &Item| item.$field.as_ref() };
    }
    let columns = columns! {
        required NUMBER number: true, 1..=60_i32;
        required NAME name: order_texts, rows::text();
        nullable TITLE title: order_texts, rows::text();
        nullable CODE code: true, rows::word();
        required COLOUR colour: true, rows::colour();
        nullable SHADE shade: true, rows::colour();
        required SURE sure: true, any::<bool>();
        nullable FLAG flag: true, any::<bool>();
        required SMALL small: true, rows::small();
        nullable SIZE size: true, rows::size();
        nullable LARGE large: true, rows::large();
        nullable SINGLE single: true, rows::single();
        nullable RATIO ratio: true, rows::ratio();
        nullable AMOUNT amount: true, rows::amount();
        nullable LINK link: true, rows::link();
        nullable DAY day: true, rows::day();
        nullable CLOCK clock: true, rows::clock();
        nullable LOCAL local: true, rows::local();
        nullable MOMENT moment: true, rows::moment();
        required OPENED opened: true, rows::moment();
        nullable BYTES bytes: true, rows::bytes();
    };
    let document = compare(rows::document(), false).prop_flat_map(|compare| {
        asked(
            Item::DOCUMENT.meta().field,
            compare,
            |compare| compare.nullable(Item::DOCUMENT),
            |item| item.document.as_ref(),
            |left, right| (left == right).then_some(Ordering::Equal),
        )
    });
    Union::new_weighted(
        columns
            .into_iter()
            .map(|column| (2, column))
            .chain([(2, document.boxed()), (3, on_day().boxed()), (2, boolean().boxed())])
            .collect(),
    )
}

/// A comparison of a column of a note; `order_texts` where memory knows the order of every text.
pub(super) fn note(order_texts: bool) -> BoxedStrategy<Leaf<ItemNote>> {
    let stars = column(
        ItemNote::STARS.meta().field,
        true,
        rows::stars(),
        |compare| compare.required(ItemNote::STARS),
        |note| Some(&note.stars),
    );
    let body = column(
        ItemNote::BODY.meta().field,
        order_texts,
        rows::text(),
        |compare| compare.nullable(ItemNote::BODY),
        |note| note.body.as_ref(),
    );
    prop_oneof![2 => stars, 1 => body].boxed()
}

fn column<M: Model, T: FilterValue + Clone + Debug + PartialOrd + 'static>(
    field: &'static str,
    order: bool,
    values: impl Strategy<Value = T> + Clone + 'static,
    typed: fn(&Compare<T>) -> Filter<M>,
    get: fn(&M) -> Option<&T>,
) -> BoxedStrategy<Leaf<M>> {
    compare(values, order)
        .prop_flat_map(move |compare| asked(field, compare, typed, get, T::partial_cmp))
        .boxed()
}

/// The comparison in each of the ways that it can be asked for.
fn asked<M: Model, T: FilterValue + Clone + Debug + PartialEq + 'static>(
    field: &'static str,
    compare: Compare<T>,
    typed: fn(&Compare<T>) -> Filter<M>,
    get: fn(&M) -> Option<&T>,
    order: fn(&T, &T) -> Option<Ordering>,
) -> impl Strategy<Value = Leaf<M>> {
    let leaf = move |kind: &'static str, compare: Compare<T>, filter: Filter<M>| {
        let shown = compare.clone();
        Leaf::new(kind, field, shown, filter, move |_, row: &M| compare.matches(get(row), order))
    };
    let (kind, filter) = (compare.typed_kind(), typed(&compare));
    let mut leaves = vec![leaf(kind, compare.clone(), filter)];
    for (kind, filter) in compare.by_name_of_its_own(field) {
        leaves.push(leaf(kind, compare.clone(), filter));
    }
    // The lists of operators have no place for `NULL`.
    let compare = compare.of_values();
    if let Some((operator, value)) = compare.by_operator() {
        let filter = ComparisonFilter::new(field, operator, value).resolve().expect("the value fits");
        leaves.push(leaf(operator, compare, filter));
    }
    select(leaves)
}

fn compare<T: Clone + Debug + 'static>(
    values: impl Strategy<Value = T> + Clone + 'static,
    order: bool,
) -> BoxedStrategy<Compare<T>> {
    let (one, some) = (maybe(values.clone()).boxed(), vec(maybe(values.clone()), 0..4).boxed());
    let equal = prop_oneof![
        one.clone().prop_map(Compare::Eq),
        one.prop_map(Compare::Ne),
        some.clone().prop_map(Compare::In),
        some.prop_map(Compare::NotIn),
        Just(Compare::Null),
        Just(Compare::NotNull),
    ];
    if !order {
        return equal.boxed();
    }
    prop_oneof![
        5 => equal,
        1 => values.clone().prop_map(Compare::Gt),
        1 => values.clone().prop_map(Compare::Ge),
        1 => values.clone().prop_map(Compare::Lt),
        1 => values.clone().prop_map(Compare::Le),
        1 => (values.clone(), values.clone()).prop_map(|(low, high)| Compare::Between(low, high)),
        1 => (values.clone(), values).prop_map(|(low, high)| Compare::Inside(low, high)),
    ]
    .boxed()
}

impl<T: FilterValue + Clone> Compare<T> {
    fn typed_kind(&self) -> &'static str {
        match self {
            Self::Eq(_) => "typed eq",
            Self::Ne(_) => "typed ne",
            Self::Gt(_) => "typed gt",
            Self::Ge(_) => "typed ge",
            Self::Lt(_) => "typed lt",
            Self::Le(_) => "typed le",
            Self::Between(..) => "typed between",
            Self::Inside(..) => "typed gt and lt",
            Self::In(_) => "typed is_in",
            Self::NotIn(_) => "typed not_in",
            Self::Null => "typed is_null",
            Self::NotNull => "typed is_not_null",
        }
    }

    fn nullable<M: Model>(&self, column: Column<M, Option<T>>) -> Filter<M> {
        match self.clone() {
            Self::Eq(value) => column.eq(value),
            Self::Ne(value) => column.ne(value),
            Self::Gt(value) => column.gt(value),
            Self::Ge(value) => column.ge(value),
            Self::Lt(value) => column.lt(value),
            Self::Le(value) => column.le(value),
            Self::Between(low, high) => column.between(low, high),
            Self::Inside(low, high) => Filter::all_of([column.gt(low), column.lt(high)]),
            Self::In(values) => column.is_in(values),
            Self::NotIn(values) => column.not_in(values),
            Self::Null => column.is_null(),
            Self::NotNull => column.is_not_null(),
        }
    }

    /// The same for a column that is never `NULL` and is compared with no `NULL`.
    fn required<M: Model>(&self, column: Column<M, T>) -> Filter<M> {
        match self.clone() {
            Self::Eq(Some(value)) => column.eq(value),
            Self::Ne(Some(value)) => column.ne(value),
            Self::Gt(value) => column.gt(value),
            Self::Ge(value) => column.ge(value),
            Self::Lt(value) => column.lt(value),
            Self::Le(value) => column.le(value),
            Self::Between(low, high) => column.between(low, high),
            Self::Inside(low, high) => Filter::all_of([column.gt(low), column.lt(high)]),
            Self::In(values) => column.is_in(values.into_iter().flatten()),
            Self::NotIn(values) => column.not_in(values.into_iter().flatten()),
            Self::Eq(None) | Self::Null => column.is_null(),
            Self::Ne(None) | Self::NotNull => column.is_not_null(),
        }
    }

    /// Without `NULL` in lists.
    fn of_values(self) -> Self {
        let values = |values: Vec<Option<T>>| values.into_iter().filter(Option::is_some).collect();
        match self {
            Self::In(list) => Self::In(values(list)),
            Self::NotIn(list) => Self::NotIn(values(list)),
            other => other,
        }
    }

    /// The operator and value of a [`ComparisonFilter`].
    fn by_operator(&self) -> Option<(&'static str, Comparand)> {
        let one = |value: T| Comparand::One(value.into_value());
        let maybe = |value: Option<T>| value.map_or(Comparand::Null, one);
        Some(match self.clone() {
            Self::Eq(value) => ("eq", maybe(value)),
            Self::Ne(value) => ("ne", maybe(value)),
            Self::Gt(value) => ("gt", one(value)),
            Self::Ge(value) => ("ge", one(value)),
            Self::Lt(value) => ("lt", one(value)),
            Self::Le(value) => ("le", one(value)),
            Self::Between(low, high) => {
                ("between", Comparand::Many(vec![low.into_value(), high.into_value()]))
            }
            Self::In(values) => ("in", Comparand::Many(into_values(values))),
            Self::NotIn(values) => ("notin", Comparand::Many(into_values(values))),
            Self::Inside(..) | Self::Null | Self::NotNull => return None,
        })
    }

    /// The filters that do what an operator does, under names of their own.
    fn by_name_of_its_own<M: Model>(&self, field: &'static str) -> Vec<(&'static str, Filter<M>)> {
        let none = None::<T>;
        let filters = match self.clone() {
            Self::Eq(_) | Self::Ne(_) => vec![],
            Self::In(values) => vec![
                ("collection", CollectionFilter::new(field, values.clone()).resolve()),
                ("choices", ChoicesFilter::new(field, values).resolve()),
            ],
            Self::NotIn(values) => vec![
                ("collection, excluding", CollectionFilter::excluding(field, values.clone()).resolve()),
                ("not in collection", NotInCollectionFilter::new(field, values).resolve()),
            ],
            Self::Null => vec![("null", NullFilter::new(field).resolve())],
            Self::NotNull => vec![("not null", NotNullFilter::new(field).resolve())],
            Self::Lt(value) => {
                vec![("before", BeforeAfter::new(field).before(Some(value)).after(none).resolve())]
            }
            Self::Gt(value) => vec![("after", BeforeAfter::new(field).after(Some(value)).resolve())],
            Self::Le(value) => {
                vec![("on or before", OnBeforeAfter::new(field).on_or_before(Some(value)).resolve())]
            }
            Self::Ge(value) => {
                let filter = OnBeforeAfter::new(field).on_or_after(Some(value)).on_or_before(none);
                vec![("on or after", filter.resolve())]
            }
            Self::Between(low, high) => {
                let filter = OnBeforeAfter::new(field).on_or_after(Some(low)).on_or_before(Some(high));
                vec![("on or before and after", filter.resolve())]
            }
            Self::Inside(low, high) => {
                let filter = BeforeAfter::new(field).after(Some(low)).before(Some(high));
                vec![("before and after", filter.resolve())]
            }
        };
        filters.into_iter().map(|(kind, filter)| (kind, filter.expect("the value fits"))).collect()
    }
}

fn into_values<T: FilterValue>(values: Vec<Option<T>>) -> Vec<Value> {
    values.into_iter().flatten().map(T::into_value).collect()
}

/// True or false, of the fields that are.
fn boolean() -> impl Strategy<Value = Leaf<Item>> {
    type Get = fn(&Item) -> Option<bool>;
    let fields: Vec<(&'static str, Get)> =
        vec![(Item::SURE.meta().field, |item| Some(item.sure)), (Item::FLAG.meta().field, |item| item.flag)];
    (select(fields), any::<bool>()).prop_map(|((field, get), value)| {
        let filter = BooleanFilter::new(field, value).resolve().expect("the field is true or false");
        Leaf::new("boolean", field, value, filter, move |_, item| get(item) == Some(value))
    })
}

/// On a day, of the fields that have one.
fn on_day() -> impl Strategy<Value = Leaf<Item>> {
    type Day = fn(&Item) -> Option<NaiveDate>;
    let days: Vec<(&'static str, Day)> = vec![
        (Item::DAY.meta().field, |item| item.day),
        (Item::LOCAL.meta().field, |item| item.local.map(|local| local.date())),
        (Item::MOMENT.meta().field, |item| item.moment.map(|moment| moment.date_naive())),
        (Item::OPENED.meta().field, |item| Some(item.opened.date_naive())),
    ];
    (select(days), rows::day(), any::<bool>()).prop_map(|((field, get), day, text)| {
        let value = if text { Comparand::from(day.to_string()) } else { Comparand::from(day) };
        let filter = ComparisonFilter::new(field, "dateeq", value).resolve().expect("the field has a day");
        Leaf::new("dateeq", field, day, filter, move |_, item| get(item) == Some(day))
    })
}
