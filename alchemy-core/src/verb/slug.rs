//! Slugs: made of another field's text, and free.

use std::collections::HashSet;

use super::create::{NewRows, check_readable, create_plainly, read_back};
use super::find_or_create::insert_one as insert_one_new;
use super::rows::Places;
use super::upsert::{Drafts, upsert_one, upsert_rows};
use super::{Sink, about, atomically, load, now};
use crate::backend::Dialect;
use crate::error::{Error, Result};
use crate::model::{ModelMeta, Row, RowReader, Scope};
use crate::session::Executor;
use crate::statement::{BindKey, Condition, Insert, MatchKey, OnConflict, Select, Selection};

/// How often a slug that was free is taken before the row is inserted, until it is given up. A suffix has 36⁴ values, and
/// later ones more.
const ATTEMPTS: usize = 8;

/// Whether some row lacks the slug that its model has.
pub(super) fn is_missing(meta: &'static ModelMeta, news: &dyn NewRows) -> bool {
    meta.slug().is_some_and(|(slug, _)| (0..news.count()).any(|place| !news.row(place).has(slug)))
}

/// Inserts rows, giving those that lack one a slug that is free.
///
/// A single row is inserted with the slug of its text, and with a suffix where that is taken. For several rows, those
/// that are taken are asked for first.
pub(super) async fn create<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    rows: &mut dyn Sink,
) -> Result<()> {
    if news.count() > 1 {
        return with_slugs(executor, meta, news, Verb::Create, rows).await;
    }
    let mut slugged = Slugged::new(meta, news)?;
    for attempt in 0..ATTEMPTS {
        if insert_one(executor, meta, &slugged, rows).await? {
            return Ok(());
        }
        slugged.retry(0, attempt);
    }
    Err(exhausted(meta))
}

/// Inserts a row if its slug is free; says whether it was.
async fn insert_one<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    slugged: &Slugged<'_>,
    rows: &mut dyn Sink,
) -> Result<bool> {
    let target = [slugged.column];
    let mut insert = Insert::new(meta, vec![slugged.row(0)], now());
    insert.conflict = OnConflict::Nothing(&target);
    if executor.dialect().returning() {
        load(executor, meta, &insert, rows).await?;
        return Ok(rows.len() > 0);
    }
    check_readable(meta, slugged, 0..1)?;
    match executor.execute(&insert).await.map_err(about(meta)) {
        Ok(_) => read_back(executor, meta, slugged, 0..1, rows).await.map(|()| true),
        Err(error) if slugged.is_about(meta, &error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What is done with rows that have their slugs.
pub(super) enum Verb<'a> {
    Create,
    /// Inserts one row where none with the same values in some columns is there.
    Insert(&'a [usize]),
    Upsert(&'a dyn Drafts, &'a [usize]),
}

/// Runs a verb with rows that all have slugs.
pub(super) async fn with_slugs<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    verb: Verb<'_>,
    rows: &mut dyn Sink,
) -> Result<()> {
    until_free(executor, meta, news, async |executor, slugged| {
        rows.clear();
        match &verb {
            Verb::Create => create_plainly(executor, meta, slugged, rows).await,
            Verb::Insert(target) => insert_one_new(executor, meta, slugged, target, rows).await,
            Verb::Upsert(drafts, target) => {
                upsert_one(executor, meta, slugged, drafts.given(0), target, rows).await
            }
        }
    })
    .await
}

/// `upsert_many` of drafts of which some lack a slug. Those of rows that are there stay as they are, since none was given.
pub(super) async fn upsert_many<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    drafts: &dyn Drafts,
    target: &[usize],
    rows: &mut dyn Places,
) -> Result<()> {
    until_free(executor, meta, drafts, async |executor, slugged| {
        rows.clear();
        upsert_rows(executor, meta, &SluggedDrafts { slugged, drafts }, target, rows).await
    })
    .await
}

/// Runs a verb with rows that all have slugs, and again with others where one of these is taken; each time in a savepoint,
/// since another transaction may take one in between.
async fn until_free<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    news: &dyn NewRows,
    mut verb: impl AsyncFnMut(&mut E, &Slugged<'_>) -> Result<()>,
) -> Result<()> {
    let mut slugged = Slugged::new(meta, news)?;
    let mut conflict = None;
    let mut replaced = false;
    for attempt in 0..ATTEMPTS {
        let changed = slugged.avoid_taken(executor, meta).await?;
        if let Some(conflict) = conflict.take()
            && !changed
        {
            if replaced {
                // It is about a slug that was given, or about something else.
                return Err(conflict);
            }
            // The transaction sees rows as they were when it began, and not the one that is in the way.
            slugged.replace_all(attempt);
            slugged.avoid_taken(executor, meta).await?;
            replaced = true;
        }
        match atomically(executor, true, async |executor| verb(executor, &slugged).await).await {
            Err(error) if slugged.is_about(meta, &error) || is_unnamed(executor.dialect(), &error) => {
                conflict = Some(error);
            }
            result => return result,
        }
    }
    Err(conflict.unwrap_or_else(|| exhausted(meta)))
}

/// Whether an error says that some unique value is taken and not which: so an upsert does on MariaDB.
fn is_unnamed(dialect: Dialect, error: &Error) -> bool {
    matches!(error, Error::Duplicate(detail) if detail.field.is_none()) && !dialect.conflict_target()
}

/// A slug for a text that no row has at the moment: the text's own where it is free, with a suffix otherwise.
pub(crate) async fn available_slug<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    text: &str,
    slug: &mut String,
) -> Result<()> {
    let Some((column, _)) = meta.slug() else {
        return Err(Error::config(format!("{} has no slug", meta.name)));
    };
    let base = slugify(text);
    let mut overlay = Overlay { row: None, column, slug: Some(cut(&base, max_length(meta, column), "")) };
    for attempt in 0..ATTEMPTS {
        if taken(executor, meta, &[&overlay]).await?.is_empty() {
            *slug = overlay.slug.take().unwrap_or_default();
            return Ok(());
        }
        overlay.slug = Some(cut(&base, max_length(meta, column), &suffix(attempt)));
    }
    Err(exhausted(meta))
}

/// Rows with the slugs that they are tried with.
pub(super) struct Slugged<'a> {
    news: &'a dyn NewRows,
    column: usize,
    max_length: usize,
    /// For each row the slug of its text, where it has none of its own.
    bases: Vec<Option<String>>,
    rows: Vec<Overlay<'a>>,
}

impl<'a> Slugged<'a> {
    fn new(meta: &'static ModelMeta, news: &'a dyn NewRows) -> Result<Self> {
        let Some((column, source)) = meta.slug() else {
            return Err(Error::config(format!("{} has no slug", meta.name)));
        };
        let max_length = max_length(meta, column);
        let base = |place| {
            let row: &dyn Row = news.row(place);
            (!row.has(column)).then(|| slugify(row.text(source).unwrap_or_default()))
        };
        let bases: Vec<_> = (0..news.count()).map(base).collect();
        let rows = bases.iter().enumerate().map(|(place, base)| Overlay {
            row: Some(news.row(place)),
            column,
            slug: base.as_deref().map(|base| cut(base, max_length, "")),
        });
        Ok(Self { news, column, max_length, rows: rows.collect(), bases })
    }

    /// Gives a row another slug.
    fn retry(&mut self, place: usize, attempt: usize) {
        if let Some(base) = &self.bases[place] {
            self.rows[place].slug = Some(cut(base, self.max_length, &suffix(attempt)));
        }
    }

    /// Gives all rows other slugs, but those that have one of their own.
    fn replace_all(&mut self, attempt: usize) {
        (0..self.rows.len()).for_each(|place| self.retry(place, attempt));
    }

    /// Gives other slugs to rows whose slugs are taken, by rows that are there or by one another; says whether there
    /// were any.
    async fn avoid_taken<E: Executor>(&mut self, executor: &mut E, meta: &'static ModelMeta) -> Result<bool> {
        for attempt in 0..ATTEMPTS {
            let candidates: Vec<_> = self.rows.iter().filter(|row| row.slug.is_some()).collect();
            let taken = taken(executor, meta, &candidates).await?;
            let mut seen: HashSet<String> = (0..self.rows.len())
                .filter(|&place| self.bases[place].is_none())
                .filter_map(|place| self.news.row(place).text(self.column).map(str::to_owned))
                .collect();
            let again: Vec<usize> = (0..self.rows.len())
                .filter(|&place| {
                    let slug = self.rows[place].slug.as_ref();
                    slug.is_some_and(|slug| taken.contains(slug) || !seen.insert(slug.clone()))
                })
                .collect();
            if again.is_empty() {
                return Ok(attempt > 0);
            }
            again.into_iter().for_each(|place| self.retry(place, attempt));
        }
        Err(exhausted(meta))
    }

    /// Whether an error says that a slug which was chosen here is taken.
    fn is_about(&self, meta: &'static ModelMeta, error: &Error) -> bool {
        let field = error.detail().and_then(|detail| detail.field.as_deref());
        matches!(error, Error::Duplicate(_))
            && field == Some(meta.columns[self.column].field)
            && self.bases.iter().any(Option::is_some)
    }
}

impl NewRows for Slugged<'_> {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn row(&self, place: usize) -> &dyn Row {
        &self.rows[place]
    }

    fn key(&self, place: usize) -> Option<Box<dyn BindKey>> {
        self.news.key(place)
    }
}

/// Drafts with the slugs that they are tried with, which count as not given.
struct SluggedDrafts<'a> {
    slugged: &'a Slugged<'a>,
    drafts: &'a dyn Drafts,
}

impl NewRows for SluggedDrafts<'_> {
    fn count(&self) -> usize {
        self.slugged.count()
    }

    fn row(&self, place: usize) -> &dyn Row {
        self.slugged.row(place)
    }

    fn key(&self, place: usize) -> Option<Box<dyn BindKey>> {
        self.slugged.key(place)
    }
}

impl Drafts for SluggedDrafts<'_> {
    fn given(&self, place: usize) -> &[bool] {
        self.drafts.given(place)
    }
}

/// A row with a slug that is not its own.
struct Overlay<'a> {
    row: Option<&'a dyn Row>,
    column: usize,
    slug: Option<String>,
}

impl Row for Overlay<'_> {
    fn has(&self, column: usize) -> bool {
        column == self.column && self.slug.is_some() || self.row.is_some_and(|row| row.has(column))
    }

    fn bind<'b>(
        &'b self,
        column: usize,
        mut out: crate::backend::BindPass<'_, 'b>,
    ) -> diesel::QueryResult<()> {
        match (&self.slug, self.row) {
            (Some(slug), _) if column == self.column => {
                out.push_bind_param::<diesel::sql_types::Text, str>(slug.as_str())
            }
            (_, Some(row)) => row.bind(column, out),
            _ => crate::model::fields::unset(column),
        }
    }

    fn text(&self, column: usize) -> Option<&str> {
        self.row?.text(column)
    }
}

/// Which of the slugs are taken.
async fn taken<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    candidates: &[&Overlay<'_>],
) -> Result<HashSet<String>> {
    const MAX: usize = 5_000;
    let mut found = HashSet::new();
    for candidates in candidates.chunks(MAX) {
        let columns: Vec<_> = candidates.iter().map(|row| [row.column]).collect();
        let keys: Vec<_> =
            candidates.iter().zip(&columns).map(|(row, columns)| MatchKey { columns, row: *row }).collect();
        let keys: Vec<&dyn BindKey> = keys.iter().map(|key| key as &dyn BindKey).collect();
        let columns = columns.first().map(<[usize; 1]>::as_slice);
        // A row that is marked as deleted keeps its slug.
        let selection = Selection::new(meta, Condition::Keys(&keys)).within(Scope::WithDeleted);
        let mut select = Select::new(selection);
        select.columns = columns;
        let mut read = |row: &mut RowReader<'_>| {
            found.insert(row.next::<diesel::sql_types::Text, String>()?);
            Ok(())
        };
        executor.load(&select, &mut read).await.map_err(about(meta))?;
    }
    Ok(found)
}

/// The text in the letters, digits and hyphens of URLs; one of random characters where it has nothing of the kind.
fn slugify(text: &str) -> String {
    let slug = slug::slugify(text);
    if slug.is_empty() { random(8) } else { slug }
}

/// As much of the slug as leaves room for the suffix.
fn cut(base: &str, max_length: usize, suffix: &str) -> String {
    // A slug is all ASCII.
    let room = max_length.saturating_sub(suffix.len()).min(base.len());
    let base = base.get(..room).unwrap_or(base).trim_end_matches('-');
    let whole = format!("{base}{suffix}");
    let whole = if base.is_empty() { whole.trim_start_matches('-') } else { &whole };
    whole.get(..max_length).unwrap_or(whole).to_owned()
}

/// A hyphen and four random characters; more after some attempts.
fn suffix(attempt: usize) -> String {
    format!("-{}", random(if attempt < 3 { 4 } else { 12 }))
}

fn random(length: usize) -> String {
    const ALPHABET: [char; 36] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j',
        'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
    ];
    nanoid::nanoid!(length, &ALPHABET)
}

fn max_length(meta: &'static ModelMeta, column: usize) -> usize {
    meta.columns[column].max_length.unwrap_or(100) as usize
}

fn exhausted(meta: &'static ModelMeta) -> Error {
    let field = meta.slug().map(|(column, _)| meta.columns[column].field.to_owned());
    Error::Duplicate(Box::new(crate::error::Detail { model: Some(meta.name), field, ..Default::default() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_in_ascii_and_within_its_length() {
        assert_eq!(slugify("Stanisław Lem: Солярис"), "stanislaw-lem-soliaris");
        assert_eq!(slugify("Ursula K. Le Guin"), "ursula-k-le-guin");
        assert_eq!(slugify("!?").len(), 8);
        assert_eq!(cut("hello-world", 6, ""), "hello");
        assert_eq!(cut("hello-world", 10, "-abcd"), "hello-abcd");
        assert_eq!(cut("hello-world", 11, "-abcd"), "hello-abcd");
        assert_eq!(cut("hello", 4, "-abcd"), "abcd");
    }
}
