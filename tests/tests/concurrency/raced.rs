//! A row that comes in between, and is met by another unique constraint than the one that rows are matched by.
//!
//! PostgreSQL looks for the row that is matched, and puts the new one into the indexes after that, one after the other.
//! Here an index of its own stops it in between: its expression waits for a lock.

use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{PATIENCE, open};

database_tests! {
    a_row_that_comes_in_between_is_matched_all_the_same: [postgres],
    a_row_of_others_is_a_duplicate_all_the_same,
}

/// Somebody with two unique names.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "agents", match_fields(name))]
struct Agent {
    id: Uuid,
    #[alchemy(unique, max_length = 40)]
    name: String,
    #[alchemy(unique, max_length = 40)]
    alias: String,
    n: i64,
}

type Save = fn(&AgentService, NewAgent) -> Result<Agent>;

/// The verbs, and whether each changes the row that is there.
const VERBS: [(&str, Save, bool); 4] = [
    ("upsert", |agents, new| agents.upsert(new), true),
    ("upsert_many", |agents, new| agents.upsert_many([new]).map(|mut rows| rows.remove(0)), true),
    ("get_or_upsert", |agents, new| agents.get_or_upsert(new).map(|(row, _)| row), true),
    ("as_unique", |agents, new| agents.as_unique(new), false),
];

fn agent(name: &str, alias: &str, n: i64) -> NewAgent {
    NewAgent { id: None, name: name.to_owned(), alias: alias.to_owned(), n }
}

/// Has the index of `alias` come before that of `name`, and one that waits for the lock 7 before both.
const WAITING_INDEX: &str = "
    CREATE FUNCTION waiting(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
        'BEGIN PERFORM pg_advisory_lock_shared(7); PERFORM pg_advisory_unlock_shared(7); RETURN $1; END';
    ALTER TABLE agents DROP CONSTRAINT uq_agents_name;
    ALTER TABLE agents DROP CONSTRAINT uq_agents_alias;
    CREATE INDEX ix_waiting ON agents (waiting(name));
    ALTER TABLE agents ADD CONSTRAINT uq_agents_alias UNIQUE (alias);
    ALTER TABLE agents ADD CONSTRAINT uq_agents_name UNIQUE (name);
";

fn a_row_that_comes_in_between_is_matched_all_the_same(db: TestDatabase) {
    let engine = open(&db);
    db.admin(WAITING_INDEX);
    for (verb, save, changes) in VERBS {
        for is_first in [true, false] {
            let name = format!("{verb} {is_first}");
            let session = engine.session();
            let agents = AgentService::new(session.clone());
            if !is_first {
                agents.create(agent(&format!("before {name}"), &format!("before {name}"), 0)).unwrap();
            }
            // Of one connection, so that it may have the lock twice.
            let mut other = db.connect();
            other.execute("SELECT pg_advisory_lock(7)");
            let row = std::thread::scope(|scope| {
                let saving = scope.spawn(|| save(&agents, agent(&name, &name, 2)));
                let waited = somebody_waits(&db);
                let insert = "INSERT INTO agents (id, name, alias, n) VALUES (gen_random_uuid()";
                other.execute(&format!("{insert}, '{name}', '{name}', 1)"));
                other.execute("SELECT pg_advisory_unlock(7)");
                assert!(waited, "{name}");
                saving.join().unwrap()
            });
            let row = row.unwrap_or_else(|error| panic!("{name}: {error:?}"));
            assert_eq!((row.name.as_str(), row.n), (name.as_str(), if changes { 2 } else { 1 }), "{name}");
            session.commit().unwrap();
            let kept = format!("SELECT count(*) FROM agents WHERE name IN ('{name}', 'before {name}')");
            assert_eq!(db.number(&kept), if is_first { 1 } else { 2 }, "{name}");
        }
    }
}

/// Whether somebody waits for the lock, or comes to.
fn somebody_waits(db: &TestDatabase) -> bool {
    let waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = \
                 (SELECT oid FROM pg_database WHERE datname = current_database())";
    let start = std::time::Instant::now();
    while db.number(waits) == 0 {
        if start.elapsed() > PATIENCE {
            return false;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    true
}

fn a_row_of_others_is_a_duplicate_all_the_same(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    AgentService::new(session.clone()).create(agent("taken", "alias", 1)).unwrap();
    session.commit().unwrap();
    for (verb, save, _) in VERBS {
        for is_first in [true, false] {
            let session = engine.session();
            let agents = AgentService::new(session.clone());
            if !is_first {
                agents.create(agent("before", "before", 0)).unwrap();
            }
            let error = save(&agents, agent("new", "alias", 2)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Duplicate, "{verb}");
            session.rollback().unwrap();
        }
    }
    assert_eq!(db.number("SELECT count(*) FROM agents"), 1);
}
