//! A list's condition, orderings and page, without the model's type.

use super::order::OrderTerm;
use super::page::Page;
use super::predicate::Predicate;
use super::{FilterError, Keyset, LimitOffset, OrderTerms, Where};
use crate::backend::{AnyBackend, Dialect};
use crate::model::ModelMeta;

/// A page is a limit and an offset.
const PAGE_BINDS: usize = 2;

/// What [`Filters`](super::Filters) hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Criteria {
    pub(crate) predicate: Predicate,
    pub(crate) order: Vec<OrderTerm>,
    pub(crate) page: Option<Page>,
    /// Whether the page is one that a client's list has where none is asked for.
    pub(crate) is_page_implied: bool,
    /// Whether the order is one of more than could be kept prepared.
    pub(crate) varies: bool,
}

impl Criteria {
    /// The condition as a part of a statement on the model's table.
    pub(crate) fn condition(&self, meta: &'static ModelMeta) -> Where<'_> {
        Where { meta, predicate: &self.predicate }
    }

    /// Refuses more values than a statement of the database can bind, of which a list may take a few itself.
    pub(crate) fn check(&self, meta: &'static ModelMeta, dialect: Dialect) -> Result<(), FilterError> {
        let max = dialect.max_binds() - PAGE_BINDS;
        if self.binds(dialect) <= max {
            return Ok(());
        }
        let what = self.predicate.longest_list(meta).map_or(meta.name, |(_, field)| field);
        Err(FilterError::TooMany { what: what.to_owned(), max })
    }

    /// The page, for a list that finds it by a number of rows.
    ///
    /// # Errors
    /// When it is one that is found by a row.
    pub(crate) fn limit_offset(&self) -> Result<Option<LimitOffset>, FilterError> {
        self.page.as_ref().map(Page::limit_offset).transpose()
    }

    /// The page, for a list that finds it by a row.
    ///
    /// # Errors
    /// When there is none, or it is one that is found by a number of rows before it.
    pub(crate) fn keyset(&self) -> Result<Keyset, FilterError> {
        match &self.page {
            Some(page) => page.keyset(),
            None => Err(FilterError::invalid_value("limit", "given")),
        }
    }

    /// The most rows, for a list that begins with the first.
    ///
    /// # Errors
    /// When a page after the first is asked for.
    pub(crate) fn most(&self) -> Result<Option<i64>, FilterError> {
        match self.limit_offset()? {
            Some(LimitOffset { limit, offset: 0 }) => Ok(Some(limit)),
            Some(_) => Err(FilterError::UnexpectedPage),
            None => Ok(None),
        }
    }

    /// Whether one statement can have the condition twice.
    pub(crate) fn fits_twice(&self, dialect: Dialect) -> bool {
        self.binds(dialect) <= (dialect.max_binds() - PAGE_BINDS) / 2
    }

    fn binds(&self, dialect: Dialect) -> usize {
        AnyBackend::for_dialect(dialect).map_or(0, |backend| self.predicate.binds(backend))
    }

    /// The orderings as a part of a statement on the model's table.
    pub(crate) fn order(&self, meta: &'static ModelMeta) -> OrderTerms<'_> {
        OrderTerms { meta, terms: &self.order, varies: self.varies }
    }
}
