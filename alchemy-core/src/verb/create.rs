//! `create` and `create_many`.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::ops::Range;

use chrono::{DateTime, Utc};

use super::{Sink, about, atomically, load, now, select, slug};
use crate::backend::{AnyBackend, Dialect};
use crate::error::{Error, Result};
use crate::model::{ModelMeta, NewRow, Row, RowKey, Scope, Writable};
use crate::session::Executor;
use crate::statement::{BindKey, Condition, Insert, Selection, key_of, probe_key, rows_that_fit};

/// New rows, whatever the model.
pub(crate) trait NewRows: Send + Sync {
    fn count(&self) -> usize;

    fn row(&self, place: usize) -> &dyn Row;

    /// The row's key, where it is known before the row is inserted.
    fn key(&self, place: usize) -> Option<Box<dyn BindKey>>;
}

impl<N: NewRow> NewRows for &[N] {
    fn count(&self) -> usize {
        self.len()
    }

    fn row(&self, place: usize) -> &dyn Row {
        &self[place]
    }

    fn key(&self, place: usize) -> Option<Box<dyn BindKey>> {
        key_of(&self[place])
    }
}

/// Inserts rows, all or none, and reads them as the database has them, in its own order.
pub(crate) async fn create<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    rows: &mut dyn Sink,
) -> Result<()> {
    if slug::is_missing(meta, news) {
        return slug::create(executor, meta, news, rows).await;
    }
    create_plainly(executor, meta, news, rows).await
}

/// [`create`], where no row lacks a slug.
pub(super) async fn create_plainly<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    rows: &mut dyn Sink,
) -> Result<()> {
    if news.count() == 0 {
        return Ok(());
    }
    let first = chunk(executor.dialect(), meta, news, 0);
    if first.end == news.count() {
        return insert(executor, meta, news, first, now(), rows).await;
    }
    atomically(executor, true, async |executor| insert_chunks(executor, meta, news, first, rows).await).await
}

/// Rows that were inserted, in the order of what they were made of; databases promise none.
pub(crate) fn in_order_of<M: Writable>(news: &[M::New], rows: Vec<M>) -> Vec<M> {
    let mut wanted = Vec::with_capacity(news.len());
    for new in news {
        wanted.push(new.id());
    }
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.push((row.id(), row.generated_id()));
    }
    let mut order = places(&wanted, &found);
    if order.is_some() && !are_found(&wanted, &found) {
        // The database has them in another form: times to the microsecond, for one.
        let wanted = probed::<M>(wanted);
        let found = found.into_iter().zip(probed::<M>(rows.iter().map(|row| Some(row.id()))));
        let found: Vec<_> = found.map(|((_, made), key)| (key.unwrap_or_default(), made)).collect();
        order = places(&wanted, &found);
    }
    let Some(places) = order else { return rows };
    let mut unordered = Vec::with_capacity(rows.len());
    for row in rows {
        unordered.push(Some(row));
    }
    let mut ordered = Vec::with_capacity(unordered.len());
    for place in places {
        if let Some(row) = unordered[place].take() {
            ordered.push(row);
        }
    }
    ordered
}

/// Whether each key that is known was found.
fn are_found<I: Eq + Hash>(wanted: &[Option<I>], found: &[(I, Option<i64>)]) -> bool {
    let found: HashSet<&I> = found.iter().map(|(key, _)| key).collect();
    wanted.iter().flatten().all(|key| found.contains(key))
}

/// Keys as bytes that are the same where databases take the keys for equal.
fn probed<M: Writable>(ids: impl IntoIterator<Item = Option<M::Id>>) -> Vec<Option<Vec<u8>>> {
    let dialects = [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql];
    let backend = dialects.into_iter().find_map(AnyBackend::for_dialect);
    let probed = |id| probe_key(M::META, &RowKey::<M>::id(id), backend?).ok();
    ids.into_iter().map(|id| id.and_then(probed)).collect()
}

/// Where each of the keys wanted was found; `None` where they were found in order. A key that was not known, or that
/// the database has in another form, is the next of the rest: those that the database made rise in the order of the rows.
fn places<I: Eq + Hash>(wanted: &[Option<I>], found: &[(I, Option<i64>)]) -> Option<Vec<usize>> {
    let in_order = |made: bool| {
        let keys = wanted.iter().zip(found).all(|(wanted, (key, _))| match wanted {
            Some(wanted) => wanted == key,
            None => made,
        });
        let rising = || found.windows(2).all(|pair| pair[0].1 <= pair[1].1);
        keys && (!made || rising())
    };
    if in_order(wanted.iter().any(Option::is_none)) {
        return None;
    }
    let mut by_key: HashMap<&I, usize> =
        found.iter().enumerate().map(|(place, (key, _))| (key, place)).collect();
    let mut places: Vec<Option<usize>> = wanted.iter().map(|key| by_key.remove(key.as_ref()?)).collect();
    let mut rest: Vec<usize> = by_key.into_values().collect();
    rest.sort_by_key(|&place| (found[place].1, place));
    let mut rest = rest.into_iter();
    for place in places.iter_mut().filter(|place| place.is_none()) {
        *place = rest.next();
    }
    Some(places.into_iter().flatten().collect())
}

async fn insert_chunks<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    mut next: Range<usize>,
    rows: &mut dyn Sink,
) -> Result<()> {
    let now = now();
    while !next.is_empty() {
        let end = next.end;
        insert(executor, meta, news, next, now, rows).await?;
        next = chunk(executor.dialect(), meta, news, end);
    }
    Ok(())
}

/// The rows from `start` on that go into one statement. Where the database makes keys, they are rows that have one or
/// rows that get one: MariaDB tells the keys of the latter only where it made all of a statement's.
pub(super) fn chunk(
    dialect: Dialect,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    start: usize,
) -> Range<usize> {
    let mut end = news.count();
    if let [key] = meta.primary_key
        && meta.columns[*key].generated.is_some()
        && start < end
    {
        let has_key = news.row(start).has(*key);
        end = (start..end).find(|&place| news.row(place).has(*key) != has_key).unwrap_or(end);
    }
    start..start + rows_that_fit(meta, dialect, (start..end).map(|place| news.row(place)))
}

/// Inserts rows with one statement.
async fn insert<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    chunk: Range<usize>,
    now: DateTime<Utc>,
    rows: &mut dyn Sink,
) -> Result<()> {
    let insert = Insert::new(meta, chunk.clone().map(|place| news.row(place)).collect(), now);
    if executor.dialect().returning() {
        return load(executor, meta, &insert, rows).await;
    }
    check_readable(meta, news, chunk.clone())?;
    executor.execute(&insert).await.map_err(about(meta))?;
    read_back(executor, meta, news, chunk, rows).await
}

/// Refuses rows that could not be read back by their keys once they are inserted, where the database cannot return them:
/// it tells the numbers that it makes, but not what a column's default made.
pub(super) fn check_readable(
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    mut chunk: Range<usize>,
) -> Result<()> {
    let generated = meta.primary_key.iter().any(|&column| meta.columns[column].generated.is_some());
    if generated || chunk.all(|place| news.key(place).is_some()) {
        return Ok(());
    }
    Err(Error::Unsupported {
        feature: "keys made by the default of a column",
        backend: Dialect::Mysql.name(),
    })
}

/// Reads rows that were inserted by the last statement, where it could not return them.
pub(super) async fn read_back<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    chunk: Range<usize>,
    rows: &mut dyn Sink,
) -> Result<()> {
    let count = i64::try_from(chunk.len()).unwrap_or(i64::MAX);
    let keys: Option<Vec<_>> = chunk.map(|place| news.key(place)).collect();
    let keys: Option<Vec<&dyn BindKey>> = keys.as_ref().map(|keys| keys.iter().map(|key| &**key).collect());
    let condition = match &keys {
        Some(keys) => match keys.as_slice() {
            [key] => Condition::Key(*key),
            keys => Condition::Keys(keys),
        },
        None => Condition::LastInserted(&count),
    };
    // A row that a trigger or a default marked as deleted was inserted as well.
    let selection = Selection::new(meta, condition).within(Scope::WithDeleted);
    // What a transaction inserted it sees, locked or not.
    select(executor, selection, None, rows).await
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn rows_come_in_the_order_of_what_they_were_made_of() {
        let found = |keys: &[i64]| keys.iter().map(|&key| (key, Some(key))).collect::<Vec<_>>();
        type Case<'a> = (&'a [Option<i64>], &'a [i64], Option<Vec<usize>>);
        let cases: [Case<'_>; 6] = [
            (&[Some(1), Some(2)], &[1, 2], None),
            (&[Some(2), Some(1)], &[1, 2], Some(vec![1, 0])),
            (&[None, None], &[7, 8], None),
            (&[None, None, None], &[8, 9, 7], Some(vec![2, 0, 1])),
            (&[Some(5), None], &[5, 7], None),
            (&[None, Some(5), None], &[5, 8, 7], Some(vec![2, 0, 1])),
        ];
        for (wanted, keys, expected) in cases {
            assert_eq!(places(wanted, &found(keys)), expected, "{wanted:?} {keys:?}");
        }
    }
}
