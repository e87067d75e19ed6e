//! Rows of tables, and what is in them.

use alchemy_tests::{Backend, Connection};

use super::generate::{Family, Pair, quoted};

/// How many rows each table has: in each, the columns say which of them it is.
const ROWS: usize = 3;

/// Puts rows into the tables of the first schema.
pub(crate) fn insert(connection: &mut Connection, pair: &Pair) {
    let mut script = match pair.backend {
        Backend::Sqlite => "PRAGMA foreign_keys = OFF",
        Backend::Postgres => "SET session_replication_role = replica",
        Backend::Mysql => "SET foreign_key_checks = 0",
    }
    .to_owned();
    for (table, columns) in pair.tables() {
        let names: Vec<_> = columns.iter().map(|(name, _)| quoted(name, pair.backend)).collect();
        for row in 1..=ROWS {
            let values: Vec<_> =
                columns.iter().map(|(_, family)| value(*family, row, pair.backend)).collect();
            script.push_str(&format!(
                ";\nINSERT INTO {} ({}) VALUES ({})",
                quoted(table, pair.backend),
                names.join(", "),
                values.join(", ")
            ));
        }
    }
    script.push_str(match pair.backend {
        Backend::Sqlite => ";\nPRAGMA foreign_keys = ON",
        Backend::Postgres => ";\nSET session_replication_role = origin",
        Backend::Mysql => ";\nSET foreign_key_checks = 1",
    });
    connection.execute(&script);
}

fn value(family: Family, row: usize, backend: Backend) -> String {
    match family {
        Family::Number => format!("'{row}'"),
        Family::Flag if backend == Backend::Postgres => format!("'{}'", row % 2),
        Family::Flag => (row % 2).to_string(),
        Family::Day => format!("'2020-01-0{row}'"),
        Family::Moment => format!("'2020-01-0{row} 10:20:30'"),
        Family::Hour => format!("'10:20:3{row}'"),
        Family::Uuid if backend == Backend::Postgres => format!("'00000000-0000-4000-8000-00000000000{row}'"),
        Family::Uuid => format!("x'0000000000004000800000000000000{row}'"),
        Family::Bytes if backend == Backend::Postgres => format!("'\\x0{row}ff'"),
        Family::Bytes => format!("x'0{row}ff'"),
        Family::Json => format!("'{{\"a\": [{row}, null]}}'"),
    }
}

/// What is in each column that both schemas have, as it is found in one of them.
pub(crate) fn values<'a>(
    connection: &mut Connection,
    pair: &Pair,
    side: impl for<'p> Fn(&'p ((String, String), (String, String))) -> &'p (String, String) + 'a,
) -> Vec<(String, Vec<String>)> {
    let survivors = pair.survivors().into_iter().map(|survivor| {
        let columns = (survivor.from, survivor.to);
        let (table, column) = side(&columns);
        let is_first = std::ptr::eq(side(&columns), &columns.0);
        let order = if is_first { &survivor.order.0 } else { &survivor.order.1 };
        let quote = |name: &str| quoted(name, pair.backend);
        let name = quote(column);
        let text = match (survivor.family, pair.backend) {
            (Family::Uuid | Family::Bytes, Backend::Sqlite | Backend::Mysql) => format!("hex({name})"),
            (_, Backend::Mysql) => format!("CAST({name} AS CHAR)"),
            (_, Backend::Sqlite | Backend::Postgres) => format!("CAST({name} AS TEXT)"),
        };
        let query = format!(
            "SELECT COALESCE({text}, 'NULL') FROM {} ORDER BY CAST({} AS DECIMAL)",
            quote(table),
            quote(order)
        );
        let values = connection.texts(&query).iter().map(|value| normal(survivor.family, value)).collect();
        (format!("{}.{}", columns.0.0, columns.0.1), values)
    });
    survivors.collect()
}

/// A value as any of the types of its family holds it.
fn normal(family: Family, value: &str) -> String {
    match family {
        Family::Number | Family::Flag => match value {
            "true" => "1".to_owned(),
            "false" => "0".to_owned(),
            value => value.parse::<f64>().map_or_else(|_| value.to_owned(), |number| number.to_string()),
        },
        Family::Day => value.chars().take(10).collect(),
        Family::Moment => value.chars().take(19).collect(),
        Family::Hour => value.chars().take(8).collect(),
        Family::Json => value.replace(' ', ""),
        Family::Uuid | Family::Bytes => value.to_owned(),
    }
}
