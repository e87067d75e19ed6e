//! What a row is found by: its primary key, or the columns of a unique constraint.

use std::marker::PhantomData;

use super::{Column, Keyed, Model, ModelMeta};
use crate::error::{Error, Result};
use crate::filter::{Operand, Value};

/// What finds one row of `M`, wherever a verb takes a key: the primary key, a reference to one, a model's row, or a
/// [`Lookup`] by another unique column.
///
/// The key of several columns is the struct that the derive makes (`BookTagId` for `BookTag`) or a tuple in the order
/// of the columns; anything else does not compile.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key of `{M}`",
    label = "expected the primary key of `{M}`, a row of it, or a lookup by a unique column",
    note = "for a key of several columns there are its struct (`BookTagId {{ … }}`) and a tuple in the columns' order",
    note = "by another unique column a row is found with `Author::EMAIL.lookup(\"ann@example.org\")`"
)]
pub trait IntoKey<M: Keyed> {
    /// The key.
    fn into_key(self) -> RowKey<M>;
}

/// What finds one row of `M`.
pub struct RowKey<M: Keyed>(pub(crate) Finder<M::Id>);

/// A key, whatever the model: there is one for each type of primary keys.
#[derive(Clone)]
pub(crate) enum Finder<I> {
    Id(I),
    Unique(UniqueKey),
}

/// The columns of a unique constraint, and their values.
#[derive(Clone)]
pub(crate) struct UniqueKey {
    pub(crate) columns: Vec<usize>,
    pub(crate) values: Vec<Value>,
}

impl<M: Keyed> RowKey<M> {
    /// The row with a primary key.
    pub const fn id(id: M::Id) -> Self {
        Self(Finder::Id(id))
    }

    /// Refuses a lookup by columns that are not unique.
    pub(crate) fn check(&self) -> Result<()> {
        match &self.0 {
            Finder::Id(_) => Ok(()),
            Finder::Unique(unique) => check_unique(M::META, &unique.columns),
        }
    }
}

impl<M: Keyed> Clone for RowKey<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<M: Keyed> IntoKey<M> for RowKey<M> {
    fn into_key(self) -> Self {
        self
    }
}

impl<M: Keyed> IntoKey<M> for Lookup<M> {
    fn into_key(self) -> RowKey<M> {
        RowKey(Finder::Unique(self.key))
    }
}

impl<M: Keyed> std::fmt::Debug for RowKey<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Finder::Id(id) => f.debug_tuple("RowKey").field(id).finish(),
            Finder::Unique(key) => key.fmt(M::META, f),
        }
    }
}

/// Values for the columns of a unique constraint: `Author::EMAIL.lookup("ann@example.org")`.
///
/// It stands wherever a verb takes a key. That the columns are those of a unique constraint is checked when it is used.
///
/// ```
/// # use alchemy_core::prelude::*;
/// # #[derive(Debug, Clone, UuidBase, Service)]
/// # #[alchemy(table = "members", unique(team, name))]
/// # pub struct Member { pub id: Uuid, pub team: i64, pub name: String, #[alchemy(unique)] pub email: String }
/// # fn find(members: &MemberService) -> Result<()> {
/// members.get(Member::EMAIL.lookup("ann@example.org"))?;
/// members.delete(Member::TEAM.lookup(7).and(Member::NAME.lookup("Ann")))?;
/// # Ok(()) }
/// ```
pub struct Lookup<M> {
    key: UniqueKey,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Lookup<M> {
    /// The same with the columns of another, for a unique constraint over several.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.key.columns.extend(other.key.columns);
        self.key.values.extend(other.key.values);
        self
    }
}

impl<M: Model, T> Column<M, T> {
    /// The row with this value in the column, which is unique, by itself or [together](Lookup::and) with others.
    #[must_use]
    pub fn lookup(self, value: impl Operand<T>) -> Lookup<M> {
        let key = UniqueKey { columns: vec![self.index()], values: vec![value.into_operand()] };
        Lookup { key, model: PhantomData }
    }
}

impl<M> Clone for Lookup<M> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone(), model: PhantomData }
    }
}

impl<M: Model> std::fmt::Debug for Lookup<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.key.fmt(M::META, f)
    }
}

impl UniqueKey {
    fn fmt(&self, meta: &'static ModelMeta, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut lookup = f.debug_map();
        for (&column, value) in self.columns.iter().zip(&self.values) {
            lookup.entry(&meta.columns[column].field, value);
        }
        lookup.finish()
    }
}

/// Refuses columns that do not tell one row from all others.
pub(crate) fn check_unique(meta: &'static ModelMeta, columns: &[usize]) -> Result<()> {
    if meta.is_unique(columns) {
        return Ok(());
    }
    let fields: Vec<_> = columns.iter().map(|&column| meta.columns[column].field).collect();
    Err(Error::config(format!(
        "`{}` of {} is neither its primary key nor a unique constraint, so it does not find one row",
        fields.join("`, `"),
        meta.name
    )))
}
