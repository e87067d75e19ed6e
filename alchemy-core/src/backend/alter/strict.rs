//! SQLite's tables that are strict about types: <https://www.sqlite.org/stricttables.html>.

use crate::backend::Dialect;
use crate::migration::schema::Table;

/// Whether a table takes only the types that [`strict_type`] gives.
pub(crate) fn is_strict(dialect: Dialect, table: &Table) -> bool {
    let mut options = table.options.split(|letter: char| !letter.is_ascii_alphabetic());
    dialect == Dialect::Sqlite && options.any(|word| word.eq_ignore_ascii_case("STRICT"))
}

/// The type of a strict table that keeps what a column of another type does.
pub(crate) fn strict_type(sql_type: &str) -> &'static str {
    let upper = sql_type.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| upper.contains(word));
    if upper == "INT" {
        "INT"
    } else if has(&["INT", "BOOL"]) {
        "INTEGER"
    } else if has(&["CHAR", "TEXT", "CLOB", "DATE", "TIME", "JSON"]) {
        "TEXT"
    } else if has(&["BLOB", "BINARY"]) {
        "BLOB"
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        "REAL"
    } else {
        // Numbers, or texts of them.
        "ANY"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_one_that_a_strict_table_takes() {
        for (sql_type, strict) in [
            ("BIGINT", "INTEGER"),
            ("int", "INT"),
            ("BOOLEAN", "INTEGER"),
            ("VARCHAR(50)", "TEXT"),
            ("DATETIME", "TEXT"),
            ("BINARY(16)", "BLOB"),
            ("DOUBLE", "REAL"),
            ("NUMERIC(10, 2)", "ANY"),
        ] {
            assert_eq!(strict_type(sql_type), strict, "{sql_type}");
        }
    }

    #[test]
    fn a_table_says_whether_it_is_strict() {
        let table = |options: &str| Table { options: options.to_owned(), ..Table::default() };
        assert!(is_strict(Dialect::Sqlite, &table("WITHOUT ROWID, strict")));
        assert!(!is_strict(Dialect::Sqlite, &table("WITHOUT ROWID")));
        assert!(!is_strict(Dialect::Postgres, &table("STRICT")));
    }
}
