//! Keys of several columns.

use alchemy_core::model::Keyed;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::prelude::*;

use crate::open;

database_tests! {
    a_row_is_found_by_all_columns_of_its_key,
    only_the_whole_key_is_unique,
    a_constraint_may_have_a_column_of_the_key,
    a_foreign_key_refers_to_the_whole_key,
}

#[derive(Debug, Clone, PartialEq, DefaultBase)]
#[alchemy(table = "seats", unique(hall, label))]
struct Seat {
    label: String,
    #[alchemy(primary_key, max_length = 20)]
    hall: String,
    #[alchemy(primary_key)]
    number: i32,
}

#[derive(Debug, Clone, DefaultAuditBase)]
#[alchemy(table = "bookings")]
#[alchemy(foreign_key(columns(hall, seat), references = Seat, on_delete = cascade))]
struct Booking {
    #[alchemy(primary_key)]
    evening: NaiveDate,
    #[alchemy(primary_key)]
    seat: i32,
    #[alchemy(primary_key, max_length = 20)]
    hall: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn seat(session: &Session, hall: &str, number: i32, label: &str) -> Result<usize> {
    let new = NewSeat { hall: hall.into(), number, label: label.into() };
    session.savepoint(|session| {
        session.run(|connection| diesel::insert_into(seats::table).values(&new).execute(connection))
    })
}

fn a_row_is_found_by_all_columns_of_its_key(db: TestDatabase) {
    let session = open(&db).session();
    seat(&session, "a", 1, "A1").unwrap();
    seat(&session, "b", 1, "B1").unwrap();
    session
        .run(|connection| {
            let found: Seat = seats::table.find(("b", 1)).select(Seat::as_select()).first(connection)?;
            assert_eq!(found, Seat { hall: "b".into(), number: 1, label: "B1".into() });
            assert_eq!(Keyed::id(&found), SeatId { hall: "b".into(), number: 1 });
            // Diesel knows the row by its key too.
            let deleted = diesel::delete(&found).execute(connection)?;
            let labels: Vec<String> = seats::table.select(seats::label).load(connection)?;
            assert_eq!((deleted, labels), (1, vec!["A1".to_owned()]));
            Ok(())
        })
        .unwrap();
}

fn only_the_whole_key_is_unique(db: TestDatabase) {
    let session = open(&db).session();
    seat(&session, "a", 1, "A1").unwrap();
    assert_eq!(seat(&session, "a", 2, "A2").unwrap(), 1);
    assert_eq!(seat(&session, "b", 1, "B1").unwrap(), 1);
    assert_eq!(seat(&session, "a", 1, "other").unwrap_err().kind(), ErrorKind::Duplicate);
}

fn a_constraint_may_have_a_column_of_the_key(db: TestDatabase) {
    let session = open(&db).session();
    seat(&session, "a", 1, "front").unwrap();
    assert_eq!(seat(&session, "b", 1, "front").unwrap(), 1);
    assert_eq!(seat(&session, "a", 2, "front").unwrap_err().kind(), ErrorKind::Duplicate);
}

fn a_foreign_key_refers_to_the_whole_key(db: TestDatabase) {
    let session = open(&db).session();
    seat(&session, "a", 1, "A1").unwrap();
    let evening = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    let book = |hall: &str, seat: i32| {
        let new = NewBooking { evening, seat, hall: hall.into() };
        session.savepoint(|session| {
            session.run(|connection| diesel::insert_into(bookings::table).values(&new).execute(connection))
        })
    };
    assert_eq!(book("a", 1).unwrap(), 1);
    assert_eq!(book("b", 1).unwrap_err().kind(), ErrorKind::ForeignKey);
    let found: Booking = session
        .run(|connection| {
            bookings::table.find((evening, 1, "a")).select(Booking::as_select()).first(connection)
        })
        .unwrap();
    assert_eq!(Keyed::id(&found), BookingId::from((evening, 1, "a".to_owned())));
    assert!(found.updated_at >= found.created_at);
    session.run(|connection| diesel::delete(seats::table.find(("a", 1))).execute(connection)).unwrap();
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM bookings"), 0);
}
