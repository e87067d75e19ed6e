//! What a database says of its tables.

mod models;
mod mysql;
mod postgres;
mod sqlite;

use std::fmt::Write;

use alchemy_core::migration::Schema;
use alchemy_core::migration::schema::{IndexKey, IndexPart, Table, live};
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};

database_tests! {
    an_empty_database_has_no_tables,
    tables_of_migrations_and_ignored_ones_are_left_out,
}

fn engine(db: &TestDatabase) -> Engine {
    let config = EngineConfig::new(db.url()).bind_key("inspected").pool_size(2);
    Engine::connect(config).expect("the database is there")
}

/// The tables that statements make, in words.
fn made_by(db: &TestDatabase, statements: &str) -> String {
    db.admin(statements);
    described(&live(&engine(db), &[]).unwrap())
}

fn an_empty_database_has_no_tables(db: TestDatabase) {
    assert_eq!(live(&engine(&db), &[]).unwrap(), Schema::default());
}

fn tables_of_migrations_and_ignored_ones_are_left_out(db: TestDatabase) {
    let quote = if db.backend() == Backend::Mysql { '`' } else { '"' };
    let names = [
        "__diesel_schema_migrations",
        "__alchemy_migrations",
        "alembic_version",
        "alembic_versions",
        "b",
        "a",
        "sqlite",
        "it's 100% \"ignored\"",
    ];
    for name in names {
        let name = if quote == '"' { name.replace('"', "\"\"") } else { name.to_owned() };
        db.admin(&format!("CREATE TABLE {quote}{name}{quote} (id INTEGER)"));
    }
    db.admin("CREATE VIEW v AS SELECT id FROM a");
    let ignored = ["b".to_owned(), "it's 100% \"ignored\"".to_owned(), "never there".to_owned()];
    let schema = live(&engine(&db), &ignored).unwrap();
    let there: Vec<_> = schema.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(there, ["a", "sqlite"]);
}

/// A schema in words, every field of it.
fn described(schema: &Schema) -> String {
    let mut text = String::new();
    for table in &schema.tables {
        describe(table, &mut text).expect("a string takes everything");
    }
    text
}

fn describe(table: &Table, out: &mut String) -> std::fmt::Result {
    writeln!(out, "TABLE {} | {}{}", table.name, table.options, renamed(&table.renamed_from))?;
    for column in &table.columns {
        write!(out, "  {}: {}", column.name, column.sql_type)?;
        write!(out, "{}", if column.nullable { "" } else { " NOT NULL" })?;
        write!(out, "{}", renamed(&column.renamed_from))?;
        if let Some(default) = &column.default {
            write!(out, " DEFAULT {default}")?;
        }
        if let Some(collation) = &column.collation {
            write!(out, " COLLATE {collation}")?;
        }
        if let Some(generated) = &column.generated {
            write!(out, " {generated:?}")?;
        }
        if !column.options.is_empty() {
            write!(out, " {}", column.options)?;
        }
        writeln!(out)?;
    }
    if let Some(key) = &table.primary_key {
        writeln!(out, "  KEY {} {:?}", named(&key.name, false), key.columns)?;
    }
    for unique in &table.uniques {
        writeln!(out, "  UNIQUE {} {:?}", named(&unique.name, unique.is_named), unique.columns)?;
    }
    for key in &table.foreign_keys {
        write!(out, "  FOREIGN {} {:?}", named(&key.name, key.is_named), key.columns)?;
        write!(out, " -> {} {:?}", key.target, key.target_columns)?;
        writeln!(
            out,
            " {:?} {:?}{}",
            key.on_delete,
            key.on_update,
            if key.deferred { " DEFERRED" } else { "" }
        )?;
    }
    for check in &table.checks {
        let column = check.column.as_ref().map_or_else(String::new, |column| format!(" OF {column}"));
        writeln!(out, "  CHECK {} {}{column}", named(&check.name, false), check.expression)?;
    }
    for index in &table.indexes {
        let parts: Vec<_> = index.parts.iter().map(described_part).collect();
        write!(out, "  {}INDEX {}", if index.unique { "UNIQUE " } else { "" }, index.name)?;
        write!(out, " [{}]", parts.join(", "))?;
        if let Some(condition) = &index.condition {
            write!(out, " WHERE {condition}")?;
        }
        if let Some(method) = &index.method {
            write!(out, " USING {method}")?;
        }
        if !index.options.is_empty() {
            write!(out, " {}", index.options)?;
        }
        writeln!(out, "{}", if index.is_named { " NAMED" } else { "" })?;
    }
    table.triggers.iter().try_for_each(|trigger| writeln!(out, "  {trigger}"))
}

fn described_part(part: &IndexPart) -> String {
    let key = match &part.key {
        IndexKey::Column(name) => name.clone(),
        IndexKey::Expression(expression) => format!("<{expression}>"),
        other => panic!("{other:?} is not described"),
    };
    let length = part.length.map_or_else(String::new, |length| format!("({length})"));
    format!("{key}{length} {}", part.options).trim_end().to_owned()
}

fn named(name: &Option<String>, is_named: bool) -> String {
    format!("{}{}", name.as_deref().unwrap_or("-"), if is_named { " NAMED" } else { "" })
}

fn renamed(from: &Option<String>) -> String {
    from.as_ref().map_or_else(String::new, |from| format!(" RENAMED FROM {from}"))
}
