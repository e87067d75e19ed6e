//! `update`, `update_many` and `get_and_update`.

use std::collections::HashMap;

use diesel::QueryResult;

use super::own_key::own_keys;
use super::read::{Reading, get};
use super::rows::Places;
use super::upsert::unmatched;
use super::{Sink, about, atomically, load, now, select};
use crate::backend::{AnyBackend, Dialect};
use crate::error::{Error, Result};
use crate::filter::Value;
use crate::model::{ColumnKind, ColumnRole, ModelMeta, Row, RowReader, Scope};
use crate::session::Executor;
use crate::statement::{
    BindKey, Condition, Keep, MAX_PACKET, MatchKey, RowLock, Select, Selection, Update, UpdateMany,
    moves_lookup, probe_key, size, version_of,
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
    let kinds = lookups(meta, keys);
    // Which rows later keys find depends on what earlier changes made of those columns.
    let moves = || {
        let backend = AnyBackend::for_dialect(executor.dialect());
        keys.iter().zip(changes).any(|(key, changes)| {
            backend.is_some_and(|backend| moves_lookup(meta, *key, *changes, &kinds, backend))
        })
    };
    // One row may have several kinds of keys, so that rounds do not tell how often it is meant.
    let unordered = rounds.len() > 1 && keys.iter().any(|key| key.columns(meta) != keys[0].columns(meta));
    if !unordered && !moves() && update_together(executor, meta, keys, changes, rounds, scope, rows).await? {
        return Ok(());
    }
    update_in_turn(executor, meta, keys, changes, scope, rows).await
}

/// The columns by which rows are looked up, other than their primary keys.
fn lookups(meta: &'static ModelMeta, keys: &[&dyn BindKey]) -> Vec<usize> {
    let mut columns = Vec::new();
    for key in keys {
        for &column in key.columns(meta) {
            if !meta.primary_key.contains(&column) && !columns.contains(&column) {
                columns.push(column);
            }
        }
    }
    columns
}

/// Changes rows by few statements; `false`, with nothing changed, where keys that are not the same seem to mean one row.
async fn update_together<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    keys: &[&dyn BindKey],
    changes: &[&dyn Row],
    rounds: Vec<Vec<usize>>,
    scope: Scope,
    rows: &mut dyn Places,
) -> Result<bool> {
    let chunks: Vec<Vec<usize>> = rounds
        .into_iter()
        .flat_map(|places| {
            // Rows without changes are read, and not touched.
            let (same, changed) = places.into_iter().partition(|&place| is_empty(meta, changes[place]));
            let of = |places| chunks(executor.dialect(), meta, keys, changes, places);
            [of(changed), of(same)].concat()
        })
        .collect();
    let alone = chunks.len() <= 1;
    if !alone {
        executor.savepoint().await?;
    }
    let mut result = Ok(true);
    for places in chunks {
        let keys: Vec<_> = places.iter().map(|&place| keys[place]).collect();
        let changes: Vec<_> = places.iter().map(|&place| changes[place]).collect();
        result = update_chunk(executor, meta, &keys, &changes, scope, rows).await;
        if !matches!(result, Ok(true)) {
            break;
        }
    }
    if matches!(result, Ok(true)) {
        result = read_missing(executor, meta, keys, scope, rows).await.map(|()| true);
    }
    let keep = matches!(result, Ok(true));
    let ended = if alone { Ok(()) } else { executor.end_savepoint(keep).await };
    result.and_then(|done| ended.map(|()| done))
}

/// Changes rows one after the other.
async fn update_in_turn<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    keys: &[&dyn BindKey],
    changes: &[&dyn Row],
    scope: Scope,
    rows: &mut dyn Places,
) -> Result<()> {
    atomically(executor, true, async |executor| {
        for (place, (key, changes)) in keys.iter().zip(changes).enumerate() {
            let mut row = OnePlace { rows, place, read: 0 };
            update(executor, meta, *key, *changes, scope, &mut row).await?;
        }
        Ok(())
    })
    .await
}

/// Has a row go to one of the places.
struct OnePlace<'a> {
    rows: &'a mut dyn Places,
    place: usize,
    read: usize,
}

impl Sink for OnePlace<'_> {
    fn read(&mut self, row: &mut RowReader<'_>) -> QueryResult<()> {
        self.read += 1;
        self.rows.next_at(self.place);
        self.rows.read(row)
    }

    fn len(&self) -> usize {
        self.read
    }

    fn clear(&mut self) {
        self.read = 0;
    }
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
        let selection = Selection::new(meta, Condition::Key(keys[place])).within(scope);
        select(executor, selection, latest(executor.dialect()), rows).await?;
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
async fn is_there<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    key: &dyn BindKey,
    scope: Scope,
) -> Result<bool> {
    let selection = Selection::new(meta, Condition::Key(key)).within(scope);
    let mut seen = Seen(0);
    select(executor, selection, latest(executor.dialect()), &mut seen).await?;
    Ok(seen.0 > 0)
}

/// Counts rows without reading them.
struct Seen(usize);

impl Sink for Seen {
    fn read(&mut self, _: &mut RowReader<'_>) -> QueryResult<()> {
        self.0 += 1;
        Ok(())
    }

    fn len(&self) -> usize {
        self.0
    }

    fn clear(&mut self) {
        self.0 = 0;
    }
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
    let field =
        meta.index_of_role(ColumnRole::Version).map_or("version", |column| meta.columns[column].field);
    Error::stale(meta.name, field)
}

/// The lock that shows a row as it is now, for a database whose transactions see it as it was when they began.
pub(super) fn latest(dialect: Dialect) -> Option<RowLock> {
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
    // Only MariaDB refuses long messages.
    let bytes = |place: usize| if dialect == Dialect::Mysql { size(meta, changes[place]) } else { 0 };
    let mut chunks: Vec<Vec<usize>> = Vec::new();
    let mut sum = (0, 0);
    for place in places {
        let more = (binds(place), bytes(place));
        let fits = sum.0 + more.0 <= most && sum.1 + more.1 <= MAX_PACKET;
        match chunks.last_mut() {
            Some(chunk) if fits && chunk.len() < MAX_ROWS => chunk.push(place),
            _ => {
                chunks.push(vec![place]);
                sum = (0, 0);
            }
        }
        sum = (sum.0 + more.0, sum.1 + more.1);
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
) -> Result<bool> {
    let before = rows.len();
    let selection = Selection::new(meta, Condition::Keys(keys)).within(scope);
    if changes.iter().all(|changes| is_empty(meta, *changes)) {
        select(executor, selection, None, rows).await?;
        return told_apart(executor, meta, keys, rows.len() - before, scope).await;
    }
    let count = i64::try_from(keys.len()).unwrap_or(i64::MAX);
    let update = UpdateMany { meta, keys, changes, selection, count, now: now() };
    if executor.dialect().returning() {
        load(executor, meta, &update, rows).await?;
    } else if executor.execute(&update).await.map_err(about(meta))? > 0 {
        select(executor, selection, Some(RowLock::UPDATE), rows).await?;
    }
    let found = rows.len() - before;
    if found < keys.len() && changes.iter().any(|changes| version_of(meta, *changes).is_some()) {
        all_there(executor, meta, keys, scope).await?;
        return if are_distinct(meta, keys) { Err(stale(meta)) } else { Ok(false) };
    }
    told_apart(executor, meta, keys, found, scope).await
}

/// Whether each of some keys found a row of its own; an error where one found none.
async fn told_apart<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    keys: &[&dyn BindKey],
    found: usize,
    scope: Scope,
) -> Result<bool> {
    if found == keys.len() {
        return Ok(true);
    }
    if are_distinct(meta, keys) {
        return Err(Error::not_found(meta.name));
    }
    all_there(executor, meta, keys, scope).await.map(|()| false)
}

/// An error where a key finds no row.
async fn all_there<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    keys: &[&dyn BindKey],
    scope: Scope,
) -> Result<()> {
    for key in keys {
        if !is_there(executor, meta, *key, scope).await? {
            return Err(Error::not_found(meta.name));
        }
    }
    Ok(())
}

/// Whether keys that are not the same mean rows that are not the same: they are of one kind, and not of texts, which a
/// collation may take for equal.
fn are_distinct(meta: &'static ModelMeta, keys: &[&dyn BindKey]) -> bool {
    let exact = |&column: &usize| !matches!(meta.columns[column].kind, ColumnKind::Text | ColumnKind::Custom);
    let first = keys.first().map_or(meta.primary_key, |key| key.columns(meta));
    first.iter().all(exact) && keys.iter().all(|key| key.columns(meta) == first)
}
