//! How conditions are written.

use std::hash::{DefaultHasher, Hasher};

use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::sql_types::{Bool, Nullable};

use super::model::{META, Person, people};
use super::{backends, columns, render, spelled};
use crate::backend::Dialect;
use crate::filter::{Filter, Filters, IntoFilter, IntoFilters, LimitOffset, Where, all};

/// The condition after `WHERE`.
fn written(backend: crate::backend::AnyBackend, filter: &Filter<Person>) -> String {
    render(backend, &Filters::from(filter.clone()).criteria().condition(&META))
}

#[test]
fn conditions_are_two_valued_sql() {
    let cases: Vec<(Filter<Person>, &str)> = vec![
        (Filter::everything(), "1=1"),
        (Filter::nothing(), "1=0"),
        (Person::NAME.eq("a"), "<name> = ?"),
        (Person::NAME.ne("a"), "<name> <> ?"),
        (Person::AGE.eq(1), "<age> = ?"),
        (Person::AGE.eq(Some(1)), "<age> = ?"),
        (Person::AGE.eq(None), "<age> IS NULL"),
        (Person::AGE.ne(1), "(<age> <> ? OR <age> IS NULL)"),
        (Person::AGE.ne(None), "<age> IS NOT NULL"),
        (Person::AGE.gt(1), "<age> > ?"),
        (Person::AGE.ge(1), "<age> >= ?"),
        (Person::AGE.lt(1), "<age> < ?"),
        (Person::AGE.le(1), "<age> <= ?"),
        (Person::AGE.between(1, 2), "<age> BETWEEN ? AND ?"),
        (Person::AGE.is_null(), "<age> IS NULL"),
        (Person::AGE.is_not_null(), "<age> IS NOT NULL"),
        (Person::NAME.is_in(["a", "b"]), "<name> IN (?, ?)"),
        (Person::NAME.is_in(["a"]), "<name> = ?"),
        (Person::NAME.is_in(Vec::<String>::new()), "1=0"),
        (Person::NAME.not_in(["a", "b"]), "<name> NOT IN (?, ?)"),
        (Person::NAME.not_in(Vec::<String>::new()), "1=1"),
        (Person::AGE.is_in([1, 2]), "<age> IN (?, ?)"),
        (Person::AGE.is_in([Some(1), None, Some(2)]), "(<age> IN (?, ?) OR <age> IS NULL)"),
        (Person::AGE.is_in([None]), "<age> IS NULL"),
        (Person::AGE.not_in([1, 2]), "(<age> NOT IN (?, ?) OR <age> IS NULL)"),
        (Person::AGE.not_in([Some(1), None, Some(2)]), "<age> NOT IN (?, ?)"),
        (Person::AGE.not_in([None]), "<age> IS NOT NULL"),
        (Person::NAME.contains("a\0b"), "1=0"),
    ];
    for backend in backends() {
        for (filter, sql) in &cases {
            assert_eq!(written(backend, filter), spelled(backend, &columns(sql)), "{filter:?}");
        }
    }
}

#[test]
fn a_negation_is_carried_to_the_columns() {
    let cases: Vec<(Filter<Person>, &str)> = vec![
        (!Person::AGE.eq(1), "(<age> <> ? OR <age> IS NULL)"),
        (!Person::AGE.ne(1), "<age> = ?"),
        (!Person::AGE.gt(1), "<age> <= ? OR <age> IS NULL"),
        (!Person::SCORE.gt(1.0), "<score> <= ?"),
        (!Person::SCORE.le(1.0), "<score> > ?"),
        (!Person::AGE.between(1, 2), "<age> < ? OR <age> > ? OR <age> IS NULL"),
        (!Person::AGE.is_in([1, 2]), "(<age> NOT IN (?, ?) OR <age> IS NULL)"),
        (!Person::AGE.is_null(), "<age> IS NOT NULL"),
        (!Filter::everything(), "1=0"),
        (!(Person::NAME.eq("a") & Person::AGE.is_null()), "<name> <> ? OR <age> IS NOT NULL"),
        (!(Person::NAME.eq("a") | Person::AGE.is_null()), "<name> <> ? AND <age> IS NOT NULL"),
        (!!(Person::NAME.eq("a") & Person::AGE.is_null()), "<name> = ? AND <age> IS NULL"),
        (!Person::NAME.eq("a").and(people::age.gt(1)), "<name> <> ? OR ((<age> > ?)) IS NOT TRUE"),
    ];
    for backend in backends() {
        for (filter, sql) in &cases {
            assert_eq!(written(backend, filter), spelled(backend, &columns(sql)), "{filter:?}");
        }
    }
}

#[test]
fn conditions_nest_in_parentheses() {
    let (a, b, c) = (Person::NAME.eq("a"), Person::AGE.gt(1), Person::IS_ACTIVE.eq(true));
    let cases: Vec<(Filter<Person>, &str)> = vec![
        (a.clone() & b.clone() & c.clone(), "<name> = ? AND <age> > ? AND <is_active> = ?"),
        (a.clone() | b.clone() | c.clone(), "<name> = ? OR <age> > ? OR <is_active> = ?"),
        ((a.clone() | b.clone()) & c.clone(), "(<name> = ? OR <age> > ?) AND <is_active> = ?"),
        (a.clone().and(b.clone().or(c.clone())), "<name> = ? AND (<age> > ? OR <is_active> = ?)"),
        (a.clone() & Filter::<Person>::everything(), "<name> = ?"),
        (a.clone() & Filter::<Person>::nothing(), "1=0"),
        (a.clone() | Filter::<Person>::everything(), "1=1"),
        (a.clone() | Filter::<Person>::nothing(), "<name> = ?"),
        (Filter::all_of([a.clone(), b.clone()]), "<name> = ? AND <age> > ?"),
        (Filter::any_of([a.clone(), b.clone()]), "<name> = ? OR <age> > ?"),
        (Filter::all_of([]), "1=1"),
        (Filter::any_of([]), "1=0"),
        (a.clone() | people::age.gt(1).or(people::is_active), "<name> = ? OR (((<age> > ?) OR <is_active>))"),
    ];
    for backend in backends() {
        for (filter, sql) in &cases {
            assert_eq!(written(backend, filter), spelled(backend, &columns(sql)), "{filter:?}");
        }
    }
}

#[test]
fn text_is_matched_in_each_databases_way() {
    for backend in backends() {
        let (sensitive, insensitive) = match backend.dialect() {
            Dialect::Sqlite => ("<name> GLOB ?", "<name> LIKE ? ESCAPE '!'"),
            Dialect::Postgres => ("<name> LIKE ? ESCAPE '!'", "<name> ILIKE ? ESCAPE '!'"),
            Dialect::Mysql => (
                "CONVERT(<name> USING utf8mb4) COLLATE utf8mb4_bin LIKE ? ESCAPE '!'",
                "LOWER(CONVERT(<name> USING utf8mb4)) COLLATE utf8mb4_bin LIKE LOWER(?) ESCAPE '!'",
            ),
        };
        let nick =
            |sql: &str| format!("(NOT ({}) OR <nick_name> IS NULL)", sql.replace("<name>", "<nick_name>"));
        let cases = [
            (Person::NAME.contains("a"), sensitive.to_owned()),
            (Person::NAME.starts_with("a"), sensitive.to_owned()),
            (Person::NAME.iends_with("a"), insensitive.to_owned()),
            (!Person::NAME.contains("a"), format!("NOT ({sensitive})")),
            (!Person::NICK_NAME.icontains("a"), nick(insensitive)),
        ];
        for (filter, sql) in cases {
            assert_eq!(written(backend, &filter), spelled(backend, &columns(&sql)), "{filter:?}");
        }
    }
}

#[test]
fn orderings_are_written_in_the_order_given() {
    let filters = Filters::<Person>::new().order_by(Person::NAME.desc()).order_by(Person::ID.asc());
    for backend in backends() {
        let sql = render(backend, &filters.criteria().order(&META));
        assert_eq!(sql, spelled(backend, &columns("<name> DESC, <id> ASC")));
    }
}

#[test]
fn null_is_the_smallest_value_in_every_order() {
    let filters = Filters::<Person>::new().order_by(Person::AGE.asc()).order_by(Person::BORN_ON.desc());
    for backend in backends() {
        let expected = match backend.dialect() {
            Dialect::Postgres => "<age> ASC NULLS FIRST, <born_on> DESC NULLS LAST",
            Dialect::Sqlite | Dialect::Mysql => "<age> ASC, <born_on> DESC",
        };
        assert_eq!(render(backend, &filters.criteria().order(&META)), spelled(backend, &columns(expected)));
    }
}

#[test]
fn only_statements_whose_text_varies_with_their_values_are_not_kept_prepared() {
    for backend in backends() {
        let kept =
            |filter: Filter<Person>| filter.is_safe_to_cache_prepared(&backend).expect("it can be walked");
        assert!(kept(Person::NAME.eq("a") & Person::AGE.between(1, 2) & Person::NAME.icontains("b")));
        assert!(kept(Person::NAME.is_in(["a"])));
        assert!(!kept(Person::NAME.is_in(["a", "b"])));
    }
}

#[test]
fn a_filter_is_an_expression_of_diesel() {
    let filter = Person::NAME.eq("a") | Person::AGE.gt(1);
    let query = people::table.filter(filter).filter(people::is_active).select(people::id);
    let sql = r#"SELECT "people"."id" FROM "people" WHERE ((<name> = ? OR <age> > ?) AND <is_active>)"#;
    for backend in backends() {
        assert_eq!(render(backend, &query), spelled(backend, &columns(sql)));
    }
}

#[test]
fn in_diesels_own_queries_a_filter_may_be_null() {
    fn sql_type<E: Expression>(_: &E) -> &'static str {
        std::any::type_name::<E::SqlType>()
    }
    let nullable = std::any::type_name::<Nullable<Bool>>();
    assert_eq!(sql_type(&Person::AGE.gt(1)), nullable);
    assert_eq!(sql_type(&diesel::dsl::not(Person::AGE.gt(1))), nullable);
}

#[test]
fn conditions_of_the_same_shape_are_those_of_the_same_text() {
    let conditions: Vec<Filter<Person>> = vec![
        Person::NAME.eq("a"),
        Person::NAME.eq("b"),
        Person::NAME.ne("a"),
        Person::NICK_NAME.eq("a"),
        Person::AGE.gt(1),
        Person::AGE.gt(2),
        Person::AGE.ge(1),
        Person::AGE.between(1, 2),
        Person::AGE.is_null(),
        Person::AGE.is_not_null(),
        Person::NAME.contains("a"),
        Person::NAME.starts_with("a"),
        Person::NAME.icontains("a"),
        !Person::NAME.contains("a"),
        Person::AGE.gt(1) & Person::NAME.eq("a"),
        Person::AGE.gt(1) | Person::NAME.eq("a"),
        (Person::AGE.gt(1) & Person::NAME.eq("a")) | Person::AGE.is_null(),
        Person::AGE.gt(1) & (Person::NAME.eq("a") | Person::AGE.is_null()),
        Filter::nothing(),
        people::age.gt(1).into_filter(),
        people::age.gt(2).into_filter(),
        people::age.lt(2).into_filter(),
        !people::age.gt(1).into_filter(),
    ];
    for backend in backends() {
        let shapes: Vec<_> = conditions
            .iter()
            .map(|condition| {
                let mut hasher = DefaultHasher::new();
                assert!(condition.predicate.shape(backend, &mut hasher), "{condition:?}");
                (hasher.finish(), render(backend, &Where { meta: &META, predicate: &condition.predicate }))
            })
            .collect();
        for (one, text) in &shapes {
            for (other, other_text) in &shapes {
                assert_eq!(one == other, text == other_text, "{text} and {other_text}");
            }
        }
        for list in [Person::AGE.is_in([1, 2]), people::age.eq_any(vec![1, 2, 3]).into_filter()] {
            assert!(!list.predicate.shape(backend, &mut DefaultHasher::new()), "{list:?}");
        }
    }
}

#[test]
fn values_are_counted() {
    let cases: Vec<(Filter<Person>, usize)> = vec![
        (Filter::everything(), 0),
        (Person::AGE.is_null(), 0),
        (Person::NAME.contains("a") | Person::AGE.between(1, 2), 3),
        (Person::AGE.is_in([1, 2, 3]) & Person::NAME.eq("a"), 4),
        (people::age.eq_any(vec![1, 2, 3]).and(people::name.eq("a")).into_filter(), 4),
    ];
    for backend in backends() {
        for (condition, binds) in &cases {
            assert_eq!(condition.predicate.binds(backend), *binds, "{condition:?}");
        }
    }
}

#[test]
fn whatever_asks_for_rows_is_turned_into_filters() {
    fn parts(filters: impl IntoFilters<Person>) -> (bool, usize, Option<LimitOffset>) {
        let filters = filters.into_filters().expect("it fits the model");
        let criteria = filters.criteria();
        let everything = criteria.condition(&META).matches_everything();
        (everything, criteria.order(&META).terms.len(), filters.page())
    }
    let page = LimitOffset::new(5, 10);
    assert_eq!(parts(all()), (true, 0, None));
    assert_eq!(parts(page), (true, 0, Some(page)));
    assert_eq!(parts(Person::NAME.asc()), (true, 1, None));
    assert_eq!(parts(Person::NAME.eq("a")), (false, 0, None));
    assert_eq!(parts(Filter::<Person>::everything()), (true, 0, None));
    assert_eq!(parts(people::name.eq("a").and(people::age.is_null())), (false, 0, None));
    assert_eq!(parts(people::age.gt(1)), (false, 0, None));
    let filters = Filters::new().filter(people::age.gt(1)).order_by(Person::AGE.desc()).limit_offset(page);
    assert_eq!(parts(&filters), (false, 1, Some(page)));
    assert_eq!(parts(filters), (false, 1, Some(page)));
}

#[test]
fn a_negative_page_is_refused() {
    for (page, name) in [(LimitOffset::new(-1, 0), "limit"), (LimitOffset::new(1, -1), "offset")] {
        for filters in
            [IntoFilters::<Person>::into_filters(page), Filters::new().limit_offset(page).into_filters()]
        {
            let error = filters.map(|_| ()).expect_err("SQLite takes a negative limit for none");
            assert_eq!(error.to_string(), format!("`{name}` must be zero or greater"));
        }
    }
}
