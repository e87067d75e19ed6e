//! Conditions and orderings as SQL.

use std::hash::Hasher;

use diesel::QueryResult;
use diesel::query_builder::QueryFragment;

use super::order::OrderTerm;
use super::predicate::{Comparison, Predicate};
use super::related::Source;
use super::{FilterError, SortOrder, Value};
use crate::backend::{AnyBackend, BindPass, Dialect};
use crate::model::ModelMeta;

/// A condition as it stands after `WHERE`.
///
/// A condition that matches everything is written out as well (`1=1`); a statement that would rather have no `WHERE`
/// asks [`matches_everything`](Where::matches_everything).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Where<'a> {
    pub(crate) meta: &'static ModelMeta,
    pub(crate) predicate: &'a Predicate,
}

impl Where<'_> {
    /// Whether there is no condition.
    pub(crate) fn matches_everything(&self) -> bool {
        matches!(self.predicate, Predicate::Everything)
    }

    /// Hashes what the text depends on beside the model; `false` where it is not worth keeping prepared.
    pub(crate) fn shape(&self, backend: AnyBackend, out: &mut dyn Hasher) -> bool {
        self.predicate.shape(backend, out)
    }
}

impl QueryFragment<AnyBackend> for Where<'_> {
    fn walk_ast<'b>(&'b self, out: BindPass<'_, 'b>) -> QueryResult<()> {
        self.predicate.walk(Source::of(self.meta), out)
    }
}

/// Orderings as they stand after `ORDER BY`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OrderTerms<'a> {
    pub(crate) meta: &'static ModelMeta,
    pub(crate) terms: &'a [OrderTerm],
    /// Whether it is one of more orders than could be kept prepared.
    pub(crate) varies: bool,
}

impl OrderTerms<'_> {
    /// Whether there is no ordering; an `ORDER BY` must not be written then.
    pub(crate) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Hashes what the text depends on beside the model; `false` where it is not worth keeping prepared.
    pub(crate) fn shape(&self, out: &mut dyn Hasher) -> bool {
        for term in self.terms {
            out.write_usize(term.column);
            out.write_u8(u8::from(term.order == SortOrder::Desc));
        }
        !self.varies
    }
}

impl QueryFragment<AnyBackend> for OrderTerms<'_> {
    fn walk_ast<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                out.push_sql(", ");
            }
            push_column(self.meta, term.column, out.reborrow())?;
            let dialect = out.backend().dialect();
            let (direction, nulls) = match term.order {
                SortOrder::Asc => (" ASC", dialect.nulls_first()),
                SortOrder::Desc => (" DESC", dialect.nulls_last()),
            };
            out.push_sql(direction);
            // Said only where there can be any: an index in the database's own order serves the rest.
            if self.meta.columns[term.column].nullable {
                out.push_sql(nulls);
            }
        }
        Ok(())
    }
}

impl Predicate {
    /// Pushes the condition; anything but a single comparison in parentheses.
    pub(super) fn walk_grouped<'b>(&'b self, source: Source, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        if let Self::OfClient(inner) = self {
            out.unsafe_to_cache_prepared();
            return inner.walk_grouped(source, out);
        }
        if !matches!(self, Self::And(_) | Self::Or(_)) {
            return self.walk(source, out);
        }
        out.push_sql("(");
        self.walk(source, out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }

    fn walk<'b>(&'b self, source: Source, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        let nullable = |column: usize| source.meta.columns[column].nullable;
        match self {
            Self::Everything => out.push_sql("1=1"),
            Self::Nothing => out.push_sql("1=0"),
            Self::And(all) => walk_joined(all, " AND ", source, out)?,
            Self::Or(any) => walk_joined(any, " OR ", source, out)?,
            Self::Compare { column, comparison, value } => {
                let or_null = *comparison == Comparison::Ne && nullable(*column);
                walk_or_null(or_null, source, *column, out, |mut out| {
                    push_operand(source, *column, Some(value), out.reborrow())?;
                    out.push_sql(comparison.sql());
                    value.bind(out)
                })?;
            }
            Self::In { column, values, null, negated } => {
                let or_null = *null != *negated && nullable(*column);
                walk_or_null(or_null, source, *column, out, |mut out| {
                    push_operand(source, *column, values.first(), out.reborrow())?;
                    out.push_sql(if *negated { " NOT IN (" } else { " IN (" });
                    push_values(values, out)
                })?;
            }
            Self::Null { column, negated } => push_null(source, *column, *negated, out)?,
            Self::Between { column, low, high } => {
                push_operand(source, *column, Some(low), out.reborrow())?;
                out.push_sql(" BETWEEN ");
                low.bind(out.reborrow())?;
                out.push_sql(" AND ");
                high.bind(out)?;
            }
            Self::Match { column, pattern, ignore_case, negated } => {
                walk_or_null(*negated && nullable(*column), source, *column, out, |mut out| {
                    let (open, close) = if *negated { ("NOT (", ")") } else { ("", "") };
                    out.push_sql(open);
                    pattern.push(out.reborrow(), *ignore_case, |out| source.push_column(*column, out))?;
                    out.push_sql(close);
                    Ok(())
                })?;
            }
            Self::Diesel { .. } if source.is_aliased() => {
                return Err(unusable(FilterError::AmbiguousCondition { model: source.meta.name }));
            }
            Self::Diesel { condition, negated } => {
                out.push_sql("(");
                condition.walk_ast(out.reborrow())?;
                out.push_sql(if *negated { ") IS NOT TRUE" } else { ")" });
            }
            Self::Exists { related, negated } => {
                out.push_sql(if *negated { "NOT " } else { "" });
                related.walk(source, out)?;
            }
            Self::OfClient(inner) => {
                out.unsafe_to_cache_prepared();
                inner.walk(source, out)?;
            }
        }
        Ok(())
    }
}

impl Comparison {
    const fn sql(self) -> &'static str {
        match self {
            Self::Eq => " = ",
            Self::Ne => " <> ",
            Self::Gt => " > ",
            Self::Ge => " >= ",
            Self::Lt => " < ",
            Self::Le => " <= ",
        }
    }
}

/// `"table"."column"`.
pub(crate) fn push_column(meta: &'static ModelMeta, column: usize, out: BindPass<'_, '_>) -> QueryResult<()> {
    Source::of(meta).push_column(column, out)
}

/// What a `FROM` names: the table, or the query that stands for it; under another name where one is given.
pub(crate) fn push_source(
    meta: &'static ModelMeta,
    alias: Option<&str>,
    out: &mut BindPass<'_, '_>,
) -> QueryResult<()> {
    let name = match meta.query {
        Some(query) => {
            out.push_sql("(");
            out.push_sql(query);
            out.push_sql(")");
            Some(alias.unwrap_or(meta.table))
        }
        None => {
            out.push_identifier(meta.table)?;
            alias
        }
    };
    if let Some(name) = name {
        out.push_sql(" AS ");
        out.push_identifier(name)?;
    }
    Ok(())
}

/// The error for a condition that cannot be written, as Diesel has it.
pub(super) fn unusable(error: FilterError) -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError(Box::new(error))
}

/// A column that is compared with a value.
fn push_operand(
    source: Source,
    column: usize,
    value: Option<&Value>,
    mut out: BindPass<'_, '_>,
) -> QueryResult<()> {
    // PostgreSQL cannot compare a `json`, and a value is bound as `jsonb`. A column of that type is left as it is.
    let cast = out.backend().dialect() == Dialect::Postgres && matches!(value, Some(Value::Json(_)));
    if !cast {
        return source.push_column(column, out);
    }
    out.push_sql("CAST(");
    source.push_column(column, out.reborrow())?;
    out.push_sql(" AS jsonb)");
    Ok(())
}

fn push_null(source: Source, column: usize, negated: bool, mut out: BindPass<'_, '_>) -> QueryResult<()> {
    source.push_column(column, out.reborrow())?;
    out.push_sql(if negated { " IS NOT NULL" } else { " IS NULL" });
    Ok(())
}

/// What `push` pushes, or `(… OR column IS NULL)` around it.
fn walk_or_null<'b>(
    or_null: bool,
    source: Source,
    column: usize,
    mut out: BindPass<'_, 'b>,
    push: impl FnOnce(BindPass<'_, 'b>) -> QueryResult<()>,
) -> QueryResult<()> {
    if !or_null {
        return push(out);
    }
    out.push_sql("(");
    push(out.reborrow())?;
    out.push_sql(" OR ");
    push_null(source, column, false, out.reborrow())?;
    out.push_sql(")");
    Ok(())
}

/// The parts with the operator between them, in groups where there are many.
fn walk_joined<'b>(
    parts: &'b [Predicate],
    operator: &str,
    source: Source,
    mut out: BindPass<'_, 'b>,
) -> QueryResult<()> {
    // To a parser such a chain is as deep as it is long, and SQLite's goes no deeper than a thousand.
    const GROUP: usize = 100;

    if parts.len() > GROUP {
        for (index, group) in parts.chunks(GROUP).enumerate() {
            out.push_sql(if index > 0 { operator } else { "" });
            out.push_sql("(");
            walk_joined(group, operator, source, out.reborrow())?;
            out.push_sql(")");
        }
        return Ok(());
    }
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push_sql(operator);
        }
        part.walk_grouped(source, out.reborrow())?;
    }
    Ok(())
}

/// The values of an `IN` and its closing parenthesis.
fn push_values<'b>(values: &'b [Value], mut out: BindPass<'_, 'b>) -> QueryResult<()> {
    // One statement for each number of values would fill the cache.
    out.unsafe_to_cache_prepared();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push_sql(", ");
        }
        value.bind(out.reborrow())?;
    }
    out.push_sql(")");
    Ok(())
}
