//! Filters in JSON.

use alchemy_core::filter::{FilterError, MultiFilter, ParamLimits};
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use serde_json::{Value, json};

use crate::exists::{Author, AuthorService, NewAuthor, fill};
use crate::{NewThing, Thing, ThingService, numbers, open};

database_tests! {
    each_type_matches_its_rows,
    rows_of_null_are_kept_where_values_are_excluded,
    orderings_and_pages_are_applied,
    related_rows_are_asked_for,
    relations_are_open_by_their_foreign_keys,
    a_relation_must_be_the_only_one,
    related_rows_are_asked_for_so_often_and_so_deep,
    a_client_that_asks_for_no_page_has_the_first,
    the_last_day_of_all_is_a_day,
}

/// Three rows with values that rise with the number, and the fourth, which has none.
fn things(db: &TestDatabase) -> ThingService {
    let service = ThingService::new(open(db, "things").session());
    let row = |number: i32, name: &str| NewThing { number, name: name.to_owned(), ..Default::default() };
    let full = |number: i32, name: &str| NewThing {
        code: Some(format!("{name}%")),
        size: Some(number * 10),
        large: Some(i64::MAX - 10 + i64::from(number)),
        ratio: Some(f64::from(number) / 10.0),
        single: Some(f32::from(i16::try_from(number).unwrap()) / 10.0),
        amount: Some(format!("{number}.10").parse().unwrap()),
        day: NaiveDate::from_ymd_opt(2024, 2, 27 + u32::try_from(number).unwrap() - 1),
        moment: Some(format!("2024-02-2{}T12:00:00Z", 6 + number).parse().unwrap()),
        clock: NaiveTime::from_hms_opt(u32::try_from(number).unwrap(), 0, 0),
        link: Some(Uuid::from_u128(u128::try_from(number).unwrap())),
        flag: Some(number % 2 == 0),
        ..row(number, name)
    };
    service.create_many([full(1, "ann"), full(2, "bob"), full(3, "cid"), row(4, "dan")]).unwrap();
    service
}

/// The numbers of the rows that match, in their order.
fn found(service: &ThingService, condition: Value) -> Vec<i32> {
    let order = json!({"type": "order_by", "field_name": "number"});
    let filter = MultiFilter::from_value(json!({"and_": [condition, order]})).unwrap();
    numbers(service.list(filter.resolve_trusted::<Thing>().unwrap()).unwrap())
}

fn compare(field: &str, operator: &str, value: Value) -> Value {
    json!({"type": "comparison", "field_name": field, "operator": operator, "value": value})
}

fn each_type_matches_its_rows(db: TestDatabase) {
    let service = things(&db);
    let cases = [
        (
            json!({"type": "before_after", "field_name": "day", "before": "2024-02-29", "after": "2024-02-27"}),
            vec![2],
        ),
        (json!({"type": "on_before_after", "field_name": "day", "on_or_after": "2024-02-28"}), vec![2, 3]),
        (
            json!({"type": "before_after", "field_name": "moment", "before": "2024-02-28T14:00:00+02:00"}),
            vec![1],
        ),
        (json!({"type": "boolean", "field_name": "flag", "value": false}), vec![1, 3]),
        (json!({"type": "choices", "field_name": "name", "values": ["ann", "cid", "eve"]}), vec![1, 3]),
        (json!({"type": "collection", "field_name": "size", "values": [10, null]}), vec![1, 4]),
        (json!({"type": "collection", "field_name": "size", "values": []}), vec![]),
        (json!({"type": "null", "field_name": "code"}), vec![4]),
        (json!({"type": "not_null", "field_name": "code"}), vec![1, 2, 3]),
        (json!({"type": "search", "field_name": ["name", "code"], "value": "%"}), vec![1, 2, 3]),
        (json!({"type": "search", "field_name": "name", "value": "AN", "ignore_case": true}), vec![1, 4]),
        (json!({"type": "search", "field_name": "name", "value": "AN"}), vec![]),
        (compare("large", "eq", json!(i64::MAX - 8)), vec![2]),
        (compare("ratio", "eq", json!(0.1)), vec![1]),
        (compare("ratio", "gt", json!(0)), vec![1, 2, 3]),
        (compare("single", "eq", json!(0.1)), vec![1]),
        (compare("amount", "eq", json!("2.1")), vec![2]),
        (compare("amount", "le", json!(2.1)), vec![1, 2]),
        (compare("link", "eq", json!("00000000-0000-0000-0000-000000000003")), vec![3]),
        (compare("clock", "ge", json!("02:00:00")), vec![2, 3]),
        (compare("moment", "dateeq", json!("2024-02-28")), vec![2]),
        (compare("code", "iendswith", json!("B%")), vec![2]),
        (compare("code", "like", json!(r"_n%\%")), vec![1]),
        (compare("size", "between", json!([10, 20])), vec![1, 2]),
        (compare("size", "eq", json!(null)), vec![4]),
        (
            json!({"or_": [
                {"type": "null", "field_name": "size"},
                {"and_": [compare("size", "lt", json!(30)), compare("size", "gt", json!(10))]},
            ]}),
            vec![2, 4],
        ),
        (
            json!({"type": "filter_group", "logical_operator": "or_", "filters": [
                compare("size", "eq", json!(10)),
                compare("size", "eq", json!(30)),
            ]}),
            vec![1, 3],
        ),
    ];
    for (condition, expected) in cases {
        assert_eq!(found(&service, condition.clone()), expected, "{condition}");
    }
}

fn rows_of_null_are_kept_where_values_are_excluded(db: TestDatabase) {
    let service = things(&db);
    let cases = [
        (json!({"type": "not_in_collection", "field_name": "size", "values": [10, 20]}), vec![3, 4]),
        (json!({"type": "not_in_collection", "field_name": "size", "values": [10, 20, null]}), vec![3]),
        (json!({"type": "not_in_collection", "field_name": "size", "values": []}), vec![1, 2, 3, 4]),
        (json!({"type": "not_in_search", "field_name": "code", "value": "ann"}), vec![2, 3, 4]),
        (json!({"type": "not_in_search", "field_name": ["code", "name"], "value": "n"}), vec![2, 3]),
        (compare("size", "ne", json!(10)), vec![2, 3, 4]),
        (compare("size", "notin", json!([10, 30])), vec![2, 4]),
    ];
    for (condition, expected) in cases {
        assert_eq!(found(&service, condition.clone()), expected, "{condition}");
    }
}

fn orderings_and_pages_are_applied(db: TestDatabase) {
    let service = things(&db);
    let filter = MultiFilter::parse(
        r#"{"and_": [
            {"type": "order_by", "field_name": "flag", "sort_order": "desc"},
            {"type": "order_by", "field_name": "name", "sort_order": "desc"},
            {"type": "limit_offset", "limit": 2, "offset": 1}
        ]}"#,
    );
    let filters = filter.unwrap().resolve_trusted::<Thing>().unwrap();
    let (things, total) = service.list_and_count(&filters).unwrap();
    assert_eq!((numbers(things), total), (vec![3, 1], 4));
}

/// The names of the authors that match, in their order.
fn authors(service: &AuthorService, condition: Value) -> Vec<String> {
    let order = json!({"type": "order_by", "field_name": "name"});
    let filter = MultiFilter::from_value(json!({"and_": [condition, order]})).unwrap();
    let limits = ParamLimits { max_related_depth: 2, ..ParamLimits::default() };
    let filters = filter.resolve_within::<Author>(&limits).unwrap();
    service.list(filters).unwrap().into_iter().map(|author| author.name).collect()
}

fn related_rows_are_asked_for(db: TestDatabase) {
    let (_session, service) = fill(&db);
    let title = |title: &str| json!([compare("title", "eq", json!(title))]);
    let cases = [
        (json!({"type": "exists", "table": "books"}), vec!["ann", "bob"]),
        (json!({"type": "not_exists", "table": "books"}), vec!["cid", "dan"]),
        (
            json!({"type": "exists", "table": "books", "via": "author_id", "filters": title("dust")}),
            vec!["bob"],
        ),
        (json!({"type": "exists", "table": "books", "filters": title("gone")}), vec![]),
        (
            json!({"type": "exists", "table": "books", "filters": [
                {"type": "search", "field_name": "title", "value": "d"},
                {"type": "not_exists", "table": "authors", "filters": [compare("name", "eq", json!("bob"))]},
            ]}),
            vec!["ann"],
        ),
        // Pupils, and the teacher.
        (json!({"type": "exists", "table": "authors", "holder": "related"}), vec!["ann", "bob"]),
        (
            json!({"type": "exists", "table": "authors", "via": "teacher_id", "holder": "this"}),
            vec!["bob", "cid", "dan"],
        ),
        (
            json!({"type": "exists", "table": "authors", "holder": "this", "filters": [
                compare("name", "eq", json!("bob")),
            ]}),
            vec!["cid"],
        ),
        (
            json!({"or_": [
                {"type": "exists", "table": "books", "filters": title("emma")},
                compare("name", "eq", json!("dan")),
            ]}),
            vec!["ann", "dan"],
        ),
    ];
    for (condition, names) in cases {
        assert_eq!(authors(&service, condition.clone()), names, "{condition}");
    }
}

fn refused(condition: Value) -> FilterError {
    let filter = MultiFilter::from_value(json!({ "and_": [condition] })).unwrap();
    filter.resolve::<Author>().unwrap_err()
}

fn relations_are_open_by_their_foreign_keys(db: TestDatabase) {
    let (session, service) = fill(&db);
    let none = "`and_[0].table` names no relation that can be asked for";
    for condition in [
        // A foreign key that is closed to clients, a table of another database, and what there is not.
        json!({"type": "exists", "table": "books", "via": "editor_id"}),
        json!({"type": "exists", "table": "things"}),
        json!({"type": "exists", "table": "shelves"}),
        json!({"type": "exists", "table": "secrets"}),
        json!({"type": "exists", "table": "books", "via": "title"}),
        json!({"type": "exists", "table": "books", "holder": "this"}),
    ] {
        assert_eq!(refused(condition.clone()).to_string(), none, "{condition}");
    }
    // What is closed in the related model is closed here.
    let closed = refused(json!({"type": "exists", "table": "books", "filters": [
        {"type": "search", "field_name": "title", "value": "d"},
        compare("year", "gt", json!(2000)),
    ]}));
    assert_eq!(
        closed.to_string(),
        "`and_[0].filters[1].field_name`: unknown field `year`: expected one of `id`, `author_id`, `title`"
    );
    assert_eq!(closed.parameter(), "and_[0].filters[1].field_name");

    let trusted = MultiFilter::from_value(json!({"and_": [
        {"type": "exists", "table": "books", "via": "author_id", "filters": [compare("year", "gt", json!(2000))]},
        {"type": "not_exists", "table": "books", "via": "editor_id"},
    ]}));
    let filters = trusted.unwrap().resolve_trusted::<Author>().unwrap();
    let statements = session.stats().statements;
    let found = service.list(filters).unwrap();
    assert_eq!(session.stats().statements, statements + 1);
    assert_eq!(found.into_iter().map(|author| author.name).collect::<Vec<_>>(), ["bob"]);
}

fn a_relation_must_be_the_only_one(_db: TestDatabase) {
    let several = "`and_[0]` means one of several relations: `via` and `holder` tell them apart";
    for condition in [
        json!({"type": "exists", "table": "authors"}),
        json!({"type": "exists", "table": "authors", "via": "teacher_id"}),
    ] {
        assert_eq!(refused(condition).to_string(), several);
    }
    // A client may use one of two foreign keys, so there is no choice; the program both.
    let books = json!({"and_": [{"type": "exists", "table": "books"}]});
    let books = MultiFilter::from_value(books).unwrap();
    assert!(books.resolve::<Author>().is_ok());
    assert_eq!(books.resolve_trusted::<Author>().unwrap_err().to_string(), several);
}

fn related_rows_are_asked_for_so_often_and_so_deep(db: TestDatabase) {
    let (_session, service) = fill(&db);
    let exists =
        |filters: Value| json!({"type": "exists", "table": "books", "via": "author_id", "filters": filters});
    let book = exists(json!([compare("title", "eq", json!("emma"))]));
    let within = |condition: Value, max_related, max_related_depth| {
        let limits = ParamLimits { max_related, max_related_depth, ..ParamLimits::default() };
        let filter = MultiFilter::from_value(json!({ "and_": [condition] })).unwrap();
        let names = |authors: Vec<Author>| authors.into_iter().map(|author| author.name).collect::<Vec<_>>();
        match filter.resolve_within(&limits) {
            Ok(filters) => Ok(names(service.list(filters).unwrap())),
            Err(error) => Err(error.to_string()),
        }
    };
    // Each of them, and no more, whichever list it is in.
    let four = json!({"or_": [book, {"and_": [book, book]}, book]});
    assert_eq!(within(four.clone(), 4, 1), Ok(vec!["ann".to_owned()]));
    let error = "`and_[0].or_[2]` is one of more than 3 conditions on related rows";
    assert_eq!(within(four, 3, 1), Err(error.to_owned()));
    let five = json!({"or_": vec![book.clone(); 5]});
    assert_eq!(
        refused(five).to_string(),
        "`and_[0].or_[4]` is one of more than 4 conditions on related rows"
    );

    let author = json!({"type": "exists", "table": "authors", "via": "author_id", "filters": [book]});
    let deep = exists(json!([author]));
    assert_eq!(within(deep.clone(), 4, 3), Ok(vec!["ann".to_owned()]));
    let error = "is within more conditions on related rows than may be: at most";
    let two = format!("`and_[0].filters[0].filters[0]` {error} 2 deep");
    assert_eq!(within(deep.clone(), 4, 2), Err(two));
    assert_eq!(refused(deep.clone()).to_string(), format!("`and_[0].filters[0]` {error} 1 deep"));
    let none = "`and_[0]` asks for related rows, which cannot be asked for here";
    for (number, depth) in [(0, 1), (4, 0)] {
        assert_eq!(within(book.clone(), number, depth), Err(none.to_owned()));
    }
    // The program may.
    let filter = MultiFilter::from_value(json!({ "and_": [deep] })).unwrap();
    assert_eq!(service.list(filter.resolve_trusted::<Author>().unwrap()).unwrap().len(), 1);
}

fn a_client_that_asks_for_no_page_has_the_first(db: TestDatabase) {
    let (_session, service) = fill(&db);
    let more = (0..120).map(|number| NewAuthor { name: format!("eve {number}"), ..Default::default() });
    service.create_many(more).unwrap();
    let filter =
        MultiFilter::from_value(json!({"and_": [{"type": "not_null", "field_name": "name"}]})).unwrap();
    let (found, total) = service.list_and_count(filter.clone()).unwrap();
    assert_eq!((found.len(), total), (20, 124));
    let mut ids: Vec<_> = service.list(alchemy_core::filter::all()).unwrap();
    ids.sort_unstable_by_key(|author| author.id);
    assert_eq!(found, ids[..20]);
    assert_eq!(service.list(filter.resolve_trusted::<Author>().unwrap()).unwrap().len(), 124);
}

fn the_last_day_of_all_is_a_day(db: TestDatabase) {
    let service = ThingService::new(open(&db, "things").session());
    let moments = ["9999-12-30T23:59:59.999999Z", "9999-12-31T00:00:00Z", "9999-12-31T23:59:59.999999Z"];
    let rows = (1..).zip(moments).map(|(number, moment)| NewThing {
        number,
        moment: Some(moment.parse().unwrap()),
        ..Default::default()
    });
    service.create_many(rows).unwrap();
    assert_eq!(found(&service, compare("moment", "dateeq", json!("9999-12-31"))), [2, 3]);
    assert_eq!(found(&service, compare("moment", "dateeq", json!("9999-12-30"))), [1]);
}
