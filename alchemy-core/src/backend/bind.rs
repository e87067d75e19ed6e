//! Values bound to whichever database it is.

use std::any::Any;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::BindCollector;
use diesel::result::Error::SerializationError;
use diesel::serialize::{IsNull, Output, Result, ToSql};
use diesel::sql_types::{self as sql, HasSqlType};

use super::classify::OutOfRange;
use super::own::OwnValue;
use super::{AnyBackend, AnyTypeMetadata};

/// Collects binds for whichever database it is.
#[non_exhaustive]
pub enum AnyBindCollector<'a> {
    /// For SQLite.
    #[cfg(feature = "sqlite")]
    Sqlite(<diesel::sqlite::Sqlite as Backend>::BindCollector<'a>),
    /// For PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(<diesel::pg::Pg as Backend>::BindCollector<'a>),
    /// For MariaDB.
    #[cfg(feature = "mysql")]
    Mysql(<diesel::mysql::Mysql as Backend>::BindCollector<'a>),
    /// For no database: values that are to be compared with one another; `None` is null.
    #[doc(hidden)]
    Probe(Vec<Option<Vec<u8>>>),
}

macro_rules! binds {
    ($($(#[$doc:meta])* $variant:ident($rust:ty): $sql:ident;)+) => {
        /// A value on its way to the database: borrowed from the statement, so that binding copies nothing.
        #[derive(Debug, Clone, Copy, Default)]
        #[non_exhaustive]
        pub enum AnyBind<'a> {
            /// Nothing was set.
            #[default]
            Unset,
            $($(#[$doc])* $variant(&'a $rust),)+
        }

        $(
            impl ToSql<sql::$sql, AnyBackend> for $rust {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, AnyBackend>) -> Result {
                    out.set_value(AnyBind::$variant(self));
                    Ok(IsNull::No)
                }
            }
        )+
    };
}

binds! {
    /// `BOOLEAN`
    Bool(bool): Bool;
    /// `SMALLINT`
    SmallInt(i16): SmallInt;
    /// `INTEGER`
    Integer(i32): Integer;
    /// `BIGINT`
    BigInt(i64): BigInt;
    /// `REAL`
    Float(f32): Float;
    /// `DOUBLE PRECISION`
    Double(f64): Double;
    /// `TEXT`
    Text(str): Text;
    /// `BLOB`
    Binary([u8]): Binary;
    /// `UUID`
    Uuid(uuid::Uuid): Uuid;
    /// `DATE`
    Date(NaiveDate): Date;
    /// `TIME`
    Time(NaiveTime): Time;
    /// `TIMESTAMP`
    Timestamp(NaiveDateTime): Timestamp;
    /// `TIMESTAMP WITH TIME ZONE`
    Timestamptz(DateTime<Utc>): Timestamptz;
    /// `JSON`
    Json(serde_json::Value): Json;
    /// `JSONB`
    Jsonb(serde_json::Value): Jsonb;
    /// `NUMERIC`
    Numeric(BigDecimal): Numeric;
}

/// What `ToSql` for [`AnyBackend`] writes into: made of an [`AnyBind`].
#[derive(Debug, Clone, Copy)]
pub struct BoundValue<'a>(pub(super) Bound<'a>);

#[derive(Debug, Clone, Copy)]
pub(super) enum Bound<'a> {
    Known(AnyBind<'a>),
    Own(&'a dyn OwnValue),
}

impl<'a> From<AnyBind<'a>> for BoundValue<'a> {
    fn from(bind: AnyBind<'a>) -> Self {
        Self(Bound::Known(bind))
    }
}

/// The text as which a value is bound; `None` where it is null or bound as something else.
pub(crate) fn bound_text<ST, T>(value: &T) -> Option<&str>
where
    AnyBackend: HasSqlType<ST>,
    T: ToSql<ST, AnyBackend>,
{
    // No known type looks anything up to write itself; an error comes again when the value is bound.
    let mut lookup = ();
    let mut out = Output::<AnyBackend>::new(AnyBind::Unset.into(), &mut lookup);
    match value.to_sql(&mut out) {
        Ok(IsNull::No) => match out.into_inner().0 {
            Bound::Known(AnyBind::Text(text)) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

impl<'a> AnyBindCollector<'a> {
    #[cfg_attr(not(feature = "postgres"), allow(unused_variables))]
    fn push(&mut self, bind: AnyBind<'a>, lookup: &mut dyn Any) -> QueryResult<()> {
        match bind {
            AnyBind::Numeric(value) => check_digits(value)?,
            AnyBind::Float(value) => check_finite(value.is_finite())?,
            AnyBind::Double(value) => check_finite(value.is_finite())?,
            _ => {}
        }
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(collector) => super::sqlite::push(collector, bind),
            #[cfg(feature = "postgres")]
            Self::Postgres(collector) => super::postgres::push(collector, bind, lookup),
            #[cfg(feature = "mysql")]
            Self::Mysql(collector) => super::mysql::push(collector, bind),
            Self::Probe(values) => super::probe::push(values, bind),
        }
    }
}

impl<'a> BindCollector<'a, AnyBackend> for AnyBindCollector<'a> {
    type Buffer = BoundValue<'a>;

    fn push_bound_value<T, U>(&mut self, bind: &'a U, lookup: &mut (dyn Any + 'static)) -> QueryResult<()>
    where
        AnyBackend: HasSqlType<T>,
        U: ToSql<T, AnyBackend> + ?Sized + 'a,
    {
        let mut out = Output::<AnyBackend>::new(AnyBind::Unset.into(), lookup);
        match bind.to_sql(&mut out).map_err(SerializationError)? {
            IsNull::Yes => self.push_null_value(<AnyBackend as HasSqlType<T>>::metadata(lookup)),
            IsNull::No => match out.into_inner().0 {
                Bound::Known(bind) => self.push(bind, lookup),
                Bound::Own(value) => value.push(self, lookup),
            },
        }
    }

    fn push_null_value(&mut self, metadata: AnyTypeMetadata) -> QueryResult<()> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(collector) => collector.push_null_value(metadata.sqlite),
            #[cfg(feature = "postgres")]
            Self::Postgres(collector) => {
                collector.push_null_value(metadata.postgres.ok_or_else(missing_lookup)?)
            }
            #[cfg(feature = "mysql")]
            Self::Mysql(collector) => collector.push_null_value(metadata.mysql),
            Self::Probe(values) => {
                values.push(None);
                Ok(())
            }
        }
    }
}

/// Refuses a decimal of more digits on either side of the point than PostgreSQL, which has the most, lets a column
/// have. A few characters of JSON can stand for a billion of them, which the clients would write out.
fn check_digits(value: &BigDecimal) -> QueryResult<()> {
    const MAX: i64 = 1000;
    let fraction = value.fractional_digit_count();
    let whole = i64::try_from(value.digits()).unwrap_or(i64::MAX).saturating_sub(fraction);
    if fraction <= MAX && whole <= MAX {
        return Ok(());
    }
    Err(out_of_range(format!("a decimal of more than {MAX} digits cannot be stored")))
}

/// Of the databases only PostgreSQL keeps what is no number: SQLite would make a NaN a null, and JSON makes one of both.
fn check_finite(is_finite: bool) -> QueryResult<()> {
    if is_finite { Ok(()) } else { Err(out_of_range("a number that is not finite cannot be stored")) }
}

/// Refuses a date outside the years 0 to 9999, which MariaDB does not have and SQLite's texts put out of order.
#[cfg(any(feature = "sqlite", feature = "mysql"))]
pub(super) fn check_year(bind: AnyBind<'_>) -> QueryResult<()> {
    use chrono::Datelike;

    let year = match bind {
        AnyBind::Date(value) => value.year(),
        AnyBind::Timestamp(value) => value.year(),
        AnyBind::Timestamptz(value) => value.year(),
        _ => return Ok(()),
    };
    match year {
        0..=9999 => Ok(()),
        _ => Err(out_of_range("a date outside the years 0 to 9999 cannot be stored")),
    }
}

/// The error for a value that the database's type cannot hold; the reason is shown to clients.
pub(crate) fn out_of_range(reason: impl Into<String>) -> diesel::result::Error {
    SerializationError(Box::new(OutOfRange { reason: reason.into(), field: None }))
}

#[cfg(feature = "postgres")]
pub(super) fn missing_lookup() -> diesel::result::Error {
    SerializationError("PostgreSQL's types are looked up on its own connection only".into())
}

/// The error for a type whose `ToSql` set nothing.
pub(super) fn unset() -> diesel::result::Error {
    SerializationError("the type's `ToSql` for `AnyBackend` wrote no value".into())
}
