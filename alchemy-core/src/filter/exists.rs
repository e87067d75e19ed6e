//! Conditions on related rows.

use std::marker::PhantomData;

use super::related::Related;
use super::{Filter, IntoFilter};
use crate::model::{Column, Model};

/// There is a related row that matches a condition: the rows of `N` whose columns equal those of a row of `M`.
///
/// [`Column::exists`] is shorter where one column relates the two; this takes several. `!` turns it into the rows
/// without such a related one.
///
/// ```
/// # use alchemy_core::prelude::*;
/// # #[derive(Debug, Clone, UuidBase)]
/// # #[alchemy(table = "shelves")]
/// # pub struct Shelf { pub id: Uuid, pub room: i32, pub place: i32 }
/// # #[derive(Debug, Clone, UuidBase)]
/// # #[alchemy(table = "books")]
/// # pub struct Book { pub id: Uuid, pub room: i32, pub place: Option<i32>, pub title: String }
/// use alchemy_core::filter::Exists;
///
/// let with_dune: Filter<Shelf> = Exists::over::<Book>()
///     .on(Shelf::ROOM, Book::ROOM)
///     .on(Shelf::PLACE, Book::PLACE)
///     .filter(Book::TITLE.eq("Dune"));
/// # let _ = with_dune;
/// ```
///
/// Both models live in the same database, and related rows that were deleted, but kept, do not count. `NULL` relates
/// to nothing.
#[must_use = "it is a condition once `filter` says what the related rows match"]
pub struct Exists<N = (), M = ()> {
    on: Vec<(usize, usize)>,
    models: PhantomData<fn() -> (N, M)>,
}

/// The types of two columns that can relate rows: the same, or an `Option` of it on either side.
#[diagnostic::on_unimplemented(
    message = "a column of `{Self}` does not relate to one of `{U}`",
    label = "the two columns must hold the same type, in an `Option` or not"
)]
pub trait RelatesTo<U> {}

impl<T> RelatesTo<T> for T {}
impl<T> RelatesTo<Option<T>> for T {}
impl<T> RelatesTo<T> for Option<T> {}

impl Exists {
    /// Asks for rows of `N`.
    pub fn over<N: Model>() -> Exists<N> {
        Exists { on: Vec::new(), models: PhantomData }
    }
}

impl<N: Model> Exists<N> {
    /// They belong to the rows of `M` whose `column` equals theirs, `related`.
    pub fn on<M: Model, T: RelatesTo<U>, U>(
        self,
        column: Column<M, T>,
        related: Column<N, U>,
    ) -> Exists<N, M> {
        Exists { on: vec![(column.index(), related.index())], models: PhantomData }
    }
}

impl<N: Model, M: Model> Exists<N, M> {
    /// These columns equal each other as well.
    pub fn on<T: RelatesTo<U>, U>(mut self, column: Column<M, T>, related: Column<N, U>) -> Self {
        self.on.push((column.index(), related.index()));
        self
    }

    /// The condition that a related row matches `condition`; [`all()`](super::all) takes any.
    #[must_use]
    pub fn filter(self, condition: impl IntoFilter<N>) -> Filter<M> {
        let related = Related::new(N::META, self.on, condition.into_filter().predicate);
        Filter::new(related.exists(false))
    }
}

/// Related rows.
impl<M: Model, T> Column<M, T> {
    /// There is a row whose column `related` equals this one, and which matches the condition;
    /// [`all()`](super::all) takes any row.
    ///
    /// ```
    /// # use alchemy_core::prelude::*;
    /// # #[derive(Debug, Clone, UuidBase)]
    /// # #[alchemy(table = "authors")]
    /// # pub struct Author { pub id: Uuid, pub name: String }
    /// # #[derive(Debug, Clone, UuidBase)]
    /// # #[alchemy(table = "books")]
    /// # pub struct Book { pub id: Uuid, pub author_id: Option<Uuid>, pub title: String }
    /// let published = Author::ID.exists(Book::AUTHOR_ID, Book::TITLE.contains("x"));
    /// # let _: Filter<Author> = published;
    /// ```
    ///
    /// The two columns hold the same type:
    ///
    /// ```compile_fail,E0277
    /// # use alchemy_core::prelude::*;
    /// # #[derive(Debug, Clone, UuidBase)]
    /// # #[alchemy(table = "authors")]
    /// # pub struct Author { pub id: Uuid, pub name: String }
    /// # #[derive(Debug, Clone, UuidBase)]
    /// # #[alchemy(table = "books")]
    /// # pub struct Book { pub id: Uuid, pub author_id: Option<Uuid>, pub title: String }
    /// let nonsense = Author::ID.exists(Book::TITLE, Book::TITLE.contains("x"));
    /// ```
    #[must_use]
    pub fn exists<N: Model, U>(self, related: Column<N, U>, condition: impl IntoFilter<N>) -> Filter<M>
    where
        T: RelatesTo<U>,
    {
        Exists::over::<N>().on(self, related).filter(condition)
    }

    /// There is no row whose column `related` equals this one, and which matches the condition.
    #[must_use]
    pub fn not_exists<N: Model, U>(self, related: Column<N, U>, condition: impl IntoFilter<N>) -> Filter<M>
    where
        T: RelatesTo<U>,
    {
        self.exists(related, condition).not()
    }
}

impl<N, M> Clone for Exists<N, M> {
    fn clone(&self) -> Self {
        Self { on: self.on.clone(), models: PhantomData }
    }
}

impl<N, M> std::fmt::Debug for Exists<N, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exists").field("on", &self.on).finish()
    }
}
