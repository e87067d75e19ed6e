//! The primary key that each base makes of a model.
#![cfg(feature = "sqlite")]
#![allow(missing_docs)]

use alchemy_core::diesel;
use alchemy_core::model::{ColumnMeta, Generated, IntoKey, JsonMap, Keyed, Model, NewRow, Row};
use alchemy_core::prelude::*;
use diesel::associations::Identifiable;
use serde_json::json;

#[derive(Debug, Clone, UuidV6Base)]
pub struct Sixth {
    pub id: Uuid,
}

#[derive(Debug, Clone, UuidV7AuditBase)]
pub struct Seventh {
    pub id: Uuid,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, NanoIdBase)]
pub struct Link {
    pub id: String,
    pub target: String,
}

#[derive(Debug, Clone, PartialEq, BigIntBase)]
pub struct Invoice {
    pub id: i64,
    pub total: i32,
}

#[derive(Debug, Clone, IdentityAuditBase)]
pub struct Payment {
    pub id: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, DefaultBase)]
pub struct Country {
    pub name: String,
    #[alchemy(primary_key, max_length = 2)]
    pub code: String,
}

#[derive(Debug, Clone, DefaultBase)]
pub struct Token {
    #[alchemy(primary_key, default = Uuid::nil())]
    pub value: Uuid,
}

#[derive(Debug, Clone, DefaultBase)]
pub struct Ticket {
    #[alchemy(primary_key, db_default = "42")]
    pub number: i32,
}

#[derive(Debug, Clone, PartialEq, DefaultAuditBase)]
#[alchemy(unique(tag_id, position), match_fields(position, tag_id))]
pub struct BookTag {
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub position: i32,
    #[alchemy(primary_key)]
    #[serde(rename = "bookId")]
    pub book_id: Uuid,
    #[alchemy(primary_key, default = 7)]
    pub tag_id: i64,
}

#[derive(Debug, Clone, DefaultBase)]
#[alchemy(
    id = ShelfPlace,
    foreign_key(columns(tag, book), references = BookTag, fields(tag_id, book_id), on_delete = cascade, name = "fk_place")
)]
pub struct Place {
    #[alchemy(primary_key)]
    pub shelf: i16,
    #[alchemy(primary_key)]
    pub number: i16,
    pub book: Uuid,
    pub tag: i64,
}

fn key<M: Keyed>(key: impl IntoKey<M>) -> String {
    format!("{:?}", key.into_key())
}

fn columns<M: Model>() -> Vec<&'static str> {
    M::META.columns.iter().map(|column| column.field).collect()
}

fn generated<M: Model>() -> Vec<Option<Generated>> {
    M::META.columns.iter().map(|column: &ColumnMeta| column.generated).collect()
}

fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

#[test]
fn a_uuid_has_the_version_of_its_base() {
    let (mut sixth, mut seventh) = (NewSixth { id: None }, NewSeventh { id: None });
    sixth.fill();
    seventh.fill();
    assert_eq!(sixth.id().map(|id| id.get_version_num()), Some(6));
    assert_eq!(seventh.id().map(|id| id.get_version_num()), Some(7));
    assert_eq!(columns::<Seventh>(), ["id", "created_at", "updated_at"]);
}

#[test]
fn a_nano_id_is_a_text_of_21_characters_unless_it_is_given() {
    let mut new = NewLink { id: None, target: "/".into() };
    new.fill();
    assert_eq!(new.id().map(|id| id.len()), Some(21));
    let mut given = NewLink { id: Some("mine".into()), target: "/".into() };
    given.fill();
    assert_eq!(given.id().as_deref(), Some("mine"));
    assert_eq!(key::<Link>("mine"), r#"RowKey("mine")"#);
    assert_eq!(key::<Link>("mine".to_owned()), r#"RowKey("mine")"#);
}

#[test]
fn a_number_is_left_to_the_database_unless_it_is_given() {
    let mut new = NewInvoice { id: None, total: 3 };
    new.fill();
    assert_eq!((new.id(), new.has(0), new.has(1)), (None, false, true));
    let given = NewInvoice { id: Some(5), total: 3 };
    assert_eq!((given.id(), given.has(0)), (Some(5), true));
    assert_eq!(generated::<Invoice>(), [Some(Generated::Sequence), None]);
    assert_eq!(generated::<Payment>(), [Some(Generated::Identity), None, None]);
    assert_eq!(Invoice { id: 9, total: 0 }.generated_id(), Some(9));
    assert_eq!(Country { name: "Peru".into(), code: "PE".into() }.generated_id(), None);
    assert_eq!(key::<Invoice>(5), "RowKey(5)");
    assert_eq!(key::<Invoice>(&Invoice { id: 6, total: 0 }), "RowKey(6)");
}

#[test]
fn a_key_of_ones_own_comes_first_and_is_required() {
    assert_eq!(columns::<Country>(), ["code", "name"]);
    let mut new = NewCountry { code: "PE".into(), name: "Peru".into() };
    new.fill();
    assert_eq!(new.id().as_deref(), Some("PE"));
    assert!(!Country::CODE.meta().updatable, "a key does not change");
    let changes = CountryChangeset { name: None };
    assert!(!changes.has(0));
    let missing = serde_json::from_value::<NewCountry>(json!({"name": "Peru"})).unwrap_err().to_string();
    assert_eq!(missing, "missing field `code`");
    let unknown = serde_json::from_value::<CountryChangeset>(json!({"code": "PE"})).unwrap_err().to_string();
    assert_eq!(unknown, "unknown field `code`, expected `name`");
}

#[test]
fn a_key_of_ones_own_may_have_a_default() {
    let mut token = NewToken { value: None };
    assert_eq!(token.id(), None);
    token.fill();
    assert_eq!(token.id(), Some(Uuid::nil()));
    let mut ticket = NewTicket { number: None };
    ticket.fill();
    assert_eq!((ticket.id(), ticket.has(0)), (None, false), "the database makes it");
}

#[test]
fn a_key_of_several_fields_has_a_struct_that_converts_from_and_to_a_tuple() {
    assert_eq!(columns::<BookTag>(), ["book_id", "tag_id", "position", "created_at", "updated_at"]);
    assert_eq!(BookTag::META.primary_key, [0, 1]);
    let id = BookTagId { book_id: uuid(1), tag_id: 2 };
    assert_eq!(BookTagId::from((uuid(1), 2)), id);
    assert_eq!(<(Uuid, i64)>::from(id.clone()), (uuid(1), 2));
    assert_eq!(
        serde_json::to_value(&id).unwrap(),
        json!({"bookId": "00000000-0000-0000-0000-000000000001", "tag_id": 2})
    );
    let read = |value| serde_json::from_value::<BookTagId>(value).map_err(|error| error.to_string());
    assert_eq!(read(serde_json::to_value(&id).unwrap()), Ok(id));
    assert_eq!(
        read(json!({"bookId": uuid(1), "tag_id": 2, "position": 3})),
        Err("unknown field `position`, expected `bookId` or `tag_id`".to_owned())
    );
}

#[test]
fn a_row_is_found_by_the_struct_the_tuple_or_a_row() {
    let id = BookTagId { book_id: uuid(0), tag_id: 2 };
    let expected = "RowKey(BookTagId { book_id: 00000000-0000-0000-0000-000000000000, tag_id: 2 })";
    let at = DateTime::UNIX_EPOCH;
    let row = BookTag { created_at: at, updated_at: at, position: 1, book_id: uuid(0), tag_id: 2 };
    for found in [
        key::<BookTag>(&id),
        key::<BookTag>(id.clone()),
        key::<BookTag>((uuid(0), 2)),
        key::<BookTag>(&row),
        key::<BookTag>(Keyed::id(&row)),
    ] {
        assert_eq!(found, expected);
    }
    assert_eq!(Identifiable::id(&row), (&uuid(0), &2), "Diesel's key");
}

#[test]
fn a_new_row_has_a_key_of_several_fields_once_each_is_there() {
    let mut new = NewBookTag { book_id: uuid(1), tag_id: None, position: 1 };
    assert_eq!(new.id(), None);
    new.fill();
    assert_eq!(new.id(), Some(BookTagId { book_id: uuid(1), tag_id: 7 }));
}

#[test]
fn what_is_written_knows_its_key() {
    let at = DateTime::UNIX_EPOCH;
    let row = BookTag { created_at: at, updated_at: at, position: 1, book_id: uuid(1), tag_id: 2 };
    let new = NewBookTag::from(row.clone());
    assert_eq!((new.book_id, new.tag_id, new.position), (uuid(1), Some(2), 1));
    assert_eq!(BookTagChangeset::from(row).position, Some(1));
    // The key is not in a changeset, so that none can be made of one.
    let refused = NewBookTag::try_from(BookTagChangeset { position: Some(1) }).unwrap_err().to_string();
    assert_eq!(refused, "`bookId` is missing");
    let map: JsonMap = serde_json::from_value(json!({"bookId": uuid(1), "position": 4})).unwrap();
    assert_eq!(NewBookTag::try_from(map).unwrap().position, 4);
}

#[test]
fn match_fields_are_places_of_columns() {
    assert_eq!(BookTag::META.match_fields, [2, 1]);
    assert_eq!(Invoice::META.match_fields, [0_usize; 0]);
}

#[test]
fn a_foreign_key_of_several_columns_names_them_in_order() {
    let [foreign_key] = Place::META.foreign_keys else { panic!("{:?}", Place::META.foreign_keys) };
    assert_eq!((foreign_key.columns, foreign_key.target_fields), (&[3, 2][..], &["tag_id", "book_id"][..]));
    assert_eq!(((foreign_key.target)().name, foreign_key.name), ("BookTag", Some("fk_place")));
    assert_eq!(ShelfPlace { shelf: 1, number: 2 }, ShelfPlace::from((1, 2)));
}
