//! PostgreSQL's `COPY … FROM STDIN`, in its binary format:
//! <https://www.postgresql.org/docs/current/sql-copy.html>.
//!
//! What binds a parameter writes the field of a row too, for both are what a type's receive function reads. A bound
//! parameter has a type, though, from which the server converts, and a copied field has not: it is read as the column's
//! type, whatever was meant. So the columns' types are asked for first.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::{self, Write};

use diesel::pg::{
    CopyFormat, CopyTarget, FailedToLookupTypeError, Pg, PgConnection, PgMetadataCacheKey, PgMetadataLookup,
    PgTypeMetadata,
};
use diesel::query_builder::{AstPass, QueryBuilder, QueryFragment};
use diesel::result::DatabaseErrorKind;
use diesel::result::Error::{self, DatabaseError, SerializationError};
use diesel::sql_types as sql;
use diesel::{ExecuteCopyFromDsl, QueryResult, RunQueryDsl};

use super::{AnyBackend, AnyBindCollector};
use crate::statement::Copy;

/// How many bytes are gathered before they are sent.
const BUFFER: usize = 64 << 10;

/// Whether each of the columns is of the type that is bound to it, in a table that takes copied rows as it takes
/// inserted ones.
///
/// An `INSERT` is what is left for others: views, tables with rules or row-level security, columns of another type that
/// the server converts to, and types of the user's own, which are looked up on the connection that copies.
pub(super) fn is_possible(connection: &mut PgConnection, copy: &Copy<'_>) -> QueryResult<bool> {
    #[derive(diesel::QueryableByName)]
    struct ColumnType {
        #[diesel(sql_type = sql::Text)]
        name: String,
        #[diesel(sql_type = sql::Oid)]
        oid: u32,
    }

    // A value that cannot be bound is reported when it is inserted.
    let Ok(Some(bound)) = bound_types(copy) else { return Ok(false) };
    let columns = diesel::sql_query(
        "SELECT a.attname::text AS name, a.atttypid AS oid \
         FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid \
         WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'p') AND NOT c.relhasrules \
         AND NOT pg_catalog.row_security_active(c.oid) \
         AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity <> 'a' AND a.attgenerated = ''",
    )
    .bind::<sql::Text, _>(identifiers([copy.table()])?)
    .load::<ColumnType>(connection)?;
    let there: HashMap<_, _> = columns.iter().map(|column| (column.name.as_str(), column.oid)).collect();
    Ok(copy.columns().zip(bound).all(|(name, bound)| there.get(name).is_some_and(|&oid| is_same(oid, bound))))
}

/// Copies the rows into their table; one statement, all or none of them.
///
/// After an error the transaction, or its innermost savepoint, is to be given up, also where a value was refused: the
/// statement had begun.
pub(super) fn copy(connection: &mut PgConnection, copy: &Copy<'_>) -> QueryResult<usize> {
    let names = identifiers(copy.columns())?;
    let _named = Named::new(format!("{} ({names})", identifiers([copy.table()])?));
    let failure = Cell::new(None);
    let copied = diesel::copy_from(anywhere::table)
        .from_raw_data(Target, |server| {
            write_rows(copy, server).map_err(|error| {
                failure.set(Some(error));
                // Ends up in the server's log.
                SerializationError("the client gave up".into())
            })
        })
        .with_format(CopyFormat::Binary)
        .execute(connection);
    match failure.take() {
        // Otherwise the server's answer is that the client gave up.
        Some(error) => Err(error),
        None => copied,
    }
}

fn write_rows(copy: &Copy<'_>, server: &mut dyn Write) -> QueryResult<()> {
    const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
    const FLAGS_AND_EXTENSION: [u8; 8] = [0; 8];
    const END: i16 = -1;

    let mut buffer = Vec::with_capacity(BUFFER);
    buffer.extend_from_slice(SIGNATURE);
    buffer.extend_from_slice(&FLAGS_AND_EXTENSION);
    for place in 0..copy.count() {
        write_row(copy, place, &mut buffer)?;
        if buffer.len() >= BUFFER {
            server.write_all(&buffer).map_err(lost)?;
            buffer.clear();
        }
    }
    buffer.extend_from_slice(&END.to_be_bytes());
    server.write_all(&buffer).map_err(lost)
}

/// The number of fields, and for each its length and its bytes; the length alone, and -1, where it is null.
fn write_row(copy: &Copy<'_>, place: usize, buffer: &mut Vec<u8>) -> QueryResult<()> {
    const NULL: i32 = -1;

    let bound = bind(copy, place, |fields, _| Ok(fields))?;
    let count = i16::try_from(bound.len()).map_err(|error| SerializationError(error.into()))?;
    buffer.extend_from_slice(&count.to_be_bytes());
    for field in bound {
        match field {
            Some(bytes) => {
                let length = i32::try_from(bytes.len()).map_err(|error| SerializationError(error.into()))?;
                buffer.extend_from_slice(&length.to_be_bytes());
                buffer.extend_from_slice(&bytes);
            }
            None => buffer.extend_from_slice(&NULL.to_be_bytes()),
        }
    }
    Ok(())
}

/// The types that the first row is bound as; all rows are of the same ones. `None` where there is nothing to bind.
fn bound_types(copy: &Copy<'_>) -> QueryResult<Option<Vec<u32>>> {
    if copy.count() == 0 || copy.columns().next().is_none() {
        return Ok(None);
    }
    let oid = |metadata: PgTypeMetadata| metadata.oid().map_err(|error| SerializationError(Box::new(error)));
    bind(copy, 0, |_, types| types.into_iter().map(oid).collect()).map(Some)
}

/// What Diesel makes of a row for the server.
fn bind<R>(
    copy: &Copy<'_>,
    place: usize,
    read: impl FnOnce(Vec<Option<Vec<u8>>>, Vec<PgTypeMetadata>) -> QueryResult<R>,
) -> QueryResult<R> {
    let row = copy.row(place);
    let backend = AnyBackend::Postgres(Pg);
    let mut collector = AnyBindCollector::Postgres(Default::default());
    row.collect_binds(&mut collector, &mut NoLookup, &backend)?;
    match collector {
        AnyBindCollector::Postgres(collected) => read(collected.binds, collected.metadata),
        #[allow(unreachable_patterns)] // It was made above.
        _ => Err(super::bind::unset()),
    }
}

/// Whether two types are read from the same bytes.
fn is_same(column: u32, bound: u32) -> bool {
    // `text`, `character` and `character varying`
    const TEXTS: [u32; 3] = [25, 1042, 1043];
    column == bound || (TEXTS.contains(&column) && TEXTS.contains(&bound))
}

/// The client library takes no bytes any more only where the connection is gone.
fn lost(error: io::Error) -> Error {
    DatabaseError(DatabaseErrorKind::ClosedConnection, Box::new(error.to_string()))
}

fn identifiers<'a>(names: impl IntoIterator<Item = &'a str>) -> QueryResult<String> {
    let mut builder = diesel::pg::PgQueryBuilder::default();
    for (place, name) in names.into_iter().enumerate() {
        if place > 0 {
            builder.push_sql(", ");
        }
        builder.push_identifier(name)?;
    }
    Ok(QueryBuilder::<Pg>::finish(builder))
}

/// Stands for the connection where values are bound while it copies: it knows no types but those that need no looking up.
pub(super) struct NoLookup;

impl PgMetadataLookup for NoLookup {
    fn lookup_type(&mut self, type_name: &str, schema: Option<&str>) -> PgTypeMetadata {
        let name = PgMetadataCacheKey::new(
            schema.map(|schema| schema.to_owned().into()),
            type_name.to_owned().into(),
        );
        PgTypeMetadata::from_result(Err(FailedToLookupTypeError::new(name)))
    }

    fn as_any<'a>(&mut self) -> &mut (dyn std::any::Any + 'a)
    where
        Self: 'a,
    {
        self
    }
}

thread_local! {
    /// The table and the columns that this thread copies rows into.
    ///
    /// Diesel asks the type of a target for them, which is one for all models here. It does so while the statement is
    /// made, on the thread that asked for it.
    static TARGET: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Sets [`TARGET`] for as long as it lives.
struct Named;

impl Named {
    fn new(target: String) -> Self {
        TARGET.set(target);
        Self
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        TARGET.take();
    }
}

/// What [`TARGET`] says.
struct Target;

impl CopyTarget for Target {
    type Table = anywhere::table;
    type SqlType = sql::Integer;

    fn walk_target(mut out: AstPass<'_, '_, Pg>) -> QueryResult<()> {
        TARGET.with_borrow(|target| out.push_sql(target));
        Ok(())
    }
}

diesel::table! {
    /// Diesel wants a table of its own making, and does not look at it.
    anywhere (id) {
        /// No more than the macro asks for.
        id -> Integer,
    }
}
