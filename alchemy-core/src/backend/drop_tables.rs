//! Tables that go.

use diesel::connection::SimpleConnection;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::{OptionalExtension, QueryResult, RunQueryDsl};

use super::{AnyConnection, Dialect, change_schema, quote_identifier, quote_text};
use crate::ddl::names;
use crate::model::ModelMeta;

/// Drops the tables of models, each of which stands after those that it refers to, and some more; those that are not there
/// are no error. A table that is none of them and refers to one is.
pub(crate) fn drop_tables(
    connection: &mut AnyConnection,
    models: &[&'static ModelMeta],
    more: &[&str],
) -> QueryResult<()> {
    let dialect = connection.dialect();
    if dialect == Dialect::Sqlite {
        // Dropping a table deletes its rows first, and what refers to them goes with them. Takes no effect within a
        // transaction, and lasts until the connection is set up anew.
        connection.batch_execute("PRAGMA foreign_keys = OFF")?;
    }
    change_schema(connection, |connection| {
        // PostgreSQL refuses by itself.
        if dialect != Dialect::Postgres {
            refuse_referrers(connection, models)?;
        }
        drop_statements(dialect, models, more)
            .iter()
            .try_for_each(|statement| connection.batch_execute(statement))
    })
}

/// Fails where [`drop_tables`] would because of what others have, and drops nothing.
#[cfg(feature = "cli")]
pub(crate) fn try_drop_tables(
    connection: &mut AnyConnection,
    models: &[&'static ModelMeta],
    more: &[&str],
) -> QueryResult<()> {
    let dialect = connection.dialect();
    if dialect != Dialect::Postgres {
        return refuse_referrers(connection, models);
    }
    // Views refer to tables too, and PostgreSQL knows best of all.
    let tried = change_schema(connection, |connection| {
        drop_statements(dialect, models, more)
            .iter()
            .try_for_each(|statement| connection.batch_execute(statement))?;
        Err(Error::RollbackTransaction)
    });
    match tried {
        Err(Error::RollbackTransaction) => Ok(()),
        tried => tried,
    }
}

/// The statements by which tables are [dropped](drop_tables), to be run with foreign keys off on SQLite.
pub(crate) fn drop_statements(dialect: Dialect, models: &[&'static ModelMeta], more: &[&str]) -> Vec<String> {
    let quote = |name: &str| quote_identifier(dialect, name);
    // What counts as migrated goes last, as on MariaDB each table goes for good.
    let tables = models.iter().rev().map(|model| model.table).chain(more.iter().copied()).map(quote);
    match dialect {
        Dialect::Sqlite => tables.map(|table| format!("DROP TABLE IF EXISTS {table}")).collect(),
        // Those of one statement may refer to each other in any way.
        Dialect::Postgres => vec![format!("DROP TABLE IF EXISTS {}", tables.collect::<Vec<_>>().join(", "))],
        Dialect::Mysql => {
            let keys = circular_keys(models).into_iter().map(|(table, key)| {
                format!(
                    "ALTER TABLE IF EXISTS {} DROP FOREIGN KEY IF EXISTS {}",
                    quote_identifier(dialect, table),
                    quote_identifier(dialect, &key)
                )
            });
            keys.chain(tables.map(|table| format!("DROP TABLE IF EXISTS {table}"))).collect()
        }
    }
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
