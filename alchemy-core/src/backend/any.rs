//! The backend itself and the types it knows.

use std::any::Any;

use diesel::backend::{Backend, DieselReserveSpecialization, TrustedBackend};
use diesel::sql_types::{self as sql, HasSqlType, TypeMetadata};

use super::{AnyBindCollector, AnyQueryBuilder, AnyValue, Dialect};

/// The Diesel backend that stands for every database this program is built for.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum AnyBackend {
    /// SQLite.
    #[cfg(feature = "sqlite")]
    Sqlite(diesel::sqlite::Sqlite),
    /// PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(diesel::pg::Pg),
    /// MariaDB.
    #[cfg(feature = "mysql")]
    Mysql(diesel::mysql::Mysql),
}

impl AnyBackend {
    /// Which database this is.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Dialect::Sqlite,
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Dialect::Postgres,
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => Dialect::Mysql,
        }
    }

    /// The backend for a database; `None` where this program is not built for it.
    #[must_use]
    pub const fn for_dialect(dialect: Dialect) -> Option<Self> {
        match dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => Some(Self::Sqlite(diesel::sqlite::Sqlite)),
            #[cfg(feature = "postgres")]
            Dialect::Postgres => Some(Self::Postgres(diesel::pg::Pg)),
            #[cfg(feature = "mysql")]
            Dialect::Mysql => Some(Self::Mysql(diesel::mysql::Mysql)),
            #[allow(unreachable_patterns)]
            _ => None,
        }
    }
}

impl Backend for AnyBackend {
    type QueryBuilder = AnyQueryBuilder;
    type RawValue<'a> = AnyValue<'a>;
    type BindCollector<'a> = AnyBindCollector<'a>;
}

impl TypeMetadata for AnyBackend {
    type TypeMetadata = AnyTypeMetadata;
    type MetadataLookup = dyn Any;
}

impl TrustedBackend for AnyBackend {}
impl DieselReserveSpecialization for AnyBackend {}

/// What each database calls a type.
#[derive(Debug, Clone)]
pub struct AnyTypeMetadata {
    #[cfg(feature = "sqlite")]
    pub(super) sqlite: diesel::sqlite::SqliteType,
    #[cfg(feature = "postgres")]
    pub(super) postgres: Option<diesel::pg::PgTypeMetadata>,
    #[cfg(feature = "mysql")]
    pub(super) mysql: diesel::mysql::MysqlType,
}

#[cfg(feature = "postgres")]
fn postgres_metadata<ST>(lookup: &mut dyn Any) -> Option<diesel::pg::PgTypeMetadata>
where
    diesel::pg::Pg: HasSqlType<ST>,
{
    super::postgres::lookup(lookup).map(<diesel::pg::Pg as HasSqlType<ST>>::metadata)
}

/// The storage of each SQL type, where SQLite and MariaDB have no type of that name.
macro_rules! sql_types {
    ($($sql:ident: $sqlite:ident, $mysql:ident;)+) => {$(
        impl HasSqlType<sql::$sql> for AnyBackend {
            #[allow(unused_variables)]
            fn metadata(lookup: &mut dyn Any) -> AnyTypeMetadata {
                AnyTypeMetadata {
                    #[cfg(feature = "sqlite")]
                    sqlite: diesel::sqlite::SqliteType::$sqlite,
                    #[cfg(feature = "postgres")]
                    postgres: postgres_metadata::<sql::$sql>(lookup),
                    #[cfg(feature = "mysql")]
                    mysql: diesel::mysql::MysqlType::$mysql,
                }
            }
        }
    )+};
}

sql_types! {
    Bool: Integer, Tiny;
    SmallInt: SmallInt, Short;
    Integer: Integer, Long;
    BigInt: Long, LongLong;
    Float: Float, Float;
    Double: Double, Double;
    Text: Text, String;
    Binary: Binary, Blob;
    Uuid: Binary, Blob;
    Date: Text, Date;
    Time: Text, Time;
    Timestamp: Text, DateTime;
    Timestamptz: Text, DateTime;
    Json: Text, String;
    Jsonb: Text, String;
    Numeric: Double, Numeric;
}
