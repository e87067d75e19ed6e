//! Which clauses Diesel's query language has on [`AnyBackend`], and how they are written where databases differ.

use diesel::QueryResult;
use diesel::backend::{SqlDialect, sql_dialect};
use diesel::insertable::{
    CanInsertInSingleQuery, ColumnInsertValue, DefaultableColumnInsertValue, InsertValues,
};
use diesel::internal::derives::multiconnection::{
    BatchInsert, BoxedLimitOffsetClause, Concat, DefaultValues, LimitClause, LimitOffsetClause,
    NoLimitClause, NoOffsetClause, OffsetClause,
};
use diesel::query_builder::{IntoBoxedClause, QueryFragment};
use diesel::{AppearsOnTable, Column, Expression};

use super::{AnyBackend, BindPass, Dialect};

impl SqlDialect for AnyBackend {
    type ReturningClause = sql_dialect::returning_clause::PgLikeReturningClause;
    type OnConflictClause = OnConflict;
    type InsertWithDefaultKeyword = DefaultKeyword;
    type BatchInsertSupport = sql_dialect::batch_insert_support::PostgresLikeBatchInsertSupport;
    type ConcatClause = ConcatOperator;
    type DefaultValueClauseForInsert = DefaultValuesClause;
    type EmptyFromClauseSyntax = sql_dialect::from_clause_syntax::AnsiSqlFromClauseSyntax;
    type SelectStatementSyntax = sql_dialect::select_statement_syntax::AnsiSqlSelectStatement;
    type ExistsSyntax = sql_dialect::exists_syntax::AnsiSqlExistsSyntax;
    type ArrayComparison = sql_dialect::array_comparison::AnsiSqlArrayComparison;
    type AliasSyntax = sql_dialect::alias_syntax::AsAliasSyntax;
    type WindowFrameClauseGroupSupport =
        sql_dialect::window_frame_clause_group_support::NoGroupWindowFrameUnit;
    type WindowFrameExclusionSupport =
        sql_dialect::window_frame_exclusion_support::NoFrameFrameExclusionSupport;
    type AggregateFunctionExpressions =
        sql_dialect::aggregate_function_expressions::NoAggregateFunctionExpressions;
    type BuiltInWindowFunctionRequireOrder =
        sql_dialect::built_in_window_function_require_order::NoOrderRequired;
}

/// `ON CONFLICT`; MariaDB has none and refuses the statement.
pub struct OnConflict;

impl sql_dialect::on_conflict_clause::SupportsOnConflictClause for OnConflict {}
impl sql_dialect::on_conflict_clause::SupportsOnConflictClauseWhere for OnConflict {}
impl sql_dialect::on_conflict_clause::PgLikeOnConflictClause for OnConflict {}

/// `DEFAULT` in place of a value; SQLite leaves the column out instead.
pub struct DefaultKeyword;

impl sql_dialect::default_keyword_for_insert::SupportsDefaultKeyword for DefaultKeyword {}

impl<Col, Expr> InsertValues<AnyBackend, Col::Table>
    for DefaultableColumnInsertValue<ColumnInsertValue<Col, Expr>>
where
    Col: Column,
    Expr: Expression<SqlType = Col::SqlType> + AppearsOnTable<diesel::query_builder::NoFromClause>,
    Self: QueryFragment<AnyBackend>,
{
    fn column_names(&self, mut out: BindPass<'_, '_>) -> QueryResult<()> {
        if matches!(self, Self::Expression(_)) || out.backend().dialect().default_keyword() {
            out.push_identifier(Col::NAME)?;
        }
        Ok(())
    }
}

impl<Expr> QueryFragment<AnyBackend, DefaultKeyword> for DefaultableColumnInsertValue<Expr>
where
    Expr: QueryFragment<AnyBackend>,
{
    fn walk_ast<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        match self {
            Self::Expression(inner) => inner.walk_ast(out.reborrow())?,
            Self::Default if out.backend().dialect().default_keyword() => out.push_sql("DEFAULT"),
            Self::Default => {}
        }
        Ok(())
    }
}

impl<V, Tab, Id, const STATIC: bool> CanInsertInSingleQuery<AnyBackend> for BatchInsert<V, Tab, Id, STATIC>
where
    V: CanInsertInSingleQuery<AnyBackend>,
{
    fn rows_to_insert(&self) -> Option<usize> {
        self.values.rows_to_insert()
    }
}

impl<T> CanInsertInSingleQuery<AnyBackend> for Vec<T> {
    fn rows_to_insert(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<T> CanInsertInSingleQuery<AnyBackend> for [T] {
    fn rows_to_insert(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<T, const N: usize> CanInsertInSingleQuery<AnyBackend> for [T; N] {
    fn rows_to_insert(&self) -> Option<usize> {
        Some(N)
    }
}

/// A row of defaults.
pub struct DefaultValuesClause;

impl QueryFragment<AnyBackend, DefaultValuesClause> for DefaultValues {
    fn walk_ast<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        out.push_sql(match out.backend().dialect() {
            Dialect::Mysql => "() VALUES ()",
            Dialect::Sqlite | Dialect::Postgres => "DEFAULT VALUES",
        });
        Ok(())
    }
}

/// `||`, which MariaDB writes as a function.
pub struct ConcatOperator;

impl<L, R> QueryFragment<AnyBackend, ConcatOperator> for Concat<L, R>
where
    L: QueryFragment<AnyBackend>,
    R: QueryFragment<AnyBackend>,
{
    fn walk_ast<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        let (open, between) = match out.backend().dialect() {
            Dialect::Mysql => ("CONCAT(", ", "),
            Dialect::Sqlite | Dialect::Postgres => ("(", " || "),
        };
        out.push_sql(open);
        self.left.walk_ast(out.reborrow())?;
        out.push_sql(between);
        self.right.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<L, O> QueryFragment<AnyBackend> for LimitOffsetClause<L, O>
where
    L: QueryFragment<AnyBackend>,
    O: QueryFragment<AnyBackend>,
{
    fn walk_ast<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        let backend = *out.backend();
        if self.limit_clause.is_noop(&backend)? && !self.offset_clause.is_noop(&backend)? {
            push_no_limit(&mut out);
        }
        self.limit_clause.walk_ast(out.reborrow())?;
        self.offset_clause.walk_ast(out)
    }
}

impl QueryFragment<AnyBackend> for BoxedLimitOffsetClause<'_, AnyBackend> {
    fn walk_ast<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        match &self.limit {
            Some(limit) => limit.walk_ast(out.reborrow())?,
            None if self.offset.is_some() => push_no_limit(&mut out),
            None => {}
        }
        match &self.offset {
            Some(offset) => offset.walk_ast(out),
            None => Ok(()),
        }
    }
}

/// SQLite and MariaDB have no `OFFSET` without a `LIMIT`.
fn push_no_limit(out: &mut BindPass<'_, '_>) {
    out.push_sql(match out.backend().dialect() {
        Dialect::Sqlite => " LIMIT -1",
        // https://mariadb.com/kb/en/limit/ names this number.
        Dialect::Mysql => " LIMIT 18446744073709551615",
        Dialect::Postgres => "",
    });
}

type Boxed<'a> = BoxedLimitOffsetClause<'a, AnyBackend>;

impl<'a> IntoBoxedClause<'a, AnyBackend> for LimitOffsetClause<NoLimitClause, NoOffsetClause> {
    type BoxedClause = Boxed<'a>;

    fn into_boxed(self) -> Boxed<'a> {
        Boxed { limit: None, offset: None }
    }
}

impl<'a, L> IntoBoxedClause<'a, AnyBackend> for LimitOffsetClause<LimitClause<L>, NoOffsetClause>
where
    L: QueryFragment<AnyBackend> + Send + 'a,
{
    type BoxedClause = Boxed<'a>;

    fn into_boxed(self) -> Boxed<'a> {
        Boxed { limit: Some(Box::new(self.limit_clause)), offset: None }
    }
}

impl<'a, O> IntoBoxedClause<'a, AnyBackend> for LimitOffsetClause<NoLimitClause, OffsetClause<O>>
where
    O: QueryFragment<AnyBackend> + Send + 'a,
{
    type BoxedClause = Boxed<'a>;

    fn into_boxed(self) -> Boxed<'a> {
        Boxed { limit: None, offset: Some(Box::new(self.offset_clause)) }
    }
}

impl<'a, L, O> IntoBoxedClause<'a, AnyBackend> for LimitOffsetClause<LimitClause<L>, OffsetClause<O>>
where
    L: QueryFragment<AnyBackend> + Send + 'a,
    O: QueryFragment<AnyBackend> + Send + 'a,
{
    type BoxedClause = Boxed<'a>;

    fn into_boxed(self) -> Boxed<'a> {
        Boxed { limit: Some(Box::new(self.limit_clause)), offset: Some(Box::new(self.offset_clause)) }
    }
}
