//! Random conditions, orders and pages on random rows: the database and a plain evaluation in memory find the same.
//!
//! A run is made of a seed, which a failure names; `ALCHEMY_SEED` repeats it. Where case is ignored, memory folds what
//! the database is said to ([`Fold`]).

mod leaves;
mod oracle;
mod orders;
mod rows;
mod trees;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::env;

use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::prelude::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use self::leaves::KINDS;
use self::oracle::{Fold, Memory};
use self::orders::Orders;
use self::rows::{Item, ItemNote, ItemNoteService, ItemService};
use self::trees::{DEPTH, Tree};
use crate::open;

database_tests! {
    the_database_finds_what_memory_finds,
}

/// How many sets of rows there are, unless `ALCHEMY_RANDOM_SETS` says so, and how many conditions are tried on each.
const SETS: u32 = 12;
const TREES: u32 = 200;
const ITEMS: usize = 60;
const NOTES: usize = 50;

/// The variable that repeats a run.
const SEED: &str = "ALCHEMY_SEED";

fn the_database_finds_what_memory_finds(db: TestDatabase) {
    let seed = seed();
    println!("{SEED}={seed} repeats this run");
    let config =
        Config { cases: TREES, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    let session = open(&db, "random").session();
    let fold = Fold::of(&db);
    let tally = RefCell::new(Tally::default());
    let sets = env::var("ALCHEMY_RANDOM_SETS").map_or(SETS, |sets| sets.parse().expect("a number"));
    for set in 0..sets {
        let mut runner = TestRunner::new_with_rng(config.clone(), rng(seed, set));
        let tables = rows::tables(ITEMS, NOTES).new_tree(&mut runner).expect("rows can always be made");
        let (items, notes) = tables.current();
        fill(&session, &items, &notes);
        let table = Table {
            service: ItemService::new(session.clone()),
            memory: Memory { fold: fold.clone(), items, notes },
        };
        let outcome = runner.run(&question(oracle::orders_by_character(&db)), |question| {
            tally.borrow_mut().count(&question.tree, &table);
            // What comes after an error would be refused in the same transaction.
            table.ask(&question).inspect_err(|_| session.rollback().expect("the connection is there"))
        });
        if let Err(error) = outcome {
            panic!("{error}\n{SEED}={seed} repeats this run; this was set {set}");
        }
    }
    tally.into_inner().check(sets);
}

/// The seed that is asked for, or a new one.
fn seed() -> u64 {
    match env::var(SEED) {
        Ok(seed) => seed.parse().expect("the seed is a number"),
        Err(_) => Uuid::new_v4().as_u64_pair().1,
    }
}

fn rng(seed: u64, set: u32) -> TestRng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..12].copy_from_slice(&set.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

/// Puts these rows in the place of all others.
fn fill(session: &Session, items: &[Item], notes: &[ItemNote]) {
    let emptied = session.run(|connection| {
        diesel::delete(rows::item_notes::table).execute(connection)?;
        diesel::delete(rows::items::table).execute(connection)
    });
    emptied.expect("the tables are there");
    let made = ItemService::new(session.clone()).create_many(items.to_vec());
    assert_eq!(made.expect("the database takes the items"), items);
    let made = ItemNoteService::new(session.clone()).create_many(notes.to_vec());
    assert_eq!(made.expect("the database takes the notes"), notes);
    session.commit().expect("the database keeps the rows");
}

/// What is asked of both.
#[derive(Debug, Clone)]
struct Question {
    tree: Tree,
    orders: Orders,
    page: LimitOffset,
}

fn question(order_texts: bool) -> impl Strategy<Value = Question> {
    // Pages of no row, within the rows, and past their end.
    let sizes = i64::try_from(ITEMS).expect("a small number") + 10;
    let pages = (
        prop_oneof![3 => 0..10_i64, 1 => 0..sizes],
        prop_oneof![1 => Just(0), 3 => 0..20_i64, 1 => 0..sizes],
    )
        .prop_map(|(limit, offset)| LimitOffset::new(limit, offset));
    (trees::tree(order_texts), orders::orders(order_texts), pages).prop_map(|(tree, orders, page)| Question {
        tree,
        orders,
        page,
    })
}

/// Rows that are in the database and in memory.
struct Table {
    service: ItemService,
    memory: Memory,
}

impl Table {
    fn ask(&self, question: &Question) -> Result<(), TestCaseError> {
        let Question { tree, orders, page } = question;
        let (condition, service) = (tree.filter(), &self.service);
        let mut expected: Vec<&Item> =
            self.memory.items.iter().filter(|row| tree.matches(&self.memory, row)).collect();
        expected.sort_by(|left, right| orders.compare(left, right));
        let total = expected.len();
        let whole = orders.filters(condition.clone());
        let part = whole.clone().limit_offset(*page);
        let paged: Vec<&Item> =
            expected.iter().copied().skip(size(page.offset)).take(size(page.limit)).collect();

        same("list", &service.list(&whole).map_err(failed)?, &expected)?;
        same("list of a page", &service.list(&part).map_err(failed)?, &paged)?;
        let (rows, count) = service.list_and_count(&part).map_err(failed)?;
        same("list_and_count of a page", &rows, &paged)?;
        equal("the total of list_and_count", size(count), total)?;
        // Neither an order nor a page is any of their business.
        equal("count", size(service.count(&part).map_err(failed)?), total)?;
        equal("exists", service.exists(&part).map_err(failed)?, total > 0)?;
        match (service.get_one_or_none(&part), expected.as_slice()) {
            (Ok(None), []) => Ok(()),
            (Ok(Some(row)), [only]) => same("get_one_or_none", &[row], &[*only]),
            (Err(Error::MultipleRows(_)), [_, _, ..]) => Ok(()),
            (found, _) => Err(TestCaseError::fail(format!("get_one_or_none: {found:#?}, of {total} rows"))),
        }
    }
}

fn size(number: i64) -> usize {
    usize::try_from(number).expect("no number is negative")
}

fn failed(error: Error) -> TestCaseError {
    TestCaseError::fail(format!("the database refuses: {error:?}"))
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Result<(), TestCaseError> {
    if found == expected {
        return Ok(());
    }
    Err(TestCaseError::fail(format!("{what} is {found:?} in the database, {expected:?} in memory")))
}

/// The same rows in the same order.
fn same(verb: &str, found: &[Item], expected: &[&Item]) -> Result<(), TestCaseError> {
    if found.iter().eq(expected.iter().copied()) {
        return Ok(());
    }
    let numbers: (Vec<i32>, Vec<i32>) =
        (found.iter().map(|row| row.number).collect(), expected.iter().map(|row| row.number).collect());
    let surplus = found.iter().filter(|row| !expected.contains(row));
    let missing = expected.iter().copied().filter(|row| !found.contains(row));
    let surplus: String = surplus.map(|row| format!("\n  only in the database: {row:?}")).collect();
    let missing: String = missing.map(|row| format!("\n  only in memory: {row:?}")).collect();
    Err(TestCaseError::fail(format!(
        "{verb} finds, in the database and in memory: {numbers:?}{surplus}{missing}"
    )))
}

/// What was tried.
#[derive(Default)]
struct Tally {
    trees: u32,
    /// The trees that some rows matched and some did not.
    telling: u32,
    depth: usize,
    /// The kinds of leaves of which the same can be said, and what they were on.
    kinds: BTreeSet<&'static str>,
    subjects: BTreeSet<String>,
}

impl Tally {
    fn count(&mut self, tree: &Tree, table: &Table) {
        let telling = |matches: &dyn Fn(&Item) -> bool| {
            let matching = table.memory.items.iter().filter(|row| matches(row)).count();
            matching > 0 && matching < table.memory.items.len()
        };
        self.trees += 1;
        self.telling += u32::from(telling(&|row| tree.matches(&table.memory, row)));
        self.depth = self.depth.max(tree.depth());
        tree.for_each_leaf(&mut |leaf| {
            if telling(&|row| leaf.matches(&table.memory, row)) {
                self.kinds.insert(leaf.kind);
                self.subjects.insert(leaf.subject.clone());
            }
        });
    }

    /// A run that tried less would prove less.
    fn check(self, sets: u32) {
        assert_eq!(self.trees, sets * TREES);
        if sets < SETS {
            // Too few for each kind to come up.
            return;
        }
        assert!(self.trees >= 2000, "{} trees", self.trees);
        assert!(
            self.telling * 5 > self.trees * 2,
            "{} of {} trees tell rows apart",
            self.telling,
            self.trees
        );
        assert_eq!(self.depth, DEPTH);
        let all: BTreeSet<_> = KINDS.iter().copied().flatten().copied().collect();
        assert_eq!(self.kinds, all);
        for column in Item::META.columns {
            let by_itself = column.field != "id";
            assert_eq!(self.subjects.contains(column.field), by_itself, "{}", column.field);
        }
    }
}
