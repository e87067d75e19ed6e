//! Error messages of a model, a service and a call.

use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use serde_json::json;

use crate::{object, open_at};

database_tests! {
    a_model_has_messages_of_its_own,
    those_of_a_service_go_before_those_of_the_model,
    those_of_a_call_go_before_those_of_the_service,
    errors_keep_their_kind_and_their_field,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "users", bind_key = "users")]
#[alchemy(messages(
    not_found = "there is no such user",
    duplicate = "the name is taken",
    stale = "someone was faster",
    invalid_value = "the data is wrong",
    filter = "no such list",
))]
struct User {
    id: Uuid,
    #[alchemy(unique, max_length = 10)]
    name: String,
    #[alchemy(version)]
    version: i32,
}

fn user(name: &str) -> NewUser {
    NewUser { id: None, name: name.into() }
}

fn a_model_has_messages_of_its_own(db: TestDatabase) {
    let session = open_at(&db, "users").session();
    let service = UserService::new(session.clone());
    let ann = service.create(user("Ann")).unwrap();
    session.commit().unwrap();
    let text = |error: Error| error.to_string();
    assert_eq!(text(service.get(Uuid::new_v4()).unwrap_err()), "there is no such user");
    assert_eq!(text(service.delete(Uuid::new_v4()).unwrap_err()), "there is no such user");
    let missing = (Uuid::new_v4(), User { version: 1, ..ann.clone() });
    assert_eq!(text(service.update_many([missing]).unwrap_err()), "there is no such user");
    assert_eq!(
        text(service.update(ann.id, User { version: 5, ..ann.clone() }).unwrap_err()),
        "someone was faster"
    );
    assert_eq!(text(service.create(user("much too long a name")).unwrap_err()), "the data is wrong");
    assert_eq!(text(service.create(object(json!({}))).unwrap_err()), "the data is wrong");
    assert_eq!(text(service.upsert(object(json!({}))).unwrap_err()), "the data is wrong");
    assert_eq!(text(service.delete_where(alchemy_core::filter::all()).unwrap_err()), "no such list");
    assert_eq!(text(service.create(user("Ann")).unwrap_err()), "the name is taken");
}

fn those_of_a_service_go_before_those_of_the_model(db: TestDatabase) {
    let session = open_at(&db, "users").session();
    let service = UserService::new(session).with_messages(ErrorMessages::new().not_found("who?"));
    service.create(user("Ann")).unwrap();
    assert_eq!(service.get(Uuid::new_v4()).unwrap_err().to_string(), "who?");
    // The others are still the model's.
    assert_eq!(service.create(user("Ann")).unwrap_err().to_string(), "the name is taken");
}

fn those_of_a_call_go_before_those_of_the_service(db: TestDatabase) {
    let session = open_at(&db, "users").session();
    let service = UserService::new(session).with_messages(ErrorMessages::new().not_found("who?"));
    let call = service.with_messages(ErrorMessages::new().not_found("not here"));
    assert_eq!(call.delete(Uuid::new_v4()).unwrap_err().to_string(), "not here");
    assert_eq!(
        call.matching(User::NAME).with_deleted().get(Uuid::new_v4()).unwrap_err().to_string(),
        "not here"
    );
    assert_eq!(service.delete(Uuid::new_v4()).unwrap_err().to_string(), "who?");
}

fn errors_keep_their_kind_and_their_field(db: TestDatabase) {
    let service = UserService::new(open_at(&db, "users").session());
    let error = service.create(object(json!({"name": 1}))).unwrap_err();
    assert_eq!(crate::about(&error), (ErrorKind::InvalidValue, Some("name")));
    service.create(user("Ann")).unwrap();
    let error = service.create(user("Ann")).unwrap_err();
    assert_eq!(crate::about(&error), (ErrorKind::Duplicate, Some("name")));
}
