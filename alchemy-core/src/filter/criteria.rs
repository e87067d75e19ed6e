//! A list's condition, orderings and page, without the model's type.

use super::order::OrderTerm;
use super::predicate::Predicate;
use super::{LimitOffset, OrderTerms, Where};
use crate::model::ModelMeta;

/// What [`Filters`](super::Filters) hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Criteria {
    pub(crate) predicate: Predicate,
    pub(crate) order: Vec<OrderTerm>,
    pub(crate) page: Option<LimitOffset>,
}

impl Criteria {
    /// The condition as a part of a statement on the model's table.
    pub(crate) fn condition(&self, meta: &'static ModelMeta) -> Where<'_> {
        Where { meta, predicate: &self.predicate }
    }

    /// The orderings as a part of a statement on the model's table.
    pub(crate) fn order(&self, meta: &'static ModelMeta) -> OrderTerms<'_> {
        OrderTerms { meta, terms: &self.order }
    }
}
