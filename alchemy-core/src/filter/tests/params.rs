//! Filters read from query strings.

use super::model::{META, Person};
use super::{backends, columns, render, spelled};
use crate::filter::{FilterError, Filters, LimitOffset, ParamLimits};

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
        (&[("current_page", "1")], "unknown parameter `current_page`".into()),
        (&[("score", "1")], "unknown parameter `score`".into()),
        (&[("scoreIn", "1")], "unknown parameter `scoreIn`".into()),
        (&[("nick_name", "a")], "unknown parameter `nick_name`".into()),
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
