//! `as_unique` and `get_or_upsert`: the row that is there, or else a new one.

use super::create::{NewRows, check_readable, read_back};
use super::delete::{Removal, remove};
use super::run::unless_raced;
use super::slug::{self, Verb};
use super::upsert::{Drafts, changed, is_matched, read_matched, upsert_once};
use super::{Sink, about, load, now};
use crate::backend::Dialect;
use crate::error::{Error, Result};
use crate::model::{ModelMeta, Row, Scope};
use crate::session::Executor;
use crate::statement::{Condition, Insert, Keep, MatchKey, OnConflict, RowLock, Select, Selection, Update};

/// What becomes of the row that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// It stays as it is.
    Kept,
    /// What was given is changed in it.
    Changed,
}

/// Reads or changes the row that is there, or else inserts it; says whether it was inserted. Safe where others do the
/// same at the same time: a row that came in between is the one that is found.
pub(crate) async fn find_or_create<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    drafts: &dyn Drafts,
    target: &[usize],
    found: Found,
    rows: &mut dyn Sink,
    created: &mut bool,
) -> Result<()> {
    let key = MatchKey { columns: target, row: drafts.row(0) };
    let may_be_there = is_matched(meta, drafts, target, 0);
    if may_be_there {
        match found {
            Found::Kept => read_live(executor, meta, key, None, rows).await?,
            Found::Changed => change(executor, meta, drafts, target, rows).await?,
        }
        if rows.len() > 0 {
            return Ok(());
        }
    }
    unless_raced(executor, meta, drafts, target, async |executor: &mut E| {
        rows.clear();
        *created = false;
        create_or_find(executor, meta, drafts, target, found, rows, created).await
    })
    .await
}

/// Inserts the row, or reads or changes the one that came in between.
async fn create_or_find<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    drafts: &dyn Drafts,
    target: &[usize],
    found: Found,
    rows: &mut dyn Sink,
    created: &mut bool,
) -> Result<()> {
    let key = MatchKey { columns: target, row: drafts.row(0) };
    let may_be_there = is_matched(meta, drafts, target, 0);
    let conflict = match insert(executor, meta, drafts, target, rows).await {
        Ok(true) => {
            *created = true;
            return Ok(());
        }
        Ok(false) => None,
        Err(error @ Error::Duplicate(_)) if may_be_there && !executor.dialect().conflict_target() => {
            Some(error)
        }
        Err(error) => return Err(error),
    };
    // Another transaction was faster, or the row is marked as deleted.
    match found {
        Found::Changed => match (upsert_once(executor, meta, drafts, target, rows).await, conflict) {
            // The first says which constraint it is.
            (Err(Error::Duplicate(_)), Some(conflict)) => return Err(conflict),
            (result, _) => return result,
        },
        Found::Kept => {
            let latest = (executor.dialect() == Dialect::Mysql).then_some(RowLock::UPDATE);
            read_live(executor, meta, key, latest, rows).await?;
            if rows.len() == 0 && meta.index_of_role(crate::model::ColumnRole::DeletedAt).is_some() {
                let deleted = Selection::new(meta, Condition::Key(&key)).within(Scope::OnlyDeleted);
                remove(executor, Removal::Restore, deleted, rows).await?;
            }
        }
    }
    match (rows.len(), conflict) {
        (0, Some(error)) => Err(error),
        // It went again in the meantime.
        (0, None) => Err(Error::Retryable(Box::default())),
        _ => Ok(()),
    }
}

async fn read_live<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    key: MatchKey<'_>,
    lock: Option<RowLock>,
    rows: &mut dyn Sink,
) -> Result<()> {
    let select = Select::new(Selection::new(meta, Condition::Key(&key))).lock(lock);
    load(executor, meta, &select, rows).await
}

/// Changes what was given in the row that is there; reads nothing where there is none.
async fn change<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    drafts: &dyn Drafts,
    target: &[usize],
    rows: &mut dyn Sink,
) -> Result<()> {
    let key = MatchKey { columns: target, row: drafts.row(0) };
    let columns = changed(meta, drafts.given(0), target);
    if columns.is_empty() {
        return read_live(executor, meta, key, None, rows).await;
    }
    let changes = Only { row: drafts.row(0), columns: &columns };
    let selection = Selection::new(meta, Condition::Key(&key));
    let update =
        Update { selection, changes: &changes, if_different: false, now: now(), keep: Keep::default() };
    if executor.dialect().returning() {
        return load(executor, meta, &update, rows).await;
    }
    match executor.execute(&update).await.map_err(about(meta))? {
        0 => Ok(()),
        _ => read_matched(executor, meta, key, rows).await,
    }
}

/// Inserts the row, where none with the same values is there; says whether it was inserted.
async fn insert<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    drafts: &dyn Drafts,
    target: &[usize],
    rows: &mut dyn Sink,
) -> Result<bool> {
    if slug::is_missing(meta, drafts) {
        return match slug::with_slugs(executor, meta, drafts, Verb::Insert(target), rows).await {
            Ok(()) => Ok(rows.len() > 0),
            Err(error) => Err(error),
        };
    }
    insert_one(executor, meta, drafts, target, rows).await.map(|()| rows.len() > 0)
}

/// Inserts a row and reads it, where none with the same values in some columns is there.
pub(super) async fn insert_one<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    target: &[usize],
    rows: &mut dyn Sink,
) -> Result<()> {
    let mut insert = Insert::new(meta, vec![news.row(0)], now());
    if target.iter().all(|&column| news.row(0).has(column)) {
        insert.conflict = OnConflict::Nothing(target);
    }
    if executor.dialect().returning() {
        return load(executor, meta, &insert, rows).await;
    }
    check_readable(meta, news, 0..1)?;
    executor.execute(&insert).await.map_err(about(meta))?;
    read_back(executor, meta, news, 0..1, rows).await
}

/// Some columns of a row.
struct Only<'a> {
    row: &'a dyn Row,
    columns: &'a [usize],
}

impl Row for Only<'_> {
    fn has(&self, column: usize) -> bool {
        self.columns.contains(&column) && self.row.has(column)
    }

    fn bind<'b>(&'b self, column: usize, out: crate::backend::BindPass<'_, 'b>) -> diesel::QueryResult<()> {
        self.row.bind(column, out)
    }
}
