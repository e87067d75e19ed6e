//! What the derives write passes the lints that a careful crate denies, also inside of functions and modules.
#![cfg(feature = "sqlite")]
#![deny(missing_docs, unsafe_code, unreachable_pub, warnings, clippy::pedantic)]

use alchemy_core::model::Keyed;
use alchemy_core::prelude::*;

/// A state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TextEnum)]
pub enum State {
    /// Not there yet.
    Draft,
}

/// Documented, as everything derived from it.
#[derive(Debug, Clone, UuidAuditBase, Service)]
#[alchemy(serialize)]
pub struct Page {
    /// The key.
    pub id: Uuid,
    /// A text.
    #[alchemy(max_length = 3, default = "x")]
    pub text: String,
    /// A state.
    pub state: Option<State>,
    /// Kept.
    pub created_at: DateTime<Utc>,
    /// Kept.
    pub updated_at: DateTime<Utc>,
}

/// Some of its fields.
#[derive(Debug, Schema)]
#[schema(model = Page, create, update)]
pub struct PageSchema {
    /// A text.
    pub text: String,
}

/// A key of several fields, and everything that Alchemy keeps.
#[derive(Debug, Clone, DefaultAuditBase, Service)]
#[alchemy(match_fields(slug), messages(not_found = "there is none"))]
pub struct Chapter {
    /// The first part.
    #[alchemy(primary_key)]
    pub book: Uuid,
    /// The second part.
    #[alchemy(primary_key, default)]
    pub number: i32,
    /// A text.
    #[alchemy(filter = "heading")]
    pub title: String,
    /// Made of the title.
    #[alchemy(slug(from = title))]
    pub slug: String,
    /// Raised by each change.
    #[alchemy(version)]
    pub version: i32,
    /// Set by a delete.
    #[alchemy(soft_delete)]
    pub deleted_at: Option<DateTime<Utc>>,
    /// Kept.
    pub created_at: DateTime<Utc>,
    /// Kept.
    pub updated_at: DateTime<Utc>,
}

/// A number that the database makes.
#[derive(Debug, Clone, BigIntBase, Service)]
pub struct Counter {
    /// The key.
    pub id: i64,
}

/// A text that the program makes.
#[derive(Debug, Clone, NanoIdBase, Service)]
pub struct Link {
    /// The key.
    pub id: String,
}

/// Read only.
#[derive(Debug, Clone, QueryBase, Service)]
#[alchemy(query = "SELECT title FROM chapter", serialize)]
pub struct Heading {
    /// A text.
    pub title: String,
}

/// Some of its fields.
#[derive(Debug, Schema)]
#[schema(model = Chapter, create, update)]
pub struct ChapterSchema {
    /// A part of the key.
    #[schema(skip(update))]
    pub book: Uuid,
    /// A text.
    pub title: String,
    /// What was read.
    #[schema(skip(create))]
    pub version: i32,
}

mod inner {
    use super::*;

    #[derive(Debug, Clone, UuidBase, Service)]
    #[alchemy(bind_key = "elsewhere")]
    pub(crate) struct Note {
        pub(crate) id: Uuid,
        #[alchemy(sql_type = Special)]
        pub(crate) text: Option<Text>,
        pub(super) private: i32,
    }

    #[derive(Debug, Clone, DefaultBase, Service)]
    #[alchemy(bind_key = "elsewhere", serialize)]
    pub(crate) struct Pair {
        #[alchemy(primary_key)]
        pub(crate) left: i32,
        #[alchemy(primary_key)]
        pub(super) right: i64,
    }

    #[derive(Debug, Clone, QueryBase)]
    pub(crate) struct View {
        pub(crate) text: String,
    }

    pub(crate) type Text = String;
    pub(crate) type Special = alchemy_core::diesel::sql_types::Text;
}

#[test]
fn visibility_follows_the_struct_and_its_fields() {
    let note = inner::NewNote { id: None, text: Some("a".into()), private: 1 };
    let service: Option<inner::NoteService> = None;
    assert!(service.is_none() && note.private == 1 && inner::Note::PRIVATE.index() == 2);
    let pair = inner::PairId { left: 1, right: 2 };
    assert_eq!((pair.left, inner::NewPair { left: 1, right: 2 }.right), (1, 2));
    let view = inner::View { text: String::new() };
    assert!(view.text.is_empty() && inner::View::TEXT.index() == 0);
    let _ = (inner::note::table, inner::NoteChangeset::default(), PageSchema { text: String::new() });
}

/// Called as the parameters of types are.
#[derive(Debug, Clone, UuidBase, Service)]
#[alchemy(bind_key = "letters")]
pub struct S {
    /// The key.
    pub id: Uuid,
}

/// The same.
#[derive(Debug, Clone, UuidAuditBase, Service)]
#[alchemy(bind_key = "letters", serialize)]
pub struct M {
    /// The key.
    pub id: Uuid,
    /// Refers to another.
    #[alchemy(foreign_key(S))]
    pub s: Uuid,
    /// Kept.
    pub created_at: DateTime<Utc>,
    /// Kept.
    pub updated_at: DateTime<Utc>,
}

#[test]
fn a_model_may_be_called_as_a_type_parameter_is() {
    let config = EngineConfig::new("sqlite::memory:").bind_key("letters");
    let engine = Engine::connect(config).unwrap();
    engine.create_all().unwrap();
    let session = engine.session();
    let s: S = SService::new(session.clone()).create(NewS { id: None }).unwrap();
    let service: MService = MService::new(session);
    assert_eq!(service.create(NewM { id: None, s: s.id }).unwrap().s, s.id);
}

#[test]
fn a_model_may_be_declared_in_a_function() {
    #[derive(Debug, Clone, UuidBase, Service)]
    struct Local {
        id: Uuid,
        state: State,
    }

    let engine = Engine::connect(EngineConfig::new("sqlite::memory:")).unwrap();
    engine.create_all().unwrap();
    let locals = LocalService::new(engine.session());
    let made = locals.create(NewLocal { id: None, state: State::Draft }).unwrap();
    assert_eq!(locals.get(made.id()).unwrap().state, State::Draft);
}
