//! Filters whose field is known by name only.

use alchemy_core::filter::{
    BeforeAfter, BooleanFilter, ChoicesFilter, FilterGroup, IntoFilters, NotInCollectionFilter,
    NotInSearchFilter, NotNullFilter, NullFilter, OnBeforeAfter,
};
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{NewThing, Thing, ThingService, found, open};

database_tests! {
    bounds_by_name,
    choices_and_truth_values_by_name,
    rows_of_null_are_kept_where_values_are_excluded,
    groups_hold_together_or_apart,
}

/// Three rows with values that rise with the number, and the fourth, which has none.
fn fill(db: &TestDatabase) -> ThingService {
    let service = ThingService::new(open(db, "things").session());
    let row = |number: i32, name: &str| NewThing { number, name: name.to_owned(), ..Default::default() };
    let full = |number: i32, name: &str| NewThing {
        code: Some(name.to_owned()),
        size: Some(number * 10),
        day: NaiveDate::from_ymd_opt(2024, 2, 26 + u32::try_from(number).unwrap()),
        moment: Some(moment(number)),
        flag: Some(number % 2 == 0),
        ..row(number, name)
    };
    service.create_many([full(1, "ann"), full(2, "bob"), full(3, "cid"), row(4, "dan")]).unwrap();
    service
}

fn moment(number: i32) -> DateTime<Utc> {
    format!("2024-02-{}T12:00:00Z", 26 + number).parse().unwrap()
}

#[track_caller]
fn check(service: &ThingService, filter: impl IntoFilters<Thing>, numbers: &[i32]) {
    let filter = filter.into_filters().unwrap().condition();
    assert_eq!(found(service, filter.clone()), numbers, "{filter:?}");
}

fn bounds_by_name(db: TestDatabase) {
    let service = fill(&db);
    check(&service, BeforeAfter::new("moment").before(moment(3)).after(moment(1)), &[2]);
    check(&service, BeforeAfter::new("moment").before(Some(moment(2))).after(None::<DateTime<Utc>>), &[1]);
    check(&service, BeforeAfter::new("day").after("2024-02-27"), &[2, 3]);
    check(&service, BeforeAfter::new("day"), &[1, 2, 3, 4]);
    check(&service, OnBeforeAfter::new("moment").on_or_before(moment(3)).on_or_after(moment(2)), &[2, 3]);
    check(&service, OnBeforeAfter::new("size").on_or_before(20), &[1, 2]);
    check(&service, OnBeforeAfter::new("size").on_or_before(20).on_or_before(None::<i32>), &[1, 2, 3, 4]);
}

fn choices_and_truth_values_by_name(db: TestDatabase) {
    let service = fill(&db);
    check(&service, ChoicesFilter::new("code", ["ann", "cid", "dan"]), &[1, 3]);
    check(&service, ChoicesFilter::new("size", [Some(10), None]), &[1, 4]);
    check(&service, ChoicesFilter::new("size", Vec::<i32>::new()), &[]);
    check(&service, BooleanFilter::new("flag", true), &[2]);
    check(&service, BooleanFilter::new("flag", false), &[1, 3]);
    check(&service, NullFilter::new("flag"), &[4]);
    check(&service, NotNullFilter::new("flag"), &[1, 2, 3]);
}

fn rows_of_null_are_kept_where_values_are_excluded(db: TestDatabase) {
    let service = fill(&db);
    check(&service, NotInCollectionFilter::new("code", ["ann", "bob"]), &[3, 4]);
    check(&service, NotInCollectionFilter::new("code", [Some("ann"), None]), &[2, 3]);
    check(&service, NotInCollectionFilter::new("code", Vec::<String>::new()), &[1, 2, 3, 4]);
    check(&service, NotInSearchFilter::new("code", "B"), &[1, 2, 3, 4]);
    check(&service, NotInSearchFilter::new("code", "B").ignore_case(true), &[1, 3, 4]);
    check(&service, NotInSearchFilter::in_fields(["code", "name"], "n"), &[2, 3]);
}

fn groups_hold_together_or_apart(db: TestDatabase) {
    let service = fill(&db);
    let small_or_unknown =
        || FilterGroup::or_().with(OnBeforeAfter::new("size").on_or_before(10)).with(NullFilter::new("size"));
    check(&service, small_or_unknown(), &[1, 4]);
    check(&service, FilterGroup::and_().with(small_or_unknown()).with(Thing::NAME.contains("d")), &[4]);
    check(&service, FilterGroup::or_().with(small_or_unknown()).with(Thing::NAME.contains("d")), &[1, 3, 4]);
    let page = service.list(FilterGroup::and_().with(LimitOffset::new(1, 0)).with(Thing::SIZE.gt(1)));
    assert_eq!(page.unwrap_err().to_string(), "a page cannot be asked for here");
}
