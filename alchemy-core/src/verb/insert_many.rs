//! `insert_many`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::create::NewRows;
use super::rows::Counted;
use super::{about, atomically, now, slug};
use crate::backend::Dialect;
use crate::error::Result;
use crate::model::ModelMeta;
use crate::session::Executor;
use crate::statement::{Copy, Insert, copied_columns, rows_that_fit};

/// Inserts rows, all or none, and counts them; none is read back.
///
/// PostgreSQL copies them. What a row leaves to the database is a column that is left out, so that rows are copied
/// by the columns that they have: with one statement where all have the same. Where rows refer to rows of their own table,
/// none is copied before one that was given before it. What cannot be copied is inserted, as all rows are elsewhere.
pub(crate) async fn insert_many<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    count: &mut u64,
) -> Result<()> {
    if slug::is_missing(meta, news) {
        // Which slugs are free has to be asked first.
        let mut rows = Counted(0);
        slug::create(executor, meta, news, &mut rows).await?;
        *count += rows.0 as u64;
        return Ok(());
    }
    let all: Vec<usize> = (0..news.count()).collect();
    let Some(first) = chunk(executor.dialect(), meta, news, &all) else { return Ok(()) };
    let batch = Batch { meta, news, now: now() };
    let is_copied = executor.dialect() == Dialect::Postgres;
    if !is_copied && first.len() == all.len() {
        *count += batch.insert_chunk(executor, first).await?;
        return Ok(());
    }
    atomically(executor, true, async |executor| {
        *count += match is_copied {
            true => batch.copy_all(executor, &all).await?,
            false => batch.insert_all(executor, &all).await?,
        };
        Ok(())
    })
    .await
}

/// New rows on their way, all of one moment.
struct Batch<'a> {
    meta: &'static ModelMeta,
    news: &'a dyn NewRows,
    now: DateTime<Utc>,
}

impl Batch<'_> {
    /// Copies the rows at some places, by the columns that they have.
    async fn copy_all<E: Executor>(&self, executor: &mut E, places: &[usize]) -> Result<u64> {
        let mut count = 0;
        for (columns, places) in self.by_columns(places) {
            let row = |place| self.news.row(place);
            let copy = Copy::new(self.meta, columns, &places, &row, self.now);
            count += match executor.copy(&copy).await.map_err(about(self.meta))? {
                Some(copied) => copied,
                None => self.insert_all(executor, &places).await?,
            };
        }
        Ok(count)
    }

    /// Places by the columns that the rows there have, in the order of the first of each; only those that follow one
    /// another, where a row may refer to one before it.
    fn by_columns(&self, places: &[usize]) -> Vec<(Vec<usize>, Vec<usize>)> {
        let in_order = self.meta.foreign_keys.iter().any(|key| (key.target)().is(self.meta));
        let mut groups: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
        let mut known: HashMap<Vec<usize>, usize> = HashMap::new();
        for &place in places {
            let columns = copied_columns(self.meta, self.news.row(place));
            let group = match in_order {
                true => groups.len().checked_sub(1).filter(|&last| groups[last].0 == columns),
                false => known.get(&columns).copied(),
            };
            match group {
                Some(group) => groups[group].1.push(place),
                None => {
                    known.insert(columns.clone(), groups.len());
                    groups.push((columns, vec![place]));
                }
            }
        }
        groups
    }

    /// Inserts the rows at some places with as many statements as it takes.
    async fn insert_all<E: Executor>(&self, executor: &mut E, mut places: &[usize]) -> Result<u64> {
        let mut count = 0;
        while let Some(next) = chunk(executor.dialect(), self.meta, self.news, places) {
            count += self.insert_chunk(executor, next).await?;
            places = &places[next.len()..];
        }
        Ok(count)
    }

    /// Inserts the rows at some places with one statement.
    async fn insert_chunk<E: Executor>(&self, executor: &mut E, places: &[usize]) -> Result<u64> {
        let rows = places.iter().map(|&place| self.news.row(place)).collect();
        let mut insert = Insert::new(self.meta, rows, self.now);
        insert.returning = false;
        let count = executor.execute(&insert).await.map_err(about(self.meta))?;
        Ok(count as u64)
    }
}

/// The first of the places, as many as go into one statement; `None` where there are no more.
fn chunk<'p>(
    dialect: Dialect,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    places: &'p [usize],
) -> Option<&'p [usize]> {
    if places.is_empty() {
        return None;
    }
    let fit = rows_that_fit(meta, dialect, places.iter().map(|&place| news.row(place)));
    Some(&places[..fit])
}
