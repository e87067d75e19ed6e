//! `update` and `get_and_update`.

use super::own_key::own_keys;
use super::read::{Reading, get};
use super::rows::Counted;
use super::{Sink, about, load, now, select};
use crate::backend::{AnyBackend, Dialect};
use crate::error::{Error, Result};
use crate::filter::Value;
use crate::model::{ColumnRole, ModelMeta, Row, RowReader, Scope};
use crate::session::Executor;
use crate::statement::{
    BindKey, Condition, Keep, MatchKey, RowLock, Select, Selection, Update, moves_lookup, version_of,
};

/// Refuses changes of a row with a version that do not say which they were made of.
pub(crate) fn check_version(meta: &'static ModelMeta, changes: &dyn Row) -> Result<()> {
    match meta.index_of_role(ColumnRole::Version) {
        Some(version) if !is_empty(meta, changes) && !changes.has(version) => {
            let field = meta.columns[version].field;
            Err(Error::invalid_value(field, "must be given: the version that the changes were made of"))
        }
        _ => Ok(()),
    }
}

pub(super) fn is_empty(meta: &'static ModelMeta, changes: &dyn Row) -> bool {
    !(0..meta.columns.len()).any(|column| changes.has(column))
}

/// Changes a row and reads it as the database has it. Without changes it is read only.
pub(crate) async fn update<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    key: &dyn BindKey,
    changes: &dyn Row,
    scope: Scope,
    rows: &mut dyn Sink,
) -> Result<()> {
    let reading = Reading { scope, lock: None };
    if is_empty(meta, changes) {
        return get(executor, meta, key, reading, rows).await;
    }
    if !is_change(meta, changes) {
        return read_at_version(executor, meta, key, changes, scope, rows).await;
    }
    if try_update(executor, meta, key, changes, scope, false, rows).await? {
        return Ok(());
    }
    Err(missed(executor, meta, key, changes, scope).await?)
}

/// Changes a row where a value differs from what it is to be, and reads it either way; says whether it changed.
pub(crate) async fn get_and_update<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    key: &dyn BindKey,
    changes: &dyn Row,
    scope: Scope,
    rows: &mut dyn Sink,
    changed: &mut bool,
) -> Result<()> {
    if is_change(meta, changes) && try_update(executor, meta, key, changes, scope, true, rows).await? {
        *changed = true;
        return Ok(());
    }
    read_at_version(executor, meta, key, changes, scope, rows).await
}

/// Whether anything is changed; the version alone is no change.
fn is_change(meta: &'static ModelMeta, changes: &dyn Row) -> bool {
    let is_change = |column| changes.has(column) && meta.columns[column].role != ColumnRole::Version;
    (0..meta.columns.len()).any(is_change)
}

/// Reads a row, which is to be of the version that changes were made of, where they say it.
async fn read_at_version<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    key: &dyn BindKey,
    changes: &dyn Row,
    scope: Scope,
    rows: &mut dyn Sink,
) -> Result<()> {
    let selection = Selection::new(meta, Condition::Key(key)).within(scope);
    let select = Select::new(selection).lock(latest(executor.dialect()));
    let (version, mut fits) = (expected_version(executor.dialect(), meta, changes)?, true);
    let mut read = |row: &mut RowReader<'_>| {
        if let Some((column, expected)) = version {
            fits = match row.value(column, meta.columns[column].kind)? {
                Some(Value::Integer(found)) => i64::from(found) == expected,
                Some(Value::BigInt(found)) => found == expected,
                _ => false,
            };
        }
        rows.read(row)
    };
    executor.load(&select, &mut read).await.map_err(about(meta))?;
    match (rows.len(), fits) {
        (0, _) => Err(Error::not_found(meta.name)),
        (_, true) => Ok(()),
        (_, false) => Err(stale(meta)),
    }
}

/// Changes a row by one statement; `false` where none was changed.
async fn try_update<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    key: &dyn BindKey,
    changes: &dyn Row,
    scope: Scope,
    if_different: bool,
    rows: &mut dyn Sink,
) -> Result<bool> {
    let mut selection = Selection::new(meta, Condition::Key(key)).within(scope);
    let moved = AnyBackend::for_dialect(executor.dialect())
        .is_some_and(|backend| moves_lookup(meta, key, changes, key.columns(meta), backend));
    let mut own = Vec::new();
    if moved && !executor.dialect().returning() {
        // The row is not found again by what it was found by.
        own = own_keys(executor, meta, &Select::new(selection).lock(Some(RowLock::UPDATE))).await?;
    }
    let key = own.first().map_or(key, |own| own as &dyn BindKey);
    selection.condition = Condition::Key(key);
    let update = Update { selection, changes, if_different, now: now(), keep: Keep::default() };
    if executor.dialect().returning() {
        load(executor, meta, &update, rows).await?;
        return Ok(rows.len() > 0);
    }
    if executor.execute(&update).await.map_err(about(meta))? == 0 {
        return Ok(false);
    }
    // The transaction may see rows as they were when it began; a lock, which it has already, shows them as they are.
    get(executor, meta, key, Reading { scope, lock: Some(RowLock::UPDATE) }, rows).await.map(|()| true)
}

/// Why an update changed nothing: there is no row, or it is of another version.
async fn missed<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    key: &dyn BindKey,
    changes: &dyn Row,
    scope: Scope,
) -> Result<Error> {
    if version_of(meta, changes).is_none() {
        return Ok(Error::not_found(meta.name));
    }
    let there = is_there(executor, meta, key, scope).await?;
    Ok(if there { stale(meta) } else { Error::not_found(meta.name) })
}

/// Whether there is a row with a key by now.
pub(super) async fn is_there<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    key: &dyn BindKey,
    scope: Scope,
) -> Result<bool> {
    let selection = Selection::new(meta, Condition::Key(key)).within(scope);
    let mut seen = Counted(0);
    select(executor, selection, latest(executor.dialect()), &mut seen).await?;
    Ok(seen.0 > 0)
}

/// The column with the version and the one that changes were made of.
fn expected_version(
    dialect: Dialect,
    meta: &'static ModelMeta,
    changes: &dyn Row,
) -> Result<Option<(usize, i64)>> {
    let (Some(column), Some(backend)) = (version_of(meta, changes), AnyBackend::for_dialect(dialect)) else {
        return Ok(None);
    };
    let number = MatchKey { columns: &[column], row: changes }.number(backend);
    number.map(|number| Some((column, number))).ok_or_else(|| stale(meta))
}

pub(super) fn stale(meta: &'static ModelMeta) -> Error {
    let field =
        meta.index_of_role(ColumnRole::Version).map_or("version", |column| meta.columns[column].field);
    Error::stale(meta.name, field)
}

/// The lock that shows a row as it is now, for a database whose transactions see it as it was when they began.
pub(super) fn latest(dialect: Dialect) -> Option<RowLock> {
    (dialect == Dialect::Mysql).then_some(RowLock::UPDATE)
}
