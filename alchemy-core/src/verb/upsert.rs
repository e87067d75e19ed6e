//! `upsert` and `upsert_many`.

use std::collections::HashMap;

use super::create::{NewRows, check_readable, chunk, read_back};
use super::rows::Places;
use super::run::unless_raced;
use super::slug::{self, Verb};
use super::update::latest;
use super::{Sink, about, atomically, load, now, select};
use crate::backend::{AnyBackend, Dialect};
use crate::ddl::names;
use crate::error::{Detail, Error, Result};
use crate::model::{ColumnRole, Draft, ModelMeta, Row, Scope, Writable, check_unique};
use crate::session::Executor;
use crate::statement::{
    BindKey, Condition, Insert, MatchKey, OnConflict, RowLock, Select, Selection, Unmatched, key_of,
};

/// New rows of which some columns were given.
pub(crate) trait Drafts: NewRows {
    /// For each column whether it was given.
    fn given(&self, place: usize) -> &[bool];
}

impl<M: Writable> NewRows for &[Draft<M>] {
    fn count(&self) -> usize {
        self.len()
    }

    fn row(&self, place: usize) -> &dyn Row {
        &self[place].new
    }

    fn key(&self, place: usize) -> Option<Box<dyn BindKey>> {
        key_of(&self[place].new)
    }
}

impl<M: Writable> Drafts for &[Draft<M>] {
    fn given(&self, place: usize) -> &[bool] {
        &self[place].given
    }
}

/// By which columns rows are matched where nothing else is said.
pub(crate) const fn match_fields(meta: &'static ModelMeta) -> &'static [usize] {
    if meta.match_fields.is_empty() { meta.primary_key } else { meta.match_fields }
}

/// Refuses rows that cannot be matched by the columns: that these are not unique, or one of them is null.
pub(crate) fn check_match(
    meta: &'static ModelMeta,
    backend: Option<AnyBackend>,
    drafts: &dyn Drafts,
    target: &[usize],
) -> Result<()> {
    check_unique(meta, target)?;
    for place in 0..drafts.count() {
        if !is_matched(meta, drafts, target, place) {
            continue;
        }
        probe(meta, backend, drafts.row(place), target)?;
    }
    Ok(())
}

/// Whether a row may be there already: one without a key, where it is the database that makes keys, cannot.
pub(crate) fn is_matched(
    meta: &'static ModelMeta,
    drafts: &dyn Drafts,
    target: &[usize],
    place: usize,
) -> bool {
    let makes = |&column: &usize| meta.columns[column].generated.is_some() && !drafts.row(place).has(column);
    !target.iter().any(makes)
}

fn probe(
    meta: &'static ModelMeta,
    backend: Option<AnyBackend>,
    row: &dyn Row,
    target: &[usize],
) -> Result<Vec<u8>> {
    let Some(backend) = backend else { return Ok(Vec::new()) };
    MatchKey { columns: target, row }.probe(backend).map_err(|reason| unmatched(meta, reason))
}

/// What is wrong with a row, or a key, that finds no other.
pub(super) fn unmatched(meta: &'static ModelMeta, reason: Unmatched) -> Error {
    match reason {
        Unmatched::Null(column) => Error::invalid_value(
            meta.columns[column].field,
            "must be given and not null: rows are matched by it",
        ),
        Unmatched::Error(source) => Error::InvalidValue(Box::new(Detail {
            model: Some(meta.name),
            source: Some(std::sync::Arc::new(source)),
            ..Detail::default()
        })),
    }
}

/// Inserts a row, or changes what was given of the one that is there, and reads it.
pub(crate) async fn upsert<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    drafts: &dyn Drafts,
    target: &[usize],
    rows: &mut dyn Sink,
) -> Result<()> {
    unless_raced(executor, meta, drafts, target, async |executor: &mut E| {
        rows.clear();
        upsert_once(executor, meta, drafts, target, rows).await
    })
    .await
}

/// [`upsert`], for whom begins again where a row came in between.
pub(super) async fn upsert_once<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    drafts: &dyn Drafts,
    target: &[usize],
    rows: &mut dyn Sink,
) -> Result<()> {
    if slug::is_missing(meta, drafts) {
        return slug::with_slugs(executor, meta, drafts, Verb::Upsert(drafts, target), rows).await;
    }
    upsert_one(executor, meta, drafts, drafts.given(0), target, rows).await
}

/// [`upsert`], of rows that are no drafts.
pub(super) async fn upsert_one<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    given: &[bool],
    target: &[usize],
    rows: &mut dyn Sink,
) -> Result<()> {
    let columns = changed(meta, given, target);
    let mut insert = Insert::new(meta, vec![news.row(0)], now());
    if (target.iter()).all(|&column| news.row(0).has(column)) {
        insert.conflict = OnConflict::Update { target, columns: &columns };
    }
    if executor.dialect().returning() {
        return load(executor, meta, &insert, rows).await;
    }
    if matches!(insert.conflict, OnConflict::Error) {
        check_readable(meta, news, 0..1)?;
    }
    executor.execute(&insert).await.map_err(other_constraint).map_err(about(meta))?;
    if matches!(insert.conflict, OnConflict::Error) {
        return read_back(executor, meta, news, 0..1, rows).await;
    }
    read_matched(executor, meta, MatchKey { columns: target, row: news.row(0) }, rows).await
}

/// Inserts rows that are not there, and changes what was given of those that are; all of it or nothing. Rows are told
/// apart by the columns `target`; where the same row is meant more than once, later drafts change what earlier ones
/// made.
///
/// Drafts that [are not matched](is_matched) are left to `create_many`.
pub(crate) async fn upsert_many<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    drafts: &dyn Drafts,
    target: &[usize],
    rows: &mut dyn Places,
) -> Result<()> {
    unless_raced(executor, meta, drafts, target, async |executor: &mut E| {
        rows.clear();
        if slug::is_missing(meta, drafts) {
            return slug::upsert_many(executor, meta, drafts, target, rows).await;
        }
        upsert_rows(executor, meta, drafts, target, rows).await
    })
    .await
}

/// [`upsert_many`], where no row lacks a slug.
pub(super) async fn upsert_rows<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    drafts: &dyn Drafts,
    target: &[usize],
    rows: &mut dyn Places,
) -> Result<()> {
    let groups = groups(executor, meta, drafts, target, rows)?;
    let mut statements = Vec::new();
    for group in &groups {
        let news = Chosen { drafts, places: &group.places };
        let mut next = chunk(executor.dialect(), meta, &news, 0);
        while !next.is_empty() {
            let end = next.end;
            statements.push((group, next));
            next = chunk(executor.dialect(), meta, &news, end);
        }
    }
    atomically(executor, statements.len() > 1, async |executor| {
        for (group, range) in statements {
            let places = &group.places[range];
            upsert_chunk(executor, meta, drafts, places, &group.columns, target, rows).await?;
        }
        read_missing(executor, meta, drafts, target, rows).await
    })
    .await
}

/// Drafts that one statement can take: they change the same columns, and each another row.
struct Group {
    round: usize,
    columns: Vec<usize>,
    places: Vec<usize>,
}

/// Drafts by round, the second for the same row being in the second round, and by what they change.
fn groups<E: Executor>(
    executor: &E,
    meta: &'static ModelMeta,
    drafts: &dyn Drafts,
    target: &[usize],
    rows: &mut dyn Places,
) -> Result<Vec<Group>> {
    let backend = AnyBackend::for_dialect(executor.dialect());
    let mut rounds: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut found: HashMap<(usize, Vec<usize>), usize> = HashMap::new();
    let matched = (0..drafts.count()).filter(|&place| is_matched(meta, drafts, target, place));
    let values = |place| Ok((place, probe(meta, backend, drafts.row(place), target)?));
    let mut keyed = matched.map(values).collect::<Result<Vec<_>>>()?;
    // A row that refers to another of its table comes after it.
    let in_order = meta.foreign_keys.iter().any(|key| (key.target)().is(meta));
    if meta.managed && !in_order && !meta.columns.iter().any(|column| column.generated.is_some()) {
        // Whoever writes the same rows locks them in the same order. Numbers that the database makes follow the data, and
        // in tables of other collations what differs here may be the same row.
        keyed.sort_by(|one, other| one.1.cmp(&other.1));
    }
    for (place, values) in keyed {
        rows.expect(place, target, values.clone());
        let times = rounds.entry(values).or_default();
        let round = *times;
        *times += 1;
        let columns = changed(meta, drafts.given(place), target);
        let same = found.get(&(round, columns.clone())).copied();
        match same.filter(|&group| !in_order || group + 1 == groups.len()) {
            Some(group) => groups[group].places.push(place),
            None => {
                found.insert((round, columns.clone()), groups.len());
                groups.push(Group { round, columns, places: vec![place] });
            }
        }
    }
    if !in_order {
        groups.sort_by_key(|group| group.round);
    }
    Ok(groups)
}

/// The columns that are changed in a row that is there: those that were given, without the ones by which it was found
/// and those that are the row's own.
pub(super) fn changed(meta: &'static ModelMeta, given: &[bool], target: &[usize]) -> Vec<usize> {
    let is_changed = |&column: &usize| {
        let role = meta.columns[column].role;
        given[column]
            && !target.contains(&column)
            && meta.columns[column].updatable
            && matches!(role, ColumnRole::Data | ColumnRole::Slug { .. })
    };
    (0..meta.columns.len()).filter(is_changed).collect()
}

async fn upsert_chunk<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    drafts: &dyn Drafts,
    places: &[usize],
    columns: &[usize],
    target: &[usize],
    rows: &mut dyn Places,
) -> Result<()> {
    let mut insert = Insert::new(meta, places.iter().map(|&place| drafts.row(place)).collect(), now());
    insert.conflict = OnConflict::Update { target, columns };
    if executor.dialect().returning() {
        return load(executor, meta, &insert, rows).await;
    }
    executor.execute(&insert).await.map_err(other_constraint).map_err(about(meta))?;
    let keys: Vec<_> =
        places.iter().map(|&place| MatchKey { columns: target, row: drafts.row(place) }).collect();
    let keys: Vec<&dyn BindKey> = keys.iter().map(|key| key as &dyn BindKey).collect();
    let selection = Selection::new(meta, Condition::Keys(&keys)).within(Scope::WithDeleted);
    let mut by_index = Select::new(selection).lock(Some(RowLock::UPDATE));
    by_index.index = index(meta, target, executor.dialect());
    if by_index.index.is_some() {
        match load(executor, meta, &by_index, rows).await {
            // The user's own migration called it otherwise.
            Err(Error::Unsupported { .. }) => {}
            result => return result,
        }
    }
    select(executor, selection, Some(RowLock::UPDATE), rows).await
}

/// What the unique constraint over some columns is called by the naming convention, where the database has to be told
/// which index to use: it may take all rows to be as quickly read, and locked, as a few.
fn index(meta: &'static ModelMeta, target: &[usize], dialect: Dialect) -> Option<String> {
    let unique = meta.unique_over(target).filter(|_| dialect.needs_index() && meta.managed)?;
    Some(names::unique(meta, unique, dialect))
}

/// Reads one by one the rows whose values the database takes for equal to those that were given, though they are not
/// the same: of other case, or with fewer digits.
async fn read_missing<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    drafts: &dyn Drafts,
    target: &[usize],
    rows: &mut dyn Places,
) -> Result<()> {
    for place in rows.missing() {
        if is_matched(meta, drafts, target, place) {
            rows.next_at(place);
            let key = MatchKey { columns: target, row: drafts.row(place) };
            let selection = Selection::new(meta, Condition::Key(&key)).within(Scope::WithDeleted);
            select(executor, selection, latest(executor.dialect()), rows).await?;
        }
    }
    Ok(())
}

/// Reads the row that a statement found by some columns, as it is now.
pub(super) async fn read_matched<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    key: MatchKey<'_>,
    rows: &mut dyn Sink,
) -> Result<()> {
    let selection = Selection::new(meta, Condition::Key(&key)).within(Scope::WithDeleted);
    select(executor, selection, Some(RowLock::UPDATE), rows).await
}

/// MariaDB's error for a row that is there by another unique constraint than the one that rows are matched by; see
/// `OnConflict`.
fn other_constraint(error: Error) -> Error {
    match error {
        Error::MultipleRows(detail) => Error::Duplicate(detail),
        error => error,
    }
}

/// Some of the drafts.
struct Chosen<'a> {
    drafts: &'a dyn Drafts,
    places: &'a [usize],
}

impl NewRows for Chosen<'_> {
    fn count(&self) -> usize {
        self.places.len()
    }

    fn row(&self, place: usize) -> &dyn Row {
        self.drafts.row(self.places[place])
    }

    fn key(&self, place: usize) -> Option<Box<dyn BindKey>> {
        self.drafts.key(self.places[place])
    }
}
