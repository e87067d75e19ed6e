//! Batches: drafts of which some are only inserted, and rows of which each succeeds or fails by itself.

use super::{Service, input};
use crate::error::{Error, Result};
use crate::model::{Draft, IntoKey, Row, RowKey, Scope, Writable};
use crate::session::{Access, Executor};
use crate::statement::BindKey;
use crate::verb::{self, Batch, Placed, Removal, Rows, Sink};

/// Upserts drafts into their places. Those that cannot be there already, since the database makes their keys, are
/// inserted together, after the others: none of them is to get a key that another draft was given.
pub(super) async fn upsert_many<E: Executor, M: Writable>(
    executor: &mut E,
    drafts: &[Draft<M>],
    target: &[usize],
    rows: &mut Placed<M>,
) -> Result<()> {
    let fresh: Vec<usize> =
        (0..drafts.len()).filter(|&place| !verb::is_matched(M::META, &drafts, target, place)).collect();
    if fresh.is_empty() {
        return verb::upsert_many(executor, M::META, &drafts, target, rows).await;
    }
    let news: Vec<M::New> = fresh.iter().map(|&place| drafts[place].new.clone()).collect();
    let mixed = fresh.len() < drafts.len();
    let mut created = Rows::new(M::read);
    verb::atomically(executor, mixed, async |executor| {
        if mixed {
            verb::upsert_many(executor, M::META, &drafts, target, rows).await?;
        }
        verb::create(executor, M::META, &&news[..], &mut created).await
    })
    .await?;
    for (place, row) in fresh.into_iter().zip(verb::in_order_of(&news, created.into_vec())) {
        rows.put(place, row);
    }
    Ok(())
}

/// What became of each row.
pub(super) type Outcomes<M> = Vec<Result<M>>;

/// Places for outcomes, those known already filled in.
struct Slots<M>(Vec<Option<Result<M>>>);

impl<M> Slots<M> {
    fn into_outcomes(self) -> Outcomes<M> {
        self.0.into_iter().map(|slot| slot.unwrap_or_else(|| Err(Error::NotFound(Box::default())))).collect()
    }
}

/// What is done to each row of a batch: by a model's own verbs.
trait Act<M: Writable>: Send {
    type Item: Send;

    /// Does it to all; returns the rows in the order of the items.
    async fn all<E: Executor>(&self, executor: &mut E, items: &[Self::Item]) -> Result<Vec<M>>;
}

struct Each<M, A: Act<M>>
where
    M: Writable,
{
    act: A,
    /// The items that can be tried, and their places.
    items: Vec<A::Item>,
    places: Vec<usize>,
    slots: Slots<M>,
}

impl<M: Writable, A: Act<M>> Each<M, A> {
    /// Items of which some were found to be faulty before anything was tried.
    fn new(act: A, items: Vec<Result<A::Item>>) -> Self {
        let mut this = Self { act, items: Vec::new(), places: Vec::new(), slots: Slots(Vec::new()) };
        for (place, item) in items.into_iter().enumerate() {
            match item {
                Ok(item) => {
                    this.items.push(item);
                    this.places.push(place);
                    this.slots.0.push(None);
                }
                Err(error) => this.slots.0.push(Some(Err(error))),
            }
        }
        this
    }
}

impl<M: Writable, A: Act<M>> Batch for Each<M, A> {
    fn count(&self) -> usize {
        self.items.len()
    }

    async fn all<E: Executor>(&mut self, executor: &mut E) -> Result<()> {
        let rows = self.act.all(executor, &self.items).await?;
        for (&place, row) in self.places.iter().zip(rows) {
            self.slots.0[place] = Some(Ok(row));
        }
        Ok(())
    }

    async fn one<E: Executor>(&mut self, executor: &mut E, at: usize) -> Result<()> {
        let row = self.act.all(executor, &self.items[at..=at]).await?.pop();
        self.slots.0[self.places[at]] = Some(row.ok_or_else(|| Error::not_found(M::META.name)));
        Ok(())
    }

    fn failed(&mut self, at: usize, error: Error) {
        self.slots.0[self.places[at]] = Some(Err(error));
    }
}

struct Create;

impl<M: Writable> Act<M> for Create {
    type Item = M::New;

    async fn all<E: Executor>(&self, executor: &mut E, news: &[M::New]) -> Result<Vec<M>> {
        let mut rows = Rows::new(M::read);
        verb::create(executor, M::META, &news, &mut rows).await?;
        Ok(verb::in_order_of(news, rows.into_vec()))
    }
}

struct Update(Scope);

impl<M: Writable> Act<M> for Update {
    type Item = (RowKey<M>, M::Changeset);

    async fn all<E: Executor>(&self, executor: &mut E, items: &[Self::Item]) -> Result<Vec<M>> {
        let mut rows = Placed::new(items.len(), executor.dialect());
        let keys: Vec<&dyn BindKey> = items.iter().map(|(key, _)| key as &dyn BindKey).collect();
        let changes: Vec<&dyn Row> = items.iter().map(|(_, changes)| changes as &dyn Row).collect();
        verb::update_many(executor, M::META, &keys, &changes, self.0, &mut rows).await?;
        rows.into_vec()
    }
}

struct Upsert(std::borrow::Cow<'static, [usize]>);

impl<M: Writable> Act<M> for Upsert {
    type Item = Draft<M>;

    async fn all<E: Executor>(&self, executor: &mut E, drafts: &[Draft<M>]) -> Result<Vec<M>> {
        input::check_match(drafts, &self.0, executor.dialect())?;
        let mut rows = Placed::new(drafts.len(), executor.dialect());
        upsert_many(executor, drafts, &self.0, &mut rows).await?;
        rows.into_vec()
    }
}

struct Delete(Scope);

impl<M: Writable> Act<M> for Delete {
    type Item = RowKey<M>;

    async fn all<E: Executor>(&self, executor: &mut E, keys: &[RowKey<M>]) -> Result<Vec<M>> {
        if let [key] = keys {
            let mut rows = Rows::new(M::read);
            verb::delete(executor, M::META, key, Removal::Usual, self.0, &mut rows).await?;
            return Ok(rows.into_vec());
        }
        let mut rows = Placed::new(keys.len(), executor.dialect());
        verb::delete_many(executor, M::META, &input::bind_keys(keys), self.0, &mut rows).await?;
        if rows.len() < keys.len() {
            // One by one it comes out which they are.
            return Err(Error::not_found(M::META.name));
        }
        rows.into_vec()
    }
}

verbs! {
    impl Service<M: Writable> as service;

    /// Inserts rows, each by itself: what became of each, in the same order. They are tried together first, in a savepoint;
    /// where that fails, each in a savepoint of its own, and one around these.
    ///
    /// ```
    /// # use alchemy_core::prelude::*;
    /// # #[derive(Debug, Clone, UuidBase, Service)]
    /// # #[alchemy(table = "authors")]
    /// # pub struct Author { pub id: Uuid, #[alchemy(unique)] pub name: String }
    /// # fn import(authors: &AuthorService, rows: Vec<NewAuthor>) -> Result<()> {
    /// for (line, outcome) in authors.create_each(rows)?.into_iter().enumerate() {
    ///     if let Err(error) = outcome {
    ///         eprintln!("line {line}: {error}");
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// What is not about a row's data, such as a lost connection or a lock that was not to be had; nothing is inserted
    /// then. What is about a row is its outcome.
    fn create_each(data: impl IntoIterator<Item = impl TryInto<M::New, Error: Into<Error>>>) -> Vec<crate::Result<M>> {
        given items = Ok::<Vec<Result<M::New>>, Error>(data.into_iter().map(input::new).collect());
        run if items.is_empty() { Access::Read } else { Access::Write } =>
            batch = Each::<M, _>::new(Create, items) => |executor| verb::each(executor, &mut batch);
        then Ok(service.explain_each(batch.slots.into_outcomes()))
    }

    /// Changes rows, each by itself: what became of each, in the same order. Otherwise as
    /// [`create_each`](Self::create_each).
    ///
    /// # Errors
    /// As [`create_each`](Self::create_each).
    fn update_each(
        data: impl IntoIterator<Item = (impl IntoKey<M>, impl TryInto<M::Changeset, Error: Into<Error>>)>
    ) -> Vec<crate::Result<M>> {
        let scope = service.scope;
        given items = Ok::<Vec<Result<(RowKey<M>, M::Changeset)>>, Error>(
            data.into_iter().map(|(key, data)| Ok((input::key(key)?, input::changes(data)?))).collect(),
        );
        run if items.is_empty() { Access::Read } else { Access::Write } =>
            batch = Each::<M, _>::new(Update(scope), items) => |executor| verb::each(executor, &mut batch);
        then Ok(service.explain_each(batch.slots.into_outcomes()))
    }

    /// Inserts rows or changes those that are there, each by itself: what became of each, in the same order. Otherwise
    /// as [`create_each`](Self::create_each).
    ///
    /// # Errors
    /// As [`create_each`](Self::create_each).
    fn upsert_each(
        data: impl IntoIterator<Item = impl TryInto<Draft<M>, Error: Into<Error>>>
    ) -> Vec<crate::Result<M>> {
        let target = service.target();
        given items = Ok::<Vec<Result<Draft<M>>>, Error>(data.into_iter().map(input::draft).collect());
        given () = input::check_match::<M>(&[], &target, service.session.dialect());
        run if items.is_empty() { Access::Read } else { Access::Write } =>
            batch = Each::<M, _>::new(Upsert(target), items) => |executor| verb::each(executor, &mut batch);
        then Ok(service.explain_each(batch.slots.into_outcomes()))
    }

    /// Deletes rows, each by itself: what became of each, in the same order; one that is not there is
    /// [`NotFound`](crate::Error::NotFound). Otherwise as [`create_each`](Self::create_each).
    ///
    /// # Errors
    /// As [`create_each`](Self::create_each).
    fn delete_each(keys: impl IntoIterator<Item = impl IntoKey<M>>) -> Vec<crate::Result<M>> {
        let scope = service.scope;
        given items = Ok::<Vec<Result<RowKey<M>>>, Error>(keys.into_iter().map(input::key).collect());
        run if items.is_empty() { Access::Read } else { Access::Write } =>
            batch = Each::<M, _>::new(Delete(scope), items) => |executor| verb::each(executor, &mut batch);
        then Ok(service.explain_each(batch.slots.into_outcomes()))
    }
}

impl<M: Writable, S> Service<M, S> {
    fn explain_each(&self, outcomes: Outcomes<M>) -> Outcomes<M> {
        outcomes.into_iter().map(|outcome| outcome.map_err(|error| self.explain(error))).collect()
    }
}
