//! `update`, `update_many` and `get_and_update`.

use std::collections::HashMap;

use super::read::{Reading, any, get};
use super::rows::Places;
use super::upsert::unmatched;
use super::{Sink, about, now};
use crate::backend::{AnyBackend, Dialect};
use crate::error::{Error, Result};
use crate::filter::Value;
use crate::model::{ColumnRole, ModelMeta, Row, RowReader, Scope};
use crate::session::Executor;
use crate::statement::{
    BindKey, Condition, Keep, MatchKey, RowLock, Select, Selection, Update, UpdateMany, probe_key, version_of,
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

fn is_empty(meta: &'static ModelMeta, changes: &dyn Row) -> bool {
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
    if !is_empty(meta, changes) && try_update(executor, meta, key, changes, scope, true, rows).await? {
        *changed = true;
        return Ok(());
    }
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


/// Changes rows, all or none, each to values of its own, and reads them. Changes of one row are made one after the other.
pub(crate) async fn update_many<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    keys: &[&dyn BindKey],
    changes: &[&dyn Row],
    scope: Scope,
    rows: &mut dyn Places,
) -> Result<()> {
    let rounds = rounds(executor.dialect(), meta, keys, rows)?;
    let chunks: Vec<Vec<usize>> = rounds
        .into_iter()
        .flat_map(|places| chunks(executor.dialect(), meta, keys, changes, places))
        .collect();
    let alone = chunks.len() <= 1;
    if !alone {
        executor.savepoint().await?;
    }
    let mut result = Ok(());
    for places in chunks {
        let keys: Vec<_> = places.iter().map(|&place| keys[place]).collect();
        let changes: Vec<_> = places.iter().map(|&place| changes[place]).collect();
        result = update_chunk(executor, meta, &keys, &changes, scope, rows).await;
        if result.is_err() {
            break;
        }
    }
    if result.is_ok() {
        result = read_missing(executor, meta, keys, scope, rows).await;
    }
    let ended = if alone { Ok(()) } else { executor.end_savepoint(result.is_ok()).await };
    result.and(ended)
}

/// The places of changes by round: the first changes of each row, the second, and so on. Has the rows go to them.
fn rounds(
    dialect: Dialect,
    meta: &'static ModelMeta,
    keys: &[&dyn BindKey],
    rows: &mut dyn Places,
) -> Result<Vec<Vec<usize>>> {
    let mut times: HashMap<(Vec<usize>, Vec<u8>), usize> = HashMap::new();
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    for (place, values) in expect_keys(dialect, meta, keys, rows)?.into_iter().enumerate() {
        let times = times.entry((keys[place].columns(meta).to_vec(), values)).or_default();
        if *times == rounds.len() {
            rounds.push(Vec::new());
        }
        rounds[*times].push(place);
        *times += 1;
    }
    Ok(rounds)
}

/// Has rows go to the places of their keys, whose values it returns.
pub(super) fn expect_keys(
    dialect: Dialect,
    meta: &'static ModelMeta,
    keys: &[&dyn BindKey],
    rows: &mut dyn Places,
) -> Result<Vec<Vec<u8>>> {
    let Some(backend) = AnyBackend::for_dialect(dialect) else { return Ok(Vec::new()) };
    let mut all = Vec::with_capacity(keys.len());
    for (place, &key) in keys.iter().enumerate() {
        let values = probe_key(meta, key, backend).map_err(|reason| unmatched(meta, reason))?;
        rows.expect(place, key.columns(meta), values.clone());
        all.push(values);
    }
    Ok(all)
}

/// Reads one by one the rows whose keys the database takes for equal to those that were given, though they are not the
/// same.
async fn read_missing<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    keys: &[&dyn BindKey],
    scope: Scope,
    rows: &mut dyn Places,
) -> Result<()> {
    for place in rows.missing() {
        rows.next_at(place);
        let select = Select::new(Selection::new(meta, Condition::Key(keys[place])).within(scope));
        executor.load(&select, &mut |row| rows.read(row)).await.map_err(about(meta))?;
    }
    Ok(())
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
    let selection = Selection::new(meta, Condition::Key(key)).within(scope);
    let update = Update { selection, changes, if_different, now: now(), keep: Keep::default() };
    if executor.dialect().returning() {
        executor.load(&update, &mut |row| rows.read(row)).await.map_err(about(meta))?;
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
    let mut found = false;
    any(executor, meta, Selection::new(meta, Condition::Key(key)).within(scope), &mut found).await?;
    Ok(if found { stale(meta) } else { Error::not_found(meta.name) })
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

fn stale(meta: &'static ModelMeta) -> Error {
    let field = meta.index_of_role(ColumnRole::Version).map_or("version", |column| meta.columns[column].field);
    Error::stale(meta.name, field)
}

/// The lock that shows a row as it is now, for a database whose transactions see it as it was when they began.
fn latest(dialect: Dialect) -> Option<RowLock> {
    (dialect == Dialect::Mysql).then_some(RowLock::UPDATE)
}

/// How many rows one statement changes at most: each of them is compared with the keys of all.
const MAX_ROWS: usize = 200;

/// Which rows are changed by one statement.
fn chunks(
    dialect: Dialect,
    meta: &'static ModelMeta,
    keys: &[&dyn BindKey],
    changes: &[&dyn Row],
    places: Vec<usize>,
) -> Vec<Vec<usize>> {
    // For each value its key as well, and the key three times more.
    let binds = |place: usize| {
        let key = keys[place].columns(meta).len();
        let values = (0..meta.columns.len()).filter(|&column| changes[place].has(column)).count();
        values * (key + 1) + 3 * key
    };
    let most = dialect.max_binds() - 8;
    let mut chunks: Vec<Vec<usize>> = Vec::new();
    let mut sum = 0;
    for place in places {
        let more = binds(place);
        match chunks.last_mut() {
            Some(chunk) if sum + more <= most && chunk.len() < MAX_ROWS => chunk.push(place),
            _ => {
                chunks.push(vec![place]);
                sum = 0;
            }
        }
        sum += more;
    }
    chunks
}

async fn update_chunk<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    keys: &[&dyn BindKey],
    changes: &[&dyn Row],
    scope: Scope,
    rows: &mut dyn Sink,
) -> Result<()> {
    let before = rows.len();
    let selection = Selection::new(meta, Condition::Keys(keys)).within(scope);
    if changes.iter().all(|changes| is_empty(meta, *changes)) {
        executor.load(&Select::new(selection), &mut |row| rows.read(row)).await.map_err(about(meta))?;
        return if rows.len() - before == keys.len() { Ok(()) } else { Err(Error::not_found(meta.name)) };
    }
    let count = i64::try_from(keys.len()).unwrap_or(i64::MAX);
    let update = UpdateMany { meta, keys, changes, selection, count, now: now() };
    if executor.dialect().returning() {
        executor.load(&update, &mut |row| rows.read(row)).await.map_err(about(meta))?;
    } else if executor.execute(&update).await.map_err(about(meta))? > 0 {
        let select = Select::new(selection).lock(Some(RowLock::UPDATE));
        executor.load(&select, &mut |row| rows.read(row)).await.map_err(about(meta))?;
    }
    if rows.len() - before == keys.len() {
        return Ok(());
    }
    for (key, changes) in keys.iter().zip(changes) {
        if version_of(meta, *changes).is_none() {
            continue;
        }
        let mut found = false;
        any(executor, meta, Selection::new(meta, Condition::Key(*key)).within(scope), &mut found).await?;
        if !found {
            return Err(Error::not_found(meta.name));
        }
    }
    let versioned = changes.iter().any(|changes| version_of(meta, *changes).is_some());
    Err(if versioned { stale(meta) } else { Error::not_found(meta.name) })
}
