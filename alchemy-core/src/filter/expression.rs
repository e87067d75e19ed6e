//! [`Filter`] as an expression of Diesel.

use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::query_source::{AppearsInFromClause, Once};
use diesel::{QueryResult, sql_types};

use super::Filter;
use super::related::Source;
use crate::backend::{AnyBackend, BindPass};
use crate::model::Model;

impl<M> Expression for Filter<M> {
    // A comparison with `NULL` in the column is neither true nor false to the database. At the top of a condition and
    // under `and` and `or` that is as good as false, and indexes serve it as it is.
    type SqlType = sql_types::Nullable<sql_types::Bool>;
}

impl<M, QS> AppearsOnTable<QS> for Filter<M>
where
    M: Model,
    QS: AppearsInFromClause<M::Table, Count = Once>,
{
}

impl<M> ValidGrouping<()> for Filter<M> {
    type IsAggregate = is_aggregate::No;
}

// Its SQL depends on its value, not on its type alone.
impl<M> QueryId for Filter<M> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<M: Model> QueryFragment<AnyBackend> for Filter<M> {
    fn walk_ast<'b>(&'b self, out: BindPass<'_, 'b>) -> QueryResult<()> {
        self.predicate.walk_grouped(Source::of(M::META), out)
    }
}
