//! The tables of PostgreSQL, from its catalogues: <https://www.postgresql.org/docs/current/catalogs.html>.

mod others;
mod sequences;

use std::collections::HashMap;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::sql_types::{Array, Bool, Nullable, Oid, Text};
use diesel::{PgConnection, QueryResult, QueryableByName, RunQueryDsl};

use super::{index, trial, unreadable};
use crate::backend::Dialect;
use crate::backend::tokens::bare;
use crate::migration::Schema;
use crate::migration::schema::{
    Check, Column, ForeignKey, Generation, PrimaryKey, ReferentialAction, Table, Unique,
};

/// The tables of the schema that new tables go to.
pub(super) fn tables(
    connection: &mut PgConnection,
    is_wanted: impl Fn(&str) -> bool,
) -> QueryResult<Vec<Table>> {
    let schema = "(SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = current_schema())";
    let mut found = found(connection, schema)?;
    found.retain(|found| is_wanted(&found.name));
    read(connection, found)
}

pub(super) fn in_own_words(connection: &mut PgConnection, schema: &Schema) -> QueryResult<Schema> {
    if !schema.tables.iter().any(trial::has_expressions) {
        return Ok(schema.clone());
    }
    AnsiTransactionManager::begin_transaction(connection)?;
    let repeated = repeated(connection, schema);
    let ended = AnsiTransactionManager::rollback_transaction(connection);
    // What went wrong first says why.
    repeated.and_then(|schema| ended.map(|()| schema))
}

fn repeated(connection: &mut PgConnection, schema: &Schema) -> QueryResult<Schema> {
    let name = |place: usize| format!("alchemy_words_{place}");
    for (place, table) in schema.tables.iter().enumerate().filter(|(_, table)| trial::has_expressions(table))
    {
        let qualified = format!("pg_temp.\"{}\"", name(place));
        connection.batch_execute(&trial::create(Dialect::Postgres, &qualified, table, ""))?;
    }
    let found = found(connection, "pg_catalog.pg_my_temp_schema()")?;
    let told: HashMap<_, _> =
        read(connection, found)?.into_iter().map(|table| (table.name.clone(), table)).collect();
    let mut schema = schema.clone();
    for (place, table) in schema.tables.iter_mut().enumerate() {
        if let Some(told) = told.get(&name(place)) {
            *table = trial::repeated(table, told);
        }
    }
    Ok(schema)
}

/// A table that is there.
#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Oid)]
    oid: u32,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    options: String,
}

/// The tables of a schema, which an expression tells, but for partitions and what belongs to an extension.
fn found(connection: &mut PgConnection, schema: &str) -> QueryResult<Vec<Found>> {
    diesel::sql_query(format!(
        "SELECT c.oid AS oid, c.relname::text AS name, concat_ws(' ', \
         (SELECT 'INHERITS (' || string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) || ')' \
          FROM pg_catalog.pg_inherits AS i WHERE i.inhrelid = c.oid), \
         'PARTITION BY ' || pg_catalog.pg_get_partkeydef(c.oid), \
         'WITH (' || array_to_string(c.reloptions, ', ') || ')') AS options \
         FROM pg_catalog.pg_class AS c \
         WHERE c.relnamespace = {schema} AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d \
         WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
    ))
    .load(connection)
}

/// The tables that were found.
fn read(connection: &mut PgConnection, found: Vec<Found>) -> QueryResult<Vec<Table>> {
    let oids: Vec<u32> = found.iter().map(|found| found.oid).collect();
    let places: HashMap<_, _> = oids.iter().enumerate().map(|(place, &oid)| (oid, place)).collect();
    let mut tables: Vec<_> = found
        .into_iter()
        .map(|found| Table { name: found.name, options: found.options, ..Table::default() })
        .collect();
    let mut at = |oid: u32, add: &mut dyn FnMut(&mut Table)| {
        if let Some(table) = places.get(&oid).and_then(|&place| tables.get_mut(place)) {
            add(table);
        }
    };
    for row in load::<ColumnRow>(connection, COLUMNS, &oids)? {
        at(row.table, &mut |table| table.columns.push(row.column()));
    }
    for row in load::<sequences::SequenceRow>(connection, sequences::SEQUENCES, &oids)? {
        at(row.table, &mut |table| row.add_to(table));
    }
    for row in load::<ConstraintRow>(connection, CONSTRAINTS, &oids)? {
        at(row.table, &mut |table| row.add_to(table));
    }
    for row in load::<IndexRow>(connection, INDEXES, &oids)? {
        let index = index::read(Dialect::Postgres, &row.definition);
        let index = index.ok_or_else(|| unreadable("an index", &row.definition))?;
        at(row.table, &mut |table| table.indexes.push(index.clone()));
    }
    for query in [others::OTHERS, others::IN_THE_WAY] {
        for row in load::<others::OtherRow>(connection, query, &oids)? {
            at(row.table, &mut |table| table.others.push(row.other()));
        }
    }
    Ok(tables)
}

/// What a query says of some tables.
fn load<R>(connection: &mut PgConnection, query: &str, tables: &[u32]) -> QueryResult<Vec<R>>
where
    R: QueryableByName<diesel::pg::Pg> + 'static,
{
    diesel::sql_query(query).bind::<Array<Oid>, _>(tables).load(connection)
}

/// A default that takes the next number of a sequence that belongs to the column says nothing more than that.
const COLUMNS: &str = "SELECT a.attrelid AS \"table\", a.attname::text AS name, \
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS sql_type, a.attnotnull AS not_null, \
    pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression, \
    a.attidentity::text AS identity, a.attgenerated::text AS computed, \
    (SELECT l.collname::text FROM pg_catalog.pg_collation AS l \
     WHERE l.oid = a.attcollation AND a.attcollation <> t.typcollation) AS collation, \
    EXISTS (SELECT FROM pg_catalog.pg_depend AS uses JOIN pg_catalog.pg_depend AS owned \
     ON owned.classid = uses.refclassid AND owned.objid = uses.refobjid \
     WHERE uses.classid = 'pg_catalog.pg_attrdef'::regclass AND uses.objid = d.oid \
     AND owned.classid = 'pg_catalog.pg_class'::regclass AND owned.refclassid = owned.classid \
     AND owned.refobjid = a.attrelid AND owned.refobjsubid = a.attnum AND owned.deptype = 'a') AS numbered \
    FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid \
    LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
    WHERE a.attrelid = ANY($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum";

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Oid)]
    table: u32,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql_type: String,
    #[diesel(sql_type = Bool)]
    not_null: bool,
    #[diesel(sql_type = Nullable<Text>)]
    expression: Option<String>,
    #[diesel(sql_type = Text)]
    identity: String,
    #[diesel(sql_type = Text)]
    computed: String,
    #[diesel(sql_type = Nullable<Text>)]
    collation: Option<String>,
    #[diesel(sql_type = Bool)]
    numbered: bool,
}

impl ColumnRow {
    fn column(&self) -> Column {
        let is_next_number = |expression: &String| self.numbered && expression.starts_with("nextval(");
        let (default, generated) = match (&self.expression, self.identity.as_str(), self.computed.as_str()) {
            (_, "a", _) => (None, Some(Generation::IdentityAlways)),
            (_, "d", _) => (None, Some(Generation::Identity)),
            (Some(expression), _, computed) if !computed.is_empty() => {
                let expression = bare(Dialect::Postgres, expression).to_owned();
                (None, Some(Generation::Computed { expression, stored: computed == "s" }))
            }
            (Some(expression), ..) if is_next_number(expression) => (None, Some(Generation::Sequence)),
            // The default of a column that has none.
            (Some(expression), ..) if expression.starts_with("NULL::") => (None, None),
            (expression, ..) => (expression.clone(), None),
        };
        Column {
            name: self.name.clone(),
            sql_type: self.sql_type.clone(),
            nullable: !self.not_null,
            default,
            generated,
            collation: self.collation.clone(),
            ..Column::default()
        }
    }
}

/// Those of a partitioned table's partitions follow from its own. A table of another schema, unless it is found by its name
/// alone, is said with that, both in quotes.
const CONSTRAINTS: &str = "SELECT c.conrelid AS \"table\", c.conname::text AS name, c.contype::text AS kind, \
    ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place) \
     JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.number ORDER BY k.place) AS columns, \
    (SELECT CASE WHEN r.relnamespace = o.relnamespace OR pg_catalog.pg_table_is_visible(r.oid) THEN r.relname::text \
     ELSE '\"' || replace(n.nspname, '\"', '\"\"') || '\".\"' || replace(r.relname, '\"', '\"\"') || '\"' END \
     FROM pg_catalog.pg_class AS o, pg_catalog.pg_class AS r JOIN pg_catalog.pg_namespace AS n \
     ON n.oid = r.relnamespace WHERE r.oid = c.confrelid AND o.oid = c.conrelid) AS target, \
    ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place) \
     JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = k.number ORDER BY k.place) \
     AS target_columns, \
    c.confdeltype::text AS on_delete, c.confupdtype::text AS on_update, c.condeferred AS deferred, \
    pg_catalog.pg_get_expr(c.conbin, c.conrelid) AS expression \
    FROM pg_catalog.pg_constraint AS c \
    WHERE c.conrelid = ANY($1) AND c.contype IN ('p', 'u', 'f', 'c') AND c.conparentid = 0";

#[derive(QueryableByName)]
struct ConstraintRow {
    #[diesel(sql_type = Oid)]
    table: u32,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Array<Text>)]
    columns: Vec<String>,
    #[diesel(sql_type = Nullable<Text>)]
    target: Option<String>,
    #[diesel(sql_type = Array<Text>)]
    target_columns: Vec<String>,
    #[diesel(sql_type = Text)]
    on_delete: String,
    #[diesel(sql_type = Text)]
    on_update: String,
    #[diesel(sql_type = Bool)]
    deferred: bool,
    #[diesel(sql_type = Nullable<Text>)]
    expression: Option<String>,
}

impl ConstraintRow {
    fn add_to(&self, table: &mut Table) {
        let name = Some(self.name.clone());
        let columns = self.columns.clone();
        match (self.kind.as_str(), &self.target, &self.expression) {
            ("p", ..) => table.primary_key = Some(PrimaryKey { name, columns }),
            ("f", Some(target), _) => table.foreign_keys.push(ForeignKey {
                name,
                columns,
                target: target.clone(),
                target_columns: self.target_columns.clone(),
                on_delete: action(&self.on_delete),
                on_update: action(&self.on_update),
                deferred: self.deferred,
                ..ForeignKey::default()
            }),
            ("c", _, Some(expression)) => {
                let expression = bare(Dialect::Postgres, expression).to_owned();
                table.checks.push(Check { name, expression, ..Check::default() });
            }
            _ => table.uniques.push(Unique { name, columns, ..Unique::default() }),
        }
    }
}

fn action(letter: &str) -> ReferentialAction {
    match letter {
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

/// Those of constraints are said with them; one that is not valid, as a failed `CREATE INDEX CONCURRENTLY` leaves it, serves
/// nobody.
const INDEXES: &str = "SELECT i.indrelid AS \"table\", pg_catalog.pg_get_indexdef(i.indexrelid) AS definition \
    FROM pg_catalog.pg_index AS i WHERE i.indrelid = ANY($1) AND i.indisvalid AND NOT EXISTS (\
    SELECT FROM pg_catalog.pg_constraint AS c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))";

#[derive(QueryableByName)]
struct IndexRow {
    #[diesel(sql_type = Oid)]
    table: u32,
    #[diesel(sql_type = Text)]
    definition: String,
}
