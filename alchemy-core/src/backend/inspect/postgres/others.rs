//! What a table has that is known to be there and no more.

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Oid, Text};

use crate::migration::schema::Other;

/// What a [`Table`](crate::migration::schema::Table) cannot say, in words for people; what goes with the table and with some
/// of its columns is there for each.
pub(super) const OTHERS: &str = "WITH t AS (SELECT * FROM pg_catalog.pg_class WHERE oid = ANY($1)), \
    c AS (SELECT conrelid, conname::text AS name, contype, convalidated, pg_catalog.pg_get_constraintdef(oid) AS said \
     FROM pg_catalog.pg_constraint WHERE conrelid = ANY($1) AND conparentid = 0) \
    SELECT conrelid AS \"table\", NULL AS part, 'the exclusion constraint `' || name || '`' AS what \
     FROM c WHERE contype = 'x' \
    UNION ALL SELECT x.conrelid, a.attname::text, 'the exclusion constraint `' || x.conname::text || '`' \
     FROM pg_catalog.pg_constraint AS x JOIN pg_catalog.pg_depend AS d ON d.refclassid = 'pg_catalog.pg_class'::regclass \
     AND d.refobjid = x.conrelid AND (d.classid = 'pg_catalog.pg_constraint'::regclass AND d.objid = x.oid \
     OR d.classid = d.refclassid AND d.objid = x.conindid) \
     JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid \
     WHERE x.conrelid = ANY($1) AND x.contype = 'x' \
    UNION ALL SELECT conrelid, name, 'that `' || name || '` is ' || said FROM c \
     WHERE contype IN ('p', 'u') AND said !~ '^(UNIQUE|PRIMARY KEY) \\([^()]*\\)$' \
    UNION ALL SELECT conrelid, name, 'that `' || name || '` is NOT VALID' FROM c \
     WHERE contype IN ('f', 'c') AND NOT convalidated \
    UNION ALL SELECT tgrelid, NULL, 'the trigger `' || tgname::text || '`' FROM pg_catalog.pg_trigger \
     WHERE tgrelid = ANY($1) AND NOT tgisinternal \
    UNION ALL SELECT polrelid, NULL, 'the policy `' || polname::text || '`' FROM pg_catalog.pg_policy \
     WHERE polrelid = ANY($1) \
    UNION ALL SELECT oid, NULL, 'its row level security' FROM t WHERE relrowsecurity \
    UNION ALL SELECT oid, NULL, 'the rights that others have to it' FROM t WHERE EXISTS (\
     SELECT FROM pg_catalog.aclexplode(relacl) AS acl WHERE acl.grantee <> relowner) OR EXISTS (\
     SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = t.oid AND a.attacl IS NOT NULL) \
    UNION ALL SELECT d.objoid, a.attname::text, \
     CASE WHEN d.objsubid = 0 THEN 'its comment' ELSE 'the comment on `' || a.attname::text || '`' END \
     FROM pg_catalog.pg_description AS d LEFT JOIN pg_catalog.pg_attribute AS a \
     ON d.objsubid > 0 AND a.attrelid = d.objoid AND a.attnum = d.objsubid \
     WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = ANY($1) \
    ORDER BY 1, 3";

#[derive(QueryableByName)]
pub(super) struct OtherRow {
    #[diesel(sql_type = Oid)]
    pub(super) table: u32,
    #[diesel(sql_type = Nullable<Text>)]
    part: Option<String>,
    #[diesel(sql_type = Text)]
    what: String,
}

impl OtherRow {
    pub(super) fn other(&self) -> Other {
        Other { part: self.part.clone(), what: self.what.clone() }
    }
}
