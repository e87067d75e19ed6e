//! `update_many`.

use std::collections::HashMap;

use diesel::QueryResult;

use super::rows::Places;
use super::update::{is_empty, is_there, latest, stale, update};
use super::upsert::unmatched;
use super::{Sink, about, atomically, load, select};
use crate::backend::{AnyBackend, Dialect};
use crate::error::{Error, Result};
use crate::model::{ColumnKind, ModelMeta, Row, RowReader, Scope};
use crate::session::Executor;
use crate::statement::{
    BindKey, Condition, MAX_PACKET, RowLock, Selection, UpdateMany, moves_lookup, probe_key, size, version_of,
};

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
fn expect_keys(
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
    let update = UpdateMany { meta, keys, changes, selection, count, now: super::now() };
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
