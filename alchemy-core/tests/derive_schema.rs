//! Schemas: from a model, from a row, and to what creates and updates the model.
#![cfg(feature = "sqlite")]
#![allow(missing_docs)]

use alchemy_core::prelude::*;
use alchemy_core::schema::Schema;

mod models {
    use super::*;

    #[derive(Debug, Clone, PartialEq, UuidAuditBase, Service)]
    pub struct Author {
        pub id: Uuid,
        pub name: String,
        pub dob: Option<NaiveDate>,
        #[alchemy(default = 1)]
        pub rank: i32,
        #[alchemy(sql_type = Text)]
        pub mood: Mood,
        pub r#type: Option<String>,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }

    #[derive(Debug, Clone, Copy, PartialEq, TextEnum, Serialize, Deserialize)]
    #[alchemy(rename_all = "lowercase")]
    pub enum Mood {
        Good,
        Bad,
    }
}
use models::{Author, AuthorChangeset, AuthorService, Mood, NewAuthor};

/// Fields in another order, some missing, one renamed, one wrapped.
#[derive(Debug, Clone, PartialEq, Schema)]
#[schema(model = models::Author)]
struct Card {
    dob: Option<NaiveDate>,
    #[schema(column = "name")]
    title: Option<String>,
    mood: Mood,
    r#type: Option<String>,
    id: Uuid,
    created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Schema, Deserialize)]
#[schema(model = Author, create, update)]
pub struct Form {
    pub id: Option<Uuid>,
    pub name: String,
    #[serde(default, with = "alchemy_core::schema::omittable")]
    pub dob: Option<Option<NaiveDate>>,
    pub mood: Mood,
    #[schema(skip(update))]
    pub rank: i32,
    pub created_at: Option<DateTime<Utc>>,
}

fn author() -> Author {
    Author {
        id: Uuid::from_u128(1),
        name: "Ann".into(),
        dob: NaiveDate::from_ymd_opt(1900, 1, 2),
        rank: 2,
        mood: Mood::Bad,
        r#type: Some("poet".into()),
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

fn card() -> Card {
    let Author { id, name, dob, mood, r#type, created_at, .. } = author();
    Card { dob, title: Some(name), mood, r#type, id, created_at }
}

#[test]
fn a_schema_is_made_from_its_model() {
    assert_eq!(Card::from(author()), card());
}

#[test]
fn a_schema_names_its_columns_in_order() {
    assert_eq!(Card::COLUMNS, [2, 1, 4, 5, 0, 6]);
}

#[test]
fn a_schema_is_read_from_a_row_of_its_columns() {
    let engine = Engine::connect(EngineConfig::new("sqlite::memory:")).unwrap();
    engine.create_all().unwrap();
    let session = engine.session();
    let ann = AuthorService::new(session.clone()).create(author()).unwrap();
    let cards: Vec<Card> = AuthorService::new(session).list_as::<Card>(Author::NAME.eq("Ann")).unwrap();
    assert_eq!(cards, [Card { created_at: ann.created_at, ..card() }]);
}

#[test]
fn a_schema_becomes_a_new_row() {
    let form = Form { id: None, name: "Bob".into(), dob: None, mood: Mood::Good, rank: 5, created_at: None };
    let new = NewAuthor::from(form.clone());
    assert_eq!(
        (new.id, new.name.as_str(), new.dob, new.rank, new.r#type),
        (None, "Bob", None, Some(5), None)
    );
    let id = Some(Uuid::from_u128(9));
    assert_eq!(NewAuthor::from(Form { id, ..form }).id, id);
}

#[test]
fn a_schema_becomes_a_changeset_without_the_key() {
    let id = Some(Uuid::nil());
    let changes = AuthorChangeset::from(Form {
        id,
        name: "Bob".into(),
        dob: Some(None),
        mood: Mood::Good,
        rank: 5,
        created_at: Some(DateTime::UNIX_EPOCH),
    });
    assert_eq!(
        (changes.name.as_deref(), changes.dob, changes.mood),
        (Some("Bob"), Some(None), Some(Mood::Good))
    );
    assert_eq!((changes.rank, changes.r#type), (None, None));
}

#[derive(Debug, Schema, Deserialize)]
#[schema(model = Author, update)]
struct Patch {
    name: Option<String>,
    #[serde(default, with = "alchemy_core::schema::omittable")]
    dob: Option<Option<NaiveDate>>,
}

#[test]
fn a_schema_leaves_out_what_was_left_out() {
    let read = |json| AuthorChangeset::from(serde_json::from_str::<Patch>(json).unwrap());
    let born = NaiveDate::from_ymd_opt(1900, 1, 2);
    for (json, name, dob) in [
        ("{}", None, None),
        (r#"{"dob": null, "name": null}"#, None, Some(None)),
        (r#"{"dob": "1900-01-02", "name": "Ann"}"#, Some("Ann"), Some(born)),
    ] {
        let changes = read(json);
        assert_eq!((changes.name.as_deref(), changes.dob), (name, dob), "{json}");
        assert_eq!((changes.r#type, changes.mood, changes.rank), (None, None, None));
    }
}

#[derive(Debug, Clone, PartialEq, UuidBase)]
#[alchemy(table = "shelves")]
struct Shelf {
    id: Uuid,
    #[alchemy(default = "front")]
    place: Option<String>,
    note: Option<String>,
}

#[derive(Debug, Schema)]
#[schema(model = Shelf, create)]
struct ShelfForm {
    place: Option<String>,
    note: Option<String>,
}

#[test]
fn a_value_that_a_create_is_not_given_is_the_default() {
    use alchemy_core::model::NewRow;
    let filled = |place: Option<&str>| {
        let mut new = NewShelf::from(ShelfForm { place: place.map(str::to_owned), note: None });
        assert_eq!(new.note, None);
        new.fill();
        new.place.unwrap()
    };
    assert_eq!(filled(None).as_deref(), Some("front"));
    assert_eq!(filled(Some("back")).as_deref(), Some("back"));
}

#[test]
fn a_service_with_other_messages_is_of_its_own_type() {
    let engine = Engine::connect(EngineConfig::new("sqlite::memory:")).unwrap();
    engine.create_all().unwrap();
    let authors = AuthorService::new(engine.session());
    let authors: AuthorService = authors.with_messages(ErrorMessages::new().not_found("no such author"));
    assert_eq!(authors.get(Uuid::nil()).unwrap_err().to_string(), "no such author");
}
