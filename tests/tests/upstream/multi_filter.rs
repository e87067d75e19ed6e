//! `integration/test_filters.py`, 657 to 947: filters in JSON.
//!
//! Upstream leaves out what it does not understand, and so returns more rows than were asked for; here that is an error.

use alchemy_core::filter::MultiFilter;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use serde_json::{Value, json};

use crate::movies::{HANGOVER, MATRIX, MovieService, SHAWSHANK, movies, titles};

database_tests! {
    one_level_of_and_and_of_or,
    a_list_within_a_list,
    nothing_is_asked_for_by_leaving_the_filter_out,
    an_unknown_type_is_an_error,
    arguments_that_do_not_fit_are_an_error,
    an_unknown_logical_operator_is_an_error,
    a_deep_tree,
    every_type_in_one_list,
}

fn found(movies: &MovieService, filter: Value) -> Vec<String> {
    titles(movies, MultiFilter::from_value(filter).unwrap())
}

/// What is said of a filter that cannot be used; no statement was sent.
fn refused(movies: &MovieService, filter: &Value) -> String {
    let sent = movies.session().stats().statements;
    let error = match MultiFilter::from_value(filter.clone()) {
        Ok(filter) => movies.list(filter).unwrap_err(),
        Err(error) => error.into(),
    };
    assert_eq!(error.kind(), ErrorKind::Filter, "{filter}: {error:?}");
    assert_eq!(movies.session().stats().statements, sent, "{filter}");
    error.to_string()
}

fn before_2000() -> Value {
    json!({"type": "before_after", "field_name": "release_date", "before": "2000-01-01T00:00:00Z"})
}

fn search(field: &str, text: &str) -> Value {
    json!({"type": "search", "field_name": field, "value": text, "ignore_case": true})
}

/// `integration/test_filters.py` 657
fn one_level_of_and_and_of_or(db: TestDatabase) {
    let movies = movies(&db);
    let both = json!({"and_": [before_2000(), search("title", "The")]});
    assert_eq!(found(&movies, both), [MATRIX]);
    let either = json!({"or_": [before_2000(), search("genre", "Drama")]});
    assert_eq!(found(&movies, either), [SHAWSHANK, MATRIX]);
}

/// `integration/test_filters.py` 710
fn a_list_within_a_list(db: TestDatabase) {
    let movies = movies(&db);
    let old = json!({"and_": [before_2000(), search("title", "The")]});
    assert_eq!(found(&movies, json!({"or_": [search("genre", "Comedy"), old]})), [HANGOVER, MATRIX]);
}

/// `integration/test_filters.py` 750. Upstream takes both for every row.
fn nothing_is_asked_for_by_leaving_the_filter_out(db: TestDatabase) {
    let movies = movies(&db);
    assert_eq!(refused(&movies, &json!({"and_": []})), "`and_` must not be empty");
    assert_eq!(refused(&movies, &json!({})), "`filters` has neither `and_` nor `or_`");
}

/// `integration/test_filters.py` 778. Upstream returns all three movies.
fn an_unknown_type_is_an_error(db: TestDatabase) {
    let movies = movies(&db);
    let unknown = json!({"type": "non_existent_filter", "field_name": "title", "value": "The Matrix"});
    let message = refused(&movies, &json!({"and_": [unknown]}));
    assert!(message.starts_with("`and_[0].type` "), "{message}");
    let missing = json!({"field_name": "title", "value": "The Matrix"});
    let message = refused(&movies, &json!({"and_": [search("title", "The"), missing]}));
    assert!(message.starts_with("`and_[1]` "), "{message}");
}

/// `integration/test_filters.py` 825. Upstream returns all three movies.
fn arguments_that_do_not_fit_are_an_error(db: TestDatabase) {
    let movies = movies(&db);
    for (filter, message) in [
        (json!({"type": "search", "value": "The Matrix"}), "`and_[0]` has no `field_name`"),
        (
            json!({"type": "search", "field_name": "non_existent_field", "value": "The Matrix"}),
            "`and_[0].field_name`: `non_existent_field` cannot be searched",
        ),
        (json!({"type": "search", "field_name": "title", "value": 1}), "`and_[0].value` must be a text"),
        (
            json!({"type": "comparison", "field_name": "genre", "operator": "=", "value": "Drama"}),
            "`and_[0].operator`: unknown operator `=`: expected one of ",
        ),
        (
            json!({"type": "before_after", "field_name": "release_date", "before": "yesterday"}),
            "`and_[0].before`: ",
        ),
    ] {
        let said = refused(&movies, &json!({"and_": [filter.clone()]}));
        assert!(said.starts_with(message), "{filter}: {said}");
    }
}

/// `integration/test_filters.py` 872. Upstream returns all three movies.
fn an_unknown_logical_operator_is_an_error(db: TestDatabase) {
    let movies = movies(&db);
    let message = refused(&movies, &json!({"invalid_operator": [search("title", "The Matrix")]}));
    assert!(message.contains("`invalid_operator`"), "{message}");
    let message =
        refused(&movies, &json!({"and_": [search("title", "The")], "not_": [search("title", "Matrix")]}));
    assert!(message.contains("`not_`"), "{message}");
}

/// `integration/test_filters.py` 903
fn a_deep_tree(db: TestDatabase) {
    let movies = movies(&db);
    let either = json!({"or_": [search("title", "The"), search("genre", "Drama")]});
    assert_eq!(found(&movies, json!({"and_": [before_2000(), either]})), [SHAWSHANK, MATRIX]);
}

/// `integration/test_filters.py` 947, in which every movie matches one; here each type by itself too.
fn every_type_in_one_list(db: TestDatabase) {
    let movies = movies(&db);
    let all = [
        (before_2000(), vec![SHAWSHANK, MATRIX]),
        (
            json!({"type": "on_before_after", "field_name": "release_date", "on_or_before": "2009-06-01T00:00:00Z"}),
            vec![SHAWSHANK, HANGOVER, MATRIX],
        ),
        (
            json!({"type": "collection", "field_name": "title", "values": [MATRIX, SHAWSHANK]}),
            vec![SHAWSHANK, MATRIX],
        ),
        (
            json!({"type": "not_in_collection", "field_name": "title", "values": [HANGOVER]}),
            vec![SHAWSHANK, MATRIX],
        ),
        (json!({"type": "choices", "field_name": "genre", "values": ["Comedy"]}), vec![HANGOVER]),
        (search("title", "matrix"), vec![MATRIX]),
        (
            json!({"type": "not_in_search", "field_name": "title", "value": "hangover", "ignore_case": true}),
            vec![SHAWSHANK, MATRIX],
        ),
        (
            json!({"type": "comparison", "field_name": "genre", "operator": "eq", "value": "Action"}),
            vec![MATRIX],
        ),
        (json!({"type": "null", "field_name": "tagline"}), vec![SHAWSHANK]),
        (json!({"type": "not_null", "field_name": "tagline"}), vec![HANGOVER, MATRIX]),
        (json!({"type": "exists", "table": "reviews"}), vec![HANGOVER]),
        (
            json!({"type": "not_exists", "table": "reviews", "filters": [
                {"type": "comparison", "field_name": "stars", "operator": "gt", "value": 3},
            ]}),
            vec![SHAWSHANK, HANGOVER, MATRIX],
        ),
    ];
    for (filter, expected) in &all {
        assert_eq!(&found(&movies, json!({"and_": [filter]})), expected, "{filter}");
    }
    let any: Vec<_> = all.into_iter().map(|(filter, _)| filter).collect();
    assert_eq!(found(&movies, json!({"or_": any})), [SHAWSHANK, HANGOVER, MATRIX]);
}
