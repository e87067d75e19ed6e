//! Filters in JSON.

use serde_json::json;

use super::model::{META, Person, Priced};
use super::{backends, columns, render, spelled};
use crate::filter::{FilterError, Filters, LimitOffset, MultiFilter, OrderBy, SortOrder};

pub(super) fn multi(value: serde_json::Value) -> MultiFilter {
    MultiFilter::from_value(value).expect("it is a filter")
}

/// A filter of one condition.
pub(super) fn one(condition: serde_json::Value) -> MultiFilter {
    multi(json!({ "and_": [condition] }))
}

pub(super) fn written(filters: &Filters<Person>, sql: &str) {
    for backend in backends() {
        let written = render(backend, &filters.criteria().condition(&META));
        assert_eq!(written, spelled(backend, &columns(sql)));
    }
}

/// The program may ask for it.
fn check(condition: serde_json::Value, sql: &str) {
    written(&one(condition).resolve_trusted().expect("it fits the model"), sql);
}

/// No one may ask for it.
fn malformed(value: serde_json::Value, message: &str) {
    let error = MultiFilter::from_value(value).expect_err("it is no filter");
    assert_eq!(error.to_string(), message);
}

/// Not even the program may ask for it.
fn misfit(condition: serde_json::Value, message: &str) {
    let error = one(condition).resolve_trusted::<Person>().expect_err("it does not fit the model");
    assert_eq!(error.to_string(), message);
}

#[test]
fn each_type_is_its_condition() {
    let moment = "2024-02-29T00:00:00Z";
    check(json!({"type": "before_after", "field_name": "age", "before": 9}), "<age> < ?");
    check(json!({"type": "before_after", "field_name": "age", "before": null, "after": 9}), "<age> > ?");
    check(
        json!({"type": "before_after", "field_name": "created_at", "before": moment, "after": moment}),
        "<created_at> < ? AND <created_at> > ?",
    );
    check(json!({"type": "on_before_after", "field_name": "age", "on_or_before": 9}), "<age> <= ?");
    check(
        json!({"type": "on_before_after", "field_name": "born_on", "on_or_after": "2024-02-29"}),
        "<born_on> >= ?",
    );
    check(json!({"type": "boolean", "field_name": "is_active", "value": false}), "<is_active> = ?");
    check(json!({"type": "choices", "field_name": "name", "values": ["a", "b"]}), "<name> IN (?, ?)");
    check(json!({"type": "collection", "field_name": "age", "values": [1, 2]}), "<age> IN (?, ?)");
    check(json!({"type": "collection", "field_name": "age", "values": []}), "1=0");
    check(
        json!({"type": "collection", "field_name": "age", "values": [1, null, 2]}),
        "(<age> IN (?, ?) OR <age> IS NULL)",
    );
    check(
        json!({"type": "not_in_collection", "field_name": "age", "values": [1, 2]}),
        "(<age> NOT IN (?, ?) OR <age> IS NULL)",
    );
    check(json!({"type": "not_in_collection", "field_name": "age", "values": []}), "1=1");
    check(json!({"type": "null", "field_name": "age"}), "<age> IS NULL");
    check(json!({"type": "not_null", "field_name": "age"}), "<age> IS NOT NULL");
    check(json!({"type": "comparison", "field_name": "age", "operator": "ge", "value": 1}), "<age> >= ?");
    check(
        json!({"type": "comparison", "field_name": "age", "operator": "eq", "value": null}),
        "<age> IS NULL",
    );
    check(
        json!({"type": "comparison", "field_name": "age", "operator": "between", "value": [1, 2]}),
        "<age> BETWEEN ? AND ?",
    );
    check(
        json!({"type": "comparison", "field_name": "age", "operator": "notin", "value": [1, 2]}),
        "(<age> NOT IN (?, ?) OR <age> IS NULL)",
    );
    check(
        json!({"type": "comparison", "field_name": "created_at", "operator": "dateeq", "value": "2024-02-29"}),
        "<created_at> >= ? AND <created_at> < ?",
    );
    check(json!({"type": "comparison", "field_name": "score", "operator": "lt", "value": 1}), "<score> < ?");
}

#[test]
fn searches_are_those_of_the_columns() {
    let same = |condition: serde_json::Value, filter: crate::filter::Filter<Person>| {
        let filters = one(condition).resolve_trusted::<Person>().expect("it fits the model");
        assert_eq!(format!("{:?}", filters.condition()), format!("{filter:?}"));
    };
    same(json!({"type": "search", "field_name": "name", "value": "a%"}), Person::NAME.contains("a%"));
    let both = Person::NAME.icontains("a") | Person::NICK_NAME.icontains("a");
    let fields = json!(["name", "nick_name"]);
    same(json!({"type": "search", "field_name": fields, "value": "a", "ignore_case": true}), both.clone());
    same(json!({"type": "not_in_search", "field_name": fields, "value": "a", "ignore_case": true}), !both);
    same(
        json!({"type": "comparison", "field_name": "name", "operator": "iendswith", "value": "a"}),
        Person::NAME.iends_with("a"),
    );
}

#[test]
fn lists_hold_together_or_apart() {
    let (a, b) =
        (json!({"type": "null", "field_name": "age"}), json!({"type": "null", "field_name": "name"}));
    let cases = [
        (json!({"and_": [a, b]}), "<age> IS NULL AND <name> IS NULL"),
        (json!({"or_": [a, b]}), "<age> IS NULL OR <name> IS NULL"),
        (json!({"and_": [a], "or_": [b, a]}), "<age> IS NULL AND (<name> IS NULL OR <age> IS NULL)"),
        (json!({"or_": [{"and_": [a, b]}, b]}), "(<age> IS NULL AND <name> IS NULL) OR <name> IS NULL"),
        (
            json!({"and_": [{"type": "filter_group", "logical_operator": "or_", "filters": [a, {"or_": [b]}]}, b]}),
            "(<age> IS NULL OR <name> IS NULL) AND <name> IS NULL",
        ),
    ];
    for (value, sql) in cases {
        written(&multi(value).resolve_trusted().expect("it fits the model"), sql);
    }
}

#[test]
fn orderings_and_a_page_stand_in_the_outermost_list() {
    let order = json!({"type": "order_by", "field_name": "name", "sort_order": "desc"});
    let second = json!({"type": "order_by", "field_name": "born_on"});
    let page = json!({"type": "limit_offset", "limit": 5, "offset": 10});
    let filters = multi(json!({"and_": [order, page, second]})).resolve::<Person>().expect("it is open");
    assert_eq!(filters.page(), Some(LimitOffset::new(5, 10)));
    let expected = Filters::<Person>::new()
        .order_by(Person::NAME.desc())
        .order_by(Person::BORN_ON.asc())
        .order_by(OrderBy::new(Person::ID, SortOrder::Asc));
    for backend in backends() {
        let order = render(backend, &filters.criteria().order(&META));
        assert_eq!(order, render(backend, &expected.criteria().order(&META)));
    }
    written(&filters, "1=1");

    malformed(json!({"or_": [order]}), "`or_[0]`: an ordering cannot be asked for here");
    malformed(json!({"and_": [{"and_": [page]}]}), "`and_[0].and_[0]`: a page cannot be asked for here");
    let group = json!({"type": "filter_group", "logical_operator": "and_", "filters": [order]});
    malformed(json!({"and_": [group]}), "`and_[0].filters[0]`: an ordering cannot be asked for here");
    let exists = json!({"type": "exists", "table": "pets", "filters": [page]});
    malformed(json!({"and_": [exists]}), "`and_[0].filters[0]`: a page cannot be asked for here");
    malformed(json!({"and_": [page, page]}), "`and_[1]` is a second page");
}

#[test]
fn what_is_no_filter_is_refused_by_its_place() {
    malformed(json!([]), "`filters` must be an object");
    malformed(json!({}), "`filters` has neither `and_` nor `or_`");
    malformed(json!({"and_": []}), "`and_` must not be empty");
    malformed(json!({"and_": {}}), "`and_` must be a list");
    malformed(json!({"and_": [{"or_": []}]}), "`and_[0].or_` must not be empty");
    malformed(json!({"and_": [1]}), "`and_[0]` must be an object");
    malformed(json!({"and_": [{}]}), "`and_[0]` has neither `and_` nor `or_`");
    let leaf = json!({"type": "null", "field_name": "age"});
    malformed(
        json!({"and_": [leaf], "not_": [leaf]}),
        "`filters` has an unknown key `not_`: expected one of `and_`, `or_`",
    );
    malformed(json!({"type": "null"}), "`filters` has an unknown key `type`: expected one of `and_`, `or_`");
    malformed(json!({"and_": [{"type": 1}]}), "`and_[0].type` must be a text");
    malformed(
        json!({"and_": [leaf, {"type": "nul", "field_name": "age"}]}),
        "`and_[1].type` names no type of filter: `nul`: expected one of `before_after`, `on_before_after`, `boolean`, \
         `choices`, `collection`, `not_in_collection`, `null`, `not_null`, `search`, `not_in_search`, `comparison`, \
         `filter_group`, `exists`, `not_exists`, `order_by`, `limit_offset`",
    );
    malformed(json!({"and_": [{"type": "null"}]}), "`and_[0]` has no `field_name`");
    malformed(
        json!({"and_": [{"type": "null", "field_name": "age", "value": 1}]}),
        "`and_[0]` has an unknown key `value`: expected one of `type`, `field_name`",
    );
    malformed(
        json!({"and_": [{"type": "null", "field_name": "age", "and_": [leaf]}]}),
        "`and_[0]` has an unknown key `and_`: expected one of `type`, `field_name`",
    );
    malformed(json!({"and_": [{"type": "null", "field_name": 1}]}), "`and_[0].field_name` must be a text");
    malformed(
        json!({"and_": [{"type": "boolean", "field_name": "age", "value": 1}]}),
        "`and_[0].value` must be `true` or `false`",
    );
    malformed(
        json!({"and_": [{"type": "collection", "field_name": "age", "values": null}]}),
        "`and_[0].values` must be a list",
    );
    malformed(
        json!({"and_": [{"type": "before_after", "field_name": "age", "before": null}]}),
        "`and_[0]` has neither `before` nor `after`",
    );
    malformed(
        json!({"and_": [{"type": "before_after", "field_name": "age", "on_or_before": 1}]}),
        "`and_[0]` has an unknown key `on_or_before`: expected one of `type`, `field_name`, `before`, `after`",
    );
    malformed(
        json!({"and_": [{"type": "search", "field_name": [], "value": "a"}]}),
        "`and_[0].field_name` must not be empty",
    );
    malformed(
        json!({"and_": [{"type": "search", "field_name": ["name", 1], "value": "a"}]}),
        "`and_[0].field_name[1]` must be a text",
    );
    malformed(
        json!({"and_": [{"type": "search", "field_name": "name", "value": "a", "ignore_case": null}]}),
        "`and_[0].ignore_case` must be `true` or `false`",
    );
    malformed(
        json!({"and_": [{"type": "filter_group", "logical_operator": "and", "filters": [leaf]}]}),
        "`and_[0].logical_operator` must be `and_` or `or_`",
    );
    malformed(
        json!({"and_": [{"type": "filter_group", "logical_operator": "and_", "filters": []}]}),
        "`and_[0].filters` must not be empty",
    );
    malformed(
        json!({"and_": [{"type": "exists", "table": "pets", "filters": []}]}),
        "`and_[0].filters` must not be empty",
    );
    malformed(
        json!({"and_": [{"type": "exists", "table": "pets", "holder": "me"}]}),
        "`and_[0].holder` must be `this` or `related`",
    );
    malformed(
        json!({"and_": [{"type": "order_by", "field_name": "age", "sort_order": "up"}]}),
        "`and_[0].sort_order` must be `asc` or `desc`",
    );
    malformed(
        json!({"and_": [{"type": "limit_offset", "limit": 1.5, "offset": 0}]}),
        "`and_[0].limit` must be a whole number",
    );
    malformed(json!({"and_": [{"type": "limit_offset", "limit": 1}]}), "`and_[0]` has no `offset`");
    let error = MultiFilter::from_value(
        json!({"and_": [{"type": "comparison", "field_name": "age", "operator": "is", "value": 1}]}),
    );
    assert!(
        matches!(
            error.expect_err("there is no such operator"),
            FilterError::At { path, error } if path == "and_[0].operator"
                && matches!(&*error, FilterError::UnknownOperator { operator, .. } if operator == "is")
        ),
        "the operator is named"
    );
}

#[test]
fn a_text_is_read_strictly() {
    let refused = |text: &str, message: &str| {
        let error = MultiFilter::parse(text).expect_err("it is no filter");
        assert_eq!(error.to_string(), message);
    };
    refused("", "`filters` cannot be read as JSON (line 1, column 0)");
    refused(r#"{"and_": [}"#, "`filters` cannot be read as JSON (line 1, column 11)");
    refused(
        r#"{"and_": [{"type": "null", "field_name": "age"}]} {}"#,
        "`filters` cannot be read as JSON (line 1, column 51)",
    );
    let doubled = r#"{"and_": [{"type": "null", "field_name": "age", "field_name": "name"}]}"#;
    refused(doubled, "`and_[0]` has `field_name` more than once");
    let doubled = r#"{"and_": [{"type": "null", "field_name": "age"}], "and_": [{"type": "null", "field_name": "age"}]}"#;
    refused(doubled, "`filters` has `and_` more than once");
    let long = format!(
        r#"{{"and_": [{{"type": "search", "field_name": "name", "value": "{}"}}]}}"#,
        "a".repeat(65_536)
    );
    refused(&long, "`filters` is longer than 64 KiB");
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    refused(&deep, "`filters` cannot be read as JSON (line 1, column 128)");

    let text = r#"{"and_": [{"type": "null", "field_name": "age"}]}"#;
    let filter = MultiFilter::parse(text).expect("it is a filter");
    assert_eq!(text.parse::<MultiFilter>().as_ref(), Ok(&filter));
    assert_eq!(serde_json::from_str::<MultiFilter>(text).expect("it is a filter"), filter);
    assert_eq!(one(json!({"type": "null", "field_name": "age"})), filter);
    let error = serde_json::from_str::<MultiFilter>(doubled).expect_err("a key is there twice");
    assert_eq!(error.to_string(), "`filters` has `and_` more than once");
}

#[test]
fn there_are_only_so_many_conditions_within_so_many_lists() {
    let leaf = json!({"type": "null", "field_name": "age"});
    let many = |number: usize| json!({"and_": [{"or_": vec![leaf.clone(); number - 1]}, leaf]});
    assert!(MultiFilter::from_value(many(64)).is_ok());
    malformed(many(65), "`and_[1]` is one of more than 64 conditions");
    let fields = |number: usize| json!({"and_": [{"type": "search", "field_name": vec!["name"; number], "value": "a"}]});
    assert!(MultiFilter::from_value(fields(64)).is_ok());
    malformed(fields(65), "`and_[0]` is one of more than 64 conditions");

    let deep = |depth: usize| (1..depth).fold(json!({"and_": [leaf]}), |inner, _| json!({"and_": [inner]}));
    assert!(MultiFilter::from_value(deep(8)).is_ok());
    let path = ["and_"; 9].join("[0].");
    malformed(deep(9), &format!("`{path}` is within more than 8 lists"));
    let exists = |depth: usize| {
        let inner = json!({"type": "exists", "table": "pets", "filters": [leaf]});
        let exists = |inner, _| json!({"type": "exists", "table": "pets", "filters": [inner]});
        json!({"and_": [(2..depth).fold(inner, exists)]})
    };
    assert!(MultiFilter::from_value(exists(8)).is_ok());
    let path = format!("and_[0].{}", ["filters"; 8].join("[0]."));
    malformed(exists(9), &format!("`{path}` is within more than 8 lists"));
}

#[test]
fn a_value_is_of_its_fields_type() {
    let age = |value: serde_json::Value| json!({"type": "comparison", "field_name": "age", "operator": "eq", "value": value});
    for value in [json!("1"), json!(1.5), json!(3_000_000_000_i64), json!(true), json!([1]), json!({"a": 1})]
    {
        misfit(age(value), "`and_[0].value`: `age` must be a 32-bit whole number");
    }
    misfit(
        json!({"type": "comparison", "field_name": "age", "operator": "gt", "value": null}),
        "`and_[0].value`: `age` must be a 32-bit whole number",
    );
    misfit(
        json!({"type": "collection", "field_name": "age", "values": [1, "2"]}),
        "`and_[0].values[1]`: `age` must be a 32-bit whole number",
    );
    misfit(
        json!({"type": "comparison", "field_name": "age", "operator": "in", "value": 1}),
        "`and_[0].value`: `age` must be a list of values",
    );
    misfit(
        json!({"type": "comparison", "field_name": "age", "operator": "between", "value": [1]}),
        "`and_[0].value`: `age` must be a list of two values",
    );
    misfit(
        json!({"type": "boolean", "field_name": "age", "value": true}),
        "`and_[0].field_name`: `age` must be a 32-bit whole number",
    );
    misfit(
        json!({"type": "before_after", "field_name": "born_on", "after": "2024"}),
        "`and_[0].after`: `born_on` must be a date (YYYY-MM-DD)",
    );
    misfit(
        json!({"type": "comparison", "field_name": "name", "operator": "eq", "value": "a\0"}),
        "`and_[0].value`: `name` must be a text without NUL characters",
    );
    misfit(
        json!({"type": "comparison", "field_name": "name", "operator": "like", "value": 1}),
        "`and_[0].value`: `name` must be a text",
    );
    misfit(
        json!({"type": "search", "field_name": ["name", "age"], "value": "a"}),
        "`and_[0].field_name[1]`: `age` cannot be searched",
    );
    misfit(
        json!({"type": "limit_offset", "limit": -1, "offset": 0}),
        "`and_[0].limit`: `limit` must be zero or greater",
    );
    misfit(
        json!({"type": "exists", "table": "pets"}),
        "`and_[0].table` names no relation that can be asked for",
    );
    let fields = "`id`, `name`, `nick_name`, `age`, `score`, `is_active`, `born_on`, `created_at`, `updated_at`, `author`";
    let unknown = format!("`and_[0].field_name`: unknown field `full_name`: expected one of {fields}");
    misfit(json!({"type": "null", "field_name": "full_name"}), &unknown);
    misfit(json!({"type": "order_by", "field_name": "full_name"}), &unknown);
}

#[test]
fn a_decimal_is_never_rounded() {
    let price = |value: serde_json::Value| {
        let filter = json!({"type": "comparison", "field_name": "price", "operator": "eq", "value": value});
        one(filter).resolve_trusted::<Priced>().map(|filters| format!("{:?}", filters.condition()))
    };
    let same = |value: serde_json::Value, text: &str| {
        assert_eq!(price(value), price(json!(text)), "{text}");
    };
    same(json!(i64::MIN), "-9223372036854775808");
    same(json!(u64::MAX), "18446744073709551615");
    same(json!(0.1), "0.1");
    same(json!(-12.5), "-12.5");
    same(json!(1e-7), "0.0000001");
    same(json!(123_456_789.012_345), "123456789.012345");
    let text = "`and_[0].value`: `price` must be a text, as a number of JSON does not keep so many digits";
    for number in ["0.1234567890123456", "12345678901234567.5", "1e20", "100000000000000000001"] {
        let value: serde_json::Value = serde_json::from_str(number).expect("a number");
        assert_eq!(price(value).map_err(|error| error.to_string()), Err(text.to_owned()), "{number}");
        assert!(price(json!(number)).is_ok(), "{number} as a text");
    }
}

#[test]
fn a_value_is_one_of_the_choices() {
    let refused = |condition: serde_json::Value, place: &str| {
        let filter = one(condition);
        let message = format!("`and_[0].{place}`: `state` must be one of `new`, `old`");
        for error in [filter.resolve_trusted::<Priced>(), filter.resolve::<Priced>()] {
            assert_eq!(error.expect_err("there is no such choice").to_string(), message);
        }
    };
    let compare = |operator: &str, value: serde_json::Value| json!({"type": "comparison", "field_name": "state", "operator": operator, "value": value});
    for kind in ["choices", "collection", "not_in_collection"] {
        let list = |values: serde_json::Value| json!({"type": kind, "field_name": "state", "values": values});
        refused(list(json!(["new", "odd"])), "values[1]");
        assert!(one(list(json!(["new", null]))).resolve::<Priced>().is_ok());
    }
    for operator in ["eq", "ne", "ge"] {
        refused(compare(operator, json!("odd")), "value");
        assert!(one(compare(operator, json!("old"))).resolve::<Priced>().is_ok());
    }
    for operator in ["in", "notin"] {
        refused(compare(operator, json!(["odd"])), "value[0]");
    }
    refused(compare("between", json!(["new", "odd"])), "value");
    refused(json!({"type": "before_after", "field_name": "state", "before": "odd"}), "before");
}

#[test]
fn no_text_with_nul_is_looked_for() {
    let message = "`and_[0].value`: `value` must be a text without NUL characters";
    for kind in ["search", "not_in_search"] {
        misfit(json!({"type": kind, "field_name": "name", "value": "a\0"}), message);
    }
    for operator in ["like", "ilike", "startswith", "endswith", "istartswith", "iendswith"] {
        misfit(
            json!({"type": "comparison", "field_name": "name", "operator": operator, "value": "\0"}),
            message,
        );
    }
}

#[test]
fn the_last_day_has_an_end() {
    check(
        json!({"type": "comparison", "field_name": "created_at", "operator": "dateeq", "value": "9999-12-31"}),
        "<created_at> >= ? AND <created_at> <= ?",
    );
}
