//! Models in Diesel's own queries, on a session's connection and on a plain one.
#![cfg(feature = "sqlite")]
#![allow(missing_docs)]

use alchemy_core::backend::AnyConnection;
use alchemy_core::diesel;
use alchemy_core::prelude::*;
use diesel::prelude::*;

#[derive(Debug, Clone, PartialEq, UuidAuditBase, Service)]
#[alchemy(table = "authors")]
pub struct Author {
    pub id: Uuid,
    pub name: String,
    #[alchemy(default = "unknown")]
    pub country: String,
    #[alchemy(db_default = "7")]
    pub rank: i32,
    pub status: Option<Status>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, TextEnum, Serialize, Deserialize)]
#[alchemy(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Active,
    LongGone,
}

#[derive(Debug, Clone, UuidBase)]
struct Tag {
    id: Uuid,
    name: String,
}

fn author(name: &str) -> Author {
    let now = DateTime::UNIX_EPOCH;
    Author {
        id: Uuid::new_v4(),
        name: name.into(),
        country: "FR".into(),
        rank: 1,
        status: Some(Status::LongGone),
        created_at: now,
        updated_at: now,
    }
}

fn on_session(test: impl FnOnce(&mut AnyConnection) -> QueryResult<()>) {
    let engine = Engine::connect(EngineConfig::new("sqlite::memory:")).unwrap();
    engine.create_all().unwrap();
    engine.session().run(test).unwrap();
}

#[test]
fn models_are_inserted_and_loaded_by_diesel() {
    on_session(|connection| {
        let (ann, bob) = (author("Ann"), author("Bob"));
        diesel::insert_into(authors::table).values(&ann).execute(connection)?;
        diesel::insert_into(authors::table).values(bob.clone()).execute(connection)?;
        let loaded: Vec<Author> = authors::table.order(authors::name).load(connection)?;
        assert_eq!(loaded, [ann.clone(), bob.clone()]);
        let selected = authors::table
            .filter(authors::dsl::name.eq("Bob"))
            .select(Author::as_select())
            .first(connection)?;
        assert_eq!(selected, bob);
        assert_eq!(authors::table.find(ann.id).first::<Author>(connection)?, ann);
        Ok(())
    });
}

#[test]
fn a_new_row_inserted_by_diesel_is_filled() {
    on_session(|connection| {
        let new = NewAuthor { id: None, name: "Ann".into(), country: None, rank: None, status: None };
        diesel::insert_into(authors::table).values(&new).execute(connection)?;
        diesel::insert_into(authors::table)
            .values(NewAuthor { rank: Some(3), status: Some(Status::Active), ..new })
            .execute(connection)?;
        let loaded: Vec<Author> = authors::table.order(authors::rank).load(connection)?;
        let values: Vec<_> =
            loaded.iter().map(|author| (author.country.as_str(), author.rank, author.status)).collect();
        assert_eq!(values, [("unknown", 3, Some(Status::Active)), ("unknown", 7, None)]);
        assert_ne!(loaded[0].id, loaded[1].id);
        assert!(loaded.iter().all(|author| author.created_at > DateTime::UNIX_EPOCH));
        Ok(())
    });
}

#[test]
fn several_rows_are_one_statement_of_diesel() {
    let tags = ["x", "y"].map(|name| NewTag { id: Some(Uuid::nil()), name: name.into() });
    let insert = diesel::insert_into(tag::table).values(&tags[..]);
    assert_eq!(
        diesel::debug_query::<diesel::pg::Pg, _>(&insert).to_string(),
        r#"INSERT INTO "tag" ("id", "name") VALUES ($1, $2), ($3, $4) -- binds: [00000000-0000-0000-0000-000000000000, "x", 00000000-0000-0000-0000-000000000000, "y"]"#
    );
}

#[test]
fn a_changeset_sets_what_it_has() {
    on_session(|connection| {
        let ann = author("Ann");
        diesel::insert_into(authors::table).values(&ann).execute(connection)?;
        let changes =
            AuthorChangeset { name: Some("Zoe".into()), status: Some(None), ..AuthorChangeset::default() };
        diesel::update(&ann).set(&changes).execute(connection)?;
        let loaded: Author = authors::table.find(ann.id).first(connection)?;
        assert_eq!(loaded, Author { name: "Zoe".into(), status: None, ..ann });
        Ok(())
    });
}

#[test]
fn an_enum_is_stored_by_its_text() {
    on_session(|connection| {
        diesel::insert_into(authors::table).values(&author("Ann")).execute(connection)?;
        let texts: Vec<Option<String>> = authors::table.select(authors::status).load(connection)?;
        assert_eq!(texts, [Some("LONG_GONE".to_owned())]);
        let count: i64 =
            authors::table.filter(authors::status.eq(Status::LongGone)).count().get_result(connection)?;
        assert_eq!(count, 1);
        diesel::update(authors::table).set(authors::status.eq("odd")).execute(connection)?;
        let error = authors::table.load::<Author>(connection).unwrap_err();
        let diesel::result::Error::DeserializationError(error) = error else { panic!("{error}") };
        let source = error.source().map(ToString::to_string);
        assert_eq!(source.as_deref(), Some("unknown Status `odd`, expected one of `ACTIVE`, `LONG_GONE`"));
        Ok(())
    });
}

#[test]
fn an_enum_is_read_and_written_as_text() {
    assert_eq!((Status::LongGone.as_str(), Status::Active.to_string().as_str()), ("LONG_GONE", "ACTIVE"));
    assert_eq!("ACTIVE".parse(), Ok(Status::Active));
    assert_eq!(
        "active".parse::<Status>().unwrap_err().to_string(),
        "unknown Status `active`, expected one of `ACTIVE`, `LONG_GONE`"
    );
}

#[test]
fn a_table_works_with_each_backend() {
    let sql = diesel::debug_query::<diesel::pg::Pg, _>(&authors::table.select(authors::id)).to_string();
    assert_eq!(sql, r#"SELECT "authors"."id" FROM "authors" -- binds: []"#);
    let sql =
        diesel::debug_query::<diesel::sqlite::Sqlite, _>(&authors::table.select(authors::id)).to_string();
    assert_eq!(sql, "SELECT `authors`.`id` FROM `authors` -- binds: []");
}

#[test]
fn a_service_has_the_verbs_of_its_model() {
    let engine = Engine::connect(EngineConfig::new("sqlite::memory:")).unwrap();
    engine.create_all().unwrap();
    let authors = AuthorService::new(engine.session());
    let ann = authors.create(NewAuthor::from(author("Ann"))).unwrap();
    assert_eq!(authors.clone().get(ann.id).unwrap().name, "Ann");
    assert!(format!("{authors:?}").contains("Author"));
}
