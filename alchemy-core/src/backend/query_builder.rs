//! Renders SQL with the database's own builder.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::QueryBuilder;

use super::AnyBackend;

/// The query builder of whichever database it is.
#[non_exhaustive]
pub enum AnyQueryBuilder {
    /// SQLite's.
    #[cfg(feature = "sqlite")]
    Sqlite(<diesel::sqlite::Sqlite as Backend>::QueryBuilder),
    /// PostgreSQL's.
    #[cfg(feature = "postgres")]
    Postgres(<diesel::pg::Pg as Backend>::QueryBuilder),
    /// MariaDB's.
    #[cfg(feature = "mysql")]
    Mysql(<diesel::mysql::Mysql as Backend>::QueryBuilder),
}

impl AnyQueryBuilder {
    /// A builder for the backend.
    #[must_use]
    pub fn new(backend: AnyBackend) -> Self {
        each_into!(AnyBackend => AnyQueryBuilder, backend, _ => Default::default())
    }
}

impl QueryBuilder<AnyBackend> for AnyQueryBuilder {
    fn push_sql(&mut self, sql: &str) {
        each!(Self, self, builder => builder.push_sql(sql));
    }

    fn push_identifier(&mut self, identifier: &str) -> QueryResult<()> {
        each!(Self, self, builder => builder.push_identifier(identifier))
    }

    fn push_bind_param(&mut self) {
        each!(Self, self, builder => builder.push_bind_param());
    }

    fn finish(self) -> String {
        each!(Self, self, builder => builder.finish())
    }
}
