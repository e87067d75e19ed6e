//! Filters whose field is known by name only.

use super::model::{META, Person};
use super::{backends, columns, render, spelled};
use crate::filter::{
    CollectionFilter, ComparisonFilter, Filter, FilterError, Filters, OrderBy, SearchFilter, SortOrder,
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
    same(both.excluding(true).resolve(), !found);
}

#[test]
fn what_does_not_fit_the_model_is_refused() {
    let fields =
        "`id`, `name`, `nick_name`, `age`, `score`, `is_active`, `born_on`, `created_at`, `updated_at`";
    let unknown = format!("unknown field `full_name`: expected one of {fields}");
    refused(CollectionFilter::new("full_name", ["a"]).resolve(), &unknown);
    refused(SearchFilter::in_fields(["name", "full_name"], "a").resolve(), &unknown);
    refused(ComparisonFilter::new("full_name", "eq", "a").resolve(), &unknown);
    let order = OrderBy::<Person>::field("full_name", SortOrder::Asc).expect_err("there is no such field");
    assert_eq!(order.to_string(), unknown);

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
