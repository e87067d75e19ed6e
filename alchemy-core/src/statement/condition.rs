//! Which rows a statement is about.

use std::hash::Hasher;

use diesel::QueryResult;
use diesel::query_builder::QueryFragment;

use crate::backend::{AnyBackend, BindPass};
use crate::filter::{Where, push_column};
use crate::model::{Keyed, ModelMeta};

/// Which rows a statement is about.
#[derive(Clone, Copy)]
pub(crate) enum Condition<'a> {
    /// The one with a key.
    Key(&'a dyn BindKey),
    /// Those with any of some keys.
    Keys(&'a [Box<dyn BindKey>]),
    /// Those that filters match.
    Where(Where<'a>),
}

impl Condition<'_> {
    /// Whether the text is another one from one call to the next.
    pub(super) fn varies(&self) -> bool {
        matches!(self, Self::Where(condition) if !condition.matches_everything())
    }

    /// Hashes what the text depends on beside the model; `false` where it is not worth keeping prepared.
    pub(super) fn shape(&self, backend: AnyBackend, out: &mut dyn Hasher) -> bool {
        match self {
            Self::Key(_) => out.write_u8(0),
            Self::Keys(_) => return false,
            Self::Where(condition) => {
                out.write_u8(1);
                return condition.shape(backend, out);
            }
        }
        true
    }

    /// Writes ` WHERE …`, or nothing.
    pub(super) fn write<'b>(
        &'b self,
        meta: &'static ModelMeta,
        mut out: BindPass<'_, 'b>,
    ) -> QueryResult<()> {
        match self {
            Self::Key(key) => {
                out.push_sql(" WHERE ");
                push_key(meta, *key, out)
            }
            Self::Keys(keys) => {
                // As many texts as there are numbers of keys: not worth keeping prepared.
                out.unsafe_to_cache_prepared();
                for (place, key) in keys.iter().enumerate() {
                    out.push_sql(if place == 0 { " WHERE (" } else { ") OR (" });
                    push_key(meta, &**key, out.reborrow())?;
                }
                out.push_sql(")");
                Ok(())
            }
            Self::Where(condition) if condition.matches_everything() => Ok(()),
            Self::Where(condition) => {
                out.push_sql(" WHERE ");
                condition.walk_ast(out)
            }
        }
    }
}

/// `"table"."id" = ?`, for each component.
fn push_key<'b>(
    meta: &'static ModelMeta,
    key: &'b dyn BindKey,
    mut out: BindPass<'_, 'b>,
) -> QueryResult<()> {
    for (component, &column) in meta.primary_key.iter().enumerate() {
        if component > 0 {
            out.push_sql(" AND ");
        }
        push_column(meta, column, out.reborrow())?;
        out.push_sql(" = ");
        key.bind_component(component, out.reborrow())?;
    }
    Ok(())
}

/// A primary key that binds its components.
pub(crate) trait BindKey: Send + Sync {
    /// Binds one component, in the order of [`ModelMeta::primary_key`].
    fn bind_component<'b>(&'b self, component: usize, out: BindPass<'_, 'b>) -> QueryResult<()>;
}

/// The key of a model's row.
pub(crate) struct Key<'a, M: Keyed>(pub(crate) &'a M::Id);

/// The key of a model's row, its own.
pub(crate) struct OwnedKey<M: Keyed>(pub(crate) M::Id);

impl<M: Keyed> BindKey for OwnedKey<M> {
    fn bind_component<'b>(&'b self, component: usize, out: BindPass<'_, 'b>) -> QueryResult<()> {
        M::bind_id(&self.0, component, out)
    }
}

impl<M: Keyed> BindKey for Key<'_, M> {
    fn bind_component<'b>(&'b self, component: usize, out: BindPass<'_, 'b>) -> QueryResult<()> {
        M::bind_id(self.0, component, out)
    }
}
