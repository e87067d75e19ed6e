//! `unit/test_service_to_model_flow.py`: every kind of data takes the same way into a row.
//!
//! Upstream has hooks (`to_model_on_update` and its kin), which some kinds of data used to pass by. What they are used
//! for, a slug or a normalized text, is a method of the user's own service here, which takes all kinds by one signature.

use alchemy_core::model::{Data, Draft};
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::json;

use crate::authors::uuid::{
    Author, AuthorChangeset, AuthorPatch, AuthorService, NewAuthor, Rename, new, seeded,
};
use crate::{date, map};

database_tests! {
    an_update_takes_every_kind_of_data,
    a_create_takes_every_kind_of_data,
    an_upsert_takes_every_kind_of_data,
    a_method_of_the_users_own_sees_every_kind,
    an_update_locks_the_row_it_changes: [postgres, mysql],
    an_update_by_the_row_itself_needs_no_other_key,
    an_update_preserves_the_rest,
}

/// `unit/test_service_to_model_flow.py` 133, 151, 170, 192, 214, 266, 283
fn an_update_takes_every_kind_of_data(db: TestDatabase) {
    let (authors, agatha, _) = seeded(&db);
    let check = |kind: &str, updated: Result<Author>| {
        let updated = updated.unwrap();
        let expected = Author { name: kind.into(), updated_at: updated.updated_at, ..agatha.clone() };
        assert_eq!(updated, expected);
    };
    check("map", authors.update(agatha.id, map(json!({"name": "map"}))));
    check("model", authors.update(agatha.id, Author { name: "model".into(), ..agatha.clone() }));
    let patch: AuthorPatch = serde_json::from_value(json!({"name": "patch"})).unwrap();
    check("patch", authors.update(agatha.id, patch));
    check("struct", authors.update(agatha.id, Rename { name: "struct".into() }));
    let changeset = AuthorChangeset { name: Some("changeset".into()), ..AuthorChangeset::default() };
    check("changeset", authors.update(agatha.id, changeset));
    check("new", authors.update(agatha.id, new("new", "1890-09-15")));
    check("data", authors.update(agatha.id, Data::from(map(json!({"name": "data"})))));
}

/// `unit/test_service_to_model_flow.py` 133 to 214, for `create`
fn a_create_takes_every_kind_of_data(db: TestDatabase) {
    let (authors, agatha, _) = seeded(&db);
    let dob = Some(date("2000-01-02"));
    let check = |kind: &str, created: Result<Author>| {
        let created = created.unwrap();
        assert_eq!((created.name.as_str(), created.dob), (kind, dob));
        assert_eq!(authors.get(created.id).unwrap(), created);
    };
    check("map", authors.create(map(json!({"name": "map", "dob": "2000-01-02"}))));
    check("new", authors.create(new("new", "2000-01-02")));
    let model = Author { id: Uuid::new_v4(), name: "model".into(), dob, ..agatha };
    check("model", authors.create(model));
    let changeset = || AuthorChangeset { name: Some("changeset".into()), dob: Some(dob) };
    check("changeset", authors.create(changeset()));
    check("changeset", authors.create(Data::from(changeset())));
}

/// `unit/test_service_to_model_flow.py` 133 to 214, for `upsert`
fn an_upsert_takes_every_kind_of_data(db: TestDatabase) {
    let (authors, agatha, _) = seeded(&db);
    let check = |kind: &str, upserted: Result<Author>| {
        let upserted = upserted.unwrap();
        let expected = Author { name: kind.into(), updated_at: upserted.updated_at, ..agatha.clone() };
        assert_eq!(upserted, expected);
    };
    check("map", authors.upsert(map(json!({"id": agatha.id, "name": "map"}))));
    check("model", authors.upsert(Author { name: "model".into(), ..agatha.clone() }));
    let given = NewAuthor { id: Some(agatha.id), ..new("new", "1890-09-15") };
    check("new", authors.upsert(given.clone()));
    check("draft", authors.upsert(Draft::new(NewAuthor { name: "draft".into(), ..given.clone() })));
    check("data", authors.upsert(Data::from(NewAuthor { name: "data".into(), ..given })));
}

/// A verb that the user adds: names are kept without the spaces around them.
trait Trimming {
    fn rename(&self, id: Uuid, data: impl TryInto<AuthorChangeset, Error: Into<Error>>) -> Result<Author>;
}

impl Trimming for AuthorService {
    fn rename(&self, id: Uuid, data: impl TryInto<AuthorChangeset, Error: Into<Error>>) -> Result<Author> {
        let mut changes = data.try_into().map_err(Into::into)?;
        changes.name = changes.name.map(|name| name.trim().to_owned());
        self.update(id, changes)
    }
}

/// `unit/test_service_to_model_flow.py` 236, 314
fn a_method_of_the_users_own_sees_every_kind(db: TestDatabase) {
    let (authors, agatha, _) = seeded(&db);
    let patch: AuthorPatch = serde_json::from_value(json!({"name": " patch "})).unwrap();
    for (renamed, name) in [
        (authors.rename(agatha.id, map(json!({"name": " map "}))), "map"),
        (authors.rename(agatha.id, patch), "patch"),
        (authors.rename(agatha.id, Rename { name: " struct ".into() }), "struct"),
        (authors.rename(agatha.id, Author { name: " model ".into(), ..agatha.clone() }), "model"),
    ] {
        let renamed = renamed.unwrap();
        assert_eq!((renamed.name.as_str(), renamed.dob), (name, agatha.dob));
    }
}

/// `unit/test_service_to_model_flow.py` 253, 300: a read that is to be followed by an update locks; the update itself is
/// one statement and needs no flag.
fn an_update_locks_the_row_it_changes(db: TestDatabase) {
    let (authors, agatha, _) = seeded(&db);
    let engine = authors.session().engine().clone();
    let locked = authors.for_update().get(agatha.id).unwrap();
    assert_eq!(locked, agatha);
    let other = AuthorService::new(engine.session());
    assert_eq!(other.for_update().skip_locked().list(Author::ID.eq(agatha.id)).unwrap(), []);
    let error = other.for_update().no_wait().get(agatha.id).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Retryable);
    other.session().rollback().unwrap();
    authors.update(agatha.id, Rename { name: "Locked".into() }).unwrap();
    authors.session().commit().unwrap();
    assert_eq!(other.for_update().no_wait().get(agatha.id).unwrap().name, "Locked");
}

/// `unit/test_service_to_model_flow.py` 357
fn an_update_by_the_row_itself_needs_no_other_key(db: TestDatabase) {
    let (authors, agatha, leo) = seeded(&db);
    let changed = Author { name: "Updated Name".into(), ..agatha.clone() };
    assert_eq!(authors.update(&changed, changed.clone()).unwrap().name, "Updated Name");
    assert_eq!(authors.get(agatha.id).unwrap().name, "Updated Name");
    assert_eq!(authors.get(leo.id).unwrap(), leo);
}

/// `unit/test_service_to_model_flow.py` 372, 384
fn an_update_preserves_the_rest(db: TestDatabase) {
    let (authors, agatha, _) = seeded(&db);
    let before = authors.session().stats().statements;
    let updated = authors.update(agatha.id, map(json!({"name": "New Name"}))).unwrap();
    assert_eq!((updated.id, updated.name.as_str(), updated.dob), (agatha.id, "New Name", agatha.dob));
    // Without reading the row first.
    let expected = if db.backend() == Backend::Mysql { 2 } else { 1 };
    assert_eq!(authors.session().stats().statements - before, expected);
}
