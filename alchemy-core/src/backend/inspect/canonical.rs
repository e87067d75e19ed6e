//! One name for each type that a database has several for.

use crate::backend::Dialect;
use crate::backend::tokens::{Kind, Reader, tokens};

/// A type by the name that a database reports it under, so that two are the same where it takes them for the same.
pub(crate) fn canonical_type(dialect: Dialect, sql_type: &str) -> String {
    match dialect {
        Dialect::Sqlite => spaced(dialect, sql_type).to_uppercase(),
        Dialect::Postgres => postgres(&lowered(dialect, sql_type)),
        Dialect::Mysql => mysql(&lowered(dialect, sql_type)),
    }
}

/// The type with one space between words, and none around what is no word.
fn spaced(dialect: Dialect, sql_type: &str) -> String {
    join(tokens(dialect, sql_type).iter().map(|token| (token.kind, token.text.to_owned())))
}

/// The same, with the words in small letters; what is in quotes stays as it is.
fn lowered(dialect: Dialect, sql_type: &str) -> String {
    join(tokens(dialect, sql_type).iter().map(|token| match token.kind {
        Kind::Word => (token.kind, token.text.to_lowercase()),
        _ => (token.kind, token.text.to_owned()),
    }))
}

fn join(tokens: impl Iterator<Item = (Kind, String)>) -> String {
    let mut joined = String::new();
    for (kind, text) in tokens {
        let is_closed = joined.is_empty() || joined.ends_with(['(', ',', '[', '.']);
        if kind != Kind::Symbol && !is_closed {
            joined.push(' ');
        }
        joined.push_str(&text);
    }
    joined
}

/// The words of a type, and what is in its first parentheses, wherever they stand: `timestamp(3) with time zone` is
/// `timestamp with time zone` of `(3)`.
fn parts(dialect: Dialect, sql_type: &str) -> (String, String) {
    let tokens = tokens(dialect, sql_type);
    let start = Reader::new(sql_type, &tokens);
    let mut rest = start;
    while !rest.is_empty() && !rest.is(&["("]) {
        rest.next();
    }
    let before = start.up_to(&rest).source();
    let inner = rest.group().map_or("", |group| group.source());
    let words = format!("{before} {}", rest.source());
    (words.trim().to_owned(), inner.to_owned())
}

/// What was in parentheses, in parentheses; or what is meant where nothing was.
fn given(inner: &str, otherwise: &str) -> String {
    if inner.is_empty() { otherwise.to_owned() } else { format!("({inner})") }
}

/// Digits and those after the point, which are none where it is not said.
fn digits(inner: &str, otherwise: &str) -> String {
    if inner.is_empty() || inner.contains(',') { given(inner, otherwise) } else { format!("({inner},0)") }
}

fn postgres(sql_type: &str) -> String {
    let sql_type = sql_type.strip_prefix("pg_catalog.").unwrap_or(sql_type);
    // How many there may be, and in how many dimensions, is not kept.
    let element = sql_type.split_once('[').map_or(sql_type, |(element, _)| element);
    let element = element.strip_suffix(" array").unwrap_or(element);
    let array = if element == sql_type { "" } else { "[]" };
    format!("{}{array}", element_of_postgres(element))
}

fn element_of_postgres(sql_type: &str) -> String {
    let (words, inner) = parts(Dialect::Postgres, sql_type);
    match words.as_str() {
        "int" | "int4" => "integer".to_owned(),
        "int2" => "smallint".to_owned(),
        "int8" => "bigint".to_owned(),
        "bool" => "boolean".to_owned(),
        "float4" => "real".to_owned(),
        "float" if inner.parse::<u32>().is_ok_and(|digits| digits <= 24) => "real".to_owned(),
        "float" | "float8" => "double precision".to_owned(),
        "decimal" | "dec" | "numeric" => format!("numeric{}", digits(&inner, "")),
        "varchar"
        | "char varying"
        | "nchar varying"
        | "national char varying"
        | "national character varying" => format!("character varying{}", given(&inner, "")),
        "char" | "character" | "nchar" | "national char" | "national character" => {
            format!("character{}", given(&inner, "(1)"))
        }
        "bpchar" if !inner.is_empty() => format!("character({inner})"),
        "bit" => format!("bit{}", given(&inner, "(1)")),
        "varbit" => format!("bit varying{}", given(&inner, "")),
        "timestamptz" | "timestamp with time zone" => {
            format!("timestamp{} with time zone", given(&inner, ""))
        }
        "timetz" | "time with time zone" => format!("time{} with time zone", given(&inner, "")),
        "timestamp" | "timestamp without time zone" => {
            format!("timestamp{} without time zone", given(&inner, ""))
        }
        "time" | "time without time zone" => format!("time{} without time zone", given(&inner, "")),
        _ => format!("{words}{}", given(&inner, "")),
    }
}

fn mysql(sql_type: &str) -> String {
    let (words, inner) = parts(Dialect::Mysql, sql_type);
    let (signs, words): (Vec<_>, Vec<_>) =
        words.split(' ').partition(|word| matches!(*word, "signed" | "unsigned" | "zerofill"));
    let words = words.join(" ");
    let name = match words.as_str() {
        "bool" | "boolean" => "tinyint(1)".to_owned(),
        "tinyint" | "int1" => format!("tinyint{}", if inner == "1" { "(1)" } else { "" }),
        // How wide a number is shown does not change it.
        "smallint" | "int2" => "smallint".to_owned(),
        "mediumint" | "middleint" | "int3" => "mediumint".to_owned(),
        "int" | "integer" | "int4" => "int".to_owned(),
        "bigint" | "int8" => "bigint".to_owned(),
        "decimal" | "dec" | "numeric" | "fixed" => format!("decimal{}", digits(&inner, "(10,0)")),
        "double" | "double precision" | "real" | "float8" => format!("double{}", given(&inner, "")),
        "float" | "float4" => match inner.parse::<u32>() {
            Ok(..=24) => "float".to_owned(),
            Ok(_) => "double".to_owned(),
            Err(_) => format!("float{}", given(&inner, "")),
        },
        "char" | "character" => format!("char{}", given(&inner, "(1)")),
        "bit" | "binary" => format!("{words}{}", given(&inner, "(1)")),
        "year" => "year(4)".to_owned(),
        "varchar" | "varcharacter" | "char varying" | "character varying" => format!("varchar({inner})"),
        "datetime" | "timestamp" | "time" if inner == "0" => words,
        "long" | "long varchar" => "mediumtext".to_owned(),
        "long varbinary" => "mediumblob".to_owned(),
        _ => format!("{words}{}", given(&inner, "")),
    };
    // Zeros are filled in where there is no sign.
    let zerofill = signs.contains(&"zerofill");
    let unsigned = zerofill || signs.contains(&"unsigned");
    format!("{name}{}{}", if unsigned { " unsigned" } else { "" }, if zerofill { " zerofill" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_all(dialect: Dialect, cases: &[(&str, &[&str])]) {
        for (expected, types) in cases {
            for sql_type in types.iter().chain([expected]) {
                assert_eq!(canonical_type(dialect, sql_type), *expected, "{sql_type}");
            }
        }
    }

    #[test]
    fn sqlite_keeps_what_it_is_told() {
        assert_all(
            Dialect::Sqlite,
            &[
                ("INTEGER", &["integer", " Integer "]),
                ("INT", &["int"]),
                ("VARCHAR(100)", &["varchar (100)", "VARCHAR( 100 )"]),
                ("NUMERIC(10,2)", &["NUMERIC(10, 2)"]),
                ("DOUBLE PRECISION", &["double   precision"]),
                ("", &["  "]),
            ],
        );
    }

    #[test]
    fn types_of_postgres_have_the_names_that_it_reports() {
        assert_all(
            Dialect::Postgres,
            &[
                ("boolean", &["BOOLEAN", "BOOL"]),
                ("smallint", &["SMALLINT", "int2"]),
                ("integer", &["INTEGER", "INT", "int4", "pg_catalog.int4"]),
                ("bigint", &["BIGINT", "INT8"]),
                ("real", &["REAL", "float4", "FLOAT(24)"]),
                (
                    "double precision",
                    &["DOUBLE PRECISION", "FLOAT8", "float", "FLOAT(25)", "double  precision"],
                ),
                ("numeric", &["NUMERIC", "DECIMAL"]),
                ("numeric(10,0)", &["NUMERIC(10)", "decimal(10)"]),
                ("numeric(10,2)", &["NUMERIC(10, 2)", "DECIMAL(10,2)"]),
                ("text", &["TEXT"]),
                ("character varying", &["VARCHAR"]),
                ("character varying(100)", &["VARCHAR(100)", "CHARACTER VARYING (100)"]),
                ("character(1)", &["CHAR", "CHARACTER"]),
                ("character(3)", &["CHAR(3)", "bpchar(3)"]),
                ("bpchar", &["BPCHAR"]),
                ("\"char\"", &[]),
                ("bytea", &["BYTEA"]),
                ("uuid", &["UUID"]),
                ("date", &["DATE"]),
                ("time without time zone", &["TIME", "TIME WITHOUT TIME ZONE"]),
                ("time(3) without time zone", &["TIME(3)"]),
                ("time with time zone", &["TIMETZ"]),
                ("timestamp without time zone", &["TIMESTAMP", "timestamp without time zone"]),
                ("timestamp(3) without time zone", &["TIMESTAMP(3)", "TIMESTAMP (3) WITHOUT TIME ZONE"]),
                ("timestamp with time zone", &["TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"]),
                ("timestamp(3) with time zone", &["TIMESTAMPTZ(3)", "TIMESTAMP(3) WITH TIME ZONE"]),
                ("timestamp with time zone[]", &["TIMESTAMPTZ[]"]),
                ("interval", &["INTERVAL"]),
                ("interval day to second(3)", &["INTERVAL DAY TO SECOND(3)"]),
                ("bit(1)", &["BIT"]),
                ("bit varying(5)", &["VARBIT(5)", "BIT VARYING(5)"]),
                ("json", &["JSON"]),
                ("jsonb", &["JSONB"]),
                ("integer[]", &["INT[]", "integer ARRAY", "INT4[3]", "INT [ ][]", "int ARRAY[4]"]),
                ("character varying(5)[]", &["VARCHAR(5)[]", "varchar(5) array"]),
                ("mood", &["MOOD"]),
                ("\"Mood\"", &[]),
                ("\"My Schema\".mood[]", &["\"My Schema\".MOOD []"]),
            ],
        );
    }

    #[test]
    fn types_of_mariadb_have_one_name_each() {
        assert_all(
            Dialect::Mysql,
            &[
                ("tinyint(1)", &["BOOLEAN", "BOOL"]),
                ("tinyint", &["TINYINT", "tinyint(4)"]),
                ("tinyint unsigned", &["TINYINT UNSIGNED", "tinyint(3) unsigned"]),
                ("smallint", &["SMALLINT", "smallint(6)"]),
                ("int", &["INTEGER", "INT", "int(11)", "INT SIGNED"]),
                ("int unsigned", &["int(10) unsigned", "INTEGER UNSIGNED"]),
                ("int unsigned zerofill", &["int(5) unsigned zerofill", "INT(5) ZEROFILL"]),
                ("bigint", &["BIGINT", "bigint(20)"]),
                ("decimal(10,0)", &["DECIMAL", "NUMERIC(10)"]),
                ("decimal(65,30)", &["DECIMAL(65, 30)"]),
                ("decimal(5,2) unsigned", &["NUMERIC(5,2) UNSIGNED"]),
                ("double", &["DOUBLE", "DOUBLE PRECISION", "REAL", "FLOAT(30)"]),
                ("float", &["FLOAT", "FLOAT(10)"]),
                ("float(7,3)", &[]),
                ("char(1)", &["CHAR", "CHARACTER"]),
                ("varchar(100)", &["VARCHAR(100)", "CHARACTER VARYING(100)"]),
                ("varbinary(255)", &["VARBINARY(255)"]),
                ("binary(16)", &["BINARY(16)"]),
                ("longtext", &["LONGTEXT"]),
                ("json", &["JSON"]),
                ("datetime(6)", &["DATETIME(6)"]),
                ("datetime", &["DATETIME(0)"]),
                ("time(6)", &["TIME(6)"]),
                ("bit(1)", &["BIT"]),
                ("year(4)", &["YEAR"]),
                ("enum('a','B, (c)','it''s')", &["ENUM('a', 'B, (c)', 'it''s')"]),
                ("uuid", &["UUID"]),
            ],
        );
    }
}
