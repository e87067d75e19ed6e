//! Models and tables in the user's own Diesel queries, on the session's connection and on the database's own.

mod common;

use alchemy_core::backend::AnyConnection;
use alchemy_core::filter::IntoFilter;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use common::{Author, AuthorService, NewAuthor, authors, date, new_author, open};
use diesel::prelude::*;

database_tests! {
    select_filter_order_limit,
    boxed_queries,
    insert_one_and_many,
    returning_where_the_database_has_it,
    upsert_where_the_database_has_it,
    update_and_delete,
    concat_and_aggregates,
    nested_transactions,
    a_match_reaches_the_databases_own_connection,
    a_diesel_expression_is_a_filter,
    a_filter_is_a_diesel_expression,
    an_adopted_schema_is_used_as_it_is,
}

fn fill(session: &Session) -> Vec<Author> {
    let dob = Some(date("1990-05-06"));
    let news = [
        NewAuthor { id: None, name: "Ann".into(), dob },
        new_author("Bob"),
        NewAuthor { id: None, name: "Cid".into(), dob: Some(date("2001-01-01")) },
    ];
    AuthorService::new(session.clone()).create_many(news).unwrap()
}

fn select_filter_order_limit(db: TestDatabase) {
    let session = open(&db).session();
    let all = fill(&session);
    session
        .run(|connection| {
            let found: Author =
                authors::table.find(all[1].id).select(Author::as_select()).first(connection)?;
            assert_eq!(found, all[1]);
            let found: Vec<Author> = authors::table
                .filter(authors::id.eq(all[0].id).or(authors::name.eq("Cid")))
                .filter(authors::dob.is_not_null())
                .order(authors::name.desc())
                .select(Author::as_select())
                .load(connection)?;
            assert_eq!(found, [all[2].clone(), all[0].clone()]);
            let names: Vec<String> = authors::table
                .select(authors::name)
                .order(authors::name)
                .limit(1)
                .offset(1)
                .load(connection)?;
            assert_eq!(names, ["Bob"]);
            let names: Vec<String> =
                authors::table.select(authors::name).order(authors::name).offset(2).load(connection)?;
            assert_eq!(names, ["Cid"]);
            let ids = vec![all[0].id, all[2].id];
            let in_list: i64 =
                authors::table.filter(authors::id.eq_any(ids)).count().get_result(connection)?;
            assert_eq!(in_list, 2);
            let exists: bool = diesel::select(diesel::dsl::exists(
                authors::table.filter(authors::dob.lt(date("1991-01-01"))),
            ))
            .get_result(connection)?;
            assert!(exists);
            let whole: Vec<Author> = authors::table.order(authors::name).load(connection)?;
            assert_eq!(whole, all);
            Ok(())
        })
        .unwrap();
}

fn boxed_queries(db: TestDatabase) {
    let session = open(&db).session();
    fill(&session);
    for (name, limit, offset, expected) in [
        (None, None, None, vec!["Ann", "Bob", "Cid"]),
        (Some("Bob"), None, None, vec!["Bob"]),
        (None, Some(1), Some(1), vec!["Bob"]),
        (None, None, Some(2), vec!["Cid"]),
        (None, Some(2), None, vec!["Ann", "Bob"]),
    ] {
        let names: Vec<String> = session
            .run(|connection| {
                let mut query = authors::table.select(authors::name).order(authors::name).into_boxed();
                if let Some(name) = name {
                    query = query.filter(authors::name.eq(name));
                }
                if let Some(limit) = limit {
                    query = query.limit(limit);
                }
                if let Some(offset) = offset {
                    query = query.offset(offset);
                }
                query.load(connection)
            })
            .unwrap();
        assert_eq!(names, expected);
    }
}

fn insert_one_and_many(db: TestDatabase) {
    let session = open(&db).session();
    session
        .run(|connection| {
            let author = Author { id: Uuid::new_v4(), name: "Ann".into(), dob: None };
            assert_eq!(diesel::insert_into(authors::table).values(&author).execute(connection)?, 1);
            // The key is made where none is given.
            assert_eq!(diesel::insert_into(authors::table).values(new_author("Bob")).execute(connection)?, 1);
            let many = vec![new_author("Cid"), new_author("Dan")];
            assert_eq!(diesel::insert_into(authors::table).values(many).execute(connection)?, 2);
            let tuple = (authors::id.eq(Uuid::new_v4()), authors::name.eq("Eve"));
            assert_eq!(diesel::insert_into(authors::table).values(tuple).execute(connection)?, 1);
            let names: Vec<String> =
                authors::table.select(authors::name).order(authors::name).load(connection)?;
            assert_eq!(names, ["Ann", "Bob", "Cid", "Dan", "Eve"]);
            Ok(())
        })
        .unwrap();
}

fn returning_where_the_database_has_it(db: TestDatabase) {
    let session = open(&db).session();
    let author = Author { id: Uuid::new_v4(), name: "Ann".into(), dob: None };
    let result = session.run(|connection| {
        diesel::insert_into(authors::table)
            .values(&author)
            .returning(Author::as_returning())
            .get_result::<Author>(connection)
    });
    match db.backend() {
        Backend::Mysql => assert!(result.is_err()),
        _ => assert_eq!(result.unwrap(), author),
    }
}

fn upsert_where_the_database_has_it(db: TestDatabase) {
    let session = open(&db).session();
    let ann = AuthorService::new(session.clone()).create(new_author("Ann")).unwrap();
    session.commit().unwrap();
    let changed = Author { name: "Anna".into(), ..ann.clone() };
    let result = session.run(|connection| {
        diesel::insert_into(authors::table)
            .values(&changed)
            .on_conflict(authors::id)
            .do_update()
            .set(authors::name.eq("Anna"))
            .execute(connection)
    });
    match db.backend() {
        Backend::Mysql => assert!(result.is_err()),
        _ => {
            result.unwrap();
            assert_eq!(AuthorService::new(session).get(ann.id).unwrap(), changed);
        }
    }
}

fn update_and_delete(db: TestDatabase) {
    let session = open(&db).session();
    let all = fill(&session);
    session
        .run(|connection| {
            let updated = diesel::update(&all[0]).set(authors::name.eq("Anna")).execute(connection)?;
            assert_eq!(updated, 1);
            let updated = diesel::update(authors::table.filter(authors::dob.is_null()))
                .set(authors::dob.eq(Some(date("1970-01-01"))))
                .execute(connection)?;
            assert_eq!(updated, 1);
            assert_eq!(diesel::delete(authors::table.find(all[2].id)).execute(connection)?, 1);
            let left: Vec<(String, Option<NaiveDate>)> =
                authors::table.select((authors::name, authors::dob)).order(authors::name).load(connection)?;
            let expected = [("Anna".to_owned(), all[0].dob), ("Bob".to_owned(), Some(date("1970-01-01")))];
            assert_eq!(left, expected);
            Ok(())
        })
        .unwrap();
}

fn concat_and_aggregates(db: TestDatabase) {
    use diesel::dsl::{count, max, min};
    let session = open(&db).session();
    fill(&session);
    session
        .run(|connection| {
            let greetings: Vec<String> = authors::table
                .select(authors::name.concat("!"))
                .order(authors::name)
                .limit(1)
                .load(connection)?;
            assert_eq!(greetings, ["Ann!"]);
            let (number, first, last): (i64, Option<NaiveDate>, Option<String>) = authors::table
                .select((count(authors::dob), min(authors::dob), max(authors::name)))
                .get_result(connection)?;
            assert_eq!((number, first, last.as_deref()), (2, Some(date("1990-05-06")), Some("Cid")));
            let groups: Vec<(Option<NaiveDate>, i64)> = authors::table
                .filter(authors::dob.is_not_null())
                .group_by(authors::dob)
                .select((authors::dob, diesel::dsl::count_star()))
                .order(authors::dob)
                .load(connection)?;
            assert_eq!(groups.len(), 2);
            Ok(())
        })
        .unwrap();
}

fn nested_transactions(db: TestDatabase) {
    let session = open(&db).session();
    session
        .run(|connection| {
            diesel::insert_into(authors::table).values(new_author("Ann")).execute(connection)?;
            let inner = connection.transaction(|connection| {
                diesel::insert_into(authors::table).values(new_author("Bob")).execute(connection)?;
                Err::<(), _>(diesel::result::Error::RollbackTransaction)
            });
            assert!(inner.is_err());
            connection.transaction(|connection| {
                diesel::insert_into(authors::table).values(new_author("Cid")).execute(connection)
            })
        })
        .unwrap();
    session.commit().unwrap();
    assert_eq!(db.texts("SELECT name FROM authors ORDER BY name"), ["Ann", "Cid"]);
}

fn a_match_reaches_the_databases_own_connection(db: TestDatabase) {
    let session = open(&db).session();
    fill(&session);
    let names = session
        .run(|connection| {
            let query = authors::table.select(authors::name).order(authors::name);
            match connection {
                #[cfg(feature = "sqlite")]
                AnyConnection::Sqlite(sqlite) => query.load::<String>(sqlite),
                #[cfg(feature = "postgres")]
                AnyConnection::Postgres(postgres) => {
                    let ids = authors::table.select(authors::id).load::<Uuid>(postgres)?;
                    query.filter(authors::id.eq_any(ids)).for_update().load::<String>(postgres)
                }
                #[cfg(feature = "mysql")]
                AnyConnection::Mysql(mysql) => query.for_update().skip_locked().load::<String>(mysql),
                _ => unreachable!("a database that is not compiled in"),
            }
        })
        .unwrap();
    assert_eq!(names, ["Ann", "Bob", "Cid"]);
}

fn a_diesel_expression_is_a_filter(db: TestDatabase) {
    let session = open(&db).session();
    let all = fill(&session);
    let service = AuthorService::new(session);
    assert_eq!(service.get_one(authors::name.eq("Bob")).unwrap(), all[1]);
    assert_eq!(service.count(authors::dob.gt(date("1900-01-01")).and(authors::name.ne("Cid"))).unwrap(), 1);
    assert_eq!(service.count(authors::name.like("%n%").or(authors::id.eq(all[1].id))).unwrap(), 2);
    let both = Filters::new().filter(authors::dob.is_not_null()).filter(Author::NAME.ne("Ann"));
    assert_eq!(service.list(both).unwrap(), [all[2].clone()]);
    // What is unknown is no match, and its negation is one.
    let filter =
        Filters::new().filter(!IntoFilter::<Author>::into_filter(authors::dob.gt(date("1995-01-01"))));
    assert_eq!(service.count(filter).unwrap(), 2);
}

fn a_filter_is_a_diesel_expression(db: TestDatabase) {
    let session = open(&db).session();
    fill(&session);
    let names: Vec<String> = session
        .run(|connection| {
            authors::table
                .filter(Author::NAME.ne("Bob") & Author::DOB.is_not_null())
                .select(authors::name)
                .order(authors::name)
                .load(connection)
        })
        .unwrap();
    assert_eq!(names, ["Ann", "Cid"]);
}

mod schema {
    diesel::table! {
        /// As Diesel's CLI would print it.
        writers (id) {
            id -> Uuid,
            #[sql_name = "full_name"]
            name -> Varchar,
            born -> Nullable<Date>,
        }
    }
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(schema = crate::schema::writers)]
struct Writer {
    id: Uuid,
    name: String,
    born: Option<NaiveDate>,
}

fn an_adopted_schema_is_used_as_it_is(db: TestDatabase) {
    let engine = open(&db);
    // `create_all` leaves a table alone that migrations own.
    let id = match db.backend() {
        Backend::Postgres => "UUID",
        _ => "BINARY(16)",
    };
    db.admin(&format!(
        "CREATE TABLE writers (id {id} PRIMARY KEY, full_name VARCHAR(50) NOT NULL, born DATE)"
    ));
    let session = engine.session();
    let service = WriterService::new(session.clone());
    let ann = service.create(NewWriter { id: None, name: "Ann".into(), born: None }).unwrap();
    assert_eq!(service.get_one(Writer::NAME.eq("Ann")).unwrap(), ann);
    let born = Some(date("1999-09-09"));
    let changed = service.update(ann.id, WriterChangeset { born: Some(born), ..Default::default() }).unwrap();
    assert_eq!(changed, Writer { born, ..ann });
    let read: Writer = session
        .run(|connection| schema::writers::table.select(Writer::as_select()).first(connection))
        .unwrap();
    assert_eq!(read, changed);
}
