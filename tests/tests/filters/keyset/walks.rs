//! Pages in random orders on random rows, forwards and backwards, while other rows come and go.

use std::cell::Cell;
use std::collections::BTreeSet;

use alchemy_core::filter::Keyset;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::prelude::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use super::page_of;
use crate::{NewThing, Thing, ThingService, numbers, open, things};

database_tests! {
    pages_hold_each_row_once_in_the_order_of_the_list,
    a_row_that_stays_is_on_one_page_while_others_come_and_go,
}

const SETS: u32 = 4;
const WALKS: u32 = 30;
const ROWS: usize = 40;

/// What a walk is about.
#[derive(Debug, Clone)]
struct Walk {
    orders: Vec<(usize, SortOrder)>,
    /// Rows with a greater number are left out, unless they have no size.
    most: i32,
    limit: i64,
}

/// Every kind of column that can be ordered by, most of them nullable.
const FIELDS: [&str; 14] = [
    "number", "name", "code", "label", "size", "large", "ratio", "single", "amount", "day", "moment",
    "clock", "link", "flag",
];

impl Walk {
    fn filters(&self) -> Filters<Thing> {
        let condition = Thing::NUMBER.le(self.most) | Thing::SIZE.is_null();
        self.orders.iter().fold(Filters::new().filter(condition), |filters, (field, order)| {
            filters.order_by(OrderBy::field(FIELDS[*field], *order).expect("it is a field"))
        })
    }

    /// The order in which pages are, said in full.
    fn all(&self) -> Filters<Thing> {
        let direction = self.orders.last().map_or(SortOrder::Asc, |(_, order)| *order);
        self.filters().order_by(OrderBy::new(Thing::ID, direction))
    }
}

fn pages_hold_each_row_once_in_the_order_of_the_list(db: TestDatabase) {
    let service = ThingService::new(open(&db, "things").session());
    let tried = Cell::new(0);
    for _ in 0..SETS {
        let mut runner = runner(WALKS);
        fill(&service, &mut runner, ROWS);
        let outcome = runner.run(&walk(), |walk| {
            tried.set(tried.get() + 1);
            check_walk(&service, &walk);
            Ok(())
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
    }
    assert_eq!(tried.get(), SETS * WALKS);
}

/// Forwards from the first page, back again, and backwards from the last.
fn check_walk(service: &ThingService, walk: &Walk) {
    let expected = numbers(service.list(walk.all()).expect("it is a plain list"));
    let filters = walk.filters();
    let limit = usize::try_from(walk.limit).expect("small");
    let pages = expected.len().div_ceil(limit).max(1);

    let mut seen = Vec::new();
    let mut last = page_of(service, &filters, Keyset::first(walk.limit));
    assert_eq!(last.previous, None);
    for number in 1..=pages {
        assert_eq!(last.limit, walk.limit);
        seen.extend(super::numbers(&last));
        assert_eq!(last.next.is_some(), number < pages);
        if let Some(next) = last.next.clone() {
            assert_eq!(last.items.len(), limit);
            last = page_of(service, &filters, Keyset::at(walk.limit, next));
            assert!(last.previous.is_some());
        }
    }
    assert_eq!(seen, expected);

    // What comes before the last page, however many rows that has.
    let mut seen = super::numbers(&last);
    while let Some(previous) = last.previous.take() {
        last = page_of(service, &filters, Keyset::at(walk.limit, previous));
        assert!(last.next.is_some());
        let mut rows = super::numbers(&last);
        rows.append(&mut seen);
        seen = rows;
    }
    assert_eq!(seen, expected);

    let mut last = page_of(service, &filters, Keyset::last(walk.limit));
    assert_eq!(last.next, None);
    let mut seen = super::numbers(&last);
    while let Some(previous) = last.previous.take() {
        assert_eq!(last.items.len(), limit);
        last = page_of(service, &filters, Keyset::at(walk.limit, previous));
        let mut rows = super::numbers(&last);
        rows.append(&mut seen);
        seen = rows;
    }
    assert_eq!(seen, expected);
}

fn a_row_that_stays_is_on_one_page_while_others_come_and_go(db: TestDatabase) {
    let service = ThingService::new(open(&db, "things").session());
    let tried = Cell::new(0);
    for _ in 0..SETS {
        let mut runner = runner(WALKS / 3);
        let changes = (vec(row(), 60), vec(any::<Index>(), 60), any::<bool>());
        fill(&service, &mut runner, ROWS / 2);
        let outcome = runner.run(&(walk(), changes), |(walk, (news, gone, backwards))| {
            tried.set(tried.get() + 1);
            let walk = Walk { most: i32::MAX, ..walk };
            let mut others = Others { service: &service, news, gone, there: Vec::new(), made: 1000 };
            let mut stayed = numbers(service.list(walk.all()).expect("it is a plain list"));
            if backwards {
                stayed.reverse();
            }
            let mut seen = Vec::new();
            let mut keyset = if backwards { Keyset::last(walk.limit) } else { Keyset::first(walk.limit) };
            // The rows that come may all come where the walk is going.
            for _ in 0..=ROWS * 4 {
                others.change();
                let mut page = page_of(&service, &walk.filters(), keyset);
                if backwards {
                    page.items.reverse();
                }
                seen.extend(super::numbers(&page).into_iter().filter(|number| *number < 1000));
                let cursor = if backwards { page.previous } else { page.next };
                let Some(cursor) = cursor else { break };
                keyset = Keyset::at(walk.limit, cursor);
            }
            others.remove_all();
            prop_assert_eq!(seen, stayed);
            Ok(())
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
    }
    assert_eq!(tried.get(), SETS * (WALKS / 3));
}

/// Rows that come and go.
struct Others<'a> {
    service: &'a ThingService,
    news: Vec<NewThing>,
    gone: Vec<Index>,
    there: Vec<Uuid>,
    made: i32,
}

impl Others<'_> {
    /// Two rows come and one goes, as long as there are any.
    fn change(&mut self) {
        for _ in 0..2 {
            let Some(new) = self.news.pop() else { continue };
            self.made += 1;
            let row = self.service.create(NewThing { number: self.made, ..new }).expect("it is a row");
            self.there.push(row.id);
        }
        if let Some(index) = self.gone.pop() {
            let id = self.there.swap_remove(index.index(self.there.len()));
            self.service.delete(id).expect("it is there");
        }
    }

    fn remove_all(&mut self) {
        for id in self.there.drain(..) {
            self.service.delete(id).expect("it is there");
        }
    }
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() })
}

fn fill(service: &ThingService, runner: &mut TestRunner, count: usize) {
    let rows = vec(row(), count).new_tree(runner).expect("rows can always be made").current();
    service.session().run(|connection| diesel::delete(things::table).execute(connection)).unwrap();
    let created =
        service.create_many((1..).zip(rows).map(|(number, row)| NewThing { number, ..row })).unwrap();
    assert_eq!(created.iter().map(|row| row.id).collect::<BTreeSet<_>>().len(), count);
}

fn walk() -> impl Strategy<Value = Walk> {
    let direction = select(vec![SortOrder::Asc, SortOrder::Desc]);
    (vec((0..FIELDS.len(), direction), 0..4), 0..=45_i32, 1..=9_i64).prop_map(|(orders, most, limit)| Walk {
        orders,
        most,
        limit,
    })
}

/// Rows of which many are equal by any column.
fn row() -> impl Strategy<Value = NewThing> {
    let words = || select(vec!["", "a", "A", "ab", "b", "ß", "漢", "a ", "'%_\\"]).prop_map(str::to_owned);
    let texts = (words(), option::of(words()), option::of(words()));
    let numbers = (
        option::of(select(vec![i32::MIN, -1, 0, 1])),
        option::of(select(vec![i64::MIN, 0, 9_007_199_254_740_992, 9_007_199_254_740_993])),
        option::of(select(vec![-0.1, 0.1, 0.2, 0.1 + 0.2, 0.3, 1e300])),
        option::of(select(vec![-0.1_f32, 0.1, 0.3, 16_777_217.0])),
        option::of(select(vec!["-1.5", "0", "0.1", "0.10", "123456789.123"])),
    );
    let times = (
        option::of(
            select(vec![0, 1, 2])
                .prop_map(|day| NaiveDate::from_ymd_opt(1999, 12, 30 + day).unwrap_or_default()),
        ),
        option::of((-1..2_i64).prop_map(|micros| DateTime::from_timestamp_micros(micros).expect("in range"))),
        option::of(
            select(vec![0, 500_000, 500_001])
                .prop_map(|micros| NaiveTime::from_hms_micro_opt(12, 0, 0, micros).expect("a time")),
        ),
    );
    let others = (
        option::of(select(vec![0, 0x8000 << 112, u128::MAX]).prop_map(Uuid::from_u128)),
        option::of(any::<bool>()),
    );
    (texts, numbers, times, others).prop_map(
        |((name, code, label), (size, large, ratio, single, amount), (day, moment, clock), (link, flag))| {
            NewThing {
                name,
                code,
                label,
                size,
                large,
                ratio,
                single,
                amount: amount.map(|amount| amount.parse().expect("a decimal")),
                day,
                moment,
                clock,
                link,
                flag,
                ..Default::default()
            }
        },
    )
}
