//! Conditions on the rows of another table, and under which name each table's columns are written.

use diesel::QueryResult;

use super::FilterError;
use super::predicate::Predicate;
use super::render::{push_source, unusable};
use crate::backend::BindPass;
use crate::model::{ColumnRole, ModelMeta};

/// The rows of a table that belong to a row of the one that is filtered.
#[derive(Debug, Clone)]
pub(crate) struct Related {
    /// The model of the related rows.
    pub(super) meta: &'static ModelMeta,
    /// What they are found by: columns of the row that is filtered, and those of a related row that equal them.
    pub(super) on: Vec<(usize, usize)>,
    /// What they match.
    pub(super) predicate: Predicate,
}

/// A table that a condition is about, and the name it has there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    pub(super) meta: &'static ModelMeta,
    name: &'static str,
}

impl Related {
    /// The rows that are there: those that were deleted, but kept, are not.
    pub(super) fn new(meta: &'static ModelMeta, on: Vec<(usize, usize)>, predicate: Predicate) -> Self {
        let predicate = match meta.index_of_role(ColumnRole::DeletedAt) {
            Some(column) => predicate.and(Predicate::Null { column, negated: false }),
            None => predicate,
        };
        Self { meta, on, predicate }
    }

    pub(super) fn exists(self, negated: bool) -> Predicate {
        Predicate::Exists { related: Box::new(self), negated }
    }

    /// `EXISTS (SELECT 1 FROM … WHERE …)`
    pub(super) fn walk<'b>(&'b self, outer: Source, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        self.check_database(outer).map_err(unusable)?;
        let inner = outer.related(self.meta);
        out.push_sql("EXISTS (SELECT 1 FROM ");
        push_source(inner.meta, inner.alias(), &mut out)?;
        for (index, (column, other)) in self.on.iter().enumerate() {
            out.push_sql(if index == 0 { " WHERE " } else { " AND " });
            inner.push_column(*other, out.reborrow())?;
            out.push_sql(" = ");
            outer.push_column(*column, out.reborrow())?;
        }
        if !matches!(self.predicate, Predicate::Everything) {
            out.push_sql(" AND ");
            self.predicate.walk_grouped(inner, out.reborrow())?;
        }
        out.push_sql(")");
        Ok(())
    }

    fn check_database(&self, outer: Source) -> Result<(), FilterError> {
        if self.meta.bind_key() == outer.meta.bind_key() {
            return Ok(());
        }
        Err(FilterError::OtherDatabase { model: outer.meta.name, related: self.meta.name })
    }
}

impl Predicate {
    /// Refuses what could not be written as SQL that says the same.
    pub(super) fn check(&self, meta: &'static ModelMeta) -> Result<(), FilterError> {
        self.check_in(Source::of(meta))
    }

    fn check_in(&self, source: Source) -> Result<(), FilterError> {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().try_for_each(|part| part.check_in(source)),
            Self::Exists { related, .. } => {
                related.check_database(source)?;
                related.predicate.check_in(source.related(related.meta))
            }
            Self::OfClient(inner) => inner.check_in(source),
            Self::Diesel { .. } if source.is_aliased() => {
                Err(FilterError::AmbiguousCondition { model: source.meta.name })
            }
            _ => Ok(()),
        }
    }
}

impl Source {
    /// A model's table under its own name.
    pub(super) fn of(meta: &'static ModelMeta) -> Self {
        Self { meta, name: meta.table }
    }

    /// The table of related rows inside this one: under another name where its own would hide this one. That of a
    /// table further out may be hidden, for nothing inside refers to it.
    fn related(self, meta: &'static ModelMeta) -> Self {
        // Short, so that no database cuts it, and not made of the table's, which may be as long as a name can be.
        const ALIASES: [&str; 2] = ["related", "related_rows"];
        let taken = |name: &str| name.eq_ignore_ascii_case(self.name);
        let name = if taken(meta.table) { ALIASES[usize::from(taken(ALIASES[0]))] } else { meta.table };
        Self { meta, name }
    }

    /// The name that is not the table's own.
    fn alias(self) -> Option<&'static str> {
        self.is_aliased().then_some(self.name)
    }

    pub(super) fn is_aliased(self) -> bool {
        self.name != self.meta.table
    }

    /// `"table"."column"`.
    pub(super) fn push_column(self, column: usize, mut out: BindPass<'_, '_>) -> QueryResult<()> {
        out.push_identifier(self.name)?;
        out.push_sql(".");
        out.push_identifier(self.meta.columns[column].name)
    }
}
