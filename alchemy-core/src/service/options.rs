//! The same service, with something else about all its calls.

use std::borrow::Cow;

use super::{Locking, MatchFields, Service};
use crate::error::ErrorMessages;
use crate::model::{Model, Scope, Writable};
use crate::statement::LockStrength;
use crate::verb::Reading;

impl<M: Model, S: Clone> Service<M, S> {
    /// The same service with other error messages: for all its calls, or for one.
    ///
    /// Those of the service go before those of the model (`#[alchemy(messages(…))]`).
    ///
    /// ```
    /// # use alchemy_core::{ErrorMessages, model::{IntoKey, Keyed}, service::Service, Result};
    /// # fn find<M: Keyed>(authors: &Service<M>, id: impl IntoKey<M>) -> Result<M> {
    /// authors.with_messages(ErrorMessages::new().not_found("no such author")).get(id)
    /// # }
    /// ```
    #[must_use]
    pub fn with_messages(&self, messages: ErrorMessages) -> Self {
        Self { messages: messages.over(&self.messages), ..self.clone() }
    }

    /// The same service for all rows, those that were deleted softly included.
    #[must_use]
    pub fn with_deleted(&self) -> Self {
        Self { scope: Scope::WithDeleted, ..self.clone() }
    }

    /// The same service for the rows that were deleted softly; deleting them once more is for good, so that
    /// `only_deleted().delete_all()` empties the bin. Of a model that deletes rows for good it sees all.
    #[must_use]
    pub fn only_deleted(&self) -> Self {
        Self { scope: Scope::OnlyDeleted, ..self.clone() }
    }

    /// Reads that lock their rows against changes and other locks, until the transaction ends: `SELECT … FOR UPDATE`.
    ///
    /// ```
    /// # use alchemy_core::{model::{IntoKey, Keyed}, service::Service, Result};
    /// # fn find<M: Keyed>(authors: &Service<M>, id: impl IntoKey<M>) -> Result<M> {
    /// authors.for_update().no_wait().get(id)
    /// # }
    /// ```
    ///
    /// The locked reads fail with [`Error::Unsupported`](crate::Error::Unsupported) on SQLite, which locks the database as
    /// a whole.
    #[must_use]
    pub fn for_update(&self) -> Locking<M, S> {
        Locking::new(self.clone(), LockStrength::Update)
    }

    /// Reads that lock their rows against changes, until the transaction ends: `SELECT … FOR SHARE`. Otherwise as
    /// [`for_update`](Self::for_update).
    #[must_use]
    pub fn for_share(&self) -> Locking<M, S> {
        Locking::new(self.clone(), LockStrength::Share)
    }
}

impl<M: Writable, S: Clone> Service<M, S> {
    /// The same service with other columns by which upserts, `as_unique` and `get_or_upsert` match rows, in place of the
    /// model's `#[alchemy(match_fields(…))]` or its primary key: those of a unique constraint.
    ///
    /// ```
    /// # use alchemy_core::prelude::*;
    /// # #[derive(Debug, Clone, UuidBase, Service)]
    /// # #[alchemy(table = "members")]
    /// # pub struct Member { pub id: Uuid, #[alchemy(unique)] pub email: String, pub name: String }
    /// # fn save(members: &MemberService, member: NewMember) -> Result<Member> {
    /// members.matching(Member::EMAIL).upsert(member)
    /// # }
    /// ```
    #[must_use]
    pub fn matching(&self, fields: impl MatchFields<M>) -> Self {
        Self { match_fields: Some(Cow::Owned(fields.into_columns())), ..self.clone() }
    }
}

impl<M: Model, S> Service<M, S> {
    pub(super) fn reading(&self) -> Reading {
        Reading { scope: self.scope, lock: None }
    }

    pub(super) fn target(&self) -> Cow<'static, [usize]> {
        self.match_fields.clone().unwrap_or(Cow::Borrowed(crate::verb::match_fields(M::META)))
    }
}
