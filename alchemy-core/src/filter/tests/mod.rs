//! A model made by hand, and how conditions on it are written and what they match.

mod exists;
mod json;
mod json_clients;
mod keyset;
mod matches;
mod model;
mod named;
mod params;
mod sql;

use diesel::query_builder::{QueryBuilder, QueryFragment};

use crate::backend::{AnyBackend, AnyQueryBuilder, Dialect};

/// The databases this build has.
fn backends() -> impl Iterator<Item = AnyBackend> {
    [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql].into_iter().filter_map(AnyBackend::for_dialect)
}

fn render(backend: AnyBackend, fragment: &impl QueryFragment<AnyBackend>) -> String {
    let mut builder = AnyQueryBuilder::new(backend);
    fragment.to_sql(&mut builder, &backend).expect("it can be rendered");
    builder.finish()
}

/// SQL with `"` around identifiers and `?` for binds, as the database writes both.
fn spelled(backend: AnyBackend, sql: &str) -> String {
    match backend.dialect() {
        Dialect::Sqlite | Dialect::Mysql => sql.replace('"', "`"),
        Dialect::Postgres => {
            let mut parts = sql.split('?');
            let first = parts.next().unwrap_or_default().to_owned();
            parts.enumerate().fold(first, |sql, (index, part)| format!("{sql}${}{part}", index + 1))
        }
    }
}

/// The columns of the model, each followed by its table.
fn columns(sql: &str) -> String {
    model::META.columns.iter().fold(sql.to_owned(), |sql, column| {
        sql.replace(&format!("<{}>", column.field), &format!("\"people\".\"{}\"", column.name))
    })
}
