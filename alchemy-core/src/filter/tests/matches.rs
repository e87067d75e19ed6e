//! What conditions match, asked of SQLite.
#![cfg(feature = "sqlite")]

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::model::{Person, people};
use crate::backend::AnyConnection;
use crate::filter::{ComparisonFilter, Filter};

/// Six people: the third has no nick name, the last no age.
const ROWS: &str = "
    CREATE TABLE people (
        id BLOB PRIMARY KEY, full_name TEXT NOT NULL, nick_name TEXT, age INTEGER, score REAL NOT NULL,
        is_active INTEGER NOT NULL, secret TEXT NOT NULL DEFAULT '', born_on TEXT,
        created_at TEXT NOT NULL DEFAULT '', updated_at TEXT NOT NULL DEFAULT ''
    );
    INSERT INTO people (id, full_name, nick_name, age, score, is_active) VALUES
        (x'01', 'Ann', 'annie', 30, 1.5, 1),
        (x'02', 'ann', 'a_b', 40, 2.5, 0),
        (x'03', 'Bob', NULL, 50, 3.5, 1),
        (x'04', '50% off!', 'axb', 60, 4.5, 0),
        (x'05', '[a]*?', 'Élan', 70, 5.5, 1),
        (x'06', '', '', NULL, 6.5, 0);
";

/// The scores of the rows that match, which tell them apart.
fn found(filter: Filter<Person>) -> Vec<f64> {
    let mut connection = AnyConnection::establish("sqlite::memory:").expect("a database in memory");
    connection.batch_execute(ROWS).expect("the rows are good");
    let query = people::table.filter(filter).select(people::score).order(people::score);
    query.load(&mut connection).expect("the query is good")
}

#[test]
fn a_condition_and_its_negation_share_all_rows() {
    let everyone = [1.5, 2.5, 3.5, 4.5, 5.5, 6.5];
    let conditions = [
        (Person::AGE.eq(30), vec![1.5]),
        (Person::AGE.eq(None), vec![6.5]),
        (Person::AGE.ne(30), vec![2.5, 3.5, 4.5, 5.5, 6.5]),
        (Person::AGE.ge(60), vec![4.5, 5.5]),
        (Person::AGE.lt(40), vec![1.5]),
        (Person::AGE.between(40, 60), vec![2.5, 3.5, 4.5]),
        (Person::AGE.is_in([30, 40]), vec![1.5, 2.5]),
        (Person::AGE.is_in([Some(30), Some(40), None]), vec![1.5, 2.5, 6.5]),
        (Person::AGE.is_in(Vec::<i32>::new()), vec![]),
        (Person::AGE.not_in([30, 40]), vec![3.5, 4.5, 5.5, 6.5]),
        (Person::AGE.not_in([Some(30), Some(40), None]), vec![3.5, 4.5, 5.5]),
        (Person::NICK_NAME.contains("n"), vec![1.5, 5.5]),
        (Person::NICK_NAME.eq("annie") & Person::AGE.gt(20), vec![1.5]),
        (Person::NICK_NAME.eq("annie") | Person::AGE.gt(60), vec![1.5, 5.5]),
        (Person::IS_ACTIVE.eq(true).and(people::age.gt(40)), vec![3.5, 5.5]),
        (Person::IS_ACTIVE.eq(true).or(people::nick_name.eq("a_b")), vec![1.5, 2.5, 3.5, 5.5]),
    ];
    for (condition, expected) in conditions {
        assert_eq!(found(condition.clone()), expected, "{condition:?}");
        let others: Vec<f64> = everyone.into_iter().filter(|score| !expected.contains(score)).collect();
        assert_eq!(found(!condition.clone()), others, "not {condition:?}");
    }
}

#[test]
fn text_is_matched_literally_and_in_the_case_asked_for() {
    let cases = [
        (Person::NAME.contains("nn"), vec![1.5, 2.5]),
        (Person::NAME.contains("A"), vec![1.5]),
        (Person::NAME.icontains("A"), vec![1.5, 2.5, 5.5]),
        (Person::NAME.starts_with("A"), vec![1.5]),
        (Person::NAME.istarts_with("A"), vec![1.5, 2.5]),
        (Person::NAME.ends_with("N"), vec![]),
        (Person::NAME.iends_with("N"), vec![1.5, 2.5]),
        (Person::NAME.contains("%"), vec![4.5]),
        (Person::NAME.icontains("0% O"), vec![4.5]),
        (Person::NAME.ends_with("!"), vec![4.5]),
        (Person::NAME.iends_with("!"), vec![4.5]),
        (Person::NAME.contains("]*"), vec![5.5]),
        (Person::NAME.starts_with("[a]"), vec![5.5]),
        (Person::NAME.ends_with("?"), vec![5.5]),
        (Person::NICK_NAME.contains("_"), vec![2.5]),
        (Person::NICK_NAME.icontains("A_B"), vec![2.5]),
        (Person::NICK_NAME.contains("É"), vec![5.5]),
        (Person::NICK_NAME.contains(""), vec![1.5, 2.5, 4.5, 5.5, 6.5]),
        (Person::NAME.contains("'; DROP TABLE people; --"), vec![]),
        (Person::NAME.contains("\0"), vec![]),
    ];
    for (condition, expected) in cases {
        assert_eq!(found(condition.clone()), expected, "{condition:?}");
    }
}

#[test]
fn a_pattern_of_a_comparison_has_wildcards() {
    let like = |operator: &'static str, pattern: &str| {
        found(ComparisonFilter::new("nick_name", operator, pattern).resolve().expect("it fits the model"))
    };
    assert_eq!(like("like", "a_b"), [2.5, 4.5]);
    assert_eq!(like("like", r"a\_b"), [2.5]);
    assert_eq!(like("like", "A%"), [0.0; 0]);
    assert_eq!(like("ilike", "A%"), [1.5, 2.5, 4.5]);
}

#[test]
fn a_value_may_be_given_by_reference() {
    let (name, nick_name, ages) = (String::from("Ann"), String::from("annie"), vec![30, 40]);
    assert_eq!(found(Person::NAME.eq(&name)), [1.5]);
    assert_eq!(found(Person::NICK_NAME.eq(&nick_name)), [1.5]);
    assert_eq!(found(Person::AGE.is_in(&ages)), [1.5, 2.5]);
}
