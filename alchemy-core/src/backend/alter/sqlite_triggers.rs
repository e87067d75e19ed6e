//! What SQLite makes of triggers when what they mention is renamed.

use std::collections::HashMap;

use crate::backend::Dialect;
use crate::migration::Schema;
use crate::migration::plan::Renames;

/// The texts of triggers before and after tables and columns got other names, by SQLite's own hand: in a database in memory
/// that has the same tables. `None` where there is none to be had, as for tables that need an extension, and on the others,
/// whose triggers are none of a schema.
pub(crate) fn renamed_triggers(
    dialect: Dialect,
    schema: &Schema,
    renames: &Renames,
) -> Option<HashMap<String, String>> {
    let has_triggers = schema.tables.iter().any(|table| !table.triggers.is_empty());
    if dialect != Dialect::Sqlite || !has_triggers || renames.is_empty() {
        return None;
    }
    #[cfg(feature = "sqlite")]
    return in_memory::renamed(schema, renames).ok();
    #[cfg(not(feature = "sqlite"))]
    None
}

#[cfg(feature = "sqlite")]
mod in_memory {
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection};

    use super::super::clause::create_table;
    use super::super::sqlite::rename_statements;
    use super::{Dialect, HashMap, Renames, Schema};

    type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

    #[derive(QueryableByName)]
    struct Trigger {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        sql: String,
    }

    pub(super) fn renamed(schema: &Schema, renames: &Renames) -> Result<HashMap<String, String>> {
        let mut connection = SqliteConnection::establish(":memory:")?;
        for table in &schema.tables {
            connection.batch_execute(&create_table(Dialect::Sqlite, table, &table.name, |_| true)?)?;
        }
        for trigger in schema.tables.iter().flat_map(|table| &table.triggers) {
            connection.batch_execute(trigger)?;
        }
        let before = triggers(&mut connection)?;
        for statement in rename_statements(renames) {
            connection.batch_execute(&statement.sql)?;
        }
        let after: HashMap<_, _> =
            triggers(&mut connection)?.into_iter().map(|trigger| (trigger.name, trigger.sql)).collect();
        let pairs =
            before.into_iter().filter_map(|Trigger { name, sql }| Some((sql, after.get(&name)?.clone())));
        Ok(pairs.collect())
    }

    fn triggers(connection: &mut SqliteConnection) -> Result<Vec<Trigger>> {
        let query = diesel::sql_query("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'");
        Ok(query.load(connection)?)
    }
}
