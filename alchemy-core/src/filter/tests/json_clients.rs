//! Filters in JSON that clients send: what is open to them, and how much.

use std::hash::DefaultHasher;

use diesel::query_builder::QueryFragment;
use serde_json::json;

use super::backends;
use super::json::{multi, one, written};
use super::model::{META, Person};
use crate::filter::{FilterGroup, Filters, LimitOffset, ParamLimits, SortOrder, Where};

#[test]
fn clients_ask_for_what_is_open_to_them() {
    let id = "7f2c1b9e-5d0a-4c7e-9a53-0f6f1d2b3c4d";
    let open = [
        json!({"type": "comparison", "field_name": "name", "operator": "ge", "value": "a"}),
        json!({"type": "not_in_collection", "field_name": "age", "values": [1]}),
        json!({"type": "null", "field_name": "age"}),
        json!({"type": "boolean", "field_name": "is_active", "value": true}),
        json!({"type": "collection", "field_name": "id", "values": [id]}),
        json!({"type": "before_after", "field_name": "created_at", "after": "2024-02-29T00:00:00Z"}),
        json!({"type": "comparison", "field_name": "updated_at", "operator": "le", "value": "2024-02-29T00:00:00Z"}),
        json!({"type": "search", "field_name": ["name", "nick_name"], "value": "a"}),
        json!({"type": "comparison", "field_name": "nick_name", "operator": "like", "value": "a%"}),
        json!({"type": "order_by", "field_name": "born_on"}),
        json!({"type": "limit_offset", "limit": 100, "offset": 0}),
    ];
    for condition in open {
        let shown = condition.to_string();
        assert!(one(condition).resolve::<Person>().is_ok(), "{shown}");
    }

    let closed = |condition: serde_json::Value, message: &str| {
        let filter = one(condition);
        let error = filter.resolve::<Person>().expect_err("it is closed to clients");
        assert_eq!(error.to_string(), message);
        assert!(filter.resolve_trusted::<Person>().is_ok(), "the program may: {message}");
    };
    let fields = "`id`, `name`, `nick_name`, `age`, `is_active`, `created_at`, `updated_at`, `author`";
    for field in ["secret", "score", "born_on"] {
        closed(
            json!({"type": "not_null", "field_name": field}),
            &format!("`and_[0].field_name`: unknown field `{field}`: expected one of {fields}"),
        );
    }
    for condition in [
        json!({"type": "null", "field_name": "created_at"}),
        json!({"type": "collection", "field_name": "created_at", "values": []}),
    ] {
        closed(condition, "`and_[0].field_name`: cannot filter by `created_at`");
    }
    closed(
        json!({"type": "search", "field_name": ["name", "secret"], "value": "a"}),
        "`and_[0].field_name[1]`: `secret` cannot be searched",
    );
    closed(
        json!({"type": "comparison", "field_name": "secret", "operator": "startswith", "value": "a"}),
        "`and_[0].field_name`: `secret` cannot be searched",
    );
    closed(
        json!({"type": "order_by", "field_name": "secret"}),
        "`and_[0].field_name`: cannot order by `secret`: expected one of `name`, `born_on`",
    );
    for limit in [0, 101] {
        closed(
            json!({"type": "limit_offset", "limit": limit, "offset": 0}),
            "`and_[0].limit`: `limit` must be between 1 and 100",
        );
    }
    closed(
        json!({"type": "search", "field_name": "name", "value": "a".repeat(201)}),
        "`and_[0].value`: `value` is too long: at most 200 characters are accepted",
    );
    closed(
        json!({"type": "comparison", "field_name": "name", "operator": "like", "value": "a".repeat(201)}),
        "`and_[0].value`: `value` is too long: at most 200 characters are accepted",
    );
    let lists = [300, 201]
        .map(|length| json!({"type": "collection", "field_name": "age", "values": vec![1; length]}));
    closed(
        json!({"or_": lists}),
        "`and_[0].or_[1].values`: `age` has too many values: at most 500 are accepted",
    );
}

#[test]
fn limits_are_the_callers() {
    let limits = ParamLimits { max_page_size: 2, max_values: 1, ..ParamLimits::default() };
    let refused = |condition: serde_json::Value, message: &str| {
        let error = one(condition).resolve_within::<Person>(&limits).expect_err("it is too much");
        assert_eq!(error.to_string(), message);
    };
    refused(
        json!({"type": "limit_offset", "limit": 3, "offset": 0}),
        "`and_[0].limit`: `limit` must be between 1 and 2",
    );
    refused(
        json!({"type": "comparison", "field_name": "age", "operator": "in", "value": [1, 2]}),
        "`and_[0].value`: `age` has too many values: at most 1 are accepted",
    );
}

#[test]
fn a_client_always_has_a_page_and_an_order_that_tells_rows_apart() {
    let ordered = |filters: &Filters<Person>| {
        filters.criteria().order.iter().map(|term| (term.column, term.order)).collect::<Vec<_>>()
    };
    let order = |field: &str| json!({"type": "order_by", "field_name": field, "sort_order": "desc"});
    let leaf = json!({"type": "null", "field_name": "age"});

    let limits = ParamLimits { page_size: 7, ..ParamLimits::default() };
    let filters = one(leaf.clone()).resolve_within::<Person>(&limits).expect("it is open");
    assert_eq!(filters.page(), Some(LimitOffset::new(7, 0)));
    assert_eq!(ordered(&filters), [(0, SortOrder::Asc)]);
    let filters = multi(json!({"and_": [leaf, order("name")]})).resolve::<Person>().expect("it is open");
    assert_eq!(filters.page(), Some(LimitOffset::new(20, 0)));
    assert_eq!(ordered(&filters), [(1, SortOrder::Desc), (0, SortOrder::Desc)]);

    let trusted = multi(json!({"and_": [leaf, order("id")]})).resolve_trusted::<Person>().expect("it fits");
    assert_eq!((trusted.page(), ordered(&trusted)), (None, vec![(0, SortOrder::Desc)]));

    // In a group it is a condition only, unless it asks for more itself.
    let group = FilterGroup::and_().with(one(leaf.clone())).with(Person::NAME.eq("a"));
    written(&group.resolve().expect("there is no page").into(), "<age> IS NULL AND <name> = ?");
    let paged = one(json!({"type": "limit_offset", "limit": 1, "offset": 0}));
    let error = FilterGroup::<Person>::and_().with(paged).resolve().expect_err("there is a page");
    assert_eq!(error.to_string(), "a page cannot be asked for here");
    let ordered = one(order("name"));
    let error = FilterGroup::<Person>::and_().with(ordered).resolve().expect_err("there is an ordering");
    assert_eq!(error.to_string(), "an ordering cannot be asked for here");
}

#[test]
fn what_a_client_puts_together_is_not_kept_prepared() {
    let leaf = json!({"type": "comparison", "field_name": "name", "operator": "ge", "value": "a"});
    let order = json!({"type": "order_by", "field_name": "name"});
    let client = one(leaf.clone()).resolve::<Person>().expect("it is open");
    let query = json!({"and_": [leaf]}).to_string();
    let params =
        Filters::<Person>::from_params([("filters", &*query)], &ParamLimits::default()).expect("good");
    let trusted = one(leaf).resolve_trusted::<Person>().expect("it fits");
    let sorted = one(order.clone()).resolve::<Person>().expect("it is open");
    let trusted_order = one(order).resolve_trusted::<Person>().expect("it fits");
    for backend in backends() {
        let kept = |filters: &Filters<Person>| {
            let criteria = filters.criteria();
            let order = criteria.order(&META).shape(&mut DefaultHasher::new());
            (criteria.condition(&META).shape(backend, &mut DefaultHasher::new()), order)
        };
        assert_eq!(kept(&client), (false, true));
        assert_eq!(kept(&params), (false, true));
        assert_eq!(kept(&sorted), (true, false));
        assert_eq!(kept(&trusted), (true, true));
        assert_eq!(kept(&trusted_order), (true, true));
        // However it is put together with other conditions.
        for filter in [
            !client.condition(),
            Person::AGE.gt(1) | client.condition(),
            client.condition() & Person::AGE.gt(1),
            FilterGroup::or_().with(client.condition()).with(Person::AGE.gt(1)).resolve().expect("good"),
            Person::NAME.exists(Person::NICK_NAME, client.condition()),
        ] {
            let condition = Where { meta: &META, predicate: &filter.predicate };
            assert!(!condition.shape(backend, &mut DefaultHasher::new()), "{filter:?}");
            let cached = condition.is_safe_to_cache_prepared(&backend);
            assert_eq!(cached.ok(), Some(false), "{filter:?}");
        }
    }
    assert!(client.clone().and(sorted).criteria().varies, "an order keeps its mark");
}

#[test]
fn related_rows_are_asked_for_so_often_and_so_deep() {
    let exists = |filters: Option<serde_json::Value>| match filters {
        Some(filters) => json!({"type": "exists", "table": "pets", "filters": filters}),
        None => json!({"type": "exists", "table": "pets"}),
    };
    let refused = |limits: ParamLimits, value: serde_json::Value| {
        multi(value).resolve_within::<Person>(&limits).expect_err("it is too much").to_string()
    };
    let limits = |max_related, max_related_depth| ParamLimits {
        max_related,
        max_related_depth,
        ..ParamLimits::default()
    };
    let not_here = "`and_[0]` asks for related rows, which cannot be asked for here";
    for limits in [limits(0, 1), limits(4, 0)] {
        assert_eq!(refused(limits, json!({"and_": [exists(None)]})), not_here);
    }
    // What is asked for within the limits is looked up, and is not there.
    let unknown = "`and_[0].table` names no relation that can be asked for";
    assert_eq!(refused(ParamLimits::default(), json!({"and_": [exists(None)]})), unknown);
}
