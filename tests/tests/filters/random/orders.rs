//! Orders of rows, by up to three columns and the primary key.

use std::cmp::Ordering;
use std::fmt;

use alchemy_core::prelude::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::rows::Item;

/// Orders that apply one after the other; the last is by the primary key.
#[derive(Debug, Clone)]
pub(super) struct Orders(Vec<Order>);

#[derive(Clone)]
struct Order {
    field: &'static str,
    order: SortOrder,
    typed: bool,
    column: Column,
}

#[derive(Debug, Clone, Copy)]
struct Column {
    by: fn(SortOrder) -> OrderBy<Item>,
    compare: fn(&Item, &Item) -> Option<Ordering>,
}

impl Orders {
    pub(super) fn filters(&self, condition: Filter<Item>) -> Filters<Item> {
        let filters = Filters::new().filter(condition);
        self.0.iter().fold(filters, |filters, order| filters.order_by(order.order_by()))
    }

    /// `None`, which is `NULL`, is the smallest.
    pub(super) fn compare(&self, left: &Item, right: &Item) -> Ordering {
        self.0.iter().fold(Ordering::Equal, |so_far, order| so_far.then_with(|| order.compare(left, right)))
    }
}

impl Order {
    fn order_by(&self) -> OrderBy<Item> {
        if self.typed {
            return (self.column.by)(self.order);
        }
        OrderBy::field(self.field, self.order).expect("there is such a field")
    }

    fn compare(&self, left: &Item, right: &Item) -> Ordering {
        let ordering =
            (self.column.compare)(left, right).expect("every value is before, after or at another");
        match self.order {
            SortOrder::Asc => ordering,
            SortOrder::Desc => ordering.reverse(),
        }
    }
}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.field, self.order)
    }
}

macro_rules! columns {
    ($($handle:ident $field:ident),+ $(,)?) => {
        vec![$((
            Item::$handle.meta().field,
            Column {
                by: |order| match order {
                    SortOrder::Asc => Item::$handle.asc(),
                    SortOrder::Desc => Item::$handle.desc(),
                },
                compare: |left, right| left.$field.partial_cmp(&right.$field),
            },
        )),+]
    };
}

/// Up to three columns and the primary key, each in either direction; `order_texts` where memory knows the order of every
/// text.
pub(super) fn orders(order_texts: bool) -> impl Strategy<Value = Orders> {
    let mut columns = columns![
        CODE code,
        COLOUR colour,
        SHADE shade,
        SURE sure,
        FLAG flag,
        SMALL small,
        SIZE size,
        LARGE large,
        SINGLE single,
        RATIO ratio,
        AMOUNT amount,
        LINK link,
        DAY day,
        CLOCK clock,
        LOCAL local,
        MOMENT moment,
        OPENED opened,
        BYTES bytes,
    ];
    if order_texts {
        columns.extend(columns![NAME name, TITLE title]);
    }
    (vec(order(columns), 0..=3), order(columns![ID id])).prop_map(|(mut orders, key)| {
        orders.push(key);
        Orders(orders)
    })
}

fn order(columns: Vec<(&'static str, Column)>) -> impl Strategy<Value = Order> {
    let orders = select(vec![SortOrder::Asc, SortOrder::Desc]);
    (select(columns), orders, any::<bool>()).prop_map(|((field, column), order, typed)| Order {
        field,
        order,
        typed,
        column,
    })
}
