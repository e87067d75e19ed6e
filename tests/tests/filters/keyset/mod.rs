//! Pages that are found by a row, and streams, which are read in the same way.

mod cursors;
mod long_texts;
mod stream;
mod walks;

use alchemy_core::filter::Keyset;
use alchemy_core::prelude::*;
use alchemy_core::schema::CursorPage;

use crate::{NewThing, Thing, ThingService};

/// The numbers of a page's rows.
fn numbers(page: &CursorPage<Thing>) -> Vec<i32> {
    page.items.iter().map(|thing| thing.number).collect()
}

/// A page of at most `limit` rows in an order, read with one statement.
fn page(service: &ThingService, orders: &[OrderBy<Thing>], keyset: Keyset) -> CursorPage<Thing> {
    page_of(service, &in_order(orders), keyset)
}

fn page_of(service: &ThingService, filters: &Filters<Thing>, keyset: Keyset) -> CursorPage<Thing> {
    let before = service.session().stats().statements;
    let page = service.list_page(filters.clone().keyset(keyset)).expect("the page can be read");
    assert_eq!(service.session().stats().statements - before, 1, "{filters:?}");
    page
}

fn in_order(orders: &[OrderBy<Thing>]) -> Filters<Thing> {
    orders.iter().fold(Filters::new(), |filters, order| filters.order_by(*order))
}

fn row(number: i32, name: &str) -> NewThing {
    NewThing { number, name: name.to_owned(), ..Default::default() }
}
