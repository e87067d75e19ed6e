//! Filters read from query strings.

use super::model::{META, Person};
use super::{backends, columns, render, spelled};
use crate::filter::{FilterError, Filters, Keyset, LimitOffset, ParamLimits};

const ID: &str = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

fn read(query: &[(&str, &str)]) -> Result<Filters<Person>, FilterError> {
    Filters::from_params(query.iter().copied(), &ParamLimits::default())
}

#[test]
fn parameters_become_conditions() {
    let created = "2024-01-02T03:04:05Z";
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[], "1=1"),
        (&[("searchString", ""), ("searchIgnoreCase", "true")], "1=1"),
        (&[("searchString", "  ")], "1=1"),
        (&[("ids", ID)], "<id> = ?"),
        (&[("ids", ID), ("ids", ID)], "<id> IN (?, ?)"),
        (&[("ids", &format!("{ID},{ID}"))], "<id> IN (?, ?)"),
        (&[("createdBefore", created)], "<created_at> < ?"),
        (&[("createdAfter", created)], "<created_at> > ?"),
        (&[("updatedBefore", created)], "<updated_at> < ?"),
        (&[("updatedAfter", created)], "<updated_at> > ?"),
        (&[("createdBefore", created), ("createdAfter", created)], "<created_at> > ? AND <created_at> < ?"),
        (&[("isActive", "true")], "<is_active> = ?"),
        (&[("age", "1"), ("age", "2")], "<age> IN (?, ?)"),
        (&[("age", "1"), ("ageIn", "2")], "<age> = ? AND <age> = ?"),
        (&[("name", "a,b")], "<name> = ?"),
        (
            &[("nickNameIn", "a"), ("ageNotIn", "1"), ("nickNameIn", "b,c")],
            "<nick_name> IN (?, ?) AND (<age> <> ? OR <age> IS NULL)",
        ),
        (
            &[("ageIn", "1"), ("ageNotIn", "2"), ("ageNotIn", "3")],
            "<age> = ? AND (<age> NOT IN (?, ?) OR <age> IS NULL)",
        ),
    ];
    for (query, sql) in cases {
        let filters = read(query).expect("these are good");
        for backend in backends() {
            let written = render(backend, &filters.criteria().condition(&META));
            assert_eq!(written, spelled(backend, &columns(sql)), "{query:?}");
        }
    }
}

#[test]
fn conditions_stand_in_one_order_whatever_that_of_the_parameters() {
    let query = [
        ("ids", ID),
        ("name", "a"),
        ("age", "1"),
        ("isActive", "true"),
        ("updatedAfter", "2024-01-02T03:04:05Z"),
        ("ageNotIn", "2"),
        ("searchString", "x"),
    ];
    let expected = format!("{:?}", read(&query).expect("good"));
    for turn in 1..query.len() {
        let mut turned = query;
        turned.rotate_left(turn);
        assert_eq!(format!("{:?}", read(&turned).expect("good")), expected);
        turned.reverse();
        assert_eq!(format!("{:?}", read(&turned).expect("good")), expected);
    }
}

#[test]
fn a_list_of_keys_and_one_of_values_of_the_key_must_both_match() {
    let other = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";
    let filters = read(&[("ids", ID), ("idIn", other)]).expect("good");
    for backend in backends() {
        let written = render(backend, &filters.criteria().condition(&META));
        assert_eq!(written, spelled(backend, &columns("<id> = ? AND <id> = ?")));
    }
}

#[test]
fn a_search_looks_into_all_fields_marked_for_it() {
    let found = |filters: Filters<Person>| format!("{:?}", filters.condition());
    let sensitive = Person::NAME.contains("50%") | Person::NICK_NAME.contains("50%");
    let insensitive = Person::NAME.icontains("50%") | Person::NICK_NAME.icontains("50%");
    assert_eq!(found(read(&[("searchString", "50%")]).expect("good")), format!("{sensitive:?}"));
    let query = [("searchIgnoreCase", "1"), ("searchString", "50%")];
    assert_eq!(found(read(&query).expect("good")), format!("{insensitive:?}"));
}

#[test]
fn there_is_always_a_page() {
    let cases: &[(&[(&str, &str)], LimitOffset)] = &[
        (&[], LimitOffset::new(20, 0)),
        (&[("currentPage", "3")], LimitOffset::new(20, 40)),
        (&[("pageSize", "100"), ("currentPage", "2")], LimitOffset::new(100, 100)),
        (&[("pageSize", "1"), ("currentPage", "9223372036854775807")], LimitOffset::new(1, i64::MAX - 1)),
    ];
    for (query, page) in cases {
        assert_eq!(read(query).expect("good").page(), Some(*page), "{query:?}");
    }
}

/// All names there are for a model, in both spellings, and a value for each.
const NAMES: &[(&str, &str, &str)] = &[
    ("currentPage", "current_page", "2"),
    ("pageSize", "page_size", "7"),
    ("cursor", "cursor", "abc"),
    ("searchString", "search_string", "a"),
    ("searchIgnoreCase", "search_ignore_case", "true"),
    ("orderBy", "order_by", "born_on"),
    ("sortOrder", "sort_order", "asc"),
    ("ids", "ids", ID),
    ("createdBefore", "created_before", "2024-01-02"),
    ("createdAfter", "created_after", "2024-01-02"),
    ("updatedBefore", "updated_before", "2024-01-02"),
    ("updatedAfter", "updated_after", "2024-01-02"),
    ("id", "id", ID),
    ("idIn", "id_in", ID),
    ("idNotIn", "id_not_in", ID),
    ("name", "name", "a"),
    ("nameIn", "name_in", "a"),
    ("nameNotIn", "name_not_in", "a"),
    ("nickName", "nick_name", "a"),
    ("nickNameIn", "nick_name_in", "a"),
    ("nickNameNotIn", "nick_name_not_in", "a"),
    ("age", "age", "1"),
    ("ageIn", "age_in", "1"),
    ("ageNotIn", "age_not_in", "1"),
    ("isActive", "is_active", "true"),
    ("isActiveIn", "is_active_in", "true"),
    ("isActiveNotIn", "is_active_not_in", "true"),
    ("writtenBy", "written_by", "1"),
    ("writtenByIn", "written_by_in", "1"),
    ("writtenByNotIn", "written_by_not_in", "1"),
];

#[test]
fn a_parameter_has_two_spellings_and_means_something() {
    let nothing = format!("{:?}", read(&[]).expect("nothing is asked for"));
    for (camel, snake, value) in NAMES {
        // Alone it would change nothing.
        let more: &[(&str, &str)] = if *camel == "searchIgnoreCase" { &[("searchString", "a")] } else { &[] };
        let said = |name: &'static str| {
            let filters = read(&[&[(name, *value)], more].concat()).expect(name);
            format!("{filters:?}")
        };
        assert_eq!(said(camel), said(snake), "{camel}");
        assert_ne!(said(camel), nothing, "{camel}");
    }
}

#[test]
fn a_parameter_of_one_value_is_given_in_one_spelling_once() {
    let repeatable = |camel: &str| {
        let field = ["id", "name", "nickName", "age", "writtenBy"].contains(&camel);
        field || camel == "ids" || camel.ends_with("In")
    };
    for (camel, snake, value) in NAMES {
        for second in [camel, snake] {
            let outcome = read(&[(camel, value), (second, value)]);
            if repeatable(camel) {
                assert!(outcome.is_ok(), "{camel} {second}");
            } else {
                let error = outcome.expect_err(second);
                assert_eq!(error, FilterError::DuplicateParameter { name: (*second).to_owned() });
            }
        }
    }
}

#[test]
fn a_name_for_query_strings_takes_the_place_of_the_fields() {
    let filters = read(&[("writtenBy", "1"), ("written_by", "2")]).expect("good");
    for backend in backends() {
        let written = render(backend, &filters.criteria().condition(&META));
        assert_eq!(written, spelled(backend, &columns("<author> IN (?, ?)")));
    }
    for name in ["author", "authorIn", "author_in", "authorNotIn"] {
        let error = read(&[(name, "1")]).expect_err("the field is called otherwise");
        assert_eq!(error, FilterError::UnknownParameter { name: name.to_owned() });
    }
}

#[test]
fn a_cursor_takes_the_place_of_a_number_of_rows() {
    let filters = read(&[("cursor", "abc"), ("pageSize", "7")]).expect("good");
    assert_eq!((filters.page(), filters.keyset_page()), (None, Some(&Keyset::at(7, "abc"))));
    assert_eq!(read(&[("cursor", "")]).expect("good").keyset_page(), Some(&Keyset::at(20, "")));
    assert_eq!(
        read(&[("cursor", "abc")]).expect("good").into_keyset().expect("a page").keyset_page(),
        Some(&Keyset::at(20, "abc"))
    );
}

#[test]
fn the_first_page_is_one_to_turn_pages_by_cursors_from() {
    let keyset = |query: &[(&str, &str)]| {
        let filters = read(query).expect("good").into_keyset()?;
        Ok::<_, FilterError>(filters.keyset_page().cloned())
    };
    assert_eq!(keyset(&[]), Ok(Some(Keyset::first(20))));
    assert_eq!(keyset(&[("pageSize", "3"), ("currentPage", "1")]), Ok(Some(Keyset::first(3))));
    let error = keyset(&[("currentPage", "2")]).expect_err("there is a number of rows before it");
    assert_eq!(error.to_string(), "`offset` must be zero: other pages are found by a cursor");
    let error = Filters::<Person>::new().into_keyset().expect_err("there is no page");
    assert_eq!(error.to_string(), "`limit` must be given");
    let empty = Filters::<Person>::new().limit_offset(LimitOffset::new(0, 0)).into_keyset();
    assert_eq!(empty.expect_err("no row would come").to_string(), "`limit` must be at least 1");
}

#[test]
fn the_key_decides_between_equal_rows() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[], "<name> DESC, <id> DESC"),
        (&[("sortOrder", "asc")], "<name> ASC, <id> ASC"),
        (&[("sortOrder", "DESC")], "<name> DESC, <id> DESC"),
        (&[("orderBy", "born_on")], "<born_on> DESC<last>, <id> DESC"),
        (&[("orderBy", "bornOn"), ("sortOrder", "Asc")], "<born_on> ASC<first>, <id> ASC"),
    ];
    for (query, sql) in cases {
        let filters = read(query).expect("good");
        for backend in backends() {
            let written = render(backend, &filters.criteria().order(&META));
            let dialect = backend.dialect();
            let sql = sql.replace("<first>", dialect.nulls_first()).replace("<last>", dialect.nulls_last());
            assert_eq!(written, spelled(backend, &columns(&sql)), "{query:?}");
        }
    }
}

#[test]
fn what_cannot_be_used_is_an_error_that_names_it() {
    let long = "x".repeat(201);
    let sortable = "expected one of `name`, `born_on`";
    let cases: &[(&[(&str, &str)], String)] = &[
        (&[("page", "1")], "unknown parameter `page`".into()),
        (&[("", "")], "unknown parameter ``".into()),
        (&[("currentpage", "1")], "unknown parameter `currentpage`".into()),
        (&[("created_Before", "2024-01-01")], "unknown parameter `created_Before`".into()),
        (&[("score", "1")], "unknown parameter `score`".into()),
        (&[("scoreIn", "1")], "unknown parameter `scoreIn`".into()),
        (&[("nick_nameIn", "a")], "unknown parameter `nick_nameIn`".into()),
        (&[("nickName_in", "a")], "unknown parameter `nickName_in`".into()),
        (&[("nickName_not_in", "a")], "unknown parameter `nickName_not_in`".into()),
        (&[("_in", "a")], "unknown parameter `_in`".into()),
        (&[("currentPage", "0")], "`currentPage` is out of range".into()),
        (&[("currentPage", "-1")], "`currentPage` is out of range".into()),
        (&[("currentPage", "99999999999999999999")], "`currentPage` is out of range".into()),
        (&[("currentPage", "9223372036854775807")], "`currentPage` is out of range".into()),
        (&[("currentPage", "two")], "`currentPage` must be a whole number".into()),
        (&[("currentPage", "")], "`currentPage` must be a whole number".into()),
        (&[("pageSize", "0")], "`pageSize` must be between 1 and 100".into()),
        (&[("pageSize", "101")], "`pageSize` must be between 1 and 100".into()),
        (&[("pageSize", "-99999999999999999999")], "`pageSize` must be between 1 and 100".into()),
        (&[("pageSize", "1.5")], "`pageSize` must be a whole number".into()),
        (&[("orderBy", "score")], format!("cannot order by `score`: {sortable}")),
        (&[("orderBy", "secret")], format!("cannot order by `secret`: {sortable}")),
        (&[("orderBy", "nothing")], format!("cannot order by `nothing`: {sortable}")),
        (&[("sortOrder", "up")], "`sortOrder` must be `asc` or `desc`".into()),
        (&[("searchIgnoreCase", "maybe")], "`searchIgnoreCase` must be `true` or `false`".into()),
        (
            &[("searchString", &long)],
            "`searchString` is too long: at most 200 characters are accepted".into(),
        ),
        (&[("searchString", "a\0")], "`searchString` must be a text without NUL characters".into()),
        (&[("ids", "1")], "`ids` must be a UUID".into()),
        (&[("ids", "")], "`ids` must be a UUID".into()),
        (&[("ids", &format!("{ID},"))], "`ids` must be a UUID".into()),
        (
            &[("createdBefore", "soon")],
            "`createdBefore` must be a date and time (YYYY-MM-DDTHH:MM:SSZ)".into(),
        ),
        (&[("ageIn", "1"), ("ageIn", "old")], "`ageIn` must be a 32-bit whole number".into()),
        (&[("isActive", "yes")], "`isActive` must be `true` or `false`".into()),
        (&[("name", "a\0")], "`name` must be a text without NUL characters".into()),
        (&[("pageSize", "5"), ("pageSize", "5")], "`pageSize` was given more than once".into()),
        (&[("isActive", "1"), ("isActive", "0")], "`isActive` was given more than once".into()),
        (&[("isActive", "1"), ("is_active", "1")], "`is_active` was given more than once".into()),
        (&[("page_size", "5"), ("pageSize", "5")], "`pageSize` was given more than once".into()),
        (&[("search_string", "a"), ("searchString", "b")], "`searchString` was given more than once".into()),
        (&[("cursor", "x"), ("cursor", "x")], "`cursor` was given more than once".into()),
        (
            &[("cursor", "x"), ("currentPage", "1")],
            "`currentPage` must be left out where there is a `cursor`".into(),
        ),
        (
            &[("current_page", "2"), ("cursor", "x")],
            "`currentPage` must be left out where there is a `cursor`".into(),
        ),
        (&[("filters", "{")], "`filters`: `filters` cannot be read as JSON (line 1, column 1)".into()),
        (
            &[("filters", r#"{"and_": [{"type": "null", "field_name": "secret"}]}"#)],
            "`filters`: `and_[0].field_name`: unknown field `secret`: expected one of `id`, `name`, `nick_name`, `age`, \
             `is_active`, `created_at`, `updated_at`, `author`"
                .into(),
        ),
        (
            &[("filters", r#"{"and_": [{"type": "limit_offset", "limit": 1, "offset": 0}]}"#)],
            "`filters`: a page cannot be asked for here".into(),
        ),
        (
            &[("filters", r#"{"and_": [{"type": "order_by", "field_name": "name"}]}"#)],
            "`filters`: an ordering cannot be asked for here".into(),
        ),
        (
            &[("createdAfter", "2024-01-01"), ("createdAfter", "2024-01-02")],
            "`createdAfter` was given more than once".into(),
        ),
    ];
    for (query, message) in cases {
        let error = read(query).expect_err("it cannot be used");
        assert_eq!(error.to_string(), *message, "{query:?}");
    }
}

#[test]
fn lists_have_a_ceiling_together() {
    let limits = ParamLimits { max_values: 3, ..ParamLimits::default() };
    let query = [("ageIn", "1"), ("ageNotIn", "2"), ("nameIn", "a")];
    assert!(Filters::<Person>::from_params(query, &limits).is_ok());
    let query = [("ageIn", "1"), ("ageIn", "2"), ("nameIn", "a"), ("nameIn", "b")];
    let error = Filters::<Person>::from_params(query, &limits).expect_err("four values");
    assert_eq!(error, FilterError::TooMany { what: "nameIn".to_owned(), max: 3 });
}

#[test]
fn limits_are_the_callers() {
    let limits = ParamLimits { page_size: 5, max_page_size: 10, ..ParamLimits::default() };
    let page = |query: &[(&str, &str)]| {
        Filters::<Person>::from_params(query.iter().copied(), &limits).map(|filters| filters.page())
    };
    assert_eq!(page(&[]), Ok(Some(LimitOffset::new(5, 0))));
    assert_eq!(page(&[("pageSize", "10")]), Ok(Some(LimitOffset::new(10, 0))));
    assert_eq!(
        page(&[("pageSize", "11")]),
        Err(FilterError::PageSizeOutOfRange { name: "pageSize".into(), max: 10 })
    );
}

#[test]
fn a_tree_of_conditions_in_json_is_one_more_condition() {
    let tree = r#"{"or_": [{"type": "null", "field_name": "age"}, {"type": "boolean", "field_name": "is_active", "value": true}]}"#;
    let read = |query: &[(&str, &str)]| {
        Filters::<Person>::from_params(query.iter().copied(), &ParamLimits::default())
            .expect("it can be used")
    };
    let both = read(&[("filters", tree), ("name", "Ann")]);
    let expected = (Person::AGE.is_null() | Person::IS_ACTIVE.eq(true)) & Person::NAME.eq("Ann");
    for backend in backends() {
        let written = render(backend, &both.criteria().condition(&META));
        assert_eq!(written, render(backend, &Filters::from(expected.clone()).criteria().condition(&META)));
    }
}

#[test]
fn lists_in_parameters_and_in_json_share_one_budget() {
    let limits = ParamLimits { max_values: 3, ..ParamLimits::default() };
    let list = |values: &[i32]| {
        format!(r#"{{"and_": [{{"type": "collection", "field_name": "age", "values": {values:?}}}]}}"#)
    };
    let read = |query: &[(&str, &str)]| {
        Filters::<Person>::from_params(query.iter().copied(), &limits)
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    let (two, one) = (list(&[1, 2]), list(&[1]));
    assert_eq!(read(&[("filters", &two), ("age", "1")]), Ok(()));
    assert_eq!(
        read(&[("filters", &two), ("age", "1"), ("age", "2")]),
        Err("`age` has too many values: at most 3 are accepted".to_owned())
    );
    let error =
        Err("`filters`: `and_[0].values`: `age` has too many values: at most 3 are accepted".to_owned());
    assert_eq!(read(&[("ageIn", "1"), ("ageIn", "2"), ("filters", &two)]), error);
    assert_eq!(read(&[("ageIn", "1"), ("ageIn", "2"), ("filters", &one)]), Ok(()));
}

#[test]
fn bytes_that_were_no_text_are_refused() {
    for name in ["name", "nameIn", "searchString", "orderBy", "filters", "cursor"] {
        let error = read(&[(name, "a\u{fffd}")]).expect_err("it was no text");
        assert_eq!(
            error,
            FilterError::InvalidValue { field: name.into(), expected: "a text in UTF-8".into() }
        );
    }
    let error = read(&[("na\u{fffd}me", "a")]).expect_err("there is no such parameter");
    assert_eq!(error, FilterError::UnknownParameter { name: "na\u{fffd}me".to_owned() });
}

#[test]
fn the_longest_list_is_named_wherever_it_is() {
    use crate::filter::Filter;

    let ages = Person::AGE.is_in(0..70_000);
    let related: Filter<Person> =
        Person::NAME.exists(Person::NICK_NAME, ages & Person::NAME.is_in(["a", "b"]));
    let filters = Filters::from(related & Person::NAME.is_in(["a", "b", "c"]));
    for backend in backends() {
        let error = filters.criteria().check(&META, backend.dialect()).expect_err("there are too many");
        assert!(matches!(error, FilterError::TooMany { what, .. } if what == "age"));
    }
}
