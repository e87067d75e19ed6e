//! What the types of columns hold.

use crate::backend::{Dialect, canonical_type};

/// Whether a database takes two types for the same.
pub(crate) fn same_type(dialect: Dialect, left: &str, right: &str) -> bool {
    let canonical = |sql_type| canonical_type(dialect, sql_type).to_lowercase();
    left == right || canonical(left) == canonical(right)
}

/// Whether a column keeps its collation when it gets another type.
pub(crate) fn keeps_collation(dialect: Dialect, from: &str, to: &str) -> bool {
    let is_text = |sql_type| matches!(Kind::of(dialect, sql_type), Kind::Text(_));
    same_type(dialect, from, to) || is_text(from) && is_text(to)
}

/// What a type holds, as far as that matters when it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    /// In this many bytes.
    Integer(u8),
    /// Digits in all and after the point.
    Decimal(Option<(u32, u32)>),
    /// In this many bytes.
    Float(u8),
    /// At most this many characters.
    Text(Option<u32>),
    Binary(Option<u32>),
    /// Of this many bytes, always.
    FixedBinary(u32),
    Uuid,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Json,
    Array,
    /// The first value.
    Enum(String),
    Other,
}

impl Kind {
    pub(super) fn of(dialect: Dialect, sql_type: &str) -> Self {
        let lower = sql_type.trim().to_lowercase();
        let (name, arguments) = parts(&lower);
        let length = arguments.first().copied();
        match name.as_str() {
            _ if name.ends_with("[]") => Self::Array,
            "bool" | "boolean" => Self::Bool,
            "tinyint" if dialect == Dialect::Mysql && length == Some(1) => Self::Bool,
            "tinyint" => Self::Integer(1),
            "smallint" | "int2" => Self::Integer(2),
            "mediumint" => Self::Integer(3),
            // SQLite has one integer, of eight bytes.
            "integer" | "int" | "int4" if dialect == Dialect::Sqlite => Self::Integer(8),
            "integer" | "int" | "int4" => Self::Integer(4),
            "bigint" | "int8" => Self::Integer(8),
            "numeric" | "decimal" | "dec" => {
                Self::Decimal(length.map(|digits| (digits, arguments.get(1).copied().unwrap_or(0))))
            }
            "real" | "float4" => Self::Float(if dialect == Dialect::Postgres { 4 } else { 8 }),
            "float" => Self::Float(if dialect == Dialect::Mysql { 4 } else { 8 }),
            "double" | "double precision" | "float8" => Self::Float(8),
            "varchar" | "character varying" | "char" | "character" | "nvarchar" => Self::Text(length),
            "text" if dialect == Dialect::Mysql => Self::Text(Some(65_535 / 4)),
            "tinytext" => Self::Text(Some(255 / 4)),
            "mediumtext" => Self::Text(Some(16_777_215 / 4)),
            "text" | "longtext" | "clob" => Self::Text(None),
            "binary" => Self::FixedBinary(length.unwrap_or(1)),
            "varbinary" => Self::Binary(length),
            "tinyblob" => Self::Binary(Some(255)),
            "blob" if dialect == Dialect::Mysql => Self::Binary(Some(65_535)),
            "mediumblob" => Self::Binary(Some(16_777_215)),
            "blob" | "bytea" | "longblob" => Self::Binary(None),
            "uuid" => Self::Uuid,
            "date" => Self::Date,
            "time" | "time without time zone" => Self::Time,
            "timestamptz" | "timestamp with time zone" => Self::TimestampTz,
            "timestamp" | "datetime" | "timestamp without time zone" => Self::Timestamp,
            "json" | "jsonb" => Self::Json,
            "enum" => Self::Enum(first_value(sql_type)),
            _ => Self::Other,
        }
    }

    /// The most that a column of the type may hold, where that is not all that is sure to fit: MariaDB's texts are so many
    /// bytes, which are as many letters or a quarter of them.
    pub(super) fn at_most(dialect: Dialect, sql_type: &str) -> Self {
        match (Self::of(dialect, sql_type), sql_type.to_lowercase().trim()) {
            (Self::Text(Some(length)), "text" | "tinytext" | "mediumtext") => {
                Self::Text(Some(length.saturating_mul(4).saturating_add(3)))
            }
            (kind, _) => kind,
        }
    }

    /// Whether each value of this can be one of the other, unchanged.
    pub(super) fn fits(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Integer(from), Self::Integer(to)) | (Self::Float(from), Self::Float(to)) => from <= to,
            (Self::Integer(_), Self::Decimal(None)) | (Self::Bool, Self::Integer(_)) => true,
            (Self::Integer(bytes), Self::Decimal(Some((digits, scale)))) => {
                digits - scale.min(digits) >= decimal_digits(*bytes)
            }
            (Self::Decimal(_), Self::Decimal(None)) => true,
            (Self::Decimal(Some((digits, scale))), Self::Decimal(Some((to_digits, to_scale)))) => {
                scale <= to_scale && digits + to_scale <= to_digits + scale
            }
            (Self::Text(from), Self::Text(to)) | (Self::Binary(from), Self::Binary(to)) => {
                longest(*from, *to)
            }
            (Self::FixedBinary(from), Self::Binary(to)) => longest(Some(*from), *to),
            (
                Self::Integer(_)
                | Self::Decimal(_)
                | Self::Float(_)
                | Self::Uuid
                | Self::Date
                | Self::Time
                | Self::Json,
                Self::Text(None),
            )
            | (Self::Date, Self::Timestamp | Self::TimestampTz)
            | (Self::Timestamp, Self::TimestampTz)
            | (Self::TimestampTz, Self::Timestamp) => true,
            (Self::FixedBinary(_) | Self::Array | Self::Enum(_) | Self::Other, _) => false,
            (left, right) => left == right,
        }
    }

    /// Whether it holds numbers.
    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Integer(_) | Self::Decimal(_) | Self::Float(_))
    }

    /// A value that says nothing, for rows that must have one; `None` for a type of which none is known.
    pub(super) fn neutral(&self, dialect: Dialect) -> Option<String> {
        Some(match self {
            Self::Bool => "FALSE".to_owned(),
            Self::Integer(_) | Self::Decimal(_) | Self::Float(_) => "0".to_owned(),
            Self::Text(_) => "''".to_owned(),
            Self::Binary(_) if dialect == Dialect::Postgres => "'\\x'".to_owned(),
            Self::Binary(_) => "x''".to_owned(),
            Self::FixedBinary(length) => format!("x'{}'", "00".repeat(*length as usize)),
            Self::Uuid => "'00000000-0000-0000-0000-000000000000'".to_owned(),
            Self::Date => "'1970-01-01'".to_owned(),
            Self::Time => "'00:00:00'".to_owned(),
            Self::Timestamp => "'1970-01-01 00:00:00'".to_owned(),
            Self::TimestampTz => "'1970-01-01 00:00:00+00'".to_owned(),
            Self::Json | Self::Array => "'{}'".to_owned(),
            Self::Enum(first) => first.clone(),
            Self::Other => return None,
        })
    }
}

/// The digits of the largest integer of so many bytes.
pub(super) fn decimal_digits(bytes: u8) -> u32 {
    match bytes {
        1 => 3,
        2 => 5,
        3 => 7,
        4 => 10,
        _ => 19,
    }
}

fn longest(from: Option<u32>, to: Option<u32>) -> bool {
    to.is_none_or(|to| from.is_some_and(|from| from <= to))
}

/// A type's name and what is in the parentheses.
fn parts(sql_type: &str) -> (String, Vec<u32>) {
    let Some((before, rest)) = sql_type.split_once('(') else { return (words(sql_type), Vec::new()) };
    let (inside, after) = rest.rsplit_once(')').unwrap_or((rest, ""));
    let arguments = inside.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    (words(&format!("{before} {after}")).replace(" []", "[]"), arguments)
}

fn words(name: &str) -> String {
    let words = name.split_whitespace().filter(|word| !matches!(*word, "unsigned" | "zerofill" | "signed"));
    words.collect::<Vec<_>>().join(" ")
}

/// The first value of an `ENUM('a', 'b')`.
fn first_value(sql_type: &str) -> String {
    let inside = sql_type.split_once('(').map_or("''", |(_, rest)| rest.trim_start());
    let mut quotes = inside.match_indices('\'').skip(1).map(|(place, _)| place).peekable();
    while let Some(place) = quotes.next() {
        if quotes.peek() == Some(&(place + 1)) {
            quotes.next();
        } else {
            return inside[..=place].to_owned();
        }
    }
    "''".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Dialect::{Mysql, Postgres, Sqlite};

    #[test]
    fn a_wider_type_takes_every_value() {
        for (dialect, from, to, fits) in [
            (Postgres, "SMALLINT", "BIGINT", true),
            (Postgres, "bigint", "integer", false),
            (Postgres, "character varying(10)", "VARCHAR(20)", true),
            (Postgres, "VARCHAR(20)", "VARCHAR(10)", false),
            (Postgres, "VARCHAR(20)", "TEXT", true),
            (Postgres, "TEXT", "VARCHAR(20)", false),
            (Postgres, "NUMERIC(10,2)", "NUMERIC(12,4)", true),
            (Postgres, "NUMERIC(10,2)", "NUMERIC(10,4)", false),
            (Postgres, "integer", "NUMERIC(10,0)", true),
            (Postgres, "integer", "NUMERIC(10,2)", false),
            (Postgres, "REAL", "DOUBLE PRECISION", true),
            (Postgres, "TIMESTAMP(6) WITH TIME ZONE", "TIMESTAMP", true),
            (Postgres, "TIMESTAMP", "DATE", false),
            (Postgres, "UUID", "TEXT", true),
            (Postgres, "citext", "citext", false),
            (Mysql, "int(11) unsigned", "bigint(20)", true),
            (Mysql, "tinyint(1)", "int(11)", true),
            (Mysql, "longtext", "text", false),
            (Mysql, "binary(16)", "varbinary(255)", true),
            (Sqlite, "BIGINT", "INTEGER", true),
        ] {
            assert_eq!(
                Kind::of(dialect, from).fits(&Kind::of(dialect, to)),
                fits,
                "{dialect}: {from} to {to}"
            );
        }
    }

    #[test]
    fn a_value_that_says_nothing() {
        for (dialect, sql_type, value) in [
            (Sqlite, "BOOLEAN", Some("FALSE")),
            (Sqlite, "BINARY(16)", Some("x'00000000000000000000000000000000'")),
            (Postgres, "integer[]", Some("'{}'")),
            (Postgres, "bytea", Some("'\\x'")),
            (Postgres, "mood", None),
            (Mysql, "enum('it''s','b')", Some("'it''s'")),
            (Mysql, "DATETIME(6)", Some("'1970-01-01 00:00:00'")),
        ] {
            assert_eq!(
                Kind::of(dialect, sql_type).neutral(dialect).as_deref(),
                value,
                "{dialect}: {sql_type}"
            );
        }
    }
}
