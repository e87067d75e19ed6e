//! The connection to whichever database it is.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::connection::{
    AnsiTransactionManager, CacheSize, Connection, ConnectionSealed, DefaultLoadingMode, Instrumentation,
    LoadConnection, MultiConnectionHelper, SimpleConnection, TransactionManager, TransactionManagerStatus,
};
use diesel::expression::QueryMetadata;
use diesel::migration::MigrationConnection;
use diesel::query_builder::{AstPass, Query, QueryBuilder, QueryFragment, QueryId};
use diesel::r2d2::R2D2Connection;
use diesel::sql_types::TypeMetadata;
use diesel::{ConnectionResult, QueryResult};

use super::{AnyBackend, AnyBindCollector, AnyCursor, AnyQueryBuilder, AnyRow, Dialect};
use crate::statement::Copy;

/// A connection, chosen by URL.
///
/// Diesel's query language runs on it as on any other connection; a `match` reaches the database's own.
#[non_exhaustive]
pub enum AnyConnection {
    /// To SQLite.
    #[cfg(feature = "sqlite")]
    Sqlite(diesel::SqliteConnection),
    /// To PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(diesel::PgConnection),
    /// To MariaDB.
    #[cfg(feature = "mysql")]
    Mysql(diesel::MysqlConnection),
}

impl AnyConnection {
    /// Which database this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.backend().dialect()
    }

    fn backend(&self) -> AnyBackend {
        each_into!(Self => AnyBackend, self, _ => Default::default())
    }

    /// Begins a transaction with the database's own words for it.
    ///
    /// # Errors
    /// What the database reports.
    pub(crate) fn begin(&mut self, sql: &str) -> QueryResult<()> {
        each!(Self, self, connection => AnsiTransactionManager::begin_transaction_sql(connection, sql))
    }

    /// Whether [`copy`](Self::copy) does what an `INSERT` of the rows would. Asks the server, where that can copy at all.
    ///
    /// # Errors
    /// What the database reports.
    #[allow(unused_variables)]
    pub(crate) fn can_copy(&mut self, copy: &Copy<'_>) -> QueryResult<bool> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => super::copy::is_possible(connection, copy),
            #[allow(unreachable_patterns)] // Not with other databases.
            _ => Ok(false),
        }
    }

    /// Copies rows into their table, and says how many there were.
    ///
    /// # Errors
    /// What the database reports, or that it has no `COPY`.
    #[allow(unused_variables)]
    pub(crate) fn copy(&mut self, copy: &Copy<'_>) -> QueryResult<usize> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => super::copy::copy(connection, copy),
            #[allow(unreachable_patterns)] // Not with other databases.
            _ => Err(diesel::result::Error::QueryBuilderError("only PostgreSQL copies rows".into())),
        }
    }
}

impl SimpleConnection for AnyConnection {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        each!(Self, self, connection => connection.batch_execute(query))
    }
}

impl ConnectionSealed for AnyConnection {}

impl Connection for AnyConnection {
    type Backend = AnyBackend;
    type TransactionManager = Self;

    /// Connects to the database of the URL's scheme, with that database's defaults; an
    /// [`Engine`](crate::engine::Engine) sets more.
    fn establish(database_url: &str) -> ConnectionResult<Self> {
        crate::engine::establish(database_url)
    }

    fn execute_returning_count<T>(&mut self, source: &T) -> QueryResult<usize>
    where
        T: QueryFragment<Self::Backend> + QueryId,
    {
        let backend = self.backend();
        each!(Self, self, connection => connection.execute_returning_count(&Rendered::new(source, backend, &*connection)))
    }

    fn transaction_state(&mut self) -> &mut Self {
        self
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        each!(Self, self, connection => connection.instrumentation())
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        each!(Self, self, connection => connection.set_instrumentation(instrumentation));
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        each!(Self, self, connection => connection.set_prepared_statement_cache_size(size));
    }

    fn begin_test_transaction(&mut self) -> QueryResult<()> {
        each!(Self, self, connection => connection.begin_test_transaction())
    }
}

impl LoadConnection for AnyConnection {
    type Cursor<'conn, 'query> = AnyCursor<'conn, 'query>;
    type Row<'conn, 'query> = AnyRow<'conn, 'query>;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> QueryResult<Self::Cursor<'conn, 'query>>
    where
        T: Query + QueryFragment<Self::Backend> + QueryId + 'query,
        Self::Backend: QueryMetadata<T::SqlType>,
    {
        let backend = self.backend();
        Ok(each_into!(Self => AnyCursor, self, connection => {
            let query = Rendered::new(source, backend, &*connection);
            LoadConnection::<DefaultLoadingMode>::load(connection, query)?
        }))
    }
}

impl TransactionManager<Self> for AnyConnection {
    type TransactionStateData = Self;

    fn begin_transaction(conn: &mut Self) -> QueryResult<()> {
        each!(Self, conn, connection => AnsiTransactionManager::begin_transaction(connection))
    }

    fn rollback_transaction(conn: &mut Self) -> QueryResult<()> {
        each!(Self, conn, connection => AnsiTransactionManager::rollback_transaction(connection))
    }

    fn commit_transaction(conn: &mut Self) -> QueryResult<()> {
        each!(Self, conn, connection => AnsiTransactionManager::commit_transaction(connection))
    }

    fn transaction_manager_status_mut(conn: &mut Self) -> &mut TransactionManagerStatus {
        each!(Self, conn, connection => AnsiTransactionManager::transaction_manager_status_mut(connection))
    }

    fn is_broken_transaction_manager(conn: &mut Self) -> bool {
        each!(Self, conn, connection => AnsiTransactionManager::is_broken_transaction_manager(connection))
    }
}

impl MigrationConnection for AnyConnection {
    fn setup(&mut self) -> QueryResult<usize> {
        each!(Self, self, connection => connection.setup())
    }
}

impl R2D2Connection for AnyConnection {
    fn ping(&mut self) -> QueryResult<()> {
        each!(Self, self, connection => connection.ping())
    }

    fn is_broken(&mut self) -> bool {
        each!(Self, self, connection => connection.is_broken())
    }
}

/// A statement for [`AnyBackend`], as the concrete connection `C` sees it.
struct Rendered<T, C> {
    inner: T,
    backend: AnyBackend,
    connection: PhantomData<fn() -> C>,
}

impl<T, C> Rendered<T, C> {
    /// `connection` says which one it is for.
    fn new(inner: T, backend: AnyBackend, connection: &C) -> Self {
        let _ = connection;
        Self { inner, backend, connection: PhantomData }
    }
}

/// Collects the binds of a statement for [`AnyBackend`] into the concrete connection's collector.
trait CollectInto: MultiConnectionHelper {
    fn collect<'a, 'b: 'a>(
        collector: &mut <Self::Backend as Backend>::BindCollector<'a>,
        lookup: &mut <Self::Backend as TypeMetadata>::MetadataLookup,
        backend: &'b AnyBackend,
        statement: &'b impl QueryFragment<AnyBackend>,
    ) -> QueryResult<()>;
}

macro_rules! collect_into {
    ($($feature:literal $connection:ty: $variant:ident;)+) => {$(
        #[cfg(feature = $feature)]
        impl CollectInto for $connection {
            #[allow(irrefutable_let_patterns)]
            fn collect<'a, 'b: 'a>(
                collector: &mut <Self::Backend as Backend>::BindCollector<'a>,
                lookup: &mut <Self::Backend as TypeMetadata>::MetadataLookup,
                backend: &'b AnyBackend,
                statement: &'b impl QueryFragment<AnyBackend>,
            ) -> QueryResult<()> {
                let mut any = AnyBindCollector::$variant(Default::default());
                statement.collect_binds(&mut any, Self::to_any(lookup), backend)?;
                if let AnyBindCollector::$variant(collected) = any {
                    *collector = collected;
                }
                Ok(())
            }
        }
    )+};
}

collect_into! {
    "sqlite" diesel::SqliteConnection: Sqlite;
    "postgres" diesel::PgConnection: Postgres;
    "mysql" diesel::MysqlConnection: Mysql;
}

impl<T, C, DB> QueryFragment<DB> for Rendered<T, C>
where
    DB: Backend + 'static,
    T: QueryFragment<AnyBackend>,
    C: CollectInto<Backend = DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        use diesel::internal::derives::multiconnection::AstPassHelper;

        // Which of the passes this is shows in what it takes; the others ignore it.
        let mut builder = AnyQueryBuilder::new(self.backend);
        self.inner.to_sql(&mut builder, &self.backend)?;
        pass.push_sql(&builder.finish());
        if !self.inner.is_safe_to_cache_prepared(&self.backend)? {
            pass.unsafe_to_cache_prepared();
        }
        if let Some((collector, lookup)) = pass.bind_collector() {
            C::collect(collector, lookup, &self.backend, &self.inner)?;
        }
        if let Some((formatter, _)) = pass.debug_binds() {
            self.inner.walk_ast(AstPass::<AnyBackend>::collect_debug_binds_pass(formatter, &self.backend))?;
        }
        Ok(())
    }
}

impl<T: QueryId, C> QueryId for Rendered<T, C> {
    type QueryId = T::QueryId;

    const HAS_STATIC_QUERY_ID: bool = T::HAS_STATIC_QUERY_ID;
}

impl<T: Query, C> Query for Rendered<T, C> {
    // The rows are read through `AnyBackend`, so that the concrete backend needs to know no types.
    type SqlType = diesel::sql_types::Untyped;
}
