//! The model: what a derive would write, as far as filters go.

use chrono::NaiveDate;
use diesel::QueryResult;
use diesel::result::Error::QueryBuilderError;
use uuid::Uuid;

use crate::backend::BindPass;
use crate::model::{
    ChangeRow, Column, ColumnKind, ColumnMeta, ColumnRole, Model, ModelMeta, NewRow, Row, RowReader,
};

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
];

#[derive(Debug)]
pub(super) struct Person {
    pub(super) id: Uuid,
}

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
    type Id = Uuid;
    type Table = people::table;
    type New = NoRow;
    type Changeset = NoRow;

    const META: &'static ModelMeta = &META;

    fn id(&self) -> Uuid {
        self.id
    }

    fn bind_id<'b>(id: &'b Uuid, _: usize, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        out.push_bind_param::<diesel::sql_types::Uuid, _>(id)
    }

    fn read(row: &mut RowReader<'_>) -> QueryResult<Self> {
        Ok(Self { id: row.next::<diesel::sql_types::Uuid, _>()? })
    }
}

impl Row for Person {
    fn has(&self, _: usize) -> bool {
        false
    }

    fn bind<'b>(&'b self, _: usize, _: BindPass<'_, 'b>) -> QueryResult<()> {
        Err(QueryBuilderError("these tests write no rows".into()))
    }
}

/// Nothing is created or changed in these tests.
#[derive(Default)]
pub(super) struct NoRow;

impl Row for NoRow {
    fn has(&self, _: usize) -> bool {
        false
    }

    fn bind<'b>(&'b self, _: usize, _: BindPass<'_, 'b>) -> QueryResult<()> {
        Err(QueryBuilderError("these tests write no rows".into()))
    }
}

impl NewRow for NoRow {
    type Model = Person;

    fn fill(&mut self) {}

    fn id(&self) -> Option<Uuid> {
        None
    }
}

impl ChangeRow for NoRow {
    type Model = Person;
}
