//! Statements: trees over metadata, rendered once for all models and databases.

mod condition;
mod conflict;
mod copy;
mod delete;
mod insert;
mod kept;
mod key;
mod lock;
mod prepared;
mod select;
mod update;
mod update_many;

use diesel::QueryResult;
use diesel::query_builder::{Query, QueryFragment, QueryId};

use crate::backend::{AnyBackend, BindPass};
use crate::filter::{push_column, push_source};
use crate::model::ModelMeta;

pub(crate) use self::condition::{Condition, Selection};
pub(crate) use self::conflict::OnConflict;
pub(crate) use self::copy::{Copy, copied_columns};
pub(crate) use self::delete::Delete;
pub(crate) use self::insert::{Insert, MAX_PACKET, rows_that_fit, size};
pub(crate) use self::key::{BindKey, MatchKey, Unmatched, key_of, moves_lookup, probe_key};
pub(crate) use self::lock::{LockStrength, LockWait, RowLock};
pub(crate) use self::prepared::Keep;
pub(crate) use self::select::{Count, Exists, Select};
pub(crate) use self::update::{MarkDeleted, Update, version_of};
pub(crate) use self::update_many::UpdateMany;

/// A statement that an [`Executor`](crate::session::Executor) can run.
pub(crate) trait Statement: Send + Sync {
    /// Writes the statement.
    fn write<'b>(&'b self, out: BindPass<'_, 'b>) -> QueryResult<()>;

    /// Whether it changes rows.
    fn writes(&self) -> bool {
        false
    }
}

/// A statement as Diesel sees it.
pub(crate) struct Written<'a>(pub(crate) &'a dyn Statement);

impl QueryFragment<AnyBackend> for Written<'_> {
    fn walk_ast<'b>(&'b self, out: BindPass<'_, 'b>) -> QueryResult<()> {
        self.0.write(out)
    }
}

impl QueryId for Written<'_> {
    type QueryId = ();

    // Prepared statements are found by their text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Written<'_> {
    // Rows are read by column, so that no type list is made for a model.
    type SqlType = diesel::sql_types::Untyped;
}

/// `"table"."a", "table"."b"`
fn push_columns<'b>(
    out: &mut BindPass<'_, 'b>,
    meta: &'static ModelMeta,
    columns: impl Iterator<Item = usize>,
) -> QueryResult<()> {
    for (place, column) in columns.enumerate() {
        if place > 0 {
            out.push_sql(", ");
        }
        push_column(meta, column, out.reborrow())?;
    }
    Ok(())
}

/// ` FROM "table"`, or the query that the rows come from.
fn push_from(out: &mut BindPass<'_, '_>, meta: &'static ModelMeta) -> QueryResult<()> {
    out.push_sql(" FROM ");
    push_source(meta, None, out)
}

/// ` RETURNING "a", "b"` of all columns, where the database can.
fn push_returning<'b>(out: &mut BindPass<'_, 'b>, meta: &'static ModelMeta) -> QueryResult<()> {
    if !out.backend().dialect().returning() {
        return Ok(());
    }
    out.push_sql(" RETURNING ");
    push_names(out, meta, 0..meta.columns.len())
}

/// `"a", "b"`
fn push_names(
    out: &mut BindPass<'_, '_>,
    meta: &'static ModelMeta,
    columns: impl Iterator<Item = usize>,
) -> QueryResult<()> {
    for (place, column) in columns.enumerate() {
        if place > 0 {
            out.push_sql(", ");
        }
        out.push_identifier(meta.columns[column].name)?;
    }
    Ok(())
}
