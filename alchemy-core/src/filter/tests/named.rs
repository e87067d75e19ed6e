//! Filters whose field is known by name only.

use diesel::prelude::*;

use super::model::{META, Person, people};
use super::{backends, columns, render, spelled};
use crate::error::Error;
use crate::filter::{
    BeforeAfter, BooleanFilter, ChoicesFilter, CollectionFilter, ComparisonFilter, Filter, FilterError,
    FilterGroup, Filters, IntoFilters, LimitOffset, NotInCollectionFilter, NotInSearchFilter, NotNullFilter,
    NullFilter, OnBeforeAfter, OrderBy, SearchFilter, SortOrder, all,
};

fn check(filter: Result<Filter<Person>, FilterError>, sql: &str) {
    let filters = Filters::from(filter.expect("it fits the model"));
    for backend in backends() {
        let written = render(backend, &filters.criteria().condition(&META));
        assert_eq!(written, spelled(backend, &columns(sql)), "{filters:?}");
    }
}

fn refused(filter: Result<Filter<Person>, FilterError>, message: &str) {
    assert_eq!(filter.expect_err("it does not fit the model").to_string(), message);
}

#[test]
fn a_filter_by_name_is_that_of_the_column() {
    check(CollectionFilter::new("name", ["a", "b"]).resolve(), "<name> IN (?, ?)");
    check(CollectionFilter::new("name", Vec::<String>::new()).resolve(), "1=0");
    check(CollectionFilter::excluding("age", [1, 2]).resolve(), "(<age> NOT IN (?, ?) OR <age> IS NULL)");
    check(CollectionFilter::excluding("age", Vec::<i32>::new()).resolve(), "1=1");
    check(ComparisonFilter::new("age", "eq", 1).resolve(), "<age> = ?");
    check(ComparisonFilter::new("age", "eq", "1").resolve(), "<age> = ?");
    check(ComparisonFilter::new("age", "eq", None::<i32>).resolve(), "<age> IS NULL");
    check(ComparisonFilter::new("age", "ne", 1_i64).resolve(), "(<age> <> ? OR <age> IS NULL)");
    check(ComparisonFilter::new("age", "ge", 1).resolve(), "<age> >= ?");
    check(ComparisonFilter::new("age", "in", vec![1, 2]).resolve(), "<age> IN (?, ?)");
    check(ComparisonFilter::new("age", "notin", Vec::<i32>::new()).resolve(), "1=1");
    check(ComparisonFilter::new("age", "between", vec![1, 2]).resolve(), "<age> BETWEEN ? AND ?");
    check(ComparisonFilter::new("born_on", "dateeq", "1990-01-02").resolve(), "<born_on> = ?");
    let day = "<created_at> >= ? AND <created_at> < ?";
    check(ComparisonFilter::new("created_at", "dateeq", "1990-01-02").resolve(), day);
    let nobody = SearchFilter::new("name", "a\0").ignore_case(true).resolve();
    check(nobody, "1=0");
}

#[test]
fn bounds_are_exclusive_or_inclusive() {
    let (day, other) = ("2024-02-29", "2024-03-01");
    let field = || BeforeAfter::new("born_on");
    check(field().before(day).resolve(), "<born_on> < ?");
    check(field().after(day).resolve(), "<born_on> > ?");
    check(field().before(other).after(day).resolve(), "<born_on> < ? AND <born_on> > ?");
    check(field().before(other).after(None::<&str>).resolve(), "<born_on> < ?");
    check(field().before(None::<chrono::NaiveDate>).resolve(), "1=1");
    let field = || OnBeforeAfter::new("age");
    check(field().on_or_before(9).resolve(), "<age> <= ?");
    check(field().on_or_after(9).resolve(), "<age> >= ?");
    check(field().on_or_before(9).on_or_after(Some(8)).resolve(), "<age> <= ? AND <age> >= ?");
    check(field().on_or_after(9).on_or_after(None::<i32>).resolve(), "1=1");
}

#[test]
fn each_name_for_a_list_is_the_same_list() {
    check(ChoicesFilter::new("name", ["a", "b"]).resolve(), "<name> IN (?, ?)");
    check(
        ChoicesFilter::new("age", [Some(1), None, Some(2)]).resolve(),
        "(<age> IN (?, ?) OR <age> IS NULL)",
    );
    check(ChoicesFilter::new("name", Vec::<String>::new()).resolve(), "1=0");
    check(CollectionFilter::new("age", [None::<i32>]).resolve(), "<age> IS NULL");
    check(NotInCollectionFilter::new("age", [1, 2]).resolve(), "(<age> NOT IN (?, ?) OR <age> IS NULL)");
    check(NotInCollectionFilter::new("age", [Some(1), None, Some(2)]).resolve(), "<age> NOT IN (?, ?)");
    check(NotInCollectionFilter::new("age", Vec::<i32>::new()).resolve(), "1=1");
}

#[test]
fn truth_values_and_null_are_asked_for_by_name() {
    check(BooleanFilter::new("is_active", true).resolve(), "<is_active> = ?");
    check(NullFilter::new("age").resolve(), "<age> IS NULL");
    check(NotNullFilter::new("age").resolve(), "<age> IS NOT NULL");
    check(NullFilter::new("name").resolve(), "<name> IS NULL");
}

#[test]
fn a_group_holds_together_or_apart() {
    let (a, b) = (|| NullFilter::new("age"), || BooleanFilter::new("is_active", true));
    let group = |group: FilterGroup<Person>, sql: &str| {
        check(Ok(group.clone().resolve().expect("its members fit")), sql);
        let filters = group.into_filters().expect("its members fit");
        check(Ok(filters.condition()), sql);
    };
    group(FilterGroup::and_(), "1=1");
    group(FilterGroup::or_(), "1=0");
    group(FilterGroup::and_().with(a()).with(b()), "<age> IS NULL AND <is_active> = ?");
    group(FilterGroup::or_().with(a()).with(b()), "<age> IS NULL OR <is_active> = ?");
    group(FilterGroup::or_().with(a()).with(all()), "1=1");
    group(
        FilterGroup::or_()
            .with(FilterGroup::and_().with(a()).with(Person::AGE.gt(1)))
            .with(people::age.lt(2))
            .with(Filters::new().filter(Person::IS_ACTIVE.eq(false))),
        "(<age> IS NULL AND <age> > ?) OR ((<age> < ?)) OR <is_active> = ?",
    );
}

#[test]
fn a_group_with_a_fault_is_refused() {
    let refused = |group: FilterGroup<Person>, message: &str| {
        let Error::Filter(error) = group.clone().resolve().expect_err("a member is at fault") else {
            panic!("it is about a filter")
        };
        assert_eq!(error.to_string(), message);
        let outer =
            FilterGroup::or_().with(NullFilter::new("age")).with(group).with(NullFilter::new("full_name"));
        assert_eq!(outer.into_filters().expect_err("a member's member is").to_string(), message);
    };
    let group = || FilterGroup::<Person>::and_().with(NullFilter::new("age"));
    refused(group().with(LimitOffset::new(1, 0)), "a page cannot be asked for here");
    refused(group().with(Person::AGE.asc()), "an ordering cannot be asked for here");
    let page = Filters::new().filter(Person::AGE.gt(1)).limit_offset(LimitOffset::new(1, 0));
    refused(group().with(page), "a page cannot be asked for here");
    refused(group().with(SearchFilter::new("age", "a")), "`age` cannot be searched");
}

#[test]
fn text_operators_are_those_of_the_column() {
    let same = |by_name: Result<Filter<Person>, FilterError>, column: Filter<Person>| {
        assert_eq!(format!("{:?}", by_name.expect("it fits the model")), format!("{column:?}"));
    };
    same(ComparisonFilter::new("name", "startswith", "a%").resolve(), Person::NAME.starts_with("a%"));
    same(ComparisonFilter::new("name", "istartswith", "a%").resolve(), Person::NAME.istarts_with("a%"));
    same(ComparisonFilter::new("name", "endswith", "a%").resolve(), Person::NAME.ends_with("a%"));
    same(ComparisonFilter::new("name", "iendswith", "a%").resolve(), Person::NAME.iends_with("a%"));
    same(ComparisonFilter::new("name", "like", r"%a\%%").resolve(), Person::NAME.contains("a%"));
    same(ComparisonFilter::new("name", "ilike", r"%a\%").resolve(), Person::NAME.iends_with("a%"));
    same(SearchFilter::new("name", "a_").resolve(), Person::NAME.contains("a_"));
    let both = SearchFilter::in_fields(["name", "nick_name"], "a").ignore_case(true);
    let found = Person::NAME.icontains("a") | Person::NICK_NAME.icontains("a");
    same(both.clone().resolve(), found.clone());
    same(both.excluding(true).resolve(), !found.clone());
    let neither = NotInSearchFilter::in_fields(["name", "nick_name"], "a").ignore_case(true);
    same(neither.resolve(), !found);
    same(NotInSearchFilter::new("nick_name", "a").resolve(), !Person::NICK_NAME.contains("a"));
}

#[test]
fn what_does_not_fit_the_model_is_refused() {
    let fields = "`id`, `name`, `nick_name`, `age`, `score`, `is_active`, `born_on`, `created_at`, `updated_at`, `author`";
    let unknown = format!("unknown field `full_name`: expected one of {fields}");
    refused(CollectionFilter::new("full_name", ["a"]).resolve(), &unknown);
    refused(SearchFilter::in_fields(["name", "full_name"], "a").resolve(), &unknown);
    refused(ComparisonFilter::new("full_name", "eq", "a").resolve(), &unknown);
    let order = OrderBy::<Person>::field("full_name", SortOrder::Asc).expect_err("there is no such field");
    assert_eq!(order.to_string(), unknown);

    refused(BeforeAfter::new("full_name").resolve(), &unknown);
    refused(OnBeforeAfter::new("full_name").on_or_after(1).resolve(), &unknown);
    refused(BooleanFilter::new("full_name", true).resolve(), &unknown);
    refused(ChoicesFilter::new("full_name", ["a"]).resolve(), &unknown);
    refused(NotInCollectionFilter::new("full_name", ["a"]).resolve(), &unknown);
    refused(NotInSearchFilter::new("full_name", "a").resolve(), &unknown);
    refused(NullFilter::new("full_name").resolve(), &unknown);
    refused(NotNullFilter::new("full_name").resolve(), &unknown);
    refused(BeforeAfter::new("born_on").before(1).resolve(), "`born_on` must be a date (YYYY-MM-DD)");
    refused(BeforeAfter::new("age").after(vec![1]).resolve(), "`age` must be a 32-bit whole number");
    refused(BooleanFilter::new("age", true).resolve(), "`age` must be a 32-bit whole number");
    refused(CollectionFilter::new("age", [vec![1]]).resolve(), "`age` must be a 32-bit whole number");

    refused(SearchFilter::new("age", "a").resolve(), "`age` cannot be searched");
    refused(SearchFilter::in_fields(Vec::<String>::new(), "a").resolve(), "`Person` cannot be searched");
    refused(CollectionFilter::new("age", ["a"]).resolve(), "`age` must be a 32-bit whole number");
    refused(ComparisonFilter::new("age", "eq", i64::MAX).resolve(), "`age` must be a 32-bit whole number");
    refused(ComparisonFilter::new("age", "gt", None::<i32>).resolve(), "`age` must be a 32-bit whole number");
    refused(ComparisonFilter::new("age", "in", 1).resolve(), "`age` must be a list of values");
    refused(ComparisonFilter::new("age", "between", vec![1]).resolve(), "`age` must be a list of two values");
    refused(ComparisonFilter::new("age", "startswith", "1").resolve(), "`age` cannot be searched");
    refused(ComparisonFilter::new("name", "like", 1).resolve(), "`name` must be a text");
    refused(ComparisonFilter::new("name", "dateeq", "1990-01-02").resolve(), "cannot filter by `name`");
    refused(
        ComparisonFilter::new("born_on", "dateeq", "1990").resolve(),
        "`born_on` must be a date (YYYY-MM-DD)",
    );
    let operators = "`eq`, `ne`, `gt`, `ge`, `lt`, `le`, `in`, `notin`, `between`, `like`, `ilike`, `startswith`, \
                     `istartswith`, `endswith`, `iendswith`, `dateeq`";
    refused(
        ComparisonFilter::new("name", "EQ", "a").resolve(),
        &format!("unknown operator `EQ`: expected one of {operators}"),
    );
}
