//! `delete` and its kin, and `restore`.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::QueryResult;

use super::own_key::OwnKey;
use super::rows::Places;
use super::upsert::unmatched;
use super::{Sink, about, atomically, load, now, select};
use crate::backend::{AnyBackend, Dialect};
use crate::error::{Error, Result};
use crate::filter::{Criteria, FilterError};
use crate::model::{ColumnRole, ModelMeta, RowReader, Scope};
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

/// Deletes the rows that match, whose condition was [checked](check_condition), and reads them in the database's order.
pub(crate) async fn delete_where<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    criteria: &Criteria,
    scope: Scope,
    rows: &mut dyn Sink,
) -> Result<()> {
    criteria.check(meta, executor.dialect())?;
    let condition = Condition::Where(criteria.condition(meta));
    remove(executor, Removal::Usual, Selection::new(meta, condition).within(scope), rows).await
}

/// Refuses to delete every row, or a page of them, where that was not asked for by name.
pub(crate) fn check_condition(meta: &'static ModelMeta, criteria: &Criteria) -> Result<()> {
    if criteria.page.is_some() && !criteria.is_page_implied {
        return Err(FilterError::UnexpectedPage.into());
    }
    if criteria.condition(meta).matches_everything() {
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
    // Where rows are asked for that were deleted already, deleting them is for good.
    let purge = removal == Removal::Purge
        || !marks
        || (removal == Removal::Usual && selection.scope == Scope::OnlyDeleted);
    if purge {
        return run(executor, selection, Way::Delete, rows).await;
    }
    let now = now();
    if removal == Removal::Restore {
        return run(executor, selection, Way::Mark { deleted_at: None, now }, rows).await;
    }
    // The time at which a row was deleted stays.
    let live = selection.within(Scope::Live);
    run(executor, live, Way::Mark { deleted_at: Some(now), now }, rows).await
}

/// What is done to rows that go.
#[derive(Clone, Copy)]
enum Way {
    Delete,
    Mark { deleted_at: Option<DateTime<Utc>>, now: DateTime<Utc> },
}

impl Way {
    fn statement<'a>(self, selection: Selection<'a>) -> Box<dyn Statement + 'a> {
        match self {
            Self::Delete => Box::new(Delete { selection }),
            Self::Mark { deleted_at, now } => Box::new(MarkDeleted { selection, deleted_at, now }),
        }
    }
}

/// Does it to the rows of a selection and reads them, by a statement of its own where the one that does it cannot return
/// them: before they are deleted, and after they are marked.
async fn run<E: Executor>(
    executor: &mut E,
    selection: Selection<'_>,
    way: Way,
    rows: &mut dyn Sink,
) -> Result<()> {
    let meta = selection.meta;
    if executor.dialect().returning() {
        return load(executor, meta, &*way.statement(selection), rows).await;
    }
    let marks = !matches!(way, Way::Delete);
    if marks && matches!(selection.condition, Condition::Key(_)) {
        if executor.execute(&*way.statement(selection)).await.map_err(about(meta))? == 0 {
            return Ok(());
        }
        let marked = selection.within(Scope::WithDeleted);
        return select(executor, marked, Some(RowLock::UPDATE), rows).await;
    }
    // Locked before they are read, so that what is returned is what goes.
    let selected = Select::new(selection).lock(Some(RowLock::UPDATE));
    if !marks && !matches!(selection.condition, Condition::Where(_)) {
        let before = rows.len();
        load(executor, meta, &selected, rows).await?;
        if rows.len() > before {
            executor.execute(&*way.statement(selection)).await.map_err(about(meta))?;
        }
        return Ok(());
    }
    // Found again by their keys, since others may match by then, or these no longer.
    let mut found = Found { keys: Vec::new(), rows: (!marks).then_some(&mut *rows), meta };
    load(executor, meta, &selected, &mut found).await?;
    let keys = found.keys;
    for keys in keys.chunks(MAX_KEYS) {
        let keys: Vec<&dyn BindKey> = keys.iter().map(|key| key as &dyn BindKey).collect();
        let these = Selection::new(meta, Condition::Keys(&keys)).within(Scope::WithDeleted);
        executor.execute(&*way.statement(these)).await.map_err(about(meta))?;
        if marks {
            select(executor, these, Some(RowLock::UPDATE), rows).await?;
        }
    }
    Ok(())
}

/// Rows that are about to go: their keys, and themselves where this is the time to read them.
struct Found<'a> {
    keys: Vec<OwnKey>,
    rows: Option<&'a mut dyn Sink>,
    meta: &'static ModelMeta,
}

impl Sink for Found<'_> {
    fn read(&mut self, row: &mut RowReader<'_>) -> QueryResult<()> {
        self.keys.push(OwnKey::read(self.meta, row)?);
        self.rows.as_mut().map_or(Ok(()), |rows| rows.read(row))
    }

    fn len(&self) -> usize {
        self.keys.len()
    }

    fn clear(&mut self) {
        self.keys.clear();
        if let Some(rows) = &mut self.rows {
            rows.clear();
        }
    }
}
