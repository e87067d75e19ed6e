//! What the command says to a database beyond statements on models: states of it that hold still, rows that refer to later
//! ones, sequences, and tables that go.

use diesel::connection::{SimpleConnection, TransactionManager};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::{OptionalExtension, QueryResult, RunQueryDsl};

use super::{AnyConnection, Dialect, change_schema, quote_identifier, quote_text};
use crate::ddl::names;
use crate::model::ModelMeta;

/// Begins a transaction that sees one state of the database, whatever others write meanwhile, and locks nobody out.
pub(crate) fn begin_snapshot(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection.dialect() {
        Dialect::Sqlite => connection.begin("BEGIN"),
        Dialect::Postgres => connection.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        Dialect::Mysql => {
            connection.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
            connection.begin("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        }
    }
}

/// Ends the transaction that [`begin_snapshot`] began, or another, without keeping anything.
pub(crate) fn roll_back(connection: &mut AnyConnection) -> QueryResult<()> {
    AnyConnection::rollback_transaction(connection)
}

/// Whether all foreign keys can be made to wait for the commit, whatever was said when they were made.
pub(crate) const fn defers_any_foreign_key(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::Sqlite)
}

/// Whether a foreign key that is made to wait for the commit does.
pub(crate) const fn has_deferred_foreign_keys(dialect: Dialect) -> bool {
    !matches!(dialect, Dialect::Mysql)
}

/// Has the foreign keys wait for the commit of the transaction, where the database can do that with
/// [any](defers_any_foreign_key).
pub(crate) fn defer_foreign_keys(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection.dialect() {
        Dialect::Sqlite => connection.batch_execute("PRAGMA defer_foreign_keys = ON"),
        Dialect::Postgres | Dialect::Mysql => Ok(()),
    }
}

/// Has the keys that the database makes for a table go on after the greatest that was given to it: PostgreSQL's sequences
/// do not see those.
pub(crate) fn advance_keys(connection: &mut AnyConnection, model: &ModelMeta) -> QueryResult<()> {
    if connection.dialect() != Dialect::Postgres {
        return Ok(());
    }
    let table = quote_identifier(Dialect::Postgres, model.table);
    for column in model.columns.iter().filter(|column| column.generated.is_some()) {
        let name = quote_identifier(Dialect::Postgres, column.name);
        let literal = |text: &str| quote_text(Dialect::Postgres, text);
        connection.batch_execute(&format!(
            "SELECT setval(of.sequence, of.greatest) FROM (\
             SELECT pg_get_serial_sequence({}, {})::regclass AS sequence, (SELECT max({name}) FROM {table}) AS greatest\
             ) AS of WHERE of.greatest > coalesce(pg_sequence_last_value(of.sequence), 0)",
            literal(&table),
            literal(column.name),
        ))?;
    }
    Ok(())
}

/// Drops the tables of models, each of which stands after those that it refers to, and some more; those that are not there
/// are no error. A table that is none of them and refers to one is.
pub(crate) fn drop_tables(
    connection: &mut AnyConnection,
    models: &[&'static ModelMeta],
    more: &[&str],
) -> QueryResult<()> {
    let dialect = connection.dialect();
    let quote = |name: &str| quote_identifier(dialect, name);
    let tables: Vec<String> = models.iter().rev().map(|model| quote(model.table)).collect();
    let more: Vec<String> = more.iter().map(|name| quote(name)).collect();
    if dialect == Dialect::Sqlite {
        // Dropping a table deletes its rows first, and what refers to them goes with them. Takes no effect within a
        // transaction, and lasts until the connection is set up anew.
        connection.batch_execute("PRAGMA foreign_keys = OFF")?;
    }
    change_schema(connection, |connection| match dialect {
        Dialect::Sqlite => {
            refuse_referrers(connection, models)?;
            tables
                .iter()
                .chain(&more)
                .try_for_each(|table| connection.batch_execute(&format!("DROP TABLE IF EXISTS {table}")))
        }
        // Those of one statement may refer to each other in any way.
        Dialect::Postgres => {
            connection.batch_execute(&format!("DROP TABLE IF EXISTS {}", [tables, more].concat().join(", ")))
        }
        Dialect::Mysql => {
            refuse_referrers(connection, models)?;
            for (table, key) in circular_keys(models) {
                connection.batch_execute(&format!(
                    "ALTER TABLE IF EXISTS {} DROP FOREIGN KEY IF EXISTS {}",
                    quote(table),
                    quote(&key)
                ))?;
            }
            // What counts as migrated goes last, as each table goes for good.
            let all = tables.iter().chain(&more);
            all.into_iter()
                .try_for_each(|table| connection.batch_execute(&format!("DROP TABLE IF EXISTS {table}")))
        }
    })
}

/// Refuses to go on where a table that is none of the models' refers to one that is: SQLite would not say so, and MariaDB
/// only once other tables are gone.
fn refuse_referrers(connection: &mut AnyConnection, models: &[&'static ModelMeta]) -> QueryResult<()> {
    if models.is_empty() {
        return Ok(());
    }
    let dialect = connection.dialect();
    let names: Vec<String> =
        models.iter().map(|model| quote_text(dialect, &model.table.to_lowercase())).collect();
    let names = names.join(", ");
    let referrer = diesel::sql_query(match dialect {
        Dialect::Mysql => format!(
            "SELECT table_name AS name FROM information_schema.key_column_usage \
             WHERE referenced_table_schema = DATABASE() AND lower(referenced_table_name) IN ({names}) \
             AND NOT (table_schema = DATABASE() AND lower(table_name) IN ({names})) LIMIT 1"
        ),
        Dialect::Sqlite | Dialect::Postgres => format!(
            "SELECT tables.name AS name FROM sqlite_master AS tables, pragma_foreign_key_list(tables.name) AS keys \
         WHERE tables.type = 'table' AND lower(tables.name) NOT IN ({names}) AND lower(keys.\"table\") IN ({names}) LIMIT 1"
        ),
    });
    match referrer.get_result::<Name>(connection).optional()? {
        None => Ok(()),
        Some(Name { name }) => Err(Error::DatabaseError(
            DatabaseErrorKind::ForeignKeyViolation,
            Box::new(format!("the table `{name}` refers to one that is to be dropped")),
        )),
    }
}

#[derive(diesel::QueryableByName)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// The foreign keys to tables that stand after their own, with the names of their tables.
fn circular_keys(models: &[&'static ModelMeta]) -> Vec<(&'static str, String)> {
    let mut keys = Vec::new();
    for (place, model) in models.iter().enumerate() {
        for key in model.foreign_keys {
            let target = (key.target)();
            if models[place + 1..].iter().any(|later| later.table == target.table) {
                keys.push((model.table, names::foreign_key(model, key, Dialect::Mysql)));
            }
        }
    }
    keys
}
