//! The tables that `create_all` makes, read back from each database's catalogue.

use std::thread;

use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use diesel::prelude::*;
use diesel::sql_query;

use crate::{NewThing, Thing, ThingService, open};

database_tests! {
    constraints_and_indexes_are_named_by_the_convention,
    defaults_fill_what_is_left_out,
    actions_of_foreign_keys_act,
    a_default_is_set_where_the_database_can,
    create_all_a_second_time_changes_nothing,
    create_all_by_several_at_once_works,
    a_list_as_a_schema_asks_for_its_columns_only,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "parents", bind_key = "schema")]
struct Parent {
    id: Uuid,
    #[alchemy(unique, max_length = 50)]
    code: String,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(
    table = "children",
    bind_key = "schema",
    unique(first, second),
    unique(name = "children_once", columns(second, third)),
    index(third, first),
    index(name = "children_by_rank", columns(rank, first)),
    check(name = "positive_size", "size > 0")
)]
struct Child {
    id: Uuid,
    #[alchemy(unique, max_length = 50)]
    slug: String,
    #[alchemy(index)]
    first: i32,
    second: i32,
    third: i32,
    #[alchemy(default = 7)]
    size: i32,
    #[alchemy(db_default = "5")]
    rank: i32,
    #[alchemy(db_default = "'it''s new'", max_length = 20)]
    state: Option<String>,
    #[alchemy(foreign_key(Parent, on_delete = cascade))]
    parent_id: Option<Uuid>,
    #[alchemy(
        max_length = 50,
        foreign_key(Parent, field = code, on_delete = set_null, on_update = cascade, name = "children_code")
    )]
    parent_code: Option<String>,
}

fn child(slug: &str, number: i32) -> NewChild {
    NewChild {
        id: None,
        slug: slug.to_owned(),
        first: number,
        second: number,
        third: number,
        size: None,
        rank: None,
        state: None,
        parent_id: None,
        parent_code: None,
    }
}

fn constraints_and_indexes_are_named_by_the_convention(db: TestDatabase) {
    open(&db, "schema");
    let constraints = [
        "ck_children_positive_size",
        "fk_children_parent_id_parents",
        "pk_children",
        "pk_parents",
        "uq_children_first",
        "uq_children_slug",
        "uq_parents_code",
    ];
    let given = ["children_code", "children_once"];
    let indexes = ["children_by_rank", "ix_children_first", "ix_children_third"];
    let (found, found_indexes) = match db.backend() {
        Backend::Sqlite => {
            let tables = db.texts("SELECT sql FROM sqlite_master WHERE type = 'table'").join("\n");
            let names = tables.split("CONSTRAINT \"").skip(1);
            let names = names.filter_map(|rest| rest.split_once('"')).map(|(name, _)| name.to_owned());
            (
                names.collect(),
                db.texts("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"),
            )
        }
        Backend::Postgres => {
            let own = "connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f', 'c')";
            (
                db.texts(&format!("SELECT conname::text FROM pg_constraint WHERE {own}")),
                db.texts(&format!(
                    "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' \
                     AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE {own})"
                )),
            )
        }
        Backend::Mysql => {
            let own = "constraint_schema = DATABASE()";
            let names = db.texts(&format!(
                "SELECT CASE WHEN constraint_name = 'PRIMARY' THEN CONCAT('pk_', table_name) ELSE constraint_name END \
                 FROM information_schema.table_constraints WHERE {own}"
            ));
            // It makes an index of its own for each foreign key, under the same name.
            let indexes = db.texts(&format!(
                "SELECT DISTINCT index_name FROM information_schema.statistics WHERE table_schema = DATABASE() \
                 AND index_name <> 'PRIMARY' AND index_name NOT IN \
                 (SELECT constraint_name FROM information_schema.table_constraints WHERE {own})"
            ));
            (names, indexes)
        }
    };
    let mut expected: Vec<&str> = constraints.into_iter().chain(given).collect();
    expected.sort_unstable();
    assert_eq!(sorted(found), expected);
    assert_eq!(sorted(found_indexes), indexes);
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names
}

fn defaults_fill_what_is_left_out(db: TestDatabase) {
    let session = open(&db, "schema").session();
    let service = ChildService::new(session.clone());
    let left_out = service.create(child("a", 1)).unwrap();
    assert_eq!((left_out.size, left_out.rank, left_out.state.as_deref()), (7, 5, Some("it's new")));
    let given = NewChild { size: Some(8), rank: Some(6), state: Some(None), ..child("b", 2) };
    let given = service.create(given).unwrap();
    assert_eq!((given.size, given.rank, given.state), (8, 6, None));
    // In one statement, some rows with a value and some without.
    let many = [
        child("c", 3),
        NewChild { rank: Some(1), ..child("d", 4) },
        NewChild { state: Some(None), ..child("e", 5) },
        NewChild { state: Some(Some("old".into())), size: Some(1), ..child("f", 6) },
    ];
    let many = service.create_many(many).unwrap();
    let found: Vec<_> = many.iter().map(|child| (child.size, child.rank, child.state.as_deref())).collect();
    assert_eq!(
        found,
        [(7, 5, Some("it's new")), (7, 1, Some("it's new")), (7, 5, None), (1, 5, Some("old"))]
    );
    // The database knows its own defaults, whoever inserts; the program's it does not.
    let values = (
        children::id.eq(Uuid::new_v4()),
        children::slug.eq("g"),
        children::first.eq(7),
        children::second.eq(7),
        children::third.eq(7),
    );
    let without = values;
    let error = session
        .transaction(|session| {
            session.run(|connection| diesel::insert_into(children::table).values(without).execute(connection))
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotNull);
    assert_eq!(error.detail().unwrap().field.as_deref(), Some("size"));
    session
        .run(|connection| {
            let values = (values, children::size.eq(1));
            diesel::insert_into(children::table).values(values).execute(connection)
        })
        .unwrap();
    let inserted = service.get_one(Child::SLUG.eq("g")).unwrap();
    assert_eq!((inserted.rank, inserted.state.as_deref()), (5, Some("it's new")));
}

fn actions_of_foreign_keys_act(db: TestDatabase) {
    let session = open(&db, "schema").session();
    let parents = ParentService::new(session.clone());
    let [one, two] =
        ["one", "two"].map(|code| parents.create(NewParent { id: None, code: code.into() }).unwrap());
    let service = ChildService::new(session.clone());
    let children = service
        .create_many([
            NewChild { parent_id: Some(one.id), ..child("by id", 1) },
            NewChild { parent_code: Some("two".into()), ..child("by code", 2) },
            child("of none", 3),
        ])
        .unwrap();
    // A changed code is followed.
    parents.update(two.id, ParentChangeset { code: Some("changed".into()) }).unwrap();
    assert_eq!(service.get(children[1].id).unwrap().parent_code.as_deref(), Some("changed"));
    parents.delete(two.id).unwrap();
    assert_eq!(service.get(children[1].id).unwrap().parent_code, None);
    parents.delete(one.id).unwrap();
    assert_eq!(service.get(children[0].id).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(service.count(alchemy_core::filter::all()).unwrap(), 2);
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "queues", bind_key = "set default")]
struct Queue {
    id: Uuid,
    #[alchemy(unique, max_length = 10)]
    code: String,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "jobs", bind_key = "set default")]
struct Job {
    id: Uuid,
    #[alchemy(
        max_length = 10,
        db_default = "'main'",
        foreign_key(Queue, field = code, on_delete = set_default)
    )]
    queue: String,
}

fn a_default_is_set_where_the_database_can(db: TestDatabase) {
    if db.backend() == Backend::Mysql {
        let engine = Engine::connect(EngineConfig::new(db.url()).bind_key("set default")).unwrap();
        let error = engine.create_all().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(error.to_string(), "MariaDB does not support SET DEFAULT in foreign keys");
        let tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE()";
        assert_eq!(db.number(tables), 0);
        return;
    }
    let session = open(&db, "set default").session();
    let queues = QueueService::new(session.clone());
    let new = |code: &str| NewQueue { id: None, code: code.to_owned() };
    queues.create(new("main")).unwrap();
    let side = queues.create(new("side")).unwrap();
    let jobs = JobService::new(session);
    let job = jobs.create(NewJob { id: None, queue: Some("side".into()) }).unwrap();
    queues.delete(side.id).unwrap();
    assert_eq!(jobs.get(job.id).unwrap().queue, "main");
}

fn create_all_a_second_time_changes_nothing(db: TestDatabase) {
    let engine = open(&db, "schema");
    let session = engine.session();
    let service = ChildService::new(session.clone());
    let created = service.create(child("a", 1)).unwrap();
    session.commit().unwrap();
    engine.create_all().unwrap();
    let again = open(&db, "schema");
    assert_eq!(ChildService::new(again.session()).list(alchemy_core::filter::all()).unwrap(), [created]);
}

fn create_all_by_several_at_once_works(db: TestDatabase) {
    thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|_| scope.spawn(|| open(&db, "schema"))).collect();
        for one in all {
            one.join().expect("create_all waits for the others");
        }
    });
    let service = ChildService::new(open(&db, "schema").session());
    service.create(child("a", 1)).unwrap();
}

#[derive(Debug, PartialEq, Schema)]
#[schema(model = Thing)]
struct Short {
    name: String,
    number: i32,
}

fn a_list_as_a_schema_asks_for_its_columns_only(db: TestDatabase) {
    let session = open(&db, "things").session();
    let service = ThingService::new(session.clone());
    let row = |number, name: &str| NewThing { number, name: name.to_owned(), ..Default::default() };
    service.create_many([row(1, "ann"), row(2, "bob"), row(3, "cid")]).unwrap();
    session.run(|connection| sql_query("ALTER TABLE things DROP COLUMN label").execute(connection)).unwrap();
    session.commit().unwrap();
    let short = |number, name: &str| Short { number, name: name.to_owned() };
    let filters = Filters::new().filter(Thing::NUMBER.gt(1)).order_by(Thing::NAME.desc());
    let rows: Vec<Short> = service.list_as(&filters).unwrap();
    assert_eq!(rows, [short(3, "cid"), short(2, "bob")]);
    let first = filters.limit_offset(LimitOffset::new(1, 1));
    let (rows, total) = service.list_and_count_as::<Short>(&first).unwrap();
    assert_eq!((rows, total), (vec![short(2, "bob")], 2));
    // The column is gone indeed.
    assert_eq!(service.list(&first).unwrap_err().kind(), ErrorKind::Database);
}
