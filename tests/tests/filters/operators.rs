//! Each operator, on columns of each kind.

use std::collections::BTreeSet;

use alchemy_core::filter::{CollectionFilter, IntoFilter};
use alchemy_core::filter::{Comparand, ComparisonFilter};
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use chrono::Duration;
use diesel::prelude::*;

use crate::{NewThing, Thing, ThingService, found, numbers, open, things};

database_tests! {
    comparisons_of_numbers,
    comparisons_of_texts,
    comparisons_of_dates_and_times,
    comparisons_of_uuids_truth_values_and_decimals,
    comparisons_of_a_column_that_is_never_null,
    parts_of_texts_are_matched_literally,
    case_is_respected_or_ignored,
    operators_by_name,
    patterns_by_name,
    collections_and_searches_by_name,
    conditions_combine,
    a_very_long_text_is_matched_or_refused,
    many_values_and_many_conditions,
    json_is_compared_in_columns_of_either_type,
}

const LABELS: [Option<&str>; 12] = [
    Some("50% off"),
    Some("a_b"),
    Some("axb"),
    Some(r"back\slash"),
    Some("bang!"),
    Some("[set]*?"),
    Some("O'Brien \"quoted\" `tick`; --"),
    Some("Élan 漢字 \u{1F600}"),
    Some(""),
    None,
    Some("ANNIE"),
    Some("annie "),
];

const NAMES: [&str; 12] =
    ["ann", "bob", "cid", "dan", "eve", "fay", "gus", "hal", "ida", "joe", "kim", "leo"];

/// The row that has no values.
const EMPTY: i32 = 10;

/// Twelve rows. In all but one each value is greater than in the row before, with the exceptions that are written here.
fn fill(db: &TestDatabase) -> ThingService {
    let service = ThingService::new(open(db, "things").session());
    service.create_many((1..=12).map(row)).unwrap();
    service
}

fn row(number: i32) -> NewThing {
    let at = usize::try_from(number).unwrap() - 1;
    let required = NewThing { number, name: NAMES[at].into(), ..Default::default() };
    if number == EMPTY {
        return required;
    }
    NewThing {
        code: Some(NAMES[at].into()),
        label: LABELS[at].map(str::to_owned),
        size: Some(number * 10),
        large: Some(match number {
            1 => i64::MIN,
            2 => i64::MAX,
            3 => 9_007_199_254_740_993,
            4 => 9_007_199_254_740_992,
            _ => number.into(),
        }),
        ratio: Some(f64::from(number) / 10.0),
        single: Some(f32::from(i16::try_from(number).unwrap()) / 10.0),
        amount: Some(match number {
            1 => decimal("0.1"),
            2 => decimal("0.10"),
            3 => decimal("100"),
            4 => decimal("1E+2"),
            5 => decimal("-0.5"),
            _ => number.into(),
        }),
        day: Some(day(number)),
        moment: Some(moment(number)),
        clock: Some(clock(number)),
        link: Some(link(number)),
        flag: Some(number % 2 == 0),
        ..required
    }
}

fn decimal(text: &str) -> BigDecimal {
    text.parse().unwrap()
}

/// The 29th of February is the sixth.
fn day(number: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 2, 29).unwrap() + Duration::days(i64::from(number) - 6)
}

/// A microsecond apart; the sixth is midnight.
fn moment(number: i32) -> DateTime<Utc> {
    "2024-03-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + Duration::microseconds(i64::from(number) - 6)
}

fn clock(number: i32) -> NaiveTime {
    NaiveTime::from_hms_micro_opt(23, 59, 59, 999_900 + u32::try_from(number).unwrap()).unwrap()
}

/// The first byte decides, and is above 127 in some.
fn link(number: i32) -> Uuid {
    let number = u128::try_from(number).unwrap();
    Uuid::from_u128(((number * 20) << 120) | (100 - number))
}

/// Every number but these.
fn but(left_out: &[i32]) -> Vec<i32> {
    (1..=12).filter(|number| !left_out.contains(number)).collect()
}

/// Each condition matches the rows that it says, its negation the others, and every verb agrees.
#[track_caller]
fn check(service: &ThingService, cases: impl IntoIterator<Item = (Filter<Thing>, Vec<i32>)>) {
    for (filter, expected) in cases {
        assert_eq!(found(service, filter.clone()), expected, "{filter:?}");
        assert_eq!(found(service, !filter.clone()), but(&expected), "not {filter:?}");
        assert_eq!(service.count(filter.clone()).unwrap(), expected.len() as i64, "{filter:?}");
        assert_eq!(service.exists(filter.clone()).unwrap(), !expected.is_empty(), "{filter:?}");
    }
}

fn comparisons_of_numbers(db: TestDatabase) {
    let service = fill(&db);
    check(
        &service,
        [
            (Thing::SIZE.eq(30), vec![3]),
            (Thing::SIZE.eq(Some(30)), vec![3]),
            (Thing::SIZE.eq(31), vec![]),
            (Thing::SIZE.eq(None), vec![10]),
            (Thing::SIZE.ne(30), but(&[3])),
            (Thing::SIZE.ne(None), but(&[10])),
            (Thing::SIZE.gt(110), vec![12]),
            (Thing::SIZE.ge(110), vec![11, 12]),
            (Thing::SIZE.lt(20), vec![1]),
            (Thing::SIZE.le(20), vec![1, 2]),
            (Thing::SIZE.between(20, 40), vec![2, 3, 4]),
            (Thing::SIZE.between(40, 20), vec![]),
            (Thing::SIZE.is_in([20, 30, 999, 20]), vec![2, 3]),
            (Thing::SIZE.is_in([20]), vec![2]),
            (Thing::SIZE.is_in(Vec::<i32>::new()), vec![]),
            (Thing::SIZE.is_in([Some(20), None, Some(30)]), vec![2, 3, 10]),
            (Thing::SIZE.is_in([None]), vec![10]),
            (Thing::SIZE.not_in([20, 30]), but(&[2, 3])),
            (Thing::SIZE.not_in([20]), but(&[2])),
            (Thing::SIZE.not_in(Vec::<i32>::new()), but(&[])),
            (Thing::SIZE.not_in([Some(20), None]), but(&[2, 10])),
            (Thing::SIZE.not_in([None]), but(&[10])),
            (Thing::SIZE.is_null(), vec![10]),
            (Thing::SIZE.is_not_null(), but(&[10])),
            (Thing::LARGE.eq(i64::MIN), vec![1]),
            (Thing::LARGE.lt(0), vec![1]),
            // One more than the largest number up to which a double tells integers apart.
            (Thing::LARGE.eq(9_007_199_254_740_993), vec![3]),
            (Thing::LARGE.gt(9_007_199_254_740_992), vec![2, 3]),
            (Thing::LARGE.is_in([i64::MAX, 9_007_199_254_740_992]), vec![2, 4]),
            (Thing::RATIO.eq(0.3), vec![3]),
            (Thing::RATIO.between(0.1, 0.3), vec![1, 2, 3]),
            (Thing::RATIO.is_in([0.1, 0.7]), vec![1, 7]),
            (Thing::SINGLE.eq(0.1), vec![1]),
            (Thing::SINGLE.ne(0.7), but(&[7])),
            (Thing::SINGLE.ge(1.1), vec![11, 12]),
            (Thing::SINGLE.is_in([0.1, 0.7]), vec![1, 7]),
        ],
    );
}

fn comparisons_of_texts(db: TestDatabase) {
    let service = fill(&db);
    check(
        &service,
        [
            (Thing::CODE.eq("cid"), vec![3]),
            (Thing::CODE.ne("cid"), but(&[3])),
            (Thing::CODE.gt("kim"), vec![12]),
            (Thing::CODE.ge("kim"), vec![11, 12]),
            (Thing::CODE.lt("bo"), vec![1]),
            (Thing::CODE.le("bob"), vec![1, 2]),
            (Thing::CODE.between("b", "dz"), vec![2, 3, 4]),
            (Thing::CODE.is_in(["ann", "joe", "leo"]), vec![1, 12]),
            (Thing::CODE.not_in(["ann", "leo"]), but(&[1, 12])),
            (Thing::LABEL.eq(""), vec![9]),
            (Thing::LABEL.eq(None), vec![10]),
            (Thing::LABEL.ne(""), but(&[9])),
            (Thing::LABEL.eq("ANNIE"), vec![11]),
            (Thing::LABEL.eq("annie"), vec![]),
            (Thing::LABEL.eq("annie "), vec![12]),
            (Thing::LABEL.eq(r"back\slash"), vec![4]),
            (Thing::LABEL.eq("O'Brien \"quoted\" `tick`; --"), vec![7]),
            (Thing::LABEL.eq("Élan 漢字 \u{1F600}"), vec![8]),
            (Thing::LABEL.eq("Elan 漢字 \u{1F600}"), vec![]),
            (Thing::LABEL.eq("a%"), vec![]),
            (Thing::LABEL.is_in(["50% off", "bang!", ""]), vec![1, 5, 9]),
            (Thing::LABEL.not_in(["50% off", "bang!", ""]), but(&[1, 5, 9])),
        ],
    );
}

fn comparisons_of_dates_and_times(db: TestDatabase) {
    let service = fill(&db);
    let nanosecond_later = moment(6) + Duration::nanoseconds(1);
    check(
        &service,
        [
            (Thing::DAY.eq(day(6)), vec![6]),
            (Thing::DAY.ne(day(6)), but(&[6])),
            (Thing::DAY.gt(day(11)), vec![12]),
            (Thing::DAY.between(day(5), day(7)), vec![5, 6, 7]),
            (Thing::DAY.is_in([Some(day(1)), None]), vec![1, 10]),
            (Thing::DAY.not_in([day(1), day(2)]), but(&[1, 2])),
            (Thing::MOMENT.eq(moment(6)), vec![6]),
            // Finer than any database keeps it.
            (Thing::MOMENT.eq(nanosecond_later), vec![6]),
            (Thing::MOMENT.lt(moment(2)), vec![1]),
            (Thing::MOMENT.ge(moment(11)), vec![11, 12]),
            (Thing::MOMENT.between(moment(5), moment(6)), vec![5, 6]),
            (Thing::MOMENT.is_in([moment(1), moment(12)]), vec![1, 12]),
            (Thing::CLOCK.eq(clock(4)), vec![4]),
            (Thing::CLOCK.le(clock(2)), vec![1, 2]),
            (Thing::CLOCK.not_in([clock(3), clock(4)]), but(&[3, 4])),
        ],
    );
}

fn comparisons_of_uuids_truth_values_and_decimals(db: TestDatabase) {
    let service = fill(&db);
    check(
        &service,
        [
            (Thing::LINK.eq(link(3)), vec![3]),
            (Thing::LINK.ne(link(3)), but(&[3])),
            (Thing::LINK.gt(link(9)), vec![11, 12]),
            (Thing::LINK.lt(link(3)), vec![1, 2]),
            (Thing::LINK.between(link(6), link(8)), vec![6, 7, 8]),
            (Thing::LINK.is_in([Some(link(1)), None]), vec![1, 10]),
            (Thing::LINK.not_in([link(1), link(12)]), but(&[1, 12])),
            (Thing::FLAG.eq(true), vec![2, 4, 6, 8, 12]),
            (Thing::FLAG.ne(true), vec![1, 3, 5, 7, 9, 10, 11]),
            (Thing::FLAG.eq(None), vec![10]),
            (Thing::FLAG.lt(true), vec![1, 3, 5, 7, 9, 11]),
            (Thing::FLAG.is_in([true, false]), but(&[10])),
            (Thing::FLAG.not_in([true, false]), vec![10]),
            (Thing::AMOUNT.eq(decimal("0.1")), vec![1, 2]),
            (Thing::AMOUNT.eq(decimal("100.00")), vec![3, 4]),
            (Thing::AMOUNT.lt(BigDecimal::from(0)), vec![5]),
            (Thing::AMOUNT.between(decimal("6"), decimal("8.5")), vec![6, 7, 8]),
            (Thing::AMOUNT.is_in([decimal("-0.50"), decimal("0.100")]), vec![1, 2, 5]),
            (Thing::AMOUNT.not_in([decimal("100")]), but(&[3, 4])),
        ],
    );
}

fn comparisons_of_a_column_that_is_never_null(db: TestDatabase) {
    let service = fill(&db);
    check(
        &service,
        [
            (Thing::NAME.eq("joe"), vec![10]),
            (Thing::NAME.ne("joe"), but(&[10])),
            (Thing::NAME.gt("joe"), vec![11, 12]),
            (Thing::NAME.is_in(["joe", "kim"]), vec![10, 11]),
            (Thing::NAME.is_in(Vec::<&str>::new()), vec![]),
            (Thing::NAME.not_in(["joe", "kim"]), but(&[10, 11])),
            (Thing::NAME.not_in(Vec::<&str>::new()), but(&[])),
            (Thing::NAME.is_null(), vec![]),
            (Thing::NAME.is_not_null(), but(&[])),
            (Thing::NAME.contains("i"), vec![3, 9, 11]),
            (Thing::NUMBER.between(3, 5), vec![3, 4, 5]),
        ],
    );
}

fn parts_of_texts_are_matched_literally(db: TestDatabase) {
    let service = fill(&db);
    let texts = [
        ("%", vec![1]),
        ("0% o", vec![1]),
        ("_", vec![2]),
        ("a_b", vec![2]),
        ("\\", vec![4]),
        ("k\\s", vec![4]),
        ("!", vec![5]),
        ("[", vec![6]),
        ("]", vec![6]),
        ("[set]", vec![6]),
        ("[a-z]", vec![]),
        ("*", vec![6]),
        ("?", vec![6]),
        ("]*?", vec![6]),
        ("'", vec![7]),
        ("\"", vec![7]),
        ("`", vec![7]),
        ("; --", vec![7]),
        ("'; DROP TABLE things; --", vec![]),
        ("漢", vec![8]),
        ("\u{1F600}", vec![8]),
        ("É", vec![8]),
        ("E", vec![11]),
        ("\0", vec![]),
        ("e \0", vec![]),
        ("", but(&[10])),
    ];
    check(&service, texts.iter().map(|(text, expected)| (Thing::LABEL.contains(text), expected.clone())));
    // Each of them is no letter, so that ignoring case changes nothing but the database's operator.
    let same = texts.into_iter().filter(|(text, _)| !matches!(*text, "É" | "E"));
    check(&service, same.map(|(text, expected)| (Thing::LABEL.icontains(text), expected)));
    check(
        &service,
        [
            (Thing::LABEL.starts_with("50%"), vec![1]),
            (Thing::LABEL.starts_with("%"), vec![]),
            (Thing::LABEL.starts_with("a_"), vec![2]),
            (Thing::LABEL.starts_with("["), vec![6]),
            (Thing::LABEL.starts_with(""), but(&[10])),
            (Thing::LABEL.istarts_with("A_"), vec![2]),
            (Thing::LABEL.istarts_with("[SET]*"), vec![6]),
            (Thing::LABEL.ends_with("!"), vec![5]),
            (Thing::LABEL.ends_with("*?"), vec![6]),
            (Thing::LABEL.ends_with("_b"), vec![2]),
            (Thing::LABEL.ends_with("\\"), vec![]),
            (Thing::LABEL.ends_with("\u{1F600}"), vec![8]),
            (Thing::LABEL.ends_with(""), but(&[10])),
            (Thing::LABEL.iends_with("!"), vec![5]),
            (Thing::LABEL.iends_with("K\\SLASH"), vec![4]),
            // Trailing spaces count.
            (Thing::LABEL.ends_with("ie"), vec![]),
            (Thing::LABEL.ends_with(" "), vec![12]),
            (Thing::LABEL.iends_with("IE"), vec![11]),
            (Thing::LABEL.iends_with("IE "), vec![12]),
        ],
    );
}

fn case_is_respected_or_ignored(db: TestDatabase) {
    let service = fill(&db);
    // SQLite folds ASCII letters only, PostgreSQL those of the database's locale.
    let folds = match db.backend() {
        Backend::Sqlite => false,
        Backend::Postgres => db.number("SELECT (lower('É') = 'é')::int::int8") == 1,
        Backend::Mysql => true,
    };
    let folded = if folds { vec![8] } else { vec![] };
    check(
        &service,
        [
            (Thing::LABEL.contains("nn"), vec![12]),
            (Thing::LABEL.contains("NN"), vec![11]),
            (Thing::LABEL.icontains("nn"), vec![11, 12]),
            (Thing::LABEL.icontains("Nn"), vec![11, 12]),
            (Thing::LABEL.starts_with("ANN"), vec![11]),
            (Thing::LABEL.istarts_with("aNN"), vec![11, 12]),
            (Thing::LABEL.contains("é"), vec![]),
            (Thing::LABEL.icontains("é"), folded),
            // Accents are no matter of case.
            (Thing::LABEL.icontains("elan"), vec![]),
            (Thing::LABEL.icontains("LAN 漢"), vec![8]),
            (Thing::NAME.icontains("I"), vec![3, 9, 11]),
        ],
    );
}

fn by_name(field: &'static str, operator: &'static str, value: impl Into<Comparand>) -> Filter<Thing> {
    ComparisonFilter::new(field, operator, value).resolve().unwrap()
}

fn operators_by_name(db: TestDatabase) {
    let service = fill(&db);
    check(
        &service,
        [
            (by_name("size", "eq", 30), vec![3]),
            (by_name("size", "eq", "30"), vec![3]),
            (by_name("size", "eq", None::<i32>), vec![10]),
            (by_name("size", "ne", 30), but(&[3])),
            (by_name("size", "ne", None::<i32>), but(&[10])),
            (by_name("size", "gt", 110), vec![12]),
            (by_name("size", "ge", 110), vec![11, 12]),
            (by_name("size", "lt", 20), vec![1]),
            (by_name("size", "le", 20), vec![1, 2]),
            (by_name("size", "in", vec![10, 30]), vec![1, 3]),
            (by_name("size", "in", Vec::<i32>::new()), vec![]),
            (by_name("size", "notin", vec![10, 30]), but(&[1, 3])),
            (by_name("size", "notin", Vec::<i32>::new()), but(&[])),
            (by_name("size", "between", vec![20, 40]), vec![2, 3, 4]),
            (by_name("label", "startswith", "50%"), vec![1]),
            (by_name("label", "istartswith", "ann"), vec![11, 12]),
            (by_name("label", "endswith", "_b"), vec![2]),
            (by_name("label", "iendswith", "ie"), vec![11]),
            (by_name("day", "dateeq", "2024-02-29"), vec![6]),
            // From midnight to the microsecond before the next.
            (by_name("moment", "dateeq", "2024-02-29"), vec![1, 2, 3, 4, 5]),
            (by_name("moment", "dateeq", day(7)), vec![6, 7, 8, 9, 11, 12]),
            (by_name("moment", "dateeq", "2024-03-02"), vec![]),
            (by_name("link", "eq", link(3).to_string().as_str()), vec![3]),
            (by_name("flag", "eq", "true"), vec![2, 4, 6, 8, 12]),
            (by_name("amount", "le", "0.1"), vec![1, 2, 5]),
        ],
    );
}

fn patterns_by_name(db: TestDatabase) {
    let service = fill(&db);
    let like = |pattern: &str| by_name("label", "like", pattern);
    let ilike = |pattern: &str| by_name("label", "ilike", pattern);
    check(
        &service,
        [
            (like("a_b"), vec![2, 3]),
            (like(r"a\_b"), vec![2]),
            (like("a%"), vec![2, 3, 12]),
            (like("A%"), vec![11]),
            (ilike("A%"), vec![2, 3, 11, 12]),
            (like(r"%\%%"), vec![1]),
            (like(r"%\\%"), vec![4]),
            (like("%\\"), vec![]),
            (like("%!"), vec![5]),
            (like("[set]*?"), vec![6]),
            (like("[set]*_"), vec![6]),
            (like("[a-z]%"), vec![]),
            (like("*"), vec![]),
            (like("%_"), but(&[9, 10])),
            (like("_____"), vec![5, 11]),
            (like("%漢_ _"), vec![8]),
            (like("%"), but(&[10])),
            (like(""), vec![9]),
            (ilike("ANNIE"), vec![11]),
            (ilike("ANNIE_"), vec![12]),
        ],
    );
}

fn collections_and_searches_by_name(db: TestDatabase) {
    let service = fill(&db);
    let collection = |filter: CollectionFilter| filter.resolve::<Thing>().unwrap();
    let search = |filter: SearchFilter| filter.resolve::<Thing>().unwrap();
    let both = || SearchFilter::in_fields(["label", "name"], "an");
    check(
        &service,
        [
            (collection(CollectionFilter::new("code", ["ann", "bob"])), vec![1, 2]),
            (collection(CollectionFilter::excluding("code", ["ann", "bob"])), but(&[1, 2])),
            (collection(CollectionFilter::new("code", Vec::<String>::new())), vec![]),
            (collection(CollectionFilter::excluding("code", Vec::<String>::new())), but(&[])),
            (collection(CollectionFilter::new("size", ["10", "20"])), vec![1, 2]),
            (search(SearchFilter::new("label", "%")), vec![1]),
            (search(SearchFilter::new("label", "%").excluding(true)), but(&[1])),
            (search(SearchFilter::new("label", "nn").ignore_case(true)), vec![11, 12]),
            (search(both()), vec![1, 4, 5, 8, 12]),
            (search(both().ignore_case(true)), vec![1, 4, 5, 8, 11, 12]),
            (search(both().excluding(true)), but(&[1, 4, 5, 8, 12])),
        ],
    );
}

fn conditions_combine(db: TestDatabase) {
    let service = fill(&db);
    let diesel: Filter<Thing> = things::size.gt(100).or(things::label.like("a%b")).into_filter();
    let unknown: Filter<Thing> = things::size.gt(things::number.nullable()).into_filter();
    check(
        &service,
        [
            (Filter::everything(), but(&[])),
            (Filter::nothing(), vec![]),
            (Filter::all_of([]), but(&[])),
            (Filter::any_of([]), vec![]),
            (Thing::SIZE.gt(30) & Thing::SIZE.lt(60), vec![4, 5]),
            (Thing::SIZE.lt(30) | Thing::SIZE.gt(110), vec![1, 2, 12]),
            ((Thing::SIZE.lt(30) | Thing::SIZE.is_null()) & Thing::NAME.contains("o"), vec![2, 10]),
            (Thing::SIZE.lt(30) | (Thing::SIZE.is_null() & Thing::NAME.contains("x")), vec![1, 2]),
            (!(Thing::SIZE.gt(30) | Thing::FLAG.eq(true)), vec![1, 3, 10]),
            (!(Thing::SIZE.gt(30) & Thing::FLAG.eq(true)), vec![1, 2, 3, 5, 7, 9, 10, 11]),
            (!!Thing::SIZE.gt(110), vec![12]),
            (diesel.clone(), vec![2, 3, 11, 12]),
            (diesel & Thing::FLAG.eq(true), vec![2, 12]),
            // Unknown for the row without a size, which is no match; its negation is one.
            (unknown, but(&[10])),
        ],
    );
    let filters = Filters::new().filter(Thing::SIZE.gt(30)).filter(Thing::FLAG.eq(true));
    let filters = filters.and(Filters::new().filter(Thing::SIZE.lt(120)).order_by(Thing::SIZE.desc()));
    assert_eq!(numbers(service.list(filters).unwrap()), [8, 6, 4]);
}

fn a_very_long_text_is_matched_or_refused(db: TestDatabase) {
    let service = fill(&db);
    let long = "ab%_*".repeat(20_000);
    service.create(NewThing { number: 13, label: Some(format!("x{long}y")), ..Default::default() }).unwrap();
    assert_eq!(found(&service, Thing::LABEL.eq(format!("x{long}y"))), [13]);
    for (filter, expected) in [
        (Thing::LABEL.contains(&long), vec![13]),
        (Thing::LABEL.icontains(&long), vec![13]),
        (Thing::LABEL.starts_with(format!("x{long}")), vec![13]),
        (Thing::LABEL.starts_with(&long), vec![]),
        (Thing::LABEL.ends_with(format!("{long}y")), vec![13]),
        (Thing::LABEL.iends_with(format!("{long}Y")), vec![13]),
    ] {
        if db.backend() == Backend::Sqlite {
            // Longer than its patterns can be.
            let error = service.count(filter).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidValue);
            assert_eq!(error.to_string(), "a text of more than 50000 bytes cannot be searched for in SQLite");
        } else {
            assert_eq!(found(&service, filter), expected);
        }
    }
    // With a wildcard at either end this is the longest.
    let longest = "a".repeat(49_998);
    assert_eq!(found(&service, Thing::LABEL.contains(&longest)), [0; 0]);
    assert_eq!(found(&service, Thing::LABEL.icontains(&longest)), [0; 0]);
}

fn many_values_and_many_conditions(db: TestDatabase) {
    let service = fill(&db);
    let values: Vec<i32> = (21..=10_020).collect();
    assert_eq!(found(&service, Thing::SIZE.is_in(&values)), but(&[1, 2, 10]));
    assert_eq!(found(&service, Thing::SIZE.not_in(&values)), [1, 2, 10]);
    let any = Filter::any_of((1..=5_000).map(|number| Thing::SIZE.eq(number)));
    assert_eq!(found(&service, any), but(&[10]));
    let all = Filter::all_of((1..=5_000).map(|number| Thing::SIZE.ne(number + 10)));
    assert_eq!(found(&service, all), [1, 10]);
    // Without an order the rows are a set, each once.
    let rows = numbers(service.list(Thing::SIZE.is_in(&values)).unwrap());
    assert_eq!(rows.iter().copied().collect::<BTreeSet<_>>().len(), rows.len());
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "notes", bind_key = "notes")]
struct Note {
    id: Uuid,
    number: i32,
    data: Option<serde_json::Value>,
}

fn json_is_compared_in_columns_of_either_type(db: TestDatabase) {
    use serde_json::json;

    let engine = open(&db, "notes");
    let session = engine.session();
    let service = NoteService::new(session.clone());
    let values = [Some(json!({ "a": 1, "b": [2] })), Some(json!([1])), Some(json!(null)), None];
    let news = (1..).zip(values).map(|(number, data)| NewNote { id: None, number, data });
    service.create_many(news).unwrap();
    session.commit().unwrap();
    let check = || {
        let count = |filter: Filter<Note>| NoteService::new(engine.session()).count(filter).unwrap();
        assert_eq!(count(Note::DATA.eq(json!({ "b": [2], "a": 1 }))), 1);
        assert_eq!(count(Note::DATA.eq(json!([2]))), 0);
        assert_eq!(count(Note::DATA.ne(json!([1]))), 3);
        assert_eq!(count(Note::DATA.is_in([json!([1]), json!(null), json!("x")])), 2);
        assert_eq!(count(Note::DATA.is_null()), 1);
    };
    check();
    if db.backend() == Backend::Postgres {
        // As a table has it that Alchemy has not made.
        db.connect().execute("ALTER TABLE notes ALTER COLUMN data TYPE json");
        check();
    }
}
