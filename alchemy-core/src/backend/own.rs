//! SQL types of the user's own: [`any_type!`](crate::any_type).

use std::any::Any;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::query_builder::BindCollector;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{HasSqlType, TypeMetadata};

use super::bind::{Bound, BoundValue};
use super::{AnyBackend, AnyBindCollector, AnyTypeMetadata, AnyValue};

type LookupOf<DB> = <DB as TypeMetadata>::MetadataLookup;
type MetadataOf<DB> = <DB as TypeMetadata>::TypeMetadata;

/// Makes an SQL type of the user's own, and a Rust type that it is stored from, known to
/// [`AnyBackend`](crate::backend::AnyBackend): whatever Diesel's traits for the databases' own backends say.
///
/// The Rust type is one of the user's crate, with Diesel's `ToSql` and `FromSql` for the backend of every database that
/// the program is built for, and belongs to one SQL type. It may then stand in an adopted table
/// (`#[alchemy(schema = …)]`), or in a field with `#[alchemy(sql_type = …)]`; Alchemy cannot create such a column by
/// itself. Under `alchemy_rocket` the macro is `alchemy_rocket::core::any_type`.
///
/// ```
/// use alchemy_core::diesel;
///
/// /// An enum type on PostgreSQL, and a text elsewhere.
/// #[derive(diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
/// #[diesel(postgres_type(name = "mood"), sqlite_type(name = "Text"), mysql_type(name = "String"))]
/// pub struct MoodType;
///
/// #[derive(Debug, Clone, Copy, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
/// #[diesel(sql_type = MoodType)]
/// pub enum Mood {
///     Good,
///     Bad,
/// }
///
/// alchemy_core::any_type!(Mood as MoodType);
/// # impl Mood {
/// #     fn from_text(text: &[u8]) -> diesel::deserialize::Result<Self> {
/// #         Ok(if text == b"good" { Self::Good } else { Self::Bad })
/// #     }
/// # }
///
/// # #[cfg(feature = "sqlite")]
/// impl diesel::serialize::ToSql<MoodType, diesel::sqlite::Sqlite> for Mood {
///     // …
/// #     fn to_sql<'b>(
/// #         &'b self,
/// #         out: &mut diesel::serialize::Output<'b, '_, diesel::sqlite::Sqlite>,
/// #     ) -> diesel::serialize::Result {
/// #         out.set_value("good");
/// #         Ok(diesel::serialize::IsNull::No)
/// #     }
/// }
/// # #[cfg(feature = "sqlite")]
/// # impl diesel::deserialize::FromSql<MoodType, diesel::sqlite::Sqlite> for Mood {
/// #     fn from_sql(mut value: diesel::sqlite::SqliteValue<'_, '_, '_>) -> diesel::deserialize::Result<Self> {
/// #         Self::from_text(value.read_text().as_bytes())
/// #     }
/// # }
/// # #[cfg(feature = "postgres")]
/// # impl diesel::serialize::ToSql<MoodType, diesel::pg::Pg> for Mood {
/// #     fn to_sql<'b>(
/// #         &'b self,
/// #         out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
/// #     ) -> diesel::serialize::Result {
/// #         std::io::Write::write_all(out, b"good")?;
/// #         Ok(diesel::serialize::IsNull::No)
/// #     }
/// # }
/// # #[cfg(feature = "postgres")]
/// # impl diesel::deserialize::FromSql<MoodType, diesel::pg::Pg> for Mood {
/// #     fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
/// #         Self::from_text(value.as_bytes())
/// #     }
/// # }
/// # #[cfg(feature = "mysql")]
/// # impl diesel::serialize::ToSql<MoodType, diesel::mysql::Mysql> for Mood {
/// #     fn to_sql<'b>(
/// #         &'b self,
/// #         out: &mut diesel::serialize::Output<'b, '_, diesel::mysql::Mysql>,
/// #     ) -> diesel::serialize::Result {
/// #         std::io::Write::write_all(out, b"good")?;
/// #         Ok(diesel::serialize::IsNull::No)
/// #     }
/// # }
/// # #[cfg(feature = "mysql")]
/// # impl diesel::deserialize::FromSql<MoodType, diesel::mysql::Mysql> for Mood {
/// #     fn from_sql(value: diesel::mysql::MysqlValue<'_>) -> diesel::deserialize::Result<Self> {
/// #         Self::from_text(value.as_bytes())
/// #     }
/// # }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! any_type {
    ($rust:ty as $sql:ty) => {
        impl $crate::diesel::sql_types::HasSqlType<$sql> for $crate::backend::AnyBackend {
            fn metadata(lookup: &mut dyn ::std::any::Any) -> $crate::backend::AnyTypeMetadata {
                $crate::backend::AnyTypeMetadata::of::<$rust, $sql>(lookup)
            }
        }

        impl $crate::backend::own::OwnValue for $rust {
            fn push<'a>(
                &'a self,
                collector: &mut $crate::backend::AnyBindCollector<'a>,
                lookup: &mut dyn ::std::any::Any,
            ) -> $crate::diesel::QueryResult<()> {
                $crate::backend::own::push::<$rust, $sql>(self, collector, lookup)
            }
        }

        impl $crate::diesel::serialize::ToSql<$sql, $crate::backend::AnyBackend> for $rust {
            fn to_sql<'b>(
                &'b self,
                out: &mut $crate::diesel::serialize::Output<'b, '_, $crate::backend::AnyBackend>,
            ) -> $crate::diesel::serialize::Result {
                $crate::backend::own::to_sql(self, out)
            }
        }

        impl $crate::diesel::deserialize::FromSql<$sql, $crate::backend::AnyBackend> for $rust {
            fn from_sql(value: $crate::backend::AnyValue<'_>) -> $crate::diesel::deserialize::Result<Self> {
                $crate::backend::own::from_sql::<$rust, $sql>(value)
            }
        }

        impl $crate::model::FieldType for $rust {
            type SqlType = $sql;
            const KIND: $crate::model::ColumnKind = $crate::model::ColumnKind::Custom;
        }
    };
}

/// A value of such a type on its way to the database.
pub trait OwnValue: std::fmt::Debug {
    /// Binds the value as the database's own backend does.
    ///
    /// # Errors
    /// When the value cannot be represented in the database's type.
    fn push<'a>(&'a self, collector: &mut AnyBindCollector<'a>, lookup: &mut dyn Any) -> QueryResult<()>;
}

/// What a database asks of the types. Where the program is not built for it nothing is asked, so that the macro is the
/// same text whatever the features.
macro_rules! on {
    ($feature:literal, $trait:ident: $backend:path) => {
        /// A type that the database stores.
        #[cfg(feature = $feature)]
        pub trait $trait<ST>: Sized {
            /// What the database calls the type.
            fn metadata(lookup: &mut LookupOf<$backend>) -> MetadataOf<$backend>;

            /// Binds a value.
            ///
            /// # Errors
            /// When the value cannot be represented in the database's type.
            fn push<'a>(
                &'a self,
                collector: &mut <$backend as Backend>::BindCollector<'a>,
                lookup: &mut LookupOf<$backend>,
            ) -> QueryResult<()>;

            /// Reads a value.
            ///
            /// # Errors
            /// When it is none of the type's.
            fn read(value: <$backend as Backend>::RawValue<'_>) -> deserialize::Result<Self>;
        }

        #[cfg(feature = $feature)]
        impl<ST, T> $trait<ST> for T
        where
            $backend: HasSqlType<ST>,
            T: ToSql<ST, $backend> + FromSql<ST, $backend>,
        {
            fn metadata(lookup: &mut LookupOf<$backend>) -> MetadataOf<$backend> {
                <$backend as HasSqlType<ST>>::metadata(lookup)
            }

            fn push<'a>(
                &'a self,
                collector: &mut <$backend as Backend>::BindCollector<'a>,
                lookup: &mut LookupOf<$backend>,
            ) -> QueryResult<()> {
                collector.push_bound_value::<ST, T>(self, lookup)
            }

            fn read(value: <$backend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                <T as FromSql<ST, $backend>>::from_sql(value)
            }
        }

        /// Nothing: the program is not built for the database.
        #[cfg(not(feature = $feature))]
        pub trait $trait<ST> {}

        #[cfg(not(feature = $feature))]
        impl<ST, T> $trait<ST> for T {}
    };
}

on!("sqlite", OnSqlite: diesel::sqlite::Sqlite);
on!("postgres", OnPostgres: diesel::pg::Pg);
on!("mysql", OnMysql: diesel::mysql::Mysql);

impl AnyTypeMetadata {
    /// What the backends of the databases that the program is built for call the SQL type `ST` of the Rust type `T`.
    ///
    /// `lookup` is what Diesel gives to `HasSqlType::metadata`.
    #[allow(unused_variables)]
    pub fn of<T, ST>(lookup: &mut dyn Any) -> Self
    where
        T: OnSqlite<ST> + OnPostgres<ST> + OnMysql<ST>,
    {
        Self {
            #[cfg(feature = "sqlite")]
            sqlite: <T as OnSqlite<ST>>::metadata(&mut ()),
            #[cfg(feature = "postgres")]
            postgres: {
                use diesel::connection::MultiConnectionHelper;
                diesel::pg::PgConnection::from_any(lookup).map(<T as OnPostgres<ST>>::metadata)
            },
            #[cfg(feature = "mysql")]
            mysql: <T as OnMysql<ST>>::metadata(&mut ()),
        }
    }
}

/// Binds a value to whichever database it is.
///
/// # Errors
/// When the value cannot be represented in the database's type.
#[allow(unused_variables)]
pub fn push<'a, T, ST>(
    value: &'a T,
    collector: &mut AnyBindCollector<'a>,
    lookup: &mut dyn Any,
) -> QueryResult<()>
where
    T: OnSqlite<ST> + OnPostgres<ST> + OnMysql<ST>,
{
    match collector {
        #[cfg(feature = "sqlite")]
        AnyBindCollector::Sqlite(collector) => OnSqlite::<ST>::push(value, collector, &mut ()),
        #[cfg(feature = "postgres")]
        AnyBindCollector::Postgres(collector) => {
            use diesel::connection::MultiConnectionHelper;
            let lookup =
                diesel::pg::PgConnection::from_any(lookup).ok_or_else(super::bind::missing_lookup)?;
            OnPostgres::<ST>::push(value, collector, lookup)
        }
        #[cfg(feature = "mysql")]
        AnyBindCollector::Mysql(collector) => OnMysql::<ST>::push(value, collector, &mut ()),
        AnyBindCollector::Probe(_) => Err(diesel::result::Error::SerializationError(
            "a value of this type cannot be compared here".into(),
        )),
    }
}

/// Hands a value to the collector, which knows the database.
///
/// # Errors
/// Never.
pub fn to_sql<'b>(value: &'b dyn OwnValue, out: &mut Output<'b, '_, AnyBackend>) -> serialize::Result {
    out.set_value(BoundValue(Bound::Own(value)));
    Ok(IsNull::No)
}

/// Reads a value of whichever database it is.
///
/// # Errors
/// When it is none of the type's.
pub fn from_sql<T, ST>(value: AnyValue<'_>) -> deserialize::Result<T>
where
    T: OnSqlite<ST> + OnPostgres<ST> + OnMysql<ST>,
{
    match value {
        #[cfg(feature = "sqlite")]
        AnyValue::Sqlite(value) => <T as OnSqlite<ST>>::read(value),
        #[cfg(feature = "postgres")]
        AnyValue::Postgres(value) => <T as OnPostgres<ST>>::read(value),
        #[cfg(feature = "mysql")]
        AnyValue::Mysql(value) => <T as OnMysql<ST>>::read(value),
    }
}
