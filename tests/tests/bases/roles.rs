//! Versions, times of deletion and slugs, as the database has them.

use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::prelude::*;

use crate::open;

database_tests! {
    a_row_begins_at_version_one_and_is_not_deleted,
    a_change_of_a_version_gives_the_next_one,
    a_slug_is_unique,
}

#[derive(Debug, Clone, PartialEq, UuidBase)]
#[alchemy(table = "posts")]
struct Post {
    id: Uuid,
    title: String,
    #[alchemy(slug(from = title))]
    slug: String,
    #[alchemy(version)]
    version: i64,
    #[alchemy(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, BigIntBase)]
#[alchemy(table = "counters")]
struct Counter {
    id: i64,
    #[alchemy(version, column = "revision")]
    edits: i32,
}

fn post(session: &Session, slug: &str) -> Result<usize> {
    let new = NewPost { id: None, title: "T".into(), slug: Some(slug.into()) };
    session.savepoint(|session| {
        session.run(|connection| diesel::insert_into(posts::table).values(&new).execute(connection))
    })
}

fn a_row_begins_at_version_one_and_is_not_deleted(db: TestDatabase) {
    let session = open(&db).session();
    post(&session, "t").unwrap();
    let found: Post =
        session.run(|connection| posts::table.select(Post::as_select()).first(connection)).unwrap();
    assert_eq!((found.version, found.deleted_at, found.slug.as_str()), (1, None, "t"));
    let edits: i32 = session
        .run(|connection| {
            diesel::insert_into(counters::table).values(NewCounter { id: None }).execute(connection)?;
            counters::table.select(counters::edits).first(connection)
        })
        .unwrap();
    assert_eq!(edits, 1);
    session.commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM counters WHERE revision = 1"), 1);
}

fn a_change_of_a_version_gives_the_next_one(db: TestDatabase) {
    let session = open(&db).session();
    post(&session, "t").unwrap();
    let change = |version: i64| {
        let changes =
            PostChangeset { title: Some("U".into()), version: Some(version), ..PostChangeset::default() };
        session.run(|connection| {
            diesel::update(posts::table.filter(posts::version.eq(version))).set(&changes).execute(connection)
        })
    };
    assert_eq!(change(1).unwrap(), 1);
    assert_eq!(change(1).unwrap(), 0, "the version is another by now");
    let version: i64 =
        session.run(|connection| posts::table.select(posts::version).first(connection)).unwrap();
    assert_eq!(version, 2);
}

fn a_slug_is_unique(db: TestDatabase) {
    let session = open(&db).session();
    post(&session, "t").unwrap();
    assert_eq!(post(&session, "t").unwrap_err().kind(), ErrorKind::Duplicate);
    assert_eq!(post(&session, "u").unwrap(), 1);
}
