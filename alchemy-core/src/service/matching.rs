//! Columns by which rows are matched.

use crate::model::{Column, Model};

/// Columns by which rows are matched: one (`Member::EMAIL`) or a tuple of several (`(Member::TEAM, Member::NAME)`).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no column of `{M}`, nor a tuple of them",
    label = "expected columns of a unique constraint, as in `(Member::TEAM, Member::NAME)`"
)]
pub trait MatchFields<M> {
    /// Their places in [`ModelMeta::columns`](crate::model::ModelMeta::columns).
    fn into_columns(self) -> Vec<usize>;
}

impl<M: Model, T> MatchFields<M> for Column<M, T> {
    fn into_columns(self) -> Vec<usize> {
        vec![self.index()]
    }
}

macro_rules! tuples {
    ($(($($name:ident: $type:ident),+);)+) => {$(
        impl<M: Model, $($type),+> MatchFields<M> for ($(Column<M, $type>,)+) {
            fn into_columns(self) -> Vec<usize> {
                let ($($name,)+) = self;
                vec![$($name.index()),+]
            }
        }
    )+};
}

tuples! {
    (a: A);
    (a: A, b: B);
    (a: A, b: B, c: C);
    (a: A, b: B, c: C, d: D);
}
