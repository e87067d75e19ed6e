//! The statements that change tables.

mod clause;
mod fits;
mod foreign_keys;
mod kind;
mod mysql;
mod notes;
mod postgres;
mod sqlite;
mod sqlite_proof;
mod sqlite_triggers;
mod strict;
mod tokens;

use super::{Dialect, quote_identifier};
use crate::error::Result;
use crate::migration::plan::{Difference, Online};
use crate::migration::schema::{Index, Table};
use crate::migration::{Plan, Statement};

pub(crate) use self::kind::{keeps_collation, same_type};
pub(crate) use self::sqlite_triggers::renamed_triggers;
pub(crate) use self::strict::{is_strict, strict_type};
pub(crate) use self::tokens::{mentions, renamed_in_expression, renamed_in_trigger, same_expression};

use self::notes::Notes;

/// The statements that make up for a difference, as [`wrapped`] needs them.
///
/// # Errors
/// [`Error::Unsupported`](crate::Error::Unsupported) for a change that the database cannot make.
pub(crate) fn alter(difference: &Difference<'_>, online: Online) -> Result<Plan> {
    match difference.dialect {
        Dialect::Sqlite => sqlite::alter(difference),
        Dialect::Postgres => postgres::alter(difference, online),
        Dialect::Mysql => mysql::alter(difference),
    }
}

/// A plan that runs as it is: one that is in no transaction of others has one of its own where the database can do that.
pub(crate) fn wrapped(dialect: Dialect, plan: Plan) -> Plan {
    match dialect {
        Dialect::Sqlite if !plan.in_transaction => sqlite::wrapped(plan),
        Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql => plan,
    }
}

/// The indexes that a difference makes [online](Plan::online).
pub(crate) fn online_indexes<'a>(difference: &Difference<'a>) -> Vec<(&'a Table, &'a Index)> {
    match difference.dialect {
        Dialect::Postgres => postgres::online_indexes(difference),
        Dialect::Sqlite | Dialect::Mysql => Vec::new(),
    }
}

/// The statement that drops an index.
pub(crate) fn drop_index(dialect: Dialect, table: &Table, index: &Index) -> Statement {
    let mut sql = format!("DROP INDEX {}", quote_identifier(dialect, &index.name));
    if dialect == Dialect::Mysql {
        sql.push_str(&format!(" ON {}", quote_identifier(dialect, &table.name)));
    }
    let mut notes = Notes::new(dialect);
    notes.index_dropped(table, index);
    notes.about(sql)
}

/// What a foreign key is called after its table got another name: MariaDB renames those that it named itself.
pub(crate) fn renamed_foreign_key(dialect: Dialect, name: String, (old, new): (&str, &str)) -> String {
    if dialect != Dialect::Mysql {
        return name;
    }
    match name.strip_prefix(old).filter(|rest| rest.starts_with("_ibfk_")) {
        Some(rest) => format!("{new}{rest}"),
        None => name,
    }
}

/// Whether the primary key of a table is SQLite's own number of the row, which is never `NULL`, whatever the column says.
pub(crate) fn is_row_number(dialect: Dialect, table: &Table) -> bool {
    let Some([key]) = table.primary_key.as_ref().map(|key| key.columns.as_slice()) else { return false };
    let is_integer = table.column(key).is_some_and(|column| column.sql_type.eq_ignore_ascii_case("INTEGER"));
    dialect == Dialect::Sqlite && is_integer && !table.options.to_uppercase().contains("WITHOUT ROWID")
}
