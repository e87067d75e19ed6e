//! Rows that are written and cannot be read: what the program knows nothing of is not to be kept.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::json;

use crate::{object, open_at};

database_tests! {
    a_unit_of_work_whose_verb_could_not_read_what_it_wrote_is_not_committed,
    a_savepoint_with_it_is_lost_alone,
    a_batch_with_it_fails_as_a_whole,
    a_row_that_cannot_be_read_loses_nothing_where_nothing_was_written,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "lamps", bind_key = "unreadable", match_fields(place))]
struct Lamp {
    id: Uuid,
    #[alchemy(unique)]
    place: i32,
    watts: i32,
    colour: Option<Colour>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TextEnum)]
enum Colour {
    Red,
}

/// A service, and the keys of two lamps; the first has a colour that nobody knows.
fn service(db: &TestDatabase) -> (LampService, [Uuid; 2]) {
    let service = LampService::new(open_at(db, "unreadable").session());
    let ids = [0, 1].map(|place| service.create(lamp(place)).unwrap().id);
    service.session().commit().unwrap();
    db.admin("UPDATE lamps SET colour = 'ultraviolet' WHERE place = 0");
    (service, ids)
}

fn lamp(place: i32) -> NewLamp {
    NewLamp { id: None, place, watts: 1, colour: Some(Colour::Red) }
}

fn watts(watts: i32) -> LampChangeset {
    LampChangeset { watts: Some(watts), ..LampChangeset::default() }
}

/// The watts of all lamps, in the order of their places.
fn lit(db: &TestDatabase) -> Vec<String> {
    let text = match db.backend() {
        Backend::Mysql => "CHAR",
        _ => "TEXT",
    };
    db.texts(&format!("SELECT CAST(watts AS {text}) FROM lamps ORDER BY place"))
}

fn a_unit_of_work_whose_verb_could_not_read_what_it_wrote_is_not_committed(db: TestDatabase) {
    type Verb = fn(&LampService, Uuid) -> Result<()>;
    let (service, [unreadable, other]) = service(&db);
    let again = || object(json!({"place": 0, "watts": 9}));
    let verbs: [(&str, Verb); 6] = [
        ("update", |service, id| service.update(id, watts(9)).map(drop)),
        ("get_and_update", |service, id| service.get_and_update(id, watts(9)).map(drop)),
        ("update_many", |service, id| service.update_many([(id, watts(9))]).map(drop)),
        ("delete", |service, id| service.delete(id).map(drop)),
        ("delete_many", |service, id| service.delete_many([id]).map(drop)),
        ("delete_all", |service, _| service.delete_all().map(drop)),
    ];
    let refused = |what: &str, outcome: Result<()>| {
        assert_eq!(outcome.expect_err(what).kind(), ErrorKind::Database, "{what}");
    };
    for (what, verb) in verbs {
        refused(what, verb(&service, unreadable));
        // A deletion on MariaDB reads first, and has deleted nothing.
        if service.session().commit().is_ok() {
            assert_eq!(what.split('_').next(), Some("delete"));
            assert_eq!(db.backend(), Backend::Mysql, "{what}");
        }
        assert_eq!(lit(&db), ["1", "1"], "{what}");
    }
    service.update(other, watts(2)).unwrap();
    refused("upsert", service.upsert(again()).map(drop));
    // What was written before goes as well.
    assert!(matches!(service.get(other).unwrap_err(), Error::Aborted(_)));
    assert!(matches!(service.session().commit().unwrap_err(), Error::Aborted(_)));
    assert_eq!(lit(&db), ["1", "1"]);
    service.update(other, watts(3)).unwrap();
    service.session().commit().unwrap();
    assert_eq!(lit(&db), ["1", "3"]);
}

fn a_savepoint_with_it_is_lost_alone(db: TestDatabase) {
    let (service, [unreadable, other]) = service(&db);
    service.update(other, watts(2)).unwrap();
    let session = service.session().clone();
    let lost = session.savepoint(|_| {
        service.create(lamp(2))?;
        service.update(unreadable, watts(9))
    });
    assert_eq!(lost.unwrap_err().kind(), ErrorKind::Database);
    let hidden = session.savepoint(|_| {
        service.create(lamp(3))?;
        assert_eq!(service.update(unreadable, watts(9)).unwrap_err().kind(), ErrorKind::Database);
        Ok(())
    });
    assert!(matches!(hidden.unwrap_err(), Error::Aborted(_)));
    service.create(NewLamp { watts: 4, ..lamp(4) }).unwrap();
    session.commit().unwrap();
    assert_eq!(lit(&db), ["1", "2", "4"]);
}

fn a_batch_with_it_fails_as_a_whole(db: TestDatabase) {
    let (service, [unreadable, other]) = service(&db);
    service.update(other, watts(2)).unwrap();
    // What cannot be read is no fault of a row's data, so that the batch fails as one.
    let outcome = service.update_each([(other, watts(9)), (unreadable, watts(9))]);
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Database);
    service.session().commit().unwrap();
    assert_eq!(lit(&db), ["1", "2"]);
    let outcome = service.update_many([(other, watts(9)), (unreadable, watts(9))]);
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Database);
    assert!(matches!(service.session().commit().unwrap_err(), Error::Aborted(_)));
    assert_eq!(lit(&db), ["1", "2"]);
}

fn a_row_that_cannot_be_read_loses_nothing_where_nothing_was_written(db: TestDatabase) {
    let (service, [unreadable, other]) = service(&db);
    service.update(other, watts(2)).unwrap();
    assert_eq!(service.get(unreadable).unwrap_err().kind(), ErrorKind::Database);
    assert_eq!(service.list(all()).unwrap_err().kind(), ErrorKind::Database);
    service.session().commit().unwrap();
    assert_eq!(lit(&db), ["1", "2"]);
}
