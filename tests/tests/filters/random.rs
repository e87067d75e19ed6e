//! Random conditions on random rows: the database and a plain evaluation in memory find the same.

use std::cell::Cell;
use std::ops::Range;

use alchemy_core::filter::{ComparisonFilter, FilterValue, IntoFilter};
use alchemy_core::model::Column;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::prelude::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::{NewThing, Thing, ThingService, found, open, things};

database_tests! {
    the_database_finds_what_memory_finds,
}

/// How many sets of rows there are, and how many conditions are tried on each.
const SETS: u32 = 5;
const CONDITIONS: u32 = 60;
const ROWS: usize = 30;

fn the_database_finds_what_memory_finds(db: TestDatabase) {
    let config = Config { cases: CONDITIONS, failure_persistence: None, ..Config::default() };
    let session = open(&db, "things").session();
    let service = ThingService::new(session.clone());
    let tried = Cell::new(0);
    for _ in 0..SETS {
        // A runner counts its cases over all its runs.
        let mut runner = TestRunner::new(config.clone());
        let rows = vec(row(), ROWS).new_tree(&mut runner).expect("rows can always be made").current();
        session.run(|connection| diesel::delete(things::table).execute(connection)).unwrap();
        let news = (1..).zip(rows).map(|(number, row)| NewThing { number, ..row });
        let rows = service.create_many(news).unwrap();
        let outcome = runner.run(&tree(), |tree| {
            tried.set(tried.get() + 1);
            let expected: Vec<i32> =
                rows.iter().filter(|row| tree.matches(row)).map(|row| row.number).collect();
            let actual = found(&service, tree.filter());
            if actual == expected {
                return Ok(());
            }
            let wrong: Vec<_> = rows
                .iter()
                .filter(|row| actual.contains(&row.number) != expected.contains(&row.number))
                .collect();
            Err(TestCaseError::fail(format!("the database is wrong about {wrong:#?}")))
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
    }
    assert_eq!(tried.get(), SETS * CONDITIONS);
}

/// A condition.
#[derive(Debug, Clone)]
enum Tree {
    Everything,
    Nothing,
    Name(Compare<String>),
    Code(Compare<String>),
    Label(Compare<String>),
    Size(Compare<i32>),
    Number(Compare<i32>),
    Large(Compare<i64>),
    Ratio(Compare<f64>),
    Day(Compare<NaiveDate>),
    Moment(Compare<DateTime<Utc>>),
    Link(Compare<Uuid>),
    Flag(Compare<bool>),
    LabelText(Text),
    NameText(Text),
    Search {
        text: String,
        ignore_case: bool,
        excluding: bool,
    },
    /// An expression of Diesel that is unknown where a column is null.
    Diesel(i32),
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Box<Tree>),
}

/// A comparison; `None` is `NULL`.
#[derive(Debug, Clone)]
enum Compare<T> {
    Eq(Option<T>),
    Ne(Option<T>),
    Gt(T),
    Ge(T),
    Lt(T),
    Le(T),
    Between(T, T),
    In(Vec<Option<T>>),
    NotIn(Vec<Option<T>>),
    Null,
    NotNull,
}

/// A match of a part of a text.
#[derive(Debug, Clone)]
struct Text {
    operator: &'static str,
    text: String,
}

const TEXT_OPERATORS: &[&str] =
    &["contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "like", "ilike"];

impl Tree {
    fn filter(&self) -> Filter<Thing> {
        match self {
            Self::Everything => Filter::everything(),
            Self::Nothing => Filter::nothing(),
            Self::Name(compare) => compare.required(Thing::NAME),
            Self::Code(compare) => compare.nullable(Thing::CODE),
            Self::Label(compare) => compare.nullable(Thing::LABEL),
            Self::Size(compare) => compare.nullable(Thing::SIZE),
            Self::Number(compare) => compare.required(Thing::NUMBER),
            Self::Large(compare) => compare.nullable(Thing::LARGE),
            Self::Ratio(compare) => compare.nullable(Thing::RATIO),
            Self::Day(compare) => compare.nullable(Thing::DAY),
            Self::Moment(compare) => compare.nullable(Thing::MOMENT),
            Self::Link(compare) => compare.nullable(Thing::LINK),
            Self::Flag(compare) => compare.nullable(Thing::FLAG),
            Self::LabelText(text) => text.filter("label"),
            Self::NameText(text) => text.filter("name"),
            Self::Search { text, ignore_case, excluding } => {
                SearchFilter::in_fields(["label", "name"], text.as_str())
                    .ignore_case(*ignore_case)
                    .excluding(*excluding)
                    .resolve()
                    .expect("both fields are texts")
            }
            Self::Diesel(limit) => things::size.gt(*limit).and(things::number.lt(20)).into_filter(),
            Self::And(parts) => Filter::all_of(parts.iter().map(Self::filter)),
            Self::Or(parts) => Filter::any_of(parts.iter().map(Self::filter)),
            Self::Not(part) => !part.filter(),
        }
    }

    fn matches(&self, row: &Thing) -> bool {
        match self {
            Self::Everything => true,
            Self::Nothing => false,
            Self::Name(compare) => compare.matches(Some(&row.name)),
            Self::Code(compare) => compare.matches(row.code.as_ref()),
            Self::Label(compare) => compare.matches(row.label.as_ref()),
            Self::Size(compare) => compare.matches(row.size.as_ref()),
            Self::Number(compare) => compare.matches(Some(&row.number)),
            Self::Large(compare) => compare.matches(row.large.as_ref()),
            Self::Ratio(compare) => compare.matches(row.ratio.as_ref()),
            Self::Day(compare) => compare.matches(row.day.as_ref()),
            Self::Moment(compare) => compare.matches(row.moment.as_ref()),
            Self::Link(compare) => compare.matches(row.link.as_ref()),
            Self::Flag(compare) => compare.matches(row.flag.as_ref()),
            Self::LabelText(text) => row.label.as_ref().is_some_and(|label| text.matches(label)),
            Self::NameText(text) => text.matches(&row.name),
            Self::Search { text, ignore_case, excluding } => {
                let operator = if *ignore_case { "icontains" } else { "contains" };
                let text = Text { operator, text: text.clone() };
                let mut texts = row.label.iter().chain([&row.name]);
                texts.any(|candidate| text.matches(candidate)) != *excluding
            }
            Self::Diesel(limit) => row.size.is_some_and(|size| size > *limit) && row.number < 20,
            Self::And(parts) => parts.iter().all(|part| part.matches(row)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(row)),
            Self::Not(part) => !part.matches(row),
        }
    }
}

impl<T: FilterValue + Clone + PartialOrd> Compare<T> {
    fn nullable(&self, column: Column<Thing, Option<T>>) -> Filter<Thing> {
        match self.clone() {
            Self::Eq(value) => column.eq(value),
            Self::Ne(value) => column.ne(value),
            Self::Gt(value) => column.gt(value),
            Self::Ge(value) => column.ge(value),
            Self::Lt(value) => column.lt(value),
            Self::Le(value) => column.le(value),
            Self::Between(low, high) => column.between(low, high),
            Self::In(values) => column.is_in(values),
            Self::NotIn(values) => column.not_in(values),
            Self::Null => column.is_null(),
            Self::NotNull => column.is_not_null(),
        }
    }

    /// The same for a column that is never `NULL` and is compared with no `NULL`.
    fn required(&self, column: Column<Thing, T>) -> Filter<Thing> {
        match self.clone() {
            Self::Eq(Some(value)) => column.eq(value),
            Self::Ne(Some(value)) => column.ne(value),
            Self::Gt(value) => column.gt(value),
            Self::Ge(value) => column.ge(value),
            Self::Lt(value) => column.lt(value),
            Self::Le(value) => column.le(value),
            Self::Between(low, high) => column.between(low, high),
            Self::In(values) => column.is_in(values.into_iter().flatten()),
            Self::NotIn(values) => column.not_in(values.into_iter().flatten()),
            Self::Eq(None) | Self::Null => column.is_null(),
            Self::Ne(None) | Self::NotNull => column.is_not_null(),
        }
    }

    fn matches(&self, value: Option<&T>) -> bool {
        let any = |values: &[Option<T>]| values.iter().any(|other| other.as_ref() == value);
        match self {
            Self::Eq(other) => value == other.as_ref(),
            Self::Ne(other) => value != other.as_ref(),
            Self::Gt(other) => value.is_some_and(|value| value > other),
            Self::Ge(other) => value.is_some_and(|value| value >= other),
            Self::Lt(other) => value.is_some_and(|value| value < other),
            Self::Le(other) => value.is_some_and(|value| value <= other),
            Self::Between(low, high) => value.is_some_and(|value| low <= value && value <= high),
            Self::In(values) => any(values),
            Self::NotIn(values) => !any(values),
            Self::Null => value.is_none(),
            Self::NotNull => value.is_some(),
        }
    }
}

impl Text {
    fn filter(&self, field: &'static str) -> Filter<Thing> {
        let ignore_case = match self.operator {
            "contains" => false,
            "icontains" => true,
            operator => {
                let filter = ComparisonFilter::new(field, operator, self.text.as_str());
                return filter.resolve().expect("the field is a text");
            }
        };
        let filter = SearchFilter::new(field, self.text.as_str()).ignore_case(ignore_case);
        filter.resolve().expect("the field is a text")
    }

    fn matches(&self, value: &str) -> bool {
        let ignore_case = self.operator.starts_with('i');
        // All letters beyond ASCII in these tests are of one case.
        let folded = |text: &str| if ignore_case { text.to_ascii_lowercase() } else { text.to_owned() };
        let (value, text) = (folded(value), folded(&self.text));
        match self.operator.trim_start_matches('i') {
            "contains" => value.contains(&text),
            "startswith" => value.starts_with(&text),
            "endswith" => value.ends_with(&text),
            _ => is_like(&value.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>()),
        }
    }
}

/// SQL's `LIKE`, with a backslash for escapes.
fn is_like(value: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => value.is_empty(),
        ['%', rest @ ..] => (0..=value.len()).any(|start| is_like(&value[start..], rest)),
        ['_', rest @ ..] => !value.is_empty() && is_like(&value[1..], rest),
        ['\\', escaped, rest @ ..] => value.first() == Some(escaped) && is_like(&value[1..], rest),
        [character, rest @ ..] => value.first() == Some(character) && is_like(&value[1..], rest),
    }
}

/// A condition of a depth of at most three.
fn tree() -> impl Strategy<Value = Tree> {
    leaf().prop_recursive(3, 24, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..=3).prop_map(Tree::And),
            vec(inner.clone(), 1..=3).prop_map(Tree::Or),
            inner.prop_map(|part| Tree::Not(Box::new(part))),
        ]
    })
}

fn leaf() -> impl Strategy<Value = Tree> {
    let comparisons = prop_oneof![
        compare(word()).prop_map(Tree::Name),
        compare(word()).prop_map(Tree::Code),
        membership(text(0..2)).prop_map(Tree::Label),
        compare(small()).prop_map(Tree::Size),
        compare(1..=30_i32).prop_map(Tree::Number),
        compare(large()).prop_map(Tree::Large),
        compare(ratio()).prop_map(Tree::Ratio),
        compare(day()).prop_map(Tree::Day),
        compare(moment()).prop_map(Tree::Moment),
        compare(link()).prop_map(Tree::Link),
        compare(any::<bool>()).prop_map(Tree::Flag),
    ];
    let texts =
        prop_oneof![
            part().prop_map(Tree::LabelText),
            part().prop_map(Tree::NameText),
            (text(0..3), any::<bool>(), any::<bool>())
                .prop_map(|(text, ignore_case, excluding)| Tree::Search { text, ignore_case, excluding }),
        ];
    prop_oneof![
        6 => comparisons,
        6 => texts,
        1 => small().prop_map(Tree::Diesel),
        1 => select(vec![Tree::Everything, Tree::Nothing, Tree::And(vec![]), Tree::Or(vec![])]),
    ]
}

fn part() -> impl Strategy<Value = Text> {
    (select(TEXT_OPERATORS), prop_oneof![text(1..3), pattern()])
        .prop_map(|(operator, text)| Text { operator, text })
}

fn compare<T: Clone + std::fmt::Debug + 'static>(
    values: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = Compare<T>> {
    prop_oneof![
        5 => membership(values.clone()),
        1 => values.clone().prop_map(Compare::Gt),
        1 => values.clone().prop_map(Compare::Ge),
        1 => values.clone().prop_map(Compare::Lt),
        1 => values.clone().prop_map(Compare::Le),
        1 => (values.clone(), values).prop_map(|(low, high)| Compare::Between(low, high)),
    ]
}

/// Without the operators that depend on a collation's order.
fn membership<T: Clone + std::fmt::Debug + 'static>(
    values: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = Compare<T>> {
    let values = option::weighted(0.8, values);
    prop_oneof![
        values.clone().prop_map(Compare::Eq),
        values.clone().prop_map(Compare::Ne),
        vec(values.clone(), 0..4).prop_map(Compare::In),
        vec(values, 0..4).prop_map(Compare::NotIn),
        Just(Compare::Null),
        Just(Compare::NotNull),
    ]
}

fn row() -> impl Strategy<Value = NewThing> {
    let texts = (word(), option::of(word()), option::weighted(0.8, text(0..5)));
    let numbers =
        (option::weighted(0.8, small()), option::weighted(0.8, large()), option::weighted(0.8, ratio()));
    let others = (option::of(day()), option::of(moment()), option::of(link()), option::of(any::<bool>()));
    (texts, numbers, others).prop_map(
        |((name, code, label), (size, large, ratio), (day, moment, link, flag))| NewThing {
            name,
            code,
            label,
            size,
            large,
            ratio,
            day,
            moment,
            link,
            flag,
            ..Default::default()
        },
    )
}

/// Lower-case letters, whose order is the same in every collation.
fn word() -> impl Strategy<Value = String> + Clone {
    vec(select(vec!['a', 'b', 'c']), 0..3).prop_map(String::from_iter)
}

/// A text of letters of both cases, of what means something to some database, and of letters beyond ASCII that have no
/// second case.
fn text(length: Range<usize>) -> impl Strategy<Value = String> + Clone {
    let letters = select("aAb".chars().collect::<Vec<_>>());
    let others = select("zZ %_\\!*?[]^-'\"`$;{}漢ß\u{301}\u{1F600}\n".chars().collect::<Vec<_>>());
    vec(prop_oneof![letters, others], length).prop_map(String::from_iter)
}

/// A text in which wildcards are frequent.
fn pattern() -> impl Strategy<Value = String> + Clone {
    vec(select(vec!["a", "A", "b", "%", "%", "_", "\\", "\\%", "\\_", "漢", "[", "*"]), 0..5)
        .prop_map(String::from_iter)
}

fn small() -> impl Strategy<Value = i32> + Clone {
    prop_oneof![-3..4_i32, Just(i32::MIN), Just(i32::MAX)]
}

fn large() -> impl Strategy<Value = i64> + Clone {
    select(vec![i64::MIN, -1, 0, 1, 9_007_199_254_740_992, 9_007_199_254_740_993, i64::MAX])
}

fn ratio() -> impl Strategy<Value = f64> + Clone {
    select(vec![-0.1, 0.0, 0.1, 0.2, 0.1 + 0.2, 0.3, 1e300, f64::MIN_POSITIVE])
}

fn day() -> impl Strategy<Value = NaiveDate> + Clone {
    (0..6_u64).prop_map(|days| NaiveDate::from_ymd_opt(1999, 12, 29).unwrap() + chrono::Days::new(days))
}

fn moment() -> impl Strategy<Value = DateTime<Utc>> + Clone {
    (-3..3_i64).prop_map(|micros| DateTime::from_timestamp_micros(1_700_000_000_000_000 + micros).unwrap())
}

fn link() -> impl Strategy<Value = Uuid> + Clone {
    select(vec![0, 1, u128::MAX, 0x7fff << 112, 0x8000 << 112, 0xff]).prop_map(Uuid::from_u128)
}
