//! The model: what a derive would write, as far as filters go.

use chrono::NaiveDate;
use diesel::QueryResult;
use uuid::Uuid;

use crate::model::{Column, ColumnKind, ColumnMeta, ColumnRole, Model, ModelMeta, RowReader};

diesel::table! {
    people (id) {
        id -> Uuid,
        #[sql_name = "full_name"]
        name -> Text,
        nick_name -> Nullable<Text>,
        age -> Nullable<Integer>,
        score -> Double,
        is_active -> Bool,
        secret -> Text,
        born_on -> Nullable<Date>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        author -> Nullable<Integer>,
    }
}

pub(super) static META: ModelMeta = ModelMeta::new("Person", "people", COLUMNS);

const COLUMNS: &[ColumnMeta] = &[
    ColumnMeta {
        role: ColumnRole::PrimaryKey,
        filterable: true,
        ..ColumnMeta::new("id", "id", ColumnKind::Uuid)
    },
    ColumnMeta {
        searchable: true,
        sortable: true,
        filterable: true,
        ..ColumnMeta::new("name", "full_name", ColumnKind::Text)
    },
    ColumnMeta {
        nullable: true,
        searchable: true,
        filterable: true,
        ..ColumnMeta::new("nick_name", "nick_name", ColumnKind::Text)
    },
    ColumnMeta { nullable: true, filterable: true, ..ColumnMeta::new("age", "age", ColumnKind::Integer) },
    ColumnMeta::new("score", "score", ColumnKind::Double),
    ColumnMeta { filterable: true, ..ColumnMeta::new("is_active", "is_active", ColumnKind::Bool) },
    ColumnMeta { output: false, ..ColumnMeta::new("secret", "secret", ColumnKind::Text) },
    ColumnMeta { nullable: true, sortable: true, ..ColumnMeta::new("born_on", "born_on", ColumnKind::Date) },
    ColumnMeta {
        role: ColumnRole::CreatedAt,
        ..ColumnMeta::new("created_at", "created_at", ColumnKind::TimestampTz)
    },
    ColumnMeta {
        role: ColumnRole::UpdatedAt,
        ..ColumnMeta::new("updated_at", "updated_at", ColumnKind::TimestampTz)
    },
    ColumnMeta {
        nullable: true,
        filterable: true,
        param: Some("written_by"),
        ..ColumnMeta::new("author", "author", ColumnKind::Integer)
    },
];

#[derive(Debug)]
pub(super) struct Person;

impl Person {
    pub(super) const ID: Column<Self, Uuid> = Column::new(0);
    pub(super) const NAME: Column<Self, String> = Column::new(1);
    pub(super) const NICK_NAME: Column<Self, Option<String>> = Column::new(2);
    pub(super) const AGE: Column<Self, Option<i32>> = Column::new(3);
    pub(super) const SCORE: Column<Self, f64> = Column::new(4);
    pub(super) const IS_ACTIVE: Column<Self, bool> = Column::new(5);
    pub(super) const BORN_ON: Column<Self, Option<NaiveDate>> = Column::new(7);
}

impl Model for Person {
    type Table = people::table;

    const META: &'static ModelMeta = &META;

    fn read(row: &mut RowReader<'_>) -> QueryResult<Self> {
        row.next::<diesel::sql_types::Uuid, Uuid>().map(|_| Self)
    }
}

/// What has a price and is in one of two states.
#[derive(Debug)]
pub(super) struct Priced;

static PRICED: ModelMeta = ModelMeta::new("Priced", "people", PRICED_COLUMNS);

const PRICED_COLUMNS: &[ColumnMeta] = &[
    ColumnMeta { role: ColumnRole::PrimaryKey, ..ColumnMeta::new("id", "id", ColumnKind::Uuid) },
    ColumnMeta { filterable: true, ..ColumnMeta::new("price", "price", ColumnKind::Decimal) },
    ColumnMeta {
        nullable: true,
        filterable: true,
        choices: Some(&["new", "old"]),
        ..ColumnMeta::new("state", "state", ColumnKind::Text)
    },
];

impl Model for Priced {
    type Table = people::table;

    const META: &'static ModelMeta = &PRICED;

    fn read(row: &mut RowReader<'_>) -> QueryResult<Self> {
        row.next::<diesel::sql_types::Uuid, Uuid>().map(|_| Self)
    }
}
