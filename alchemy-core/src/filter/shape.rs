//! What the text of a condition depends on, and how many values it binds.

use std::hash::Hasher;

use super::Value;
use super::predicate::Predicate;
use crate::backend::AnyBackend;
use crate::model::ModelMeta;

impl Predicate {
    /// Hashes what the text depends on beside the model; `false` where it is not worth keeping prepared.
    pub(super) fn shape(&self, backend: AnyBackend, out: &mut dyn Hasher) -> bool {
        let leaf = |out: &mut dyn Hasher, kind: u8, column: usize, negated: bool| {
            out.write_u8(kind);
            out.write_usize(column);
            out.write_u8(u8::from(negated));
        };
        match self {
            Self::Everything => out.write_u8(0),
            Self::Nothing => out.write_u8(1),
            Self::And(parts) | Self::Or(parts) => {
                out.write_u8(if matches!(self, Self::And(_)) { 2 } else { 3 });
                out.write_usize(parts.len());
                return parts.iter().all(|part| part.shape(backend, out));
            }
            Self::Compare { column, comparison, value } => {
                leaf(out, 4, *column, false);
                out.write_u8(*comparison as u8);
                value.shape(out);
            }
            // As many texts as there are numbers of values, or ways to put conditions together.
            Self::In { .. } | Self::OfClient(_) => return false,
            Self::Null { column, negated } => leaf(out, 5, *column, *negated),
            Self::Between { column, low, high } => {
                leaf(out, 6, *column, false);
                low.shape(out);
                high.shape(out);
            }
            Self::Match { column, ignore_case, negated, .. } => {
                leaf(out, 7, *column, *negated);
                out.write_u8(u8::from(*ignore_case));
            }
            Self::Diesel { condition, negated } => {
                out.write_u8(8);
                out.write_u8(u8::from(*negated));
                return condition.shape(backend, out);
            }
            Self::Exists { related, negated } => {
                out.write_u8(9);
                out.write_u8(u8::from(*negated));
                out.write_usize(std::ptr::from_ref(related.meta).addr());
                out.write_usize(related.on.len());
                for (column, other) in &related.on {
                    out.write_usize(*column);
                    out.write_usize(*other);
                }
                return related.predicate.shape(backend, out);
            }
        }
        true
    }

    /// How many values it binds.
    pub(super) fn binds(&self, backend: AnyBackend) -> usize {
        match self {
            Self::Everything | Self::Nothing | Self::Null { .. } => 0,
            Self::And(parts) | Self::Or(parts) => parts.iter().map(|part| part.binds(backend)).sum(),
            Self::Compare { .. } | Self::Match { .. } => 1,
            Self::In { values, .. } => values.len(),
            Self::Between { .. } => 2,
            Self::Diesel { condition, .. } => condition.binds(backend),
            Self::Exists { related, .. } => related.predicate.binds(backend),
            Self::OfClient(inner) => inner.binds(backend),
        }
    }

    /// The length of the longest list of values, and the field that has it, which may be one of related rows.
    pub(super) fn longest_list(&self, meta: &ModelMeta) -> Option<(usize, &'static str)> {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                parts.iter().filter_map(|part| part.longest_list(meta)).max_by_key(|(length, _)| *length)
            }
            Self::In { column, values, .. } => Some((values.len(), meta.columns[*column].field)),
            Self::Exists { related, .. } => related.predicate.longest_list(related.meta),
            Self::OfClient(inner) => inner.longest_list(meta),
            _ => None,
        }
    }
}

impl Value {
    /// The type is a part of what a statement is prepared for.
    fn shape(&self, out: &mut dyn Hasher) {
        out.write_u8(self.kind() as u8);
    }
}
