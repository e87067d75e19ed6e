//! Databases that Advanced Alchemy itself has made, beside the same models here.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;

use alchemy_core::migration::{self, Schema, schema};
use alchemy_core::model::ModelMeta;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};

use crate::random::place::Place;
use crate::tools::{self, succeeded};

database_tests! {
    a_database_of_advanced_alchemy_is_the_one_of_the_same_models: [sqlite, postgres],
}

#[derive(UuidAuditBase)]
#[alchemy(table = "publishers")]
pub struct Publisher {
    id: Uuid,
    #[alchemy(max_length = 80, unique)]
    name: String,
    founded: Option<NaiveDate>,
    #[alchemy(skip(create, update))]
    sa_orm_sentinel: Option<i32>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(UuidAuditBase)]
#[alchemy(table = "authors", unique(first_name, last_name))]
pub struct Author {
    id: Uuid,
    #[alchemy(max_length = 50)]
    first_name: String,
    #[alchemy(max_length = 50, index)]
    last_name: String,
    biography: Option<String>,
    #[alchemy(foreign_key(Publisher, on_delete = set_null))]
    publisher_id: Option<Uuid>,
    #[alchemy(skip(create, update))]
    sa_orm_sentinel: Option<i32>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(UuidAuditBase)]
#[alchemy(table = "books", unique(title, edition), index(shelf, edition))]
pub struct Book {
    id: Uuid,
    #[alchemy(max_length = 200)]
    title: String,
    #[alchemy(db_default = "1")]
    edition: i32,
    #[alchemy(max_length = 20, unique)]
    isbn: Option<String>,
    #[alchemy(max_length = 10)]
    shelf: String,
    published: Option<NaiveDate>,
    opens: Option<NaiveTime>,
    sold_at: Option<DateTime<Utc>>,
    available: bool,
    #[alchemy(precision = 10, scale = 2)]
    price: BigDecimal,
    weight: Option<f64>,
    cover: Option<Vec<u8>>,
    details: serde_json::Value,
    #[alchemy(foreign_key(Author, on_delete = cascade), index)]
    author_id: Uuid,
    #[alchemy(foreign_key(Publisher, on_delete = set_null))]
    publisher_id: Option<Uuid>,
    #[alchemy(skip(create, update))]
    sa_orm_sentinel: Option<i32>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(BigIntBase)]
#[alchemy(table = "sales")]
pub struct Sale {
    id: i64,
    #[alchemy(foreign_key(Book, on_delete = restrict))]
    book_id: Uuid,
    copies: i32,
}

const MODELS: [&ModelMeta; 4] = [Publisher::META, Author::META, Book::META, Sale::META];

/// What is different, with the reason: `-` is there, `+` is asked for.
fn known_differences(backend: Backend) -> &'static [&'static str] {
    match backend {
        // SQLite's names of types are free; either column holds what the other does.
        Backend::Sqlite => &[
            "+ books.details TEXT NOT NULL",
            "+ books.weight DOUBLE",
            "- books.details JSON NOT NULL",
            "- books.weight FLOAT",
        ],
        // SQLAlchemy asks the sequence for the next number itself, so that the column has no default.
        Backend::Postgres => &["+ sales.id bigint NOT NULL, made by Sequence", "- sales.id bigint NOT NULL"],
        Backend::Mysql => unreachable!("Advanced Alchemy's tables are made on the other two"),
    }
}

/// What a comparison reports of them.
fn known_changes(backend: Backend) -> &'static [&'static str] {
    match backend {
        Backend::Sqlite => &[
            "changes the type of `books.weight` from FLOAT to DOUBLE",
            "changes the type of `books.details` from JSON to TEXT",
        ],
        Backend::Postgres => &["changes how the database makes the values of `sales.id`"],
        Backend::Mysql => unreachable!("Advanced Alchemy's tables are made on the other two"),
    }
}

/// Runs a Python program that is beside this file, with what it is told of its surroundings.
fn python(script: &str, variables: &[(&str, &str)]) -> Output {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/migrations").join(script);
    let mut command = tools::python();
    command.arg(path).envs(variables.iter().copied()).env("PYTHONDONTWRITEBYTECODE", "1");
    command.output().unwrap_or_else(|error| panic!("{command:?} could not be run: {error}"))
}

/// The database's URL as SQLAlchemy reads it.
fn sqlalchemy_url(db: &TestDatabase) -> String {
    match db.url().split_once("://") {
        Some(("sqlite", path)) => format!("sqlite:///{path}"),
        Some((_, rest)) => format!("postgresql+psycopg://{rest}"),
        None => panic!("{} is no URL", db.url()),
    }
}

fn a_database_of_advanced_alchemy_is_the_one_of_the_same_models(db: TestDatabase) {
    succeeded(&python("advanced_alchemy_models.py", &[("DATABASE_URL", &sqlalchemy_url(&db))]));
    let engine = Engine::connect(EngineConfig::new(db.url())).unwrap();
    let live = schema::live(&engine, &[]).unwrap();
    let tables: Vec<_> = live.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(tables, ["authors", "books", "publishers", "sales"]);

    let wanted = schema::of_models(&MODELS, engine.dialect()).unwrap();
    let wanted = schema::in_own_words(&engine, &wanted).unwrap();
    let wanted = migration::adopt(&live, wanted, engine.dialect());
    let (there, asked) = (facts(&live), facts(&wanted));
    let missing = asked.difference(&there).map(|fact| format!("+ {fact}"));
    let found: Vec<_> = missing.chain(there.difference(&asked).map(|fact| format!("- {fact}"))).collect();
    assert_eq!(found, known_differences(db.backend()));

    let revision = migration::compare(&engine, &MODELS, &[]).unwrap().revision;
    let reported: Vec<_> = revision.up.summaries().collect();
    assert_eq!(reported, known_changes(db.backend()));
    if db.backend() == Backend::Postgres {
        become_the_models(&db, &engine);
    }
}

/// What differs is made up for; both sides insert rows then, and after the way back Advanced Alchemy still does.
fn become_the_models(db: &TestDatabase, engine: &Engine) {
    let mut place = Place::open(db);
    let before = place.live();
    // With no books that they would have to be of.
    let sell = |values: &str| {
        db.admin(&format!("SET session_replication_role = replica; INSERT INTO sales {values}"))
    };
    let by_sqlalchemy = "(id, book_id, copies) VALUES (nextval('sales_id_seq'), gen_random_uuid(), 1)";
    sell(by_sqlalchemy);
    let revision = migration::compare(engine, &MODELS, &[]).unwrap().revision;
    place.run(&revision.up);
    let rest = migration::compare(engine, &MODELS, &[]).unwrap().revision.up;
    assert!(rest.is_empty(), "{rest:#?}");
    sell("(book_id, copies) VALUES (gen_random_uuid(), 2)");
    sell(by_sqlalchemy);
    place.run(&revision.down);
    sell(by_sqlalchemy);
    assert_eq!(db.number("SELECT max(id) * 10 + count(*) FROM sales"), 44);
    assert_eq!(place.live(), before);
}

/// All that a schema says of its tables, but for the order of their columns: a line for each thing.
fn facts(schema: &Schema) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for table in &schema.tables {
        let name = &table.name;
        facts.insert(format!("{name}: {:?} {:?} {:?}", table.options, table.primary_key, table.triggers));
        facts.extend(table.columns.iter().map(|column| format!("{name}.{}", column_fact(column))));
        facts.extend(
            table.uniques.iter().map(|unique| format!("{name}: {:?} {:?}", unique.name, unique.columns)),
        );
        facts.extend(table.foreign_keys.iter().map(|key| format!("{name}: {key:?}")));
        facts.extend(table.checks.iter().map(|check| format!("{name}: {check:?}")));
        facts.extend(table.indexes.iter().map(|index| format!("{name}: {index:?}")));
    }
    facts
}

fn column_fact(column: &schema::Column) -> String {
    let mut fact = format!("{} {}", column.name, column.sql_type);
    if !column.nullable {
        fact.push_str(" NOT NULL");
    }
    for (word, value) in [("DEFAULT", &column.default), ("COLLATE", &column.collation)] {
        if let Some(value) = value {
            fact.push_str(&format!(" {word} {value}"));
        }
    }
    if let Some(generation) = &column.generated {
        fact.push_str(&format!(", made by {generation:?}"));
    }
    fact
}
