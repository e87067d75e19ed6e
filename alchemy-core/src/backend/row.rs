//! Rows of whichever database it is.

use diesel::QueryResult;
use diesel::connection::{Connection, LoadConnection};
use diesel::row::{Field, PartialRow, Row, RowIndex, RowSealed};

use super::{AnyBackend, AnyValue};

type RowOf<'conn, 'query, C> = <C as LoadConnection>::Row<'conn, 'query>;
type FieldOf<'conn, 'query, C> =
    <RowOf<'conn, 'query, C> as Row<'conn, <C as Connection>::Backend>>::Field<'query>;
type CursorOf<'conn, 'query, C> = <C as LoadConnection>::Cursor<'conn, 'query>;

/// A row.
#[non_exhaustive]
pub enum AnyRow<'conn, 'query> {
    /// Of SQLite.
    #[cfg(feature = "sqlite")]
    Sqlite(RowOf<'conn, 'query, diesel::SqliteConnection>),
    /// Of PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(RowOf<'conn, 'query, diesel::PgConnection>),
    /// Of MariaDB.
    #[cfg(feature = "mysql")]
    Mysql(RowOf<'conn, 'query, diesel::MysqlConnection>),
}

/// A field of a row.
#[non_exhaustive]
pub enum AnyField<'conn: 'query, 'query> {
    /// Of SQLite.
    #[cfg(feature = "sqlite")]
    Sqlite(FieldOf<'conn, 'query, diesel::SqliteConnection>),
    /// Of PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(FieldOf<'conn, 'query, diesel::PgConnection>),
    /// Of MariaDB.
    #[cfg(feature = "mysql")]
    Mysql(FieldOf<'conn, 'query, diesel::MysqlConnection>),
}

/// Rows as they come.
#[non_exhaustive]
pub enum AnyCursor<'conn, 'query> {
    /// From SQLite.
    #[cfg(feature = "sqlite")]
    Sqlite(CursorOf<'conn, 'query, diesel::SqliteConnection>),
    /// From PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(CursorOf<'conn, 'query, diesel::PgConnection>),
    /// From MariaDB.
    #[cfg(feature = "mysql")]
    Mysql(CursorOf<'conn, 'query, diesel::MysqlConnection>),
}

impl<'conn, 'query> Iterator for AnyCursor<'conn, 'query> {
    type Item = QueryResult<AnyRow<'conn, 'query>>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(cursor) => cursor.next()?.map(AnyRow::Sqlite),
            #[cfg(feature = "postgres")]
            Self::Postgres(cursor) => cursor.next()?.map(AnyRow::Postgres),
            #[cfg(feature = "mysql")]
            Self::Mysql(cursor) => cursor.next()?.map(AnyRow::Mysql),
        })
    }
}

impl<'conn> Field<'conn, AnyBackend> for AnyField<'conn, '_> {
    fn field_name(&self) -> Option<&str> {
        each!(Self, self, field => field.field_name())
    }

    fn value(&self) -> Option<AnyValue<'_>> {
        Some(each_into!(Self => AnyValue, self, field => field.value()?))
    }
}

impl RowSealed for AnyRow<'_, '_> {}

impl RowIndex<usize> for AnyRow<'_, '_> {
    fn idx(&self, index: usize) -> Option<usize> {
        each!(Self, self, row => row.idx(index))
    }
}

impl<'a> RowIndex<&'a str> for AnyRow<'_, '_> {
    fn idx(&self, name: &'a str) -> Option<usize> {
        each!(Self, self, row => row.idx(name))
    }
}

impl<'conn> Row<'conn, AnyBackend> for AnyRow<'conn, '_> {
    type Field<'a>
        = AnyField<'a, 'a>
    where
        'conn: 'a,
        Self: 'a;
    type InnerPartialRow = Self;

    fn field_count(&self) -> usize {
        each!(Self, self, row => row.field_count())
    }

    fn get<'b, I>(&'b self, index: I) -> Option<Self::Field<'b>>
    where
        'conn: 'b,
        Self: RowIndex<I>,
    {
        let index = self.idx(index)?;
        Some(each_into!(Self => AnyField, self, row => row.get(index)?))
    }

    fn partial_row(&self, range: std::ops::Range<usize>) -> PartialRow<'_, Self::InnerPartialRow> {
        PartialRow::new(self, range)
    }
}
