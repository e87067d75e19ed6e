//! Triggers and views that mention tables, by their text.

use crate::backend::{Dialect, mentions};
use crate::migration::schema::{Other, Table};

/// Notes that a trigger or view mentions a table, and which of its columns it may mean. One that is the table's own goes with
/// it.
pub(super) fn add(dialect: Dialect, table: &mut Table, is_own: bool, what: &str, sql: &str) {
    if !is_own && !mentions(dialect, sql, &table.name) {
        return;
    }
    let columns = table.columns.iter().filter(|column| mentions(dialect, sql, &column.name));
    let parts = columns.map(|column| Some(column.name.clone()));
    let parts: Vec<_> = parts.chain((!is_own).then_some(None)).collect();
    table.mentions.extend(parts.into_iter().map(|part| Other {
        part,
        what: what.to_owned(),
        ..Other::default()
    }));
}
