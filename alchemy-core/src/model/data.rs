//! What services take in place of a model's own payloads.

use super::fields::FromFields;
use super::{Row, Writable};
use crate::error::Error;

/// A JSON object.
pub type JsonMap = serde_json::Map<String, serde_json::Value>;

/// Data for a row, of any of the kinds that services take, so that one list can mix them.
///
/// ```
/// # use alchemy_core::prelude::*;
/// # use alchemy_core::model::Data;
/// # #[derive(Debug, Clone, UuidBase, Service)]
/// # #[alchemy(table = "authors")]
/// # pub struct Author { pub id: Uuid, pub name: String }
/// # fn create(authors: &AuthorService, json: serde_json::Map<String, serde_json::Value>) -> Result<Vec<Author>> {
/// let ann = NewAuthor { id: None, name: "Ann".into() };
/// authors.create_many([Data::from(ann), Data::from(json)])
/// # }
/// ```
#[derive(Debug, Clone)]
pub enum Data<M: Writable> {
    /// A row, with all its columns.
    Model(M),
    /// What a create needs.
    New(M::New),
    /// What an update changes.
    Changeset(M::Changeset),
    /// A JSON object, read as a create or an update reads its body.
    Json(JsonMap),
}

impl<M: Writable> Data<M> {
    /// As what a create needs.
    ///
    /// # Errors
    /// [`Error::InvalidValue`], naming the field that is missing, unknown or of another type.
    pub fn into_new(self) -> Result<M::New, Error> {
        match self {
            Self::Model(model) => Ok(model.into()),
            Self::New(new) => Ok(new),
            Self::Changeset(changeset) => changeset.try_into(),
            Self::Json(map) => map.try_into(),
        }
    }

    /// As what an update changes.
    ///
    /// # Errors
    /// [`Error::InvalidValue`], naming the field that is unknown or of another type.
    pub fn into_changeset(self) -> Result<M::Changeset, Error> {
        match self {
            Self::Model(model) => Ok(model.into()),
            Self::New(new) => Ok(new.into()),
            Self::Changeset(changeset) => Ok(changeset),
            Self::Json(map) => map.try_into(),
        }
    }
}

impl<M: Writable> From<M> for Data<M> {
    fn from(model: M) -> Self {
        Self::Model(model)
    }
}

impl<M: Writable> From<JsonMap> for Data<M> {
    fn from(map: JsonMap) -> Self {
        Self::Json(map)
    }
}

/// What an upsert takes: a new row, and which of its columns were given. Only those are changed in a row that is there
/// already.
#[derive(Debug, Clone)]
pub struct Draft<M: Writable> {
    pub(crate) new: M::New,
    /// For each column whether it was given.
    pub(crate) given: Vec<bool>,
}

impl<M: Writable> Draft<M> {
    /// A new row of which everything that it has was given.
    pub fn new(new: M::New) -> Self {
        let given = (0..M::META.columns.len()).map(|column| new.has(column)).collect();
        Self { new, given }
    }

    /// A new row of which some columns were given, by their places in
    /// [`ModelMeta::columns`](super::ModelMeta::columns). Written by derives.
    #[doc(hidden)]
    #[must_use]
    pub fn of(new: M::New, columns: &[usize]) -> Self {
        let mut draft = Self::new(new);
        for (column, given) in draft.given.iter_mut().enumerate() {
            *given &= columns.contains(&column);
        }
        draft
    }
}

impl<M: Writable> From<M> for Draft<M> {
    fn from(model: M) -> Self {
        Self::new(model.into())
    }
}

impl<M: Writable> TryFrom<JsonMap> for Draft<M> {
    type Error = Error;

    fn try_from(map: JsonMap) -> Result<Self, Error> {
        // A field that is left out is null in a new row, and stays as it is in one that is there.
        let mut given = vec![false; M::META.columns.len()];
        for (field, &column) in M::New::FIELDS.iter().zip(M::New::COLUMNS) {
            given[column] = map.contains_key(*field);
        }
        Ok(Self { new: map.try_into()?, given })
    }
}

impl<M: Writable> TryFrom<Data<M>> for Draft<M> {
    type Error = Error;

    fn try_from(data: Data<M>) -> Result<Self, Error> {
        match data {
            Data::Changeset(changeset) => {
                let given = (0..M::META.columns.len()).map(|column| changeset.has(column)).collect();
                Ok(Self { new: changeset.try_into()?, given })
            }
            Data::Json(map) => map.try_into(),
            other => other.into_new().map(Self::new),
        }
    }
}
