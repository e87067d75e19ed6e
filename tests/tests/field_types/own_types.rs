//! Types of the user's own, and columns of another SQL type than their field's.

use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::json;

use crate::{Colour, open};

database_tests! {
    a_type_of_the_users_own_is_stored,
    whatever_is_stored_as_text_is_measured,
    json_is_kept_in_the_form_that_was_asked_for,
    an_sql_type_of_the_users_own_is_stored,
}

/// A type with Diesel's own traits, stored as text.
#[derive(
    Debug,
    Clone,
    PartialEq,
    alchemy_core::diesel::expression::AsExpression,
    alchemy_core::diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
struct Slug(String);

impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for Slug
where
    DB: diesel::backend::Backend,
    str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
        self.0.as_str().to_sql(out)
    }
}

impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for Slug
where
    DB: diesel::backend::Backend,
    String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
        String::from_sql(value).map(Self)
    }
}

impl Serialize for Slug {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "pages")]
struct Page {
    id: Uuid,
    #[alchemy(sql_type = diesel::sql_types::Text)]
    slug: Slug,
}

fn a_type_of_the_users_own_is_stored(db: TestDatabase) {
    let engine = open(&db);
    let service = PageService::new(engine.session());
    let page = service.create(NewPage { id: None, slug: Slug("home".into()) }).unwrap();
    assert_eq!(service.get(page.id).unwrap().slug, Slug("home".into()));
    use diesel::ExpressionMethods;
    assert_eq!(service.get_one(pages::slug.eq(Slug("home".into()))).unwrap(), page);
}

type Alias = String;

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "labels")]
struct Label {
    id: Uuid,
    #[alchemy(max_length = 4, default = Colour::Red)]
    colour: Colour,
    #[alchemy(max_length = 4, sql_type = Text)]
    slug: Slug,
    #[alchemy(max_length = 4)]
    alias: Option<Alias>,
}

fn whatever_is_stored_as_text_is_measured(db: TestDatabase) {
    let service = LabelService::new(open(&db).session());
    let fitting = NewLabel { id: None, colour: None, slug: Slug("höhe".into()), alias: Some("four".into()) };
    let row = service.create(fitting.clone()).unwrap();
    let long = || "höher".to_owned();
    for (field, new) in [
        ("colour", NewLabel { colour: Some(Colour::DeepBlue), ..fitting.clone() }),
        ("slug", NewLabel { slug: Slug(long()), ..fitting.clone() }),
        ("alias", NewLabel { alias: Some(long()), ..fitting.clone() }),
    ] {
        let error = service.create(new).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
        assert_eq!(error.to_string(), format!("`{field}` must be at most 4 characters long"));
    }
    for (field, changes) in [
        ("colour", LabelChangeset { colour: Some(Colour::DeepBlue), ..Default::default() }),
        ("slug", LabelChangeset { slug: Some(Slug(long())), ..Default::default() }),
        ("alias", LabelChangeset { alias: Some(Some(long())), ..Default::default() }),
    ] {
        let error = service.update(row.id, changes).unwrap_err();
        assert_eq!(error.to_string(), format!("`{field}` must be at most 4 characters long"));
    }
    let changes = LabelChangeset { alias: Some(None), ..Default::default() };
    assert_eq!(service.update(row.id, changes).unwrap(), Label { alias: None, ..row });
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "documents")]
struct Document {
    id: Uuid,
    #[alchemy(sql_type = Json)]
    text: serde_json::Value,
    #[alchemy(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Json>)]
    note: Option<serde_json::Value>,
    binary: serde_json::Value,
}

fn json_is_kept_in_the_form_that_was_asked_for(db: TestDatabase) {
    let engine = open(&db);
    let session = engine.session();
    let service = DocumentService::new(session.clone());
    let document = json!({"b": 1, "a": [true, null]});
    let new =
        NewDocument { id: None, text: document.clone(), note: Some(json!(2)), binary: document.clone() };
    let row = service.create(new).unwrap();
    let expected = Document { id: row.id, text: document.clone(), note: Some(json!(2)), binary: document };
    assert_eq!(service.get(row.id).unwrap(), expected);
    let changes = DocumentChangeset { text: Some(json!("new")), note: Some(None), ..Default::default() };
    let changed = service.update(row.id, changes).unwrap();
    assert_eq!(changed, Document { text: json!("new"), note: None, ..expected });
    session.commit().unwrap();
    if db.backend() == Backend::Postgres {
        let types = db.texts(
            "SELECT data_type::text FROM information_schema.columns WHERE table_name = 'documents'
                ORDER BY ordinal_position",
        );
        assert_eq!(types, ["uuid", "json", "json", "jsonb"]);
    }
}

mod moods {
    /// An enum type on PostgreSQL, and a text elsewhere.
    #[derive(diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
    #[diesel(postgres_type(name = "mood"), sqlite_type(name = "Text"), mysql_type(name = "String"))]
    pub struct MoodType;

    diesel::table! {
        use diesel::sql_types::{Nullable, Uuid};
        use super::MoodType;

        people (id) {
            id -> Uuid,
            mood -> MoodType,
            past -> Nullable<MoodType>,
        }
    }
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Serialize,
    Deserialize,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = moods::MoodType)]
enum Mood {
    Good,
    Bad,
}

alchemy_core::any_type!(Mood as moods::MoodType);

impl Mood {
    fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }

    fn from_bytes(text: &[u8]) -> diesel::deserialize::Result<Self> {
        match text {
            b"good" => Ok(Self::Good),
            b"bad" => Ok(Self::Bad),
            _ => Err("no mood".into()),
        }
    }
}

#[cfg(feature = "sqlite")]
mod on_sqlite {
    use super::{Mood, moods::MoodType};
    use diesel::deserialize::{self, FromSql};
    use diesel::serialize::{self, IsNull, Output, ToSql};
    use diesel::sqlite::{Sqlite, SqliteValue};

    impl ToSql<MoodType, Sqlite> for Mood {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
            out.set_value(self.as_str());
            Ok(IsNull::No)
        }
    }

    impl FromSql<MoodType, Sqlite> for Mood {
        fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
            Self::from_bytes(value.read_text().as_bytes())
        }
    }
}

/// The servers' backends are written to alike.
#[cfg(any(feature = "postgres", feature = "mysql"))]
macro_rules! mood_on {
    ($backend:ty, $value:ty) => {
        impl diesel::serialize::ToSql<moods::MoodType, $backend> for Mood {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, $backend>,
            ) -> diesel::serialize::Result {
                std::io::Write::write_all(out, self.as_str().as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }

        impl diesel::deserialize::FromSql<moods::MoodType, $backend> for Mood {
            fn from_sql(value: $value) -> diesel::deserialize::Result<Self> {
                Self::from_bytes(value.as_bytes())
            }
        }
    };
}

#[cfg(feature = "postgres")]
mood_on!(diesel::pg::Pg, diesel::pg::PgValue<'_>);
#[cfg(feature = "mysql")]
mood_on!(diesel::mysql::Mysql, diesel::mysql::MysqlValue<'_>);

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(schema = crate::own_types::moods::people)]
struct Person {
    id: Uuid,
    mood: Mood,
    past: Option<Mood>,
}

fn an_sql_type_of_the_users_own_is_stored(db: TestDatabase) {
    use diesel::prelude::*;
    use moods::people;
    let engine = open(&db);
    let (id, mood) = match db.backend() {
        Backend::Postgres => {
            db.admin("CREATE TYPE mood AS ENUM ('good', 'bad')");
            ("UUID", "mood")
        }
        _ => ("BINARY(16)", "VARCHAR(10)"),
    };
    db.admin(&format!("CREATE TABLE people (id {id} PRIMARY KEY, mood {mood} NOT NULL, past {mood})"));
    let session = engine.session();
    let service = PersonService::new(session.clone());
    let ann = service.create(NewPerson { id: None, mood: Mood::Good, past: None }).unwrap();
    assert_eq!(ann, Person { id: ann.id, mood: Mood::Good, past: None });
    let bob = NewPerson { id: None, mood: Mood::Bad, past: Some(Mood::Good) };
    let many = service.create_many([bob.clone(), bob]).unwrap();
    assert_eq!(service.get(many[0].id).unwrap(), many[0]);
    let changes = PersonChangeset { mood: Some(Mood::Bad), past: Some(Some(Mood::Good)) };
    let changed = service.update(ann.id, changes).unwrap();
    assert_eq!(changed, Person { id: ann.id, mood: Mood::Bad, past: Some(Mood::Good) });
    let changes = PersonChangeset { mood: Some(Mood::Good), past: Some(None) };
    assert_eq!(service.update(ann.id, changes).unwrap(), ann);
    // In the user's own queries and filters too.
    assert_eq!(service.get_one(people::mood.eq(Mood::Good)).unwrap(), ann);
    let found: Vec<Person> = session
        .run(|connection| {
            people::table
                .filter(people::mood.eq_any([Mood::Good]).and(people::past.is_null()))
                .select(Person::as_select())
                .load(connection)
        })
        .unwrap();
    assert_eq!(found, [ann]);
    session.commit().unwrap();
    let cast = if db.backend() == Backend::Postgres { "mood::text" } else { "mood" };
    assert_eq!(db.texts(&format!("SELECT {cast} FROM people ORDER BY 1")), ["bad", "bad", "good"]);
}
