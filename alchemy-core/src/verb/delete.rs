//! `delete` and its kin, and `restore`.

use std::collections::HashSet;

use super::own_key::own_keys;
use super::rows::Places;
use super::upsert::unmatched;
use super::{Sink, about, atomically, load, now};
use crate::backend::{AnyBackend, Dialect};
use crate::error::{Error, Result};
use crate::filter::{Criteria, FilterError};
use crate::model::{ColumnRole, ModelMeta, Scope};
use crate::session::Executor;
use crate::statement::{
    BindKey, Condition, Delete, MarkDeleted, RowLock, Select, Selection, Statement, probe_key,
};

/// How rows go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Removal {
    /// In the way of the model: marked as deleted where it has a column for that, for good otherwise.
    Usual,
    /// For good.
    Purge,
    /// They come back.
    Restore,
}

/// Deletes a row and reads it as it was, or as it is marked.
pub(crate) async fn delete<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    key: &dyn BindKey,
    removal: Removal,
    scope: Scope,
    rows: &mut dyn Sink,
) -> Result<()> {
    remove(executor, removal, Selection::new(meta, Condition::Key(key)).within(scope), rows).await?;
    if rows.len() == 0 { Err(Error::not_found(meta.name)) } else { Ok(()) }
}

/// Deletes those of some rows that are there, all of them or none, and reads them in the database's order.
pub(crate) async fn delete_many<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    keys: &[&dyn BindKey],
    scope: Scope,
    rows: &mut dyn Places,
) -> Result<()> {
    let keys = each_once(executor.dialect(), meta, keys, rows)?;
    let keys = keys.as_slice();
    let per_key = keys.iter().map(|key| key.columns(meta).len()).max().unwrap_or(1).max(1);
    // A few are left for what the statement binds itself.
    let most = ((executor.dialect().max_binds() - 8) / per_key).min(MAX_KEYS);
    let of = |keys| Selection::new(meta, Condition::Keys(keys)).within(scope);
    if keys.len() <= most {
        return match keys {
            [] => Ok(()),
            [key] => {
                let one = Selection::new(meta, Condition::Key(*key)).within(scope);
                remove(executor, Removal::Usual, one, rows).await
            }
            keys => remove(executor, Removal::Usual, of(keys), rows).await,
        };
    }
    atomically(executor, true, async |executor| {
        for keys in keys.chunks(most) {
            remove(executor, Removal::Usual, of(keys), rows).await?;
        }
        Ok(())
    })
    .await
}

/// The keys without repetitions; has the rows go to their places.
fn each_once<'a>(
    dialect: Dialect,
    meta: &'static ModelMeta,
    keys: &[&'a dyn BindKey],
    rows: &mut dyn Places,
) -> Result<Vec<&'a dyn BindKey>> {
    let Some(backend) = AnyBackend::for_dialect(dialect) else { return Ok(Vec::new()) };
    let mut seen = HashSet::new();
    let mut once = Vec::with_capacity(keys.len());
    for (place, &key) in keys.iter().enumerate() {
        let values = probe_key(meta, key, backend).map_err(|reason| unmatched(meta, reason))?;
        if seen.insert((key.columns(meta).to_vec(), values.clone())) {
            rows.expect(place, key.columns(meta), values);
            once.push(key);
        }
    }
    // Those of the same columns are one condition together, and databases do not take thousands.
    once.sort_by(|one, other| one.columns(meta).cmp(other.columns(meta)));
    Ok(once)
}

/// Deletes the rows that match and reads them in the database's order. `all` is whether every row is meant where there is
/// no condition.
pub(crate) async fn delete_where<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    criteria: &Criteria,
    scope: Scope,
    all: bool,
    rows: &mut dyn Sink,
) -> Result<()> {
    check_condition(meta, criteria, all)?;
    criteria.check(meta, executor.dialect())?;
    let condition = Condition::Where(criteria.condition(meta));
    remove(executor, Removal::Usual, Selection::new(meta, condition).within(scope), rows).await
}

/// Refuses to delete every row, or a page of them, where that was not asked for by name.
pub(crate) fn check_condition(meta: &'static ModelMeta, criteria: &Criteria, all: bool) -> Result<()> {
    if criteria.page.is_some() {
        return Err(FilterError::UnexpectedPage.into());
    }
    if !all && criteria.condition(meta).matches_everything() {
        return Err(FilterError::NoCondition.into());
    }
    Ok(())
}

/// How many keys one statement finds rows by at most; with more, MariaDB's optimizer takes long to plan it.
const MAX_KEYS: usize = 5_000;

/// Has the rows of a selection go, and reads them.
pub(super) async fn remove<E: Executor>(
    executor: &mut E,
    removal: Removal,
    selection: Selection<'_>,
    rows: &mut dyn Sink,
) -> Result<()> {
    let meta = selection.meta;
    let marks = meta.index_of_role(ColumnRole::DeletedAt).is_some();
    if removal == Removal::Restore && !marks {
        return Err(Error::config(format!(
            "rows of {} are deleted for good and cannot be restored",
            meta.name
        )));
    }
    if removal == Removal::Purge || !marks {
        return run(executor, selection, &Delete { selection }, false, rows).await;
    }
    let now = now();
    let deleted_at = (removal == Removal::Usual).then_some(now);
    run(executor, selection, &MarkDeleted { selection, deleted_at, now }, true, rows).await
}

/// Runs a statement that returns what it touches, and reads that by a statement of its own where it cannot; `after` is
/// whether the rows are still there then.
async fn run<E: Executor>(
    executor: &mut E,
    selection: Selection<'_>,
    statement: &dyn Statement,
    after: bool,
    rows: &mut dyn Sink,
) -> Result<()> {
    let meta = selection.meta;
    if executor.dialect().returning() {
        return load(executor, meta, statement, rows).await;
    }
    // Locked before it is read, so that what is returned is what is deleted.
    let select = Select::new(selection).lock(Some(RowLock::UPDATE));
    let before = rows.len();
    if after && matches!(selection.condition, Condition::Key(_)) {
        if executor.execute(statement).await.map_err(about(meta))? == 0 {
            return Ok(());
        }
        let select = Select::new(selection.within(Scope::WithDeleted)).lock(Some(RowLock::UPDATE));
        return load(executor, meta, &select, rows).await;
    }
    if after {
        // What the condition matches is about to change, so the rows are found again by their keys.
        let keys = own_keys(executor, meta, &select).await?;
        if keys.is_empty() {
            return Ok(());
        }
        executor.execute(statement).await.map_err(about(meta))?;
        for keys in keys.chunks(MAX_KEYS) {
            let keys: Vec<&dyn BindKey> = keys.iter().map(|key| key as &dyn BindKey).collect();
            let marked = Selection::new(meta, Condition::Keys(&keys)).within(Scope::WithDeleted);
            let select = Select::new(marked).lock(Some(RowLock::UPDATE));
            load(executor, meta, &select, rows).await?;
        }
        return Ok(());
    }
    load(executor, meta, &select, rows).await?;
    if rows.len() == before {
        return Ok(());
    }
    executor.execute(statement).await.map_err(about(meta)).map(drop)
}
