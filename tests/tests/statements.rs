//! How many statements each verb sends, and how many times it waits for the database.
//!
//! # What it was measured against
//! Advanced Alchemy, which Alchemy is modelled on, sends so many statements on SQLite for the same work:
//!
//! | there | statements | here, SQLite and PostgreSQL | here, MariaDB |
//! |---|---|---|---|
//! | `add` | 2 | 1 | 2 |
//! | `get`, `exists`, `count` | 1 | 1 | 1 |
//! | `update` | 3 | 1 | 2 |
//! | `update_many` of 2 | 2 | 1 | 2 |
//! | `upsert` | 3 | 1 | 2 |
//! | `upsert_many` of 2 | 4 | 1 | 2 |
//! | `get_many_and_count` | 1 or 2 | 1, 2 past the end | 1, 2 past the end |
//! | `delete`, `delete_many`, `delete_where` | 2 | 1 | 2 |
//!
//! MariaDB's second statement reads the row, since Diesel cannot read what its `RETURNING` returns.
//!
//! # How it is counted
//! Each verb is a unit of work of its own. What the session says is compared with what goes through its connection, which
//! Diesel tells, and on MariaDB with what the server has counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use alchemy_core::filter::{Keyset, all};
use alchemy_core::prelude::*;
use alchemy_core::session::SessionStats;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use diesel::connection::{Connection, Instrumentation, InstrumentationEvent};
use diesel::prelude::*;

database_tests! {
    reads,
    creates,
    updates,
    upserts,
    deletes,
    rows_that_are_marked_as_deleted,
    slugs,
    streams,
    locks: [postgres, mysql],
    a_unit_of_work_begins_and_commits_once,
    a_savepoint_is_two_round_trips,
    a_unit_of_work_that_is_refused_is_rolled_back_by_one_round_trip,
    the_server_has_counted_the_same: [mysql],
}

/// A row with a unique column beside its key.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "items", match_fields(code))]
struct Item {
    id: Uuid,
    #[alchemy(unique, max_length = 40)]
    code: String,
    n: Option<i32>,
}

/// What is read of one.
#[derive(Debug, Schema)]
#[schema(model = Item)]
struct Code {
    #[allow(dead_code)] // Only read from the database.
    code: String,
}

/// A row with whatever Alchemy keeps.
#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "pages")]
struct Page {
    id: i64,
    #[alchemy(max_length = 100)]
    title: String,
    #[alchemy(slug(from = title))]
    slug: String,
    #[alchemy(version)]
    version: i64,
    #[alchemy(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
}

/// What a verb takes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cost {
    statements: u64,
    round_trips: u64,
}

/// Statements outside of a transaction.
const fn read(statements: u64) -> Cost {
    Cost { statements, round_trips: statements }
}

/// Statements in a transaction: `BEGIN` and `COMMIT` as well.
const fn write(statements: u64) -> Cost {
    Cost { statements, round_trips: statements + 2 }
}

/// The same in savepoints, which are begun and ended too.
const fn nested(statements: u64, savepoints: u64) -> Cost {
    Cost { statements, round_trips: statements + 2 + 2 * savepoints }
}

/// Counts what goes through one connection.
struct Watcher(Arc<AtomicU64>);

impl Instrumentation for Watcher {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Compares what verbs cost with what they may.
struct Meter {
    backend: Backend,
    session: Session,
    watched: Arc<AtomicU64>,
    wrong: Vec<String>,
}

impl Meter {
    fn new(db: &TestDatabase) -> Self {
        // One connection, which is watched.
        let engine =
            Engine::connect(EngineConfig::new(db.url()).pool_size(1)).expect("the database is there");
        engine.create_all().expect("the tables are made");
        let session = engine.session();
        let watched = Arc::new(AtomicU64::new(0));
        let watcher = Watcher(Arc::clone(&watched));
        session
            .read(|connection| {
                connection.set_instrumentation(watcher);
                Ok(())
            })
            .expect("a connection");
        Self { backend: db.backend(), session, watched, wrong: Vec::new() }
    }

    fn items(&self) -> ItemService {
        ItemService::new(self.session.clone())
    }

    fn pages(&self) -> PageService {
        PageService::new(self.session.clone())
    }

    /// Runs a verb in a unit of work of its own, and notes where it costs something else: on SQLite and PostgreSQL, and
    /// on MariaDB.
    #[track_caller]
    fn costs<R>(
        &mut self,
        what: &str,
        returning: Cost,
        mariadb: Cost,
        verb: impl FnOnce() -> Result<R>,
    ) -> R {
        let expected = if self.backend == Backend::Mysql { mariadb } else { returning };
        let (before, seen) = (self.session.stats(), self.watched.load(Ordering::Relaxed));
        let output = verb().unwrap_or_else(|error| panic!("{what}: {error:?}"));
        self.session.commit().expect("nothing speaks against it");
        let cost = since(&self.session, before);
        if cost != expected {
            self.wrong.push(format!("{what}: {cost:?}, not {expected:?}"));
        }
        let seen = self.watched.load(Ordering::Relaxed) - seen;
        if seen != cost.round_trips {
            self.wrong.push(format!("{what}: {seen} went through the connection, and {cost:?} were told"));
        }
        output
    }

    /// The same everywhere.
    #[track_caller]
    fn costs_all<R>(&mut self, what: &str, cost: Cost, verb: impl FnOnce() -> Result<R>) -> R {
        self.costs(what, cost, cost, verb)
    }

    #[track_caller]
    fn end(self) {
        assert!(self.wrong.is_empty(), "on {}:\n{}", self.backend, self.wrong.join("\n"));
    }
}

fn since(session: &Session, before: SessionStats) -> Cost {
    let now = session.stats();
    Cost { statements: now.statements - before.statements, round_trips: now.round_trips - before.round_trips }
}

fn item(code: &str) -> NewItem {
    NewItem { id: None, code: code.to_owned(), n: Some(1) }
}

fn items(start: &str, count: usize) -> Vec<NewItem> {
    (0..count).map(|at| item(&format!("{start}{at}"))).collect()
}

fn page(title: &str) -> NewPage {
    NewPage { id: None, title: title.to_owned(), slug: None }
}

fn set(n: i32) -> ItemChangeset {
    ItemChangeset { n: Some(Some(n)), ..Default::default() }
}

fn retitled(page: &Page) -> PageChangeset {
    PageChangeset {
        title: Some(format!("{}!", page.title)),
        version: Some(page.version),
        ..Default::default()
    }
}

fn reads(db: TestDatabase) {
    let mut meter = Meter::new(&db);
    let service = meter.items();
    let rows = meter.costs("create_many", write(1), write(2), || service.create_many(items("a", 5)));
    let (id, code) = (rows[0].id, rows[0].code.clone());
    meter.costs_all("get", read(1), || service.get(id));
    meter.costs_all("get by another column", read(1), || service.get(Item::CODE.lookup(code.clone())));
    meter.costs_all("get_one", read(1), || service.get_one(Item::CODE.eq(code.clone())));
    meter.costs_all("get_one_or_none", read(1), || service.get_one_or_none(Item::CODE.eq("none")));
    meter.costs_all("list", read(1), || service.list(Item::CODE.asc()));
    meter.costs_all("list_as", read(1), || service.list_as::<Code>(all()));
    let within = || Filters::new().order_by(Item::CODE.asc()).limit_offset(LimitOffset::new(2, 2));
    let past = || LimitOffset::new(2, 10);
    meter.costs_all("list_and_count", read(1), || service.list_and_count(within()));
    meter.costs_all("list_and_count past the end", read(2), || service.list_and_count(past()));
    meter.costs_all("list_and_count_as", read(1), || service.list_and_count_as::<Code>(within()));
    meter.costs_all("list_and_count_as past the end", read(2), || service.list_and_count_as::<Code>(past()));
    let first = || Filters::new().order_by(Item::N.desc()).keyset(Keyset::first(2));
    let found = meter.costs_all("list_page", read(1), || service.list_page(first()));
    let next = found.next.expect("there are more");
    let next = || Filters::new().order_by(Item::N.desc()).keyset(Keyset::at(2, next.as_str()));
    meter.costs_all("list_page of another page", read(1), || service.list_page(next()));
    meter.costs_all("list_page_as", read(1), || service.list_page_as::<Code>(first()));
    meter.costs_all("count", read(1), || service.count(Item::N.eq(1)));
    meter.costs_all("exists", read(1), || service.exists(Item::N.eq(1)));
    meter.end();
}

fn creates(db: TestDatabase) {
    let mut meter = Meter::new(&db);
    let service = meter.items();
    meter.costs("create", write(1), write(2), || service.create(item("one")));
    meter.costs("create_many of 2", write(1), write(2), || service.create_many(items("two", 2)));
    // 5,000 by one statement.
    meter.costs("create_many of 15,000", nested(3, 1), nested(6, 1), || {
        service.create_many(items("many", 15_000))
    });
    meter.costs_all("create_many of none", read(0), || service.create_many(Vec::<NewItem>::new()));
    let copied = match db.backend() {
        // Asks whether the table can be copied into, and copies.
        Backend::Postgres => nested(2, 1),
        _ => write(1),
    };
    meter.costs("insert_many of 2", copied, write(1), || service.insert_many(items("bulk", 2)));
    meter.costs("create_each of 1", nested(1, 1), nested(2, 1), || service.create_each(items("each", 1)));
    meter.costs("create_each of 2", nested(1, 1), nested(2, 1), || service.create_each(items("both", 2)));
    // One statement for all; where that failed one savepoint for each, and one around them. The one that fails is not read.
    let outcomes = meter.costs("create_each of 3 with a fault", nested(4, 5), nested(6, 5), || {
        service.create_each([item("x"), item("one"), item("y")])
    });
    assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    meter.end();
}

fn updates(db: TestDatabase) {
    let mut meter = Meter::new(&db);
    let service = meter.items();
    let rows = meter.costs("create_many", write(1), write(2), || service.create_many(items("a", 450)));
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    meter.costs("update", write(1), write(2), || service.update(ids[0], set(2)));
    meter.costs("update by another column", write(1), write(2), || {
        service.update(Item::CODE.lookup("a0"), set(3))
    });
    meter.costs_all("update without changes", read(1), || service.update(ids[0], ItemChangeset::default()));
    meter.costs("get_and_update that changes", write(1), write(2), || service.get_and_update(ids[0], set(4)));
    meter
        .costs("get_and_update that does not", write(2), write(2), || service.get_and_update(ids[0], set(4)));
    let change = |count: usize, n: i32| ids[..count].iter().map(move |&id| (id, set(n)));
    meter.costs("update_many of 1", write(1), write(2), || service.update_many(change(1, 5)));
    meter.costs("update_many of 2", write(1), write(2), || service.update_many(change(2, 6)));
    // 200 by one statement.
    meter.costs("update_many of 450", nested(3, 1), nested(6, 1), || service.update_many(change(450, 7)));
    meter.costs("update_many of the same twice", nested(2, 1), nested(4, 1), || {
        service.update_many([(ids[0], set(8)), (ids[0], set(9))])
    });
    meter.costs("update_each of 1", nested(1, 1), nested(2, 1), || service.update_each(change(1, 10)));
    meter.costs("update_each of 2", nested(1, 1), nested(2, 1), || service.update_each(change(2, 11)));

    let service = meter.pages();
    let new = service.create(page("One")).expect("a page");
    let other = service.create(page("Two")).expect("a page");
    service.session().commit().expect("nothing speaks against it");
    let new =
        meter.costs("update of a version", write(1), write(2), || service.update(new.id, retitled(&new)));
    meter.costs("update_many of 2 versions", write(1), write(2), || {
        service.update_many([&new, &other].map(|row| (row.id, retitled(row))))
    });
    meter.end();
}

fn upserts(db: TestDatabase) {
    let mut meter = Meter::new(&db);
    let service = meter.items();
    meter.costs("upsert of a new row", write(1), write(2), || service.upsert(item("a")));
    meter.costs("upsert of one that is there", write(1), write(2), || service.upsert(item("a")));
    meter.costs("upsert_many of 2, one new", write(1), write(2), || {
        service.upsert_many([item("a"), item("b")])
    });
    meter.costs("upsert_many of 15,000", nested(3, 1), nested(6, 1), || {
        service.upsert_many(items("many", 15_000))
    });
    meter.costs("upsert_many of the same twice", nested(2, 1), nested(4, 1), || {
        service.upsert_many([item("a"), item("a")])
    });
    meter.costs("upsert_each of 2", nested(1, 1), nested(2, 1), || {
        service.upsert_each([item("a"), item("c")])
    });
    meter.costs("get_or_upsert of a new row", write(2), write(3), || service.get_or_upsert(item("d")));
    meter
        .costs("get_or_upsert of one that is there", write(1), write(2), || service.get_or_upsert(item("d")));
    meter.costs("as_unique of a new row", write(2), write(3), || service.as_unique(item("e")));
    meter.costs("as_unique of one that is there", write(1), write(1), || service.as_unique(item("e")));
    meter.end();
}

fn deletes(db: TestDatabase) {
    let mut meter = Meter::new(&db);
    let service = meter.items();
    let rows =
        meter.costs("create_many", nested(2, 1), nested(4, 1), || service.create_many(items("a", 6_000)));
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    meter.costs("delete", write(1), write(2), || service.delete(ids[0]));
    meter.costs("delete by another column", write(1), write(2), || service.delete(Item::CODE.lookup("a1")));
    meter.costs("delete_many of 2", write(1), write(2), || service.delete_many(ids[2..4].to_vec()));
    meter.costs("delete_many of none", read(0), read(0), || service.delete_many(Vec::<Uuid>::new()));
    meter.costs("delete_each of 1", nested(1, 1), nested(2, 1), || service.delete_each(ids[4..5].to_vec()));
    meter.costs("delete_each of 2", nested(1, 1), nested(2, 1), || service.delete_each(ids[5..7].to_vec()));
    meter.costs("delete_where", write(1), write(2), || service.delete_where(Item::CODE.is_in(["a7", "a8"])));
    meter
        .costs("delete_where of nothing", write(1), write(1), || service.delete_where(Item::CODE.eq("none")));
    // 5,000 by one statement.
    let many = meter.costs("delete_many of 5,500", nested(2, 1), nested(4, 1), || {
        service.delete_many(ids[9..5_509].to_vec())
    });
    assert_eq!(many.len(), 5_500);
    meter.costs("purge", write(1), write(2), || service.purge(ids[5_600]));
    meter.costs("delete_all", write(1), write(2), || service.delete_all());
    meter.end();
}

fn rows_that_are_marked_as_deleted(db: TestDatabase) {
    let mut meter = Meter::new(&db);
    let service = meter.pages();
    let slugged = |title: &str| NewPage { slug: Some(title.to_owned()), ..page(title) };
    let rows = meter
        .costs("create_many", write(1), write(2), || service.create_many(["a", "b", "c", "d"].map(slugged)));
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    meter.costs("delete", write(1), write(2), || service.delete(ids[0]));
    meter.costs("restore", write(1), write(2), || service.restore(ids[0]));
    // Which they are is asked first, since the condition matches none of them afterwards.
    meter.costs("delete_many of 2", write(1), write(3), || service.delete_many(ids[..2].to_vec()));
    meter.costs("delete_where", write(1), write(3), || service.delete_where(Page::TITLE.eq("c")));
    meter.costs("purge", write(1), write(2), || service.purge(ids[0]));
    meter.costs("delete_all", write(1), write(3), || service.delete_all());
    meter.end();
}

fn slugs(db: TestDatabase) {
    let mut meter = Meter::new(&db);
    let service = meter.pages();
    meter.costs("create with a free slug", write(1), write(2), || service.create(page("Hello")));
    meter.costs("create with a taken slug", write(2), write(3), || service.create(page("Hello")));
    // Which are taken is asked once, and once more for the new ones.
    meter.costs("create_many with free slugs", nested(2, 1), nested(3, 1), || {
        service.create_many([page("One"), page("Two")])
    });
    meter.costs("create_many with taken slugs", nested(3, 1), nested(4, 1), || {
        service.create_many([page("Hello"), page("Two"), page("Three")])
    });
    meter.costs_all("get_by_slug", read(1), || service.get_by_slug("hello"));
    meter.costs_all("available_slug of a free one", read(1), || service.available_slug("Bye"));
    meter.costs_all("available_slug of a taken one", read(2), || service.available_slug("Hello"));
    meter.end();
}

fn streams(db: TestDatabase) {
    let mut meter = Meter::new(&db);
    let service = meter.items();
    meter.costs("create_many", write(1), write(2), || service.create_many(items("a", 2_500)));
    let stream = |rows: usize| {
        let service = service.clone();
        move || service.stream(Item::CODE.asc())?.take(rows).collect::<Result<Vec<_>>>()
    };
    meter.costs_all("stream of no row", read(0), stream(0));
    meter.costs_all("stream of one row", read(1), stream(1));
    meter.costs_all("stream of a batch", read(1), stream(1_000));
    meter.costs_all("stream of two batches", read(2), stream(1_001));
    meter.costs_all("stream of all", read(3), stream(usize::MAX));
    meter.end();
}

fn locks(db: TestDatabase) {
    let mut meter = Meter::new(&db);
    let service = meter.items();
    let rows = meter.costs("create_many", write(1), write(2), || service.create_many(items("a", 2)));
    let id = rows[0].id;
    meter.costs_all("get for_update", write(1), || service.for_update().get(id));
    meter.costs_all("get_one for_share", write(1), || service.for_share().get_one(Item::ID.eq(id)));
    meter.costs_all("list no_wait", write(1), || service.for_update().no_wait().list(all()));
    meter.end();
}

fn a_unit_of_work_begins_and_commits_once(db: TestDatabase) {
    let mut meter = Meter::new(&db);
    let service = meter.items();
    meter.costs("three verbs", write(3), write(5), || {
        let row = service.create(item("a"))?;
        service.get(row.id)?;
        service.delete(row.id)
    });
    let session = meter.session.clone();
    meter.costs(
        "reads before and after",
        Cost { statements: 3, round_trips: 5 },
        Cost { statements: 4, round_trips: 6 },
        || {
            service.count(all())?;
            service.create(item("b"))?;
            session.commit()?;
            service.count(all())
        },
    );
    meter.end();
}

fn a_savepoint_is_two_round_trips(db: TestDatabase) {
    let mut meter = Meter::new(&db);
    let session = meter.session.clone();
    meter.costs("a savepoint", nested(1, 1), nested(2, 1), || {
        session.savepoint(|session| ItemService::new(session.clone()).create(item("a")))
    });
    meter.costs("a transaction", write(1), write(2), || {
        session.transaction(|session| ItemService::new(session.clone()).create(item("b")))
    });
    meter.costs("a savepoint that is given up", nested(1, 1), nested(2, 1), || {
        let given_up = session.savepoint(|session| {
            ItemService::new(session.clone()).create(item("c"))?;
            Err::<(), Error>(Error::config("on second thoughts"))
        });
        assert!(given_up.is_err());
        Ok(())
    });
    assert_eq!(ItemService::new(session).count(all()).unwrap(), 2);
    meter.end();
}

fn a_unit_of_work_that_is_refused_is_rolled_back_by_one_round_trip(db: TestDatabase) {
    let mut meter = Meter::new(&db);
    let service = meter.items();
    meter.costs("create", write(1), write(2), || service.create(item("a")));
    let session = meter.session.clone();
    let before = session.stats();
    assert_eq!(service.create(item("a")).unwrap_err().kind(), ErrorKind::Duplicate);
    session.rollback().unwrap();
    // `BEGIN`, the statement, `ROLLBACK`.
    assert_eq!(since(&session, before), write(1));
    // What was refused before anything was sent costs nothing.
    let before = session.stats();
    let long = "x".repeat(41);
    assert_eq!(service.create_many([item(&long)]).unwrap_err().kind(), ErrorKind::InvalidValue);
    session.rollback().unwrap();
    assert_eq!(since(&session, before), read(0));
    meter.end();
}

/// What MariaDB has counted on the session's connection: statements that were executed prepared, and all that it was sent
/// to execute.
fn counted(session: &Session) -> (u64, u64) {
    let number = |name: &str| {
        let query = format!(
            "(SELECT CAST(variable_value AS SIGNED) FROM information_schema.session_status \
             WHERE variable_name = '{name}')"
        );
        let number = session.run(|connection| {
            diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(&query))
                .get_result::<i64>(connection)
        });
        u64::try_from(number.expect("the server says")).expect("a count")
    };
    (number("COM_STMT_EXECUTE"), number("QUESTIONS"))
}

fn the_server_has_counted_the_same(db: TestDatabase) {
    let meter = Meter::new(&db);
    let (session, items_of, pages) = (meter.session.clone(), meter.items(), meter.pages());
    let verbs: [(&str, &dyn Fn() -> Result<()>); 9] = [
        ("create", &|| items_of.create(item("a")).map(drop)),
        ("create_many", &|| items_of.create_many(items("b", 3)).map(drop)),
        ("create_each", &|| items_of.create_each([item("c"), item("d"), item("e")]).map(drop)),
        ("upsert", &|| items_of.upsert(item("a")).map(drop)),
        ("get_or_upsert", &|| items_of.get_or_upsert(item("f")).map(drop)),
        ("list_and_count", &|| items_of.list_and_count(LimitOffset::new(1, 50)).map(drop)),
        ("slugs", &|| pages.create_many(["x", "x", "y"].map(page)).map(drop)),
        ("delete_where", &|| pages.delete_where(Page::TITLE.eq("x")).map(drop)),
        ("delete_all", &|| items_of.delete_all().map(drop)),
    ];
    for (what, verb) in verbs {
        // Each question is a statement too, the first ones of each kind being counted by the next.
        let (executed, questions) = counted(&session);
        let before = session.stats();
        verb().unwrap_or_else(|error| panic!("{what}: {error:?}"));
        let cost = since(&session, before);
        let (executed_after, questions_after) = counted(&session);
        assert_eq!(executed_after - executed - 2, cost.statements, "{what}");
        // Around what begins and ends a transaction Diesel has the server take several statements in one message, and
        // no more afterwards.
        let around = 2 * (cost.round_trips - cost.statements);
        assert_eq!(questions_after - questions - 2, cost.round_trips + around, "{what}");
        session.commit().unwrap();
    }
}
