//! What verbs take, as what they work on.
//!
//! The bodies are bare on purpose: they are compiled again for each model.

use crate::backend::{AnyBackend, Dialect};
use crate::error::{Error, Result};
use crate::filter::{Filters, IntoFilters};
use crate::model::{
    ChangeRow, Column, Draft, IntoKey, Keyed, Model, ModelMeta, NewRow, Row, RowKey, Writable, check_row,
};
use crate::statement::BindKey;
use crate::verb;

/// A new row, filled in and checked.
pub(super) fn new<N: NewRow>(data: impl TryInto<N, Error: Into<Error>>) -> Result<N> {
    let mut new = data.try_into().map_err(Into::into)?;
    new.fill();
    match check_row(N::Model::META, &new) {
        Ok(()) => Ok(new),
        Err(error) => Err(error),
    }
}

/// New rows, filled in and checked.
pub(super) fn news<N: NewRow>(
    data: impl IntoIterator<Item = impl TryInto<N, Error: Into<Error>>>,
) -> Result<Vec<N>> {
    let mut all = Vec::new();
    for data in data {
        match new(data) {
            Ok(new) => all.push(new),
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// A draft, filled in and checked.
pub(super) fn draft<M: Writable>(data: impl TryInto<Draft<M>, Error: Into<Error>>) -> Result<Draft<M>> {
    let mut draft = data.try_into().map_err(Into::into)?;
    // Only what was given before counts as given.
    draft.new.fill();
    check_row(M::META, &draft.new)?;
    Ok(draft)
}

/// Drafts, filled in and checked.
pub(super) fn drafts<M: Writable>(
    data: impl IntoIterator<Item = impl TryInto<Draft<M>, Error: Into<Error>>>,
) -> Result<Vec<Draft<M>>> {
    data.into_iter().map(draft).collect()
}

/// Changes, checked.
pub(super) fn changes<C: ChangeRow>(data: impl TryInto<C, Error: Into<Error>>) -> Result<C> {
    let changes = data.try_into().map_err(Into::into)?;
    match check(C::Model::META, &changes) {
        Ok(()) => Ok(changes),
        Err(error) => Err(error),
    }
}

fn check(meta: &'static ModelMeta, changes: &dyn Row) -> Result<()> {
    check_row(meta, changes)?;
    verb::check_version(meta, changes)
}

/// Keys, and the changes of the row of each.
type KeyedChanges<M> = (Vec<RowKey<M>>, Vec<<M as Writable>::Changeset>);

/// Keys and their changes, checked.
pub(super) fn keyed_changes<M: Writable>(
    data: impl IntoIterator<Item = (impl IntoKey<M>, impl TryInto<M::Changeset, Error: Into<Error>>)>,
) -> Result<KeyedChanges<M>> {
    let (mut keys, mut all) = (Vec::new(), Vec::new());
    for (row, data) in data {
        keys.push(key(row)?);
        all.push(changes(data)?);
    }
    Ok((keys, all))
}

/// A key, checked.
pub(super) fn key<M: Keyed>(key: impl IntoKey<M>) -> Result<RowKey<M>> {
    let key = key.into_key();
    match key.check() {
        Ok(()) => Ok(key),
        Err(error) => Err(error),
    }
}

/// Keys, checked.
pub(super) fn keys<M: Keyed>(all: impl IntoIterator<Item = impl IntoKey<M>>) -> Result<Vec<RowKey<M>>> {
    all.into_iter().map(key).collect()
}

/// The key of the row with a slug.
pub(super) fn slug_key<M: Keyed>(slug: String) -> Result<RowKey<M>> {
    let Some((column, _)) = M::META.slug() else {
        return Err(Error::config(format!("{} has no slug", M::META.name)));
    };
    key(Column::<M, String>::new(column).lookup(slug))
}

/// Filters for rows that are to go.
pub(super) fn condition<M: Model>(filters: impl IntoFilters<M>) -> Result<Filters<M>> {
    let filters = filters.into_filters()?;
    verb::check_condition(M::META, filters.criteria())?;
    Ok(filters)
}

/// Whether drafts can be matched by the columns.
pub(super) fn check_match<M: Writable>(
    drafts: &[Draft<M>],
    target: &[usize],
    dialect: Dialect,
) -> Result<()> {
    verb::check_match(M::META, AnyBackend::for_dialect(dialect), &drafts, target)
}

/// Keys without their type.
pub(super) fn bind_keys<M: Keyed>(keys: &[RowKey<M>]) -> Vec<&dyn BindKey> {
    let mut all: Vec<&dyn BindKey> = Vec::with_capacity(keys.len());
    for key in keys {
        all.push(key);
    }
    all
}

/// Rows without their type.
pub(super) fn rows<R: Row>(rows: &[R]) -> Vec<&dyn Row> {
    let mut all: Vec<&dyn Row> = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(row);
    }
    all
}
