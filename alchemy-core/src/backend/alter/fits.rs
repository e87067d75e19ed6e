//! Whether a type holds every value of another.

use super::kind::{Kind, decimal_digits};
use crate::backend::Dialect;

/// Whether each value of a type can be one of the other, unchanged.
pub(super) fn fits(dialect: Dialect, from: &str, to: &str) -> bool {
    let most = Kind::at_most(dialect, from);
    let (from, to) = (Type::of(dialect, from), Type::of(dialect, to));
    most.fits(&to.kind)
        && from.sign_fits(&to)
        && from.range_fits(&to)
        && match (from.fraction(), to.fraction()) {
            (Some(from), Some(to)) => from <= to,
            _ => true,
        }
}

/// A type, with what its kind does not say.
struct Type {
    dialect: Dialect,
    kind: Kind,
    /// In lower case.
    name: String,
    /// The numbers in the parentheses.
    arguments: Vec<u32>,
}

impl Type {
    fn of(dialect: Dialect, sql_type: &str) -> Self {
        let lower = sql_type.trim().to_lowercase();
        let inside =
            lower.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(inside, _)| inside);
        let arguments = inside.split(',').filter_map(|number| number.trim().parse().ok()).collect();
        Self { dialect, kind: Kind::of(dialect, sql_type), name: lower, arguments }
    }

    /// MariaDB's `ZEROFILL` is `UNSIGNED` too.
    fn is_unsigned(&self) -> bool {
        let says = |word: &str| self.name.split_whitespace().any(|other| other == word);
        self.dialect == Dialect::Mysql && (says("unsigned") || says("zerofill"))
    }

    fn sign_fits(&self, to: &Self) -> bool {
        match (&self.kind, &to.kind) {
            (from, Kind::Integer(_) | Kind::Decimal(_) | Kind::Float(_)) if to.is_unsigned() => {
                self.is_unsigned() || *from == Kind::Bool
            }
            (Kind::Integer(from), Kind::Integer(bytes)) if self.is_unsigned() => from < bytes,
            (Kind::Integer(from), Kind::Decimal(Some((digits, scale)))) if self.is_unsigned() => {
                digits - scale.min(digits) >= unsigned_digits(*from)
            }
            _ => true,
        }
    }

    /// MariaDB's `TIMESTAMP` ends in 2038, or in 2106, and begins in 1970; a `FLOAT(5,2)` is not any number.
    fn range_fits(&self, to: &Self) -> bool {
        if self.dialect != Dialect::Mysql {
            return true;
        }
        let is_narrow = |of: &Self| of.kind == Kind::Timestamp && of.name.starts_with("timestamp");
        let has_digits = |of: &Self| matches!(of.kind, Kind::Float(_)) && of.arguments.len() > 1;
        (!is_narrow(to) || is_narrow(self)) && (!has_digits(to) || self.arguments == to.arguments)
    }

    /// How many digits of a second are kept.
    fn fraction(&self) -> Option<u32> {
        let usual = match self.dialect {
            Dialect::Postgres => 6,
            Dialect::Mysql => 0,
            // It keeps whatever it is given.
            Dialect::Sqlite => return None,
        };
        matches!(self.kind, Kind::Time | Kind::Timestamp | Kind::TimestampTz)
            .then(|| self.arguments.first().copied().unwrap_or(usual))
    }
}

/// The digits of the largest integer of so many bytes, none of them for a sign.
fn unsigned_digits(bytes: u8) -> u32 {
    match bytes {
        3 | 8 => decimal_digits(bytes) + 1,
        _ => decimal_digits(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Dialect::{Mysql, Postgres, Sqlite};

    #[test]
    fn what_is_lost_is_known() {
        for (dialect, from, to, expected) in [
            (Mysql, "datetime(6)", "DATETIME", false),
            (Mysql, "datetime", "DATETIME(6)", true),
            (Mysql, "time(3)", "TIME(2)", false),
            (Mysql, "datetime", "TIMESTAMP", false),
            (Mysql, "date", "TIMESTAMP", false),
            (Mysql, "timestamp", "DATETIME", true),
            (Mysql, "int(10) unsigned", "INTEGER", false),
            (Mysql, "int(10) unsigned", "BIGINT", true),
            (Mysql, "int(10) unsigned", "bigint unsigned", true),
            (Mysql, "int(11)", "BIGINT UNSIGNED", false),
            (Mysql, "int(10) unsigned zerofill", "int(10) unsigned", true),
            (Mysql, "bigint(20) unsigned", "DECIMAL(19,0)", false),
            (Mysql, "bigint(20) unsigned", "DECIMAL(20,0)", true),
            (Mysql, "decimal(10,2)", "decimal(10,2) unsigned", false),
            (Mysql, "double", "double(5,2)", false),
            (Mysql, "tinyint(1)", "int unsigned", true),
            (Postgres, "timestamp without time zone", "TIMESTAMP(0)", false),
            (Postgres, "timestamp(3) with time zone", "TIMESTAMPTZ", true),
            (Postgres, "timestamp with time zone", "TIMESTAMP(3) WITH TIME ZONE", false),
            (Postgres, "time(0) without time zone", "TIME", true),
            (Sqlite, "DATETIME(6)", "DATETIME", true),
        ] {
            assert_eq!(fits(dialect, from, to), expected, "{dialect}: {from} to {to}");
        }
    }
}
