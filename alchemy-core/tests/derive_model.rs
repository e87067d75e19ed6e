//! What the base derives make of a model: its metadata, its table, its payloads.
#![cfg(feature = "sqlite")]
#![allow(missing_docs)]

use alchemy_core::diesel;
use alchemy_core::model::{
    CheckCondition, ColumnKind, ColumnRole, DefaultValue, Model, NewRow, ReferentialAction, Row, models,
};
use alchemy_core::prelude::*;
use diesel::prelude::*;
use serde_json::json;

#[derive(Debug, Clone, PartialEq, Serialize, UuidBase)]
#[alchemy(table = "authors")]
pub struct Author {
    pub id: Uuid,
    #[alchemy(max_length = 10, search, sort)]
    pub name: String,
    #[alchemy(sort)]
    pub dob: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, TextEnum)]
pub enum Status {
    Draft,
    InPrint,
    #[alchemy(rename = "gone")]
    OutOfPrint,
}

#[derive(Debug, Clone, UuidAuditBase)]
#[alchemy(
    bind_key = "library",
    serialize,
    unique(name = "uq_shelf", columns(shelf, place)),
    index(status, r#type),
    check(name = "positive_price", "price > 0")
)]
#[serde(rename_all = "camelCase")]
pub struct Book {
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[alchemy(foreign_key(Author, field = id, on_delete = cascade, on_update = restrict, deferred))]
    pub author_id: Uuid,
    #[alchemy(column = "full_title", unique)]
    #[serde(rename = "name")]
    pub title: String,
    #[alchemy(default = Status::Draft, filter)]
    pub status: Status,
    pub r#type: Option<String>,
    #[alchemy(db_default = "1")]
    pub shelf: i32,
    #[alchemy(default = "front")]
    pub place: Option<String>,
    #[alchemy(precision = 10, scale = 2)]
    pub price: BigDecimal,
    #[alchemy(skip(create, output), default)]
    pub secret: Vec<u8>,
    #[alchemy(skip(update))]
    pub isbn: Option<String>,
    pub id: Uuid,
}

fn new_book() -> NewBook {
    NewBook {
        id: None,
        author_id: Uuid::nil(),
        title: "T".into(),
        status: None,
        r#type: None,
        shelf: None,
        place: None,
        price: BigDecimal::from(3),
        secret: None,
        isbn: None,
    }
}

fn column(field: &str) -> &'static alchemy_core::model::ColumnMeta {
    &Book::META.columns[Book::META.index_of_field(field).unwrap()]
}

#[test]
fn columns_stand_in_the_order_key_data_audit() {
    let fields: Vec<_> = Book::META.columns.iter().map(|column| column.field).collect();
    assert_eq!(
        fields,
        [
            "id",
            "author_id",
            "title",
            "status",
            "type",
            "shelf",
            "place",
            "price",
            "secret",
            "isbn",
            "created_at",
            "updated_at"
        ]
    );
    let roles: Vec<_> = Book::META.columns.iter().map(|column| column.role).collect();
    assert_eq!(roles[0], ColumnRole::PrimaryKey);
    assert!(roles[1..10].iter().all(|role| *role == ColumnRole::Data));
    assert_eq!(roles[10..], [ColumnRole::CreatedAt, ColumnRole::UpdatedAt]);
}

#[test]
fn metadata_holds_what_the_attributes_say() {
    assert_eq!((Book::META.name, Book::META.table, Book::META.bind_key()), ("Book", "book", "library"));
    assert_eq!((Author::META.table, Author::META.bind_key()), ("authors", "default"));
    assert_eq!((column("title").name, column("title").kind), ("full_title", ColumnKind::Text));
    assert_eq!((column("status").kind, column("status").filterable), (ColumnKind::Text, true));
    assert_eq!((column("type").name, column("type").nullable), ("type", true));
    assert_eq!(column("shelf").default, Some(DefaultValue::Sql("1")));
    assert_eq!((column("price").kind, column("price").precision), (ColumnKind::Decimal, Some((10, 2))));
    assert_eq!((column("secret").creatable, column("secret").output), (false, false));
    assert_eq!((column("isbn").creatable, column("isbn").updatable), (true, false));
    assert_eq!((column("id").updatable, column("created_at").creatable), (false, false));
    let name = Author::NAME.meta();
    assert_eq!(
        (name.max_length, name.searchable, name.sortable, name.filterable),
        (Some(10), true, true, false)
    );

    let uniques: Vec<_> = Book::META.uniques.iter().map(|unique| (unique.name, unique.columns)).collect();
    assert_eq!(uniques, [(None, &[2][..]), (Some("uq_shelf"), &[5, 6])]);
    let indexes: Vec<_> = Book::META.indexes.iter().map(|index| (index.name, index.columns)).collect();
    assert_eq!(indexes, [(None, &[3, 4][..])]);
    let check = &Book::META.checks[0];
    assert_eq!(check.name, "positive_price");
    assert!(matches!(check.condition, CheckCondition::Sql("price > 0")));
    let key = &Book::META.foreign_keys[0];
    assert_eq!(((key.target)().table, key.target_fields, key.columns), ("authors", &["id"][..], &[1][..]));
    assert_eq!((key.on_delete, key.on_update), (ReferentialAction::Cascade, ReferentialAction::Restrict));
    assert!(key.deferred && Book::META.managed);
}

#[test]
fn every_model_is_in_the_registry() {
    let tables: Vec<_> = models().iter().map(|meta| (meta.bind_key(), meta.table)).collect();
    assert_eq!(tables, [("default", "adopted"), ("default", "authors"), ("library", "book")]);
}

#[test]
fn a_new_row_is_filled_once() {
    let mut new = new_book();
    assert!(!new.has(0) && !new.has(3) && !new.has(6) && new.has(7) && new.has(9));
    new.fill();
    assert_eq!(
        (new.status, &new.place, &new.secret),
        (Some(Status::Draft), &Some(Some("front".into())), &Some(vec![]))
    );
    let id = new.id().unwrap();
    assert!(new.has(0) && new.has(3) && new.has(6) && new.has(8));
    assert!(!new.has(5), "the database fills in its default");
    assert!(!new.has(10) && !new.has(11) && !new.has(12), "audit columns are not part of a payload");
    new.fill();
    assert_eq!(new.id(), Some(id));
    let mut null = NewBook { place: Some(None), ..new_book() };
    null.fill();
    assert_eq!(null.place, Some(None), "null is a value");
}

#[test]
fn a_payload_is_read_with_the_names_of_serde() {
    let new: NewBook = serde_json::from_value(json!({
        "authorId": Uuid::nil(), "name": "T", "price": "1.5", "place": null
    }))
    .unwrap();
    assert_eq!((new.title.as_str(), new.shelf, new.place, new.isbn), ("T", None, Some(None), None));
    let changes: BookChangeset =
        serde_json::from_value(json!({"name": "U", "type": null, "shelf": 2})).unwrap();
    assert_eq!((changes.title.as_deref(), &changes.r#type, changes.shelf), (Some("U"), &Some(None), Some(2)));
    assert_eq!((&changes.place, changes.author_id), (&None, None));
    assert_eq!(serde_json::to_value(&changes).unwrap(), json!({"name": "U", "type": null, "shelf": 2}));
    let back = serde_json::to_value(&NewBook { place: Some(None), ..new_book() }).unwrap();
    assert_eq!(
        back,
        json!({"authorId": Uuid::nil(), "name": "T", "type": null, "place": null, "price": "3", "isbn": null})
    );
}

#[test]
fn what_does_not_fit_a_payload_is_refused_by_name() {
    fn error<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> String {
        serde_json::from_value::<T>(value).err().unwrap().to_string()
    }
    assert_eq!(error::<NewAuthor>(json!({"id": Uuid::nil()})), "missing field `name`");
    assert_eq!(error::<NewAuthor>(json!({"name": null})), "`name`: invalid type: null, expected a string");
    assert_eq!(
        error::<NewAuthor>(json!({"name": "a", "email": 1})),
        "unknown field `email`, expected one of `id`, `name`, `dob`"
    );
    assert_eq!(
        error::<NewAuthor>(json!({"name": "a", "dob": "x"})),
        "`dob`: input contains invalid characters"
    );
    for kept in ["id", "created_at", "updated_at", "createdAt", "isbn"] {
        let message = error::<BookChangeset>(json!({kept: "x"}));
        assert!(
            message.starts_with(&format!("unknown field `{kept}`, expected one of `authorId`, ")),
            "{message}"
        );
    }
    assert_eq!(
        error::<AuthorChangeset>(json!({"name": null})),
        "`name`: invalid type: null, expected a string"
    );
    let secret = error::<NewBook>(json!({"secret": []}));
    assert!(secret.starts_with("unknown field `secret`"), "{secret}");
}

#[test]
fn output_leaves_out_what_is_to_be_left_out() {
    let at = DateTime::UNIX_EPOCH;
    let book = Book {
        created_at: at,
        updated_at: at,
        author_id: Uuid::nil(),
        title: "T".into(),
        status: Status::OutOfPrint,
        r#type: None,
        shelf: 1,
        place: None,
        price: BigDecimal::from(3),
        secret: vec![1],
        isbn: None,
        id: Uuid::nil(),
    };
    let json = serde_json::to_string(&book).unwrap();
    assert_eq!(
        json,
        r#"{"createdAt":"1970-01-01T00:00:00Z","updatedAt":"1970-01-01T00:00:00Z","authorId":"00000000-0000-0000-0000-000000000000","name":"T","status":"OutOfPrint","type":null,"shelf":1,"place":null,"price":"3","isbn":null,"id":"00000000-0000-0000-0000-000000000000"}"#
    );
    let new = NewBook::from(book);
    assert_eq!(
        (new.id, new.status, new.secret),
        (Some(Uuid::nil()), Some(Status::OutOfPrint), Some(vec![1]))
    );
}

impl Serialize for Status {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self:?}"))
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

mod existing {
    diesel::table! {
        adopted (id) {
            label -> Nullable<Text>,
            #[sql_name = "type"]
            type_ -> Text,
            id -> Uuid,
        }
    }
}

#[derive(Debug, Clone, PartialEq, UuidBase)]
#[alchemy(schema = existing::adopted)]
struct Adopted {
    label: Option<String>,
    #[alchemy(column = "type_")]
    kind: Status,
    id: Uuid,
}

#[test]
fn an_adopted_table_keeps_its_names() {
    let names: Vec<_> = Adopted::META.columns.iter().map(|column| (column.field, column.name)).collect();
    assert_eq!(names, [("id", "id"), ("label", "label"), ("kind", "type")]);
    assert_eq!((Adopted::META.table, Adopted::META.managed), ("adopted", false));
    assert_eq!(Adopted::KIND.meta().name, "type");
}

#[test]
fn a_model_works_in_queries_of_diesel() {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    diesel::sql_query("CREATE TABLE adopted (label TEXT, type TEXT NOT NULL, id INTEGER)")
        .execute(&mut connection)
        .unwrap();
    let sql = diesel::debug_query::<diesel::sqlite::Sqlite, _>(&authors::table.filter(authors::name.eq("x")))
        .to_string();
    assert_eq!(
        sql,
        r#"SELECT `authors`.`id`, `authors`.`name`, `authors`.`dob` FROM `authors` WHERE (`authors`.`name` = ?) -- binds: ["x"]"#
    );
}
