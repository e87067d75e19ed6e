//! Values that become those of a type to which PostgreSQL has no cast.

use alchemy_tests::{TestDatabase, database_tests};

use super::{change, there_and_back};
use crate::random::place::Place;

database_tests! {
    values_become_others_and_come_back: [postgres],
}

/// Types before and after, a value, and what it becomes.
const VALUES: [(&str, &str, &str, &str); 15] = [
    ("jsonb", "UUID", "'\"00000000-0000-0000-0000-00000000000a\"'", "00000000-0000-0000-0000-00000000000a"),
    ("json", "UUID", "'\"00000000-0000-0000-0000-00000000000a\"'", "00000000-0000-0000-0000-00000000000a"),
    ("jsonb", "DATE", "'\"2020-01-31\"'", "2020-01-31"),
    ("jsonb", "TIMESTAMPTZ", "'\"2020-01-31T12:00:00+00:00\"'", "2020-01-31 12:00:00+00"),
    ("jsonb", "TIME", "'\"12:30:00\"'", "12:30:00"),
    ("jsonb", "BYTEA", "'{\"a\": \"\\\\\"}'", "\\x7b2261223a20225c5c227d"),
    ("json", "INTEGER", "'7'", "7"),
    ("jsonb", "NUMERIC", "'7.50'", "7.50"),
    ("json", "BOOLEAN", "'true'", "true"),
    ("jsonb", "BOOLEAN", "'false'", "false"),
    ("jsonb", "TEXT", "'{\"a\": 1}'", "{\"a\": 1}"),
    ("jsonb", "JSON", "'{\"a\": 1}'", "{\"a\": 1}"),
    ("bytea", "UUID", "'\\x0000000000000000000000000000000a'", "00000000-0000-0000-0000-00000000000a"),
    ("bytea", "JSONB", "'{}'", "{}"),
    ("mood", "JSONB", "'it''s'", "\"it's\""),
];

fn values_become_others_and_come_back(db: TestDatabase) {
    db.admin("DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = UTC', current_database()); END$$");
    let mut place = Place::open(&db);
    db.admin("CREATE TYPE mood AS ENUM ('it''s')");
    for (from, to, value, becomes) in VALUES {
        db.admin(&format!(
            "CREATE TABLE t (id INT PRIMARY KEY, x {from}); INSERT INTO t VALUES (1, {value}), (2, NULL)"
        ));
        let value = || db.texts("SELECT coalesce(x::text, '') FROM t ORDER BY id");
        let before = value();
        let revision = change(&place, |wanted| wanted.tables[0].columns[1].sql_type = to.to_owned());
        let there = |_: &Place| assert_eq!(value(), [becomes, ""], "{from} to {to}");
        there_and_back(&mut place, &revision, there, |_| assert_eq!(value(), before, "{to} to {from}"));
        db.admin("DROP TABLE t");
    }
}
