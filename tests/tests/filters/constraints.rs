//! What a database refuses, and what the error says about it.

use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use diesel::prelude::*;
use diesel::sql_query;

use crate::open;

database_tests! {
    a_duplicate_names_its_field,
    a_duplicate_over_several_fields_names_them,
    a_duplicate_key_names_it,
    a_duplicate_of_a_renamed_column_names_the_field,
    a_duplicate_of_a_constraint_with_a_shortened_name_names_the_field,
    a_duplicate_in_the_users_own_query_names_the_column,
    a_missing_target_is_a_foreign_key_error,
    a_row_in_use_cannot_be_deleted,
    rows_that_cascade_go_with_their_target,
    a_reference_is_set_to_null_with_its_target,
    a_failed_check_names_it,
    a_null_in_a_required_column_names_it,
    a_text_too_long_is_refused_before_it_is_sent,
    a_text_too_long_in_the_users_own_query,
    a_number_out_of_range_in_the_users_own_query,
    a_text_that_is_no_number_in_the_users_own_query,
    a_number_that_its_field_cannot_hold_is_not_read: [sqlite],
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(
    table = "shelves",
    bind_key = "constraints",
    unique(room, place),
    check(name = "positive_capacity", "capacity > 0")
)]
struct Shelf {
    id: Uuid,
    #[alchemy(unique, max_length = 12)]
    label: String,
    room: i32,
    place: i32,
    capacity: i16,
    #[alchemy(column = "full_remark", unique, max_length = 100)]
    remark: Option<String>,
}

/// Refuses the delete of its shelf.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "books", bind_key = "constraints")]
struct Book {
    id: Uuid,
    #[alchemy(foreign_key(Shelf, on_delete = restrict))]
    shelf_id: Uuid,
}

/// Goes with its shelf.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "notices", bind_key = "constraints")]
struct Notice {
    id: Uuid,
    #[alchemy(foreign_key(Shelf, on_delete = cascade))]
    shelf_id: Uuid,
}

/// Stays without its shelf.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "lamps", bind_key = "constraints")]
struct Lamp {
    id: Uuid,
    #[alchemy(foreign_key(Shelf, on_delete = set_null))]
    shelf_id: Option<Uuid>,
}

/// The name of its unique constraint does not fit PostgreSQL and MariaDB.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "organization_membership_role_assignment", bind_key = "constraints")]
struct Assignment {
    id: Uuid,
    #[alchemy(unique, max_length = 100)]
    external_identity_provider_subject: String,
}

const LABEL: &str = "unmistakable";

fn session(db: &TestDatabase) -> Session {
    open(db, "constraints").session()
}

fn shelf(label: &str, place: i32) -> NewShelf {
    NewShelf { id: None, label: label.to_owned(), room: 4711, place, capacity: 10, remark: None }
}

/// What an error says: kind, model, field, constraint.
type Fault<'a> = (ErrorKind, Option<&'a str>, Option<&'a str>, Option<&'a str>);

/// The error says this, and nothing about statements or values.
#[track_caller]
fn check(error: &Error, fault: Fault<'_>, message: &str) {
    let detail = error.detail().unwrap();
    let found = (error.kind(), detail.model, detail.field.as_deref(), detail.constraint.as_deref());
    assert_eq!(found, fault, "{:?}", error.driver_error());
    assert_eq!(error.to_string(), message);
    for secret in [LABEL, "4711", "INSERT", "UPDATE", "SELECT", "40000", "shelves"] {
        assert!(!message.contains(secret), "{message}");
    }
}

fn a_duplicate_names_its_field(db: TestDatabase) {
    let session = session(&db);
    let service = ShelfService::new(session.clone());
    service.create(shelf(LABEL, 1)).unwrap();
    let other = service.create(shelf("other", 2)).unwrap();
    session.commit().unwrap();
    let constraint = match db.backend() {
        Backend::Sqlite => None,
        _ => Some("uq_shelves_label"),
    };
    let fault = (ErrorKind::Duplicate, Some("Shelf"), Some("label"), constraint);
    let message = "a record of Shelf with the same `label` already exists";
    check(&service.create(shelf(LABEL, 3)).unwrap_err(), fault, message);
    session.rollback().unwrap();
    let many = [shelf("new", 3), shelf(LABEL, 4)];
    check(&service.create_many(many).unwrap_err(), fault, message);
    session.rollback().unwrap();
    let changes = ShelfChangeset { label: Some(LABEL.into()), ..Default::default() };
    check(&service.update(other.id, changes).unwrap_err(), fault, message);
    session.rollback().unwrap();
    // Case and trailing spaces make a difference.
    service.create_many([shelf("Unmistakable", 5), shelf("other ", 6), shelf("óther", 7)]).unwrap();
}

fn a_duplicate_over_several_fields_names_them(db: TestDatabase) {
    let service = ShelfService::new(session(&db));
    service.create_many([shelf("a", 1), shelf("b", 2)]).unwrap();
    let constraint = match db.backend() {
        Backend::Sqlite => None,
        _ => Some("uq_shelves_room"),
    };
    check(
        &service.create(shelf("c", 2)).unwrap_err(),
        (ErrorKind::Duplicate, Some("Shelf"), Some("room, place"), constraint),
        "a record of Shelf with the same `room, place` already exists",
    );
}

fn a_duplicate_key_names_it(db: TestDatabase) {
    let service = ShelfService::new(session(&db));
    let id = Some(Uuid::new_v4());
    service.create(NewShelf { id, ..shelf("a", 1) }).unwrap();
    let constraint = match db.backend() {
        Backend::Sqlite => None,
        Backend::Postgres => Some("pk_shelves"),
        Backend::Mysql => Some("PRIMARY"),
    };
    check(
        &service.create(NewShelf { id, ..shelf("b", 2) }).unwrap_err(),
        (ErrorKind::Duplicate, Some("Shelf"), Some("id"), constraint),
        "a record of Shelf with the same `id` already exists",
    );
}

fn a_duplicate_of_a_renamed_column_names_the_field(db: TestDatabase) {
    let service = ShelfService::new(session(&db));
    let remark = Some("' for key 'PRIMARY".to_owned());
    // Any number of nulls is fine.
    service.create_many([shelf("a", 1), shelf("b", 2)]).unwrap();
    service.create(NewShelf { remark: remark.clone(), ..shelf("c", 3) }).unwrap();
    let constraint = match db.backend() {
        Backend::Sqlite => None,
        _ => Some("uq_shelves_full_remark"),
    };
    check(
        &service.create(NewShelf { remark, ..shelf("d", 4) }).unwrap_err(),
        (ErrorKind::Duplicate, Some("Shelf"), Some("remark"), constraint),
        "a record of Shelf with the same `remark` already exists",
    );
}

fn a_duplicate_of_a_constraint_with_a_shortened_name_names_the_field(db: TestDatabase) {
    let service = AssignmentService::new(session(&db));
    let new = || NewAssignment { id: None, external_identity_provider_subject: LABEL.to_owned() };
    service.create(new()).unwrap();
    let constraint = match db.backend() {
        Backend::Sqlite => None,
        Backend::Postgres => Some("uq_organization_membership_role_assignment_external_ide_0285"),
        Backend::Mysql => Some("uq_organization_membership_role_assignment_external_iden_0285"),
    };
    check(
        &service.create(new()).unwrap_err(),
        (ErrorKind::Duplicate, Some("Assignment"), Some("external_identity_provider_subject"), constraint),
        "a record of Assignment with the same `external_identity_provider_subject` already exists",
    );
}

fn a_duplicate_in_the_users_own_query_names_the_column(db: TestDatabase) {
    let session = session(&db);
    ShelfService::new(session.clone()).create(shelf(LABEL, 1)).unwrap();
    let error = session
        .run(|connection| diesel::insert_into(shelves::table).values(shelf(LABEL, 2)).execute(connection))
        .unwrap_err();
    // Which model it was, nobody told; PostgreSQL and MariaDB name the constraint, SQLite the column.
    let (field, constraint) = match db.backend() {
        Backend::Sqlite => (Some("label"), None),
        _ => (None, Some("uq_shelves_label")),
    };
    check(
        &error,
        (ErrorKind::Duplicate, None, field, constraint),
        "a record with the same key already exists",
    );
}

/// SQLite does not tell which foreign key it was.
fn foreign_key(db: &TestDatabase, name: &'static str) -> Option<&'static str> {
    (db.backend() != Backend::Sqlite).then_some(name)
}

const REFERENCE: &str = "a record that is referred to is missing, or still in use";

fn a_missing_target_is_a_foreign_key_error(db: TestDatabase) {
    let session = session(&db);
    let target = ShelfService::new(session.clone()).create(shelf("a", 1)).unwrap();
    let service = BookService::new(session.clone());
    let book = service.create(NewBook { id: None, shelf_id: target.id }).unwrap();
    session.commit().unwrap();
    let constraint = foreign_key(&db, "fk_books_shelf_id_shelves");
    let fault = (ErrorKind::ForeignKey, Some("Book"), constraint.map(|_| "shelf_id"), constraint);
    let missing = Uuid::new_v4();
    check(&service.create(NewBook { id: None, shelf_id: missing }).unwrap_err(), fault, REFERENCE);
    session.rollback().unwrap();
    check(&service.update(book.id, BookChangeset { shelf_id: Some(missing) }).unwrap_err(), fault, REFERENCE);
    session.rollback().unwrap();
    assert_eq!(service.get(book.id).unwrap(), book);
}

fn a_row_in_use_cannot_be_deleted(db: TestDatabase) {
    let session = session(&db);
    let service = ShelfService::new(session.clone());
    let target = service.create(shelf("a", 1)).unwrap();
    let books = BookService::new(session.clone());
    let book = books.create(NewBook { id: None, shelf_id: target.id }).unwrap();
    session.commit().unwrap();
    let fault = (ErrorKind::ForeignKey, Some("Shelf"), None, foreign_key(&db, "fk_books_shelf_id_shelves"));
    check(&service.delete(target.id).unwrap_err(), fault, REFERENCE);
    session.rollback().unwrap();
    assert_eq!(service.get(target.id).unwrap(), target);
    books.delete(book.id).unwrap();
    service.delete(target.id).unwrap();
}

fn rows_that_cascade_go_with_their_target(db: TestDatabase) {
    let session = session(&db);
    let shelves = ShelfService::new(session.clone());
    let [one, two] = [shelf("a", 1), shelf("b", 2)].map(|new| shelves.create(new).unwrap());
    let service = NoticeService::new(session.clone());
    let notices = [one.id, one.id, two.id].map(|shelf_id| NewNotice { id: None, shelf_id });
    let notices = service.create_many(notices).unwrap();
    assert_eq!(shelves.delete(one.id).unwrap(), one);
    assert_eq!(service.list(alchemy_core::filter::all()).unwrap(), notices[2..]);
}

fn a_reference_is_set_to_null_with_its_target(db: TestDatabase) {
    let session = session(&db);
    let shelves = ShelfService::new(session.clone());
    let target = shelves.create(shelf("a", 1)).unwrap();
    let service = LampService::new(session.clone());
    let lamp = service.create(NewLamp { id: None, shelf_id: Some(target.id) }).unwrap();
    shelves.delete(target.id).unwrap();
    assert_eq!(service.get(lamp.id).unwrap(), Lamp { shelf_id: None, ..lamp });
}

fn a_failed_check_names_it(db: TestDatabase) {
    let session = session(&db);
    let service = ShelfService::new(session.clone());
    let target = service.create(shelf("a", 1)).unwrap();
    session.commit().unwrap();
    let fault = (ErrorKind::Check, Some("Shelf"), None, Some("ck_shelves_positive_capacity"));
    let message = "the data failed a check";
    check(&service.create(NewShelf { capacity: 0, ..shelf("b", 2) }).unwrap_err(), fault, message);
    session.rollback().unwrap();
    let changes = ShelfChangeset { capacity: Some(-1), ..Default::default() };
    check(&service.update(target.id, changes).unwrap_err(), fault, message);
    session.rollback().unwrap();
    let error = session
        .run(|connection| diesel::update(shelves::table).set(shelves::capacity.eq(0)).execute(connection))
        .unwrap_err();
    check(&error, (ErrorKind::Check, None, None, fault.3), message);
}

/// The error of a statement of the user's own, on a shelf that is there.
fn refused(db: &TestDatabase, statement: &str) -> Error {
    let session = session(db);
    ShelfService::new(session.clone()).create(shelf(LABEL, 1)).unwrap();
    session.commit().unwrap();
    let error = session.run(|connection| sql_query(statement).execute(connection)).unwrap_err();
    session.rollback().unwrap();
    assert_eq!(db.texts("SELECT label FROM shelves"), [LABEL]);
    error
}

fn a_null_in_a_required_column_names_it(db: TestDatabase) {
    let fault = (ErrorKind::NotNull, None, Some("label"), None);
    let message = "`label` must not be null";
    check(&refused(&db, "UPDATE shelves SET label = NULL"), fault, message);
    let other = db.another();
    let id = if db.backend() == Backend::Postgres { "gen_random_uuid()" } else { "'0123456789abcdef'" };
    let insert = format!("INSERT INTO shelves (id, room, place, capacity) VALUES ({id}, 1, 1, 1)");
    check(&refused(&other, &insert), fault, message);
}

fn a_text_too_long_is_refused_before_it_is_sent(db: TestDatabase) {
    let session = session(&db);
    let service = ShelfService::new(session.clone());
    // Characters count, not bytes.
    let target = service.create(shelf("\u{1F600}漢é456789012", 1)).unwrap();
    let before = session.stats().statements;
    let long = "1234567890123";
    let too_long = |error: Error| {
        let detail = error.detail().unwrap();
        assert_eq!((error.kind(), detail.field.as_deref()), (ErrorKind::InvalidValue, Some("label")));
        assert_eq!(error.to_string(), "`label` must be at most 12 characters long");
    };
    too_long(service.create(shelf(long, 2)).unwrap_err());
    too_long(service.create_many([shelf("b", 2), shelf(long, 3)]).unwrap_err());
    let changes = ShelfChangeset { label: Some(long.into()), ..Default::default() };
    too_long(service.update(target.id, changes).unwrap_err());
    assert_eq!(session.stats().statements, before);
    // The transaction goes on.
    service.create(shelf("b", 2)).unwrap();
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM shelves"), 2);
}

fn a_text_too_long_in_the_users_own_query(db: TestDatabase) {
    let statement = "UPDATE shelves SET label = 'unmistakable and more'";
    let message = match db.backend() {
        // Its columns have no length.
        Backend::Sqlite => {
            let session = session(&db);
            ShelfService::new(session.clone()).create(shelf(LABEL, 1)).unwrap();
            return assert_eq!(
                session.run(|connection| sql_query(statement).execute(connection)).unwrap(),
                1
            );
        }
        Backend::Postgres => ((ErrorKind::InvalidValue, None, None, None), "a value cannot be stored"),
        Backend::Mysql => {
            let fault = (ErrorKind::InvalidValue, None, Some("label"), None);
            (fault, "`label` has a value that cannot be stored")
        }
    };
    check(&refused(&db, statement), message.0, message.1);
}

fn a_number_out_of_range_in_the_users_own_query(db: TestDatabase) {
    let plain = ((ErrorKind::InvalidValue, None, None, None), "a value cannot be stored");
    let named = (
        (ErrorKind::InvalidValue, None, Some("capacity"), None),
        "`capacity` has a value that cannot be stored",
    );
    let cases = match db.backend() {
        // Its columns have no range either; sums have one.
        Backend::Sqlite => vec![(
            "UPDATE shelves SET room = (SELECT sum(x) FROM (SELECT 9223372036854775807 AS x UNION ALL SELECT 1))",
            plain,
        )],
        Backend::Postgres => vec![
            ("UPDATE shelves SET capacity = 40000", plain),
            ("UPDATE shelves SET room = 2147483647 + room", plain),
            ("UPDATE shelves SET room = 9223372036854775807 + room", plain),
            ("UPDATE shelves SET room = label::text::int + '40000400004'::int", plain),
            ("UPDATE shelves SET room = (1e300 * room)::float8 * 1e300::float8", plain),
            ("UPDATE shelves SET room = ('4711e' || place || '00')::float8 + '1e400'::float8", plain),
            ("UPDATE shelves SET room = (40000400004 * room)::numeric(3)", plain),
        ],
        Backend::Mysql => vec![
            ("UPDATE shelves SET capacity = 40000", named),
            ("UPDATE shelves SET capacity = 9223372036854775807 + room", plain),
            ("UPDATE shelves SET capacity = 4711 * room", named),
        ],
    };
    for (statement, (fault, message)) in cases {
        check(&refused(&db.another(), statement), fault, message);
    }
}

fn a_text_that_is_no_number_in_the_users_own_query(db: TestDatabase) {
    let plain = ((ErrorKind::InvalidValue, None, None, None), "a value cannot be stored");
    let cases = match db.backend() {
        // It stores what it is given.
        Backend::Sqlite => vec![],
        Backend::Postgres => vec![
            ("UPDATE shelves SET room = label::int", plain),
            ("UPDATE shelves SET room = extract(year FROM ('4711-' || room || '-02')::date)", plain),
            ("UPDATE shelves SET room = extract(year FROM label::date)", plain),
        ],
        Backend::Mysql => vec![(
            "UPDATE shelves SET room = label",
            ((ErrorKind::InvalidValue, None, Some("room"), None), "`room` has a value that cannot be stored"),
        )],
    };
    for (statement, (fault, message)) in cases {
        check(&refused(&db.another(), statement), fault, message);
    }
}

fn a_number_that_its_field_cannot_hold_is_not_read(db: TestDatabase) {
    for (column, value) in [("capacity", "32768"), ("room", "2147483648"), ("room", "-2147483649")] {
        let db = db.another();
        let session = session(&db);
        let service = ShelfService::new(session.clone());
        let id = service.create(shelf(LABEL, 1)).unwrap().id;
        let statement = format!("UPDATE shelves SET {column} = {value}");
        session.run(|connection| sql_query(&statement).execute(connection)).unwrap();
        let error = service.get(id).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Database);
        assert_eq!(error.to_string(), "the database reported an error");
        let cause = error.driver_error().unwrap().to_string();
        assert_eq!(cause, format!("column `{column}`: out of range integral type conversion attempted"));
    }
}
