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

    pub(crate) type Text = String;
    pub(crate) type Special = alchemy_core::diesel::sql_types::Text;
}

#[test]
fn visibility_follows_the_struct_and_its_fields() {
    let note = inner::NewNote { id: None, text: Some("a".into()), private: 1 };
    let service: Option<inner::NoteService> = None;
    assert!(service.is_none() && note.private == 1 && inner::Note::PRIVATE.index() == 2);
    let _ = (inner::note::table, inner::NoteChangeset::default(), PageSchema { text: String::new() });
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
