//! Faults that upstream has mended, as regression cases: section 13.1 of the reference, by the number of the issue.
//!
//! Of those that touch these parts, #560, #535 and #684 (what was left out became null) are in
//! [`partial_updates`](crate::partial_updates); #607 (the lock came after the read) and #555 (data that passed the hooks
//! by) in [`to_model_flow`](crate::to_model_flow); #597 (messages of another repository) in
//! [`repository`](crate::repository); #507 and #666 (only the last list worked) in [`providers`](crate::providers); #51
//! (an empty collection matched everything), #62 and #453 in [`filters`](crate::filters); #262 (duplicate and foreign key
//! confused) and #391 in [`exceptions`](crate::exceptions).

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::authors::uuid::{NewAuthor, new, seeded};
use crate::movies::{MATRIX, Movie, movies};
use crate::{map, open};

database_tests! {
    i551_updated_at_moves_on_every_base,
    i514_a_deleted_row_outlives_its_commit,
    i395_a_page_is_not_left_in_the_count,
    i421_the_total_is_counted_whichever_way_it_is_read,
    i466_a_sequence_and_an_identity_are_two_things: [postgres],
    i67_a_key_that_is_left_out_is_not_overwritten,
    i68_exists_takes_keys_and_conditions,
    i668_a_field_may_have_the_name_of_an_argument,
    i550_values_that_are_no_scalars_are_compared,
}

macro_rules! audited {
    ($($base:ident $model:ident $new:ident $service:ident $table:literal $id:ty;)+) => {
        $(
            #[derive(Debug, Clone, PartialEq, $base, Service)]
            #[alchemy(table = $table, bind_key = "upstream_audited")]
            struct $model {
                id: $id,
                #[alchemy(max_length = 20)]
                name: String,
                created_at: DateTime<Utc>,
                updated_at: DateTime<Utc>,
            }
        )+

        /// #551, on each base that keeps the times, and by JSON as by a changeset.
        fn i551_updated_at_moves_on_every_base(db: TestDatabase) {
            let session = open(&db, "upstream_audited").session();
            let yesterday = Utc::now() - chrono::TimeDelta::days(1);
            $({
                let rows = $service::new(session.clone());
                let made = rows.create($new { id: None, name: "before".into() }).unwrap();
                assert_eq!(made.created_at, made.updated_at);
                session
                    .run(|connection| {
                        connection.batch_execute(&format!(
                            "UPDATE {} SET updated_at = '2023-01-01 00:00:00', created_at = '2023-01-01 00:00:00'",
                            $table
                        ))
                    })
                    .unwrap();
                let before = rows.get(&made).unwrap();
                assert!(before.updated_at < yesterday);
                let by_json = rows.update(&made, map(json!({"name": "after"}))).unwrap();
                assert!(by_json.updated_at > yesterday, $table);
                assert_eq!(by_json.created_at, before.created_at);
                let again = rows.update_many([(&made, by_json.clone())]).unwrap();
                assert!(again[0].updated_at >= by_json.updated_at, $table);
            })+
        }
    };
}

audited! {
    UuidAuditBase Fourth NewFourth FourthService "fourths" Uuid;
    UuidV6AuditBase Sixth NewSixth SixthService "sixths" Uuid;
    UuidV7AuditBase Seventh NewSeventh SeventhService "sevenths" Uuid;
    NanoIdAuditBase Nano NewNano NanoService "nanos" String;
    BigIntAuditBase Big NewBig BigService "bigs" i64;
    IdentityAuditBase Ident NewIdent IdentService "idents" i64;
}

/// #514
fn i514_a_deleted_row_outlives_its_commit(db: TestDatabase) {
    let (authors, agatha, leo) = seeded(&db);
    let deleted = authors.delete(agatha.id).unwrap();
    authors.session().commit().unwrap();
    assert_eq!(deleted, agatha);
    let deleted = authors.delete_many([leo.id]).unwrap();
    authors.session().commit().unwrap();
    assert_eq!(deleted, [leo]);
    assert_eq!(db.number("SELECT count(*) FROM authors"), 0);
}

/// #395
fn i395_a_page_is_not_left_in_the_count(db: TestDatabase) {
    let movies = movies(&db);
    let page = Filters::new().order_by(Movie::TITLE.asc()).limit_offset(LimitOffset::new(1, 2));
    assert_eq!(movies.count(&page).unwrap(), 3);
    assert_eq!(movies.list_and_count(&page).unwrap().1, 3);
    assert!(movies.exists(LimitOffset::new(1, 10)).unwrap());
    assert_eq!(movies.get_one(page.filter(Movie::TITLE.eq(MATRIX))).unwrap().title, MATRIX);
}

/// #421
fn i421_the_total_is_counted_whichever_way_it_is_read(db: TestDatabase) {
    let movies = movies(&db);
    let page = |limit, offset| {
        Filters::new().order_by(Movie::ID.asc()).limit_offset(LimitOffset::new(limit, offset))
    };
    // With the rows, by a statement of its own, and without rows to read it from.
    for (limit, offset, rows) in [(2, 0, 2), (2, 2, 1), (2, 3, 0), (0, 0, 0), (10, 0, 3)] {
        let (found, total) = movies.list_and_count(page(limit, offset)).unwrap();
        assert_eq!((found.len(), total), (rows, 3), "{limit} {offset}");
    }
}

/// #466, #523
fn i466_a_sequence_and_an_identity_are_two_things(db: TestDatabase) {
    drop(open(&db, "upstream_audited"));
    let kind = |table: &str| {
        let column = format!(
            "SELECT coalesce(column_default, 'identity ' || identity_generation) FROM information_schema.columns \
             WHERE table_name = '{table}' AND column_name = 'id'"
        );
        db.texts(&column)
    };
    assert_eq!(kind("bigs"), ["nextval('bigs_id_seq'::regclass)"]);
    assert_eq!(kind("idents"), ["identity BY DEFAULT"]);
}

/// #67
fn i67_a_key_that_is_left_out_is_not_overwritten(db: TestDatabase) {
    let (authors, agatha, leo) = seeded(&db);
    let without = NewAuthor { id: None, ..new("Agatha Mallowan", "1890-09-15") };
    let updated = authors.update(agatha.id, without).unwrap();
    assert_eq!((updated.id, updated.name.as_str()), (agatha.id, "Agatha Mallowan"));
    let mut ids = authors.list(all()).unwrap().into_iter().map(|author| author.id).collect::<Vec<_>>();
    ids.sort_unstable();
    let mut expected = [agatha.id, leo.id];
    expected.sort_unstable();
    assert_eq!(ids, expected);
}

/// #68
fn i68_exists_takes_keys_and_conditions(db: TestDatabase) {
    let movies = movies(&db);
    let before = movies.session().stats().statements;
    assert!(movies.exists(Movie::TITLE.eq(MATRIX)).unwrap());
    assert!(!movies.exists(Movie::TITLE.eq("Alien")).unwrap());
    assert!(movies.exists(all()).unwrap());
    assert_eq!(movies.session().stats().statements - before, 3);
}

/// Fields that could be taken for what the verbs themselves take.
#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "cars", bind_key = "upstream_cars")]
struct Car {
    id: Uuid,
    #[alchemy(max_length = 20)]
    model: String,
    #[alchemy(max_length = 20)]
    data: Option<String>,
    #[alchemy(max_length = 20)]
    session: Option<String>,
    #[alchemy(max_length = 20)]
    key: Option<String>,
    parts: Value,
}

/// #668
fn i668_a_field_may_have_the_name_of_an_argument(db: TestDatabase) {
    let cars = CarService::new(open(&db, "upstream_cars").session());
    let json = json!({"model": "T", "data": "d", "session": "s", "key": "k", "parts": []});
    let made = cars.create(map(json.clone())).unwrap();
    let expected = Car {
        id: made.id,
        model: "T".into(),
        data: Some("d".into()),
        session: Some("s".into()),
        key: Some("k".into()),
        parts: json!([]),
    };
    assert_eq!(made, expected);
    let updated = cars.update(made.id, map(json!({"model": "A", "key": null}))).unwrap();
    assert_eq!(updated, Car { model: "A".into(), key: None, ..expected });
}

/// #550: numpy's arrays upstream, JSON here.
fn i550_values_that_are_no_scalars_are_compared(db: TestDatabase) {
    let cars = CarService::new(open(&db, "upstream_cars").session());
    let parts = json!([1, {"wheels": 4}]);
    let made = cars.create(map(json!({"model": "T", "parts": parts.clone()}))).unwrap();
    let (same, changed) = cars.get_and_update(made.id, map(json!({"parts": parts}))).unwrap();
    assert_eq!((&same, changed), (&made, false));
    let (other, changed) = cars.get_and_update(made.id, map(json!({"parts": [1, {"wheels": 3}]}))).unwrap();
    assert_eq!((other.parts, changed), (json!([1, {"wheels": 3}]), true));
}
