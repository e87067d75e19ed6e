//! Sequences that number a column without belonging to it, as SQLAlchemy's do.

use diesel::QueryableByName;
use diesel::sql_types::{Oid, Text};

use crate::migration::schema::Table;

/// Sequences that belong to no column and that a column could own: the one that its default takes numbers of, or else the
/// one with the name that PostgreSQL would give its own. What other columns take numbers of too stays as it is.
pub(super) const SEQUENCES: &str = "WITH free AS (SELECT s.oid, s.relname, s.relnamespace, s.relowner, \
     ARRAY(SELECT u.objid FROM pg_catalog.pg_depend AS u WHERE u.refclassid = 'pg_catalog.pg_class'::regclass \
     AND u.refobjid = s.oid AND u.classid = 'pg_catalog.pg_attrdef'::regclass) AS users \
     FROM pg_catalog.pg_class AS s WHERE s.relkind = 'S' AND NOT EXISTS (\
     SELECT FROM pg_catalog.pg_depend AS o WHERE o.classid = 'pg_catalog.pg_class'::regclass AND o.objid = s.oid \
     AND o.refclassid = o.classid AND o.deptype IN ('a', 'i'))) \
    SELECT c.oid AS \"table\", a.attname::text AS \"column\", free.oid::regclass::text AS sequence \
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid \
    LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum \
    JOIN free ON free.relnamespace = c.relnamespace AND free.relowner = c.relowner AND (free.users = ARRAY[d.oid] \
     OR free.users = '{}' AND free.relname = (c.relname || '_' || a.attname || '_seq')::name) \
    WHERE c.oid = ANY($1) AND a.attnum > 0 AND NOT a.attisdropped \
    ORDER BY c.oid, a.attnum, free.users";

#[derive(QueryableByName)]
pub(super) struct SequenceRow {
    #[diesel(sql_type = Oid)]
    pub(super) table: u32,
    #[diesel(sql_type = Text)]
    column: String,
    #[diesel(sql_type = Text)]
    sequence: String,
}

impl SequenceRow {
    /// The one of the default comes last.
    pub(super) fn add_to(&self, table: &mut Table) {
        if let Some(column) = table.columns.iter_mut().find(|column| column.name == self.column) {
            column.sequence = Some(self.sequence.clone());
        }
    }
}
