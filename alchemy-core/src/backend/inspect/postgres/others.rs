//! What a table has that is known to be there and no more.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Nullable, Oid, Text};

use crate::migration::schema::Other;

/// What a [`Table`](crate::migration::schema::Table) cannot say, in words for people; what goes with the table and with some
/// of its columns is there for each.
pub(super) const OTHERS: &str = "WITH t AS (SELECT * FROM pg_catalog.pg_class WHERE oid = ANY($1)), \
    c AS (SELECT *, conname::text AS name, pg_catalog.pg_get_constraintdef(oid) AS said \
     FROM pg_catalog.pg_constraint WHERE conrelid = ANY($1) AND conparentid = 0) \
    SELECT conrelid AS \"table\", NULL AS part, 'the exclusion constraint `' || name || '`' AS what, \
     false AS in_the_way FROM c WHERE contype = 'x' \
    UNION ALL SELECT c.conrelid, a.attname::text, 'the exclusion constraint `' || c.name || '`', false \
     FROM c JOIN pg_catalog.pg_depend AS d ON d.refclassid = 'pg_catalog.pg_class'::regclass \
     AND d.refobjid = c.conrelid AND (d.classid = 'pg_catalog.pg_constraint'::regclass AND d.objid = c.oid \
     OR d.classid = d.refclassid AND d.objid = c.conindid) \
     JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid \
     WHERE c.contype = 'x' \
    UNION ALL SELECT conrelid, name, 'that `' || name || '` is ' || said, false FROM c \
     WHERE contype IN ('p', 'u') AND said !~ '^(UNIQUE|PRIMARY KEY) \\([^()]*\\)$' \
    UNION ALL SELECT conrelid, name, 'that `' || name || '` is NOT VALID', false FROM c \
     WHERE contype IN ('f', 'c') AND NOT convalidated \
    UNION ALL SELECT conrelid, name, 'that `' || name || '` is MATCH FULL', false FROM c \
     WHERE contype = 'f' AND confmatchtype = 'f' \
    UNION ALL SELECT conrelid, name, 'that `' || name || '` is DEFERRABLE INITIALLY IMMEDIATE', false FROM c \
     WHERE contype = 'f' AND condeferrable AND NOT condeferred \
    UNION ALL SELECT tgrelid, NULL, 'the trigger `' || tgname::text || '`', false FROM pg_catalog.pg_trigger \
     WHERE tgrelid = ANY($1) AND NOT tgisinternal \
    UNION ALL SELECT polrelid, NULL, 'the policy `' || polname::text || '`', false FROM pg_catalog.pg_policy \
     WHERE polrelid = ANY($1) \
    UNION ALL SELECT oid, NULL, 'its row level security', false FROM t WHERE relrowsecurity \
    UNION ALL SELECT oid, NULL, 'the rights that others have to it', false FROM t WHERE EXISTS (\
     SELECT FROM pg_catalog.aclexplode(relacl) AS acl WHERE acl.grantee <> relowner) OR EXISTS (\
     SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = t.oid AND a.attacl IS NOT NULL) \
    UNION ALL SELECT d.objoid, a.attname::text, \
     CASE WHEN d.objsubid = 0 THEN 'its comment' ELSE 'the comment on `' || a.attname::text || '`' END, false \
     FROM pg_catalog.pg_description AS d LEFT JOIN pg_catalog.pg_attribute AS a \
     ON d.objsubid > 0 AND a.attrelid = d.objoid AND a.attnum = d.objsubid \
     WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = ANY($1) \
    ORDER BY 1, 3";

/// What others made of a table and its columns, which have to stay as they are while that is there: views, and what says a
/// column of its own table.
pub(super) const IN_THE_WAY: &str = "WITH users AS (\
     SELECT d.refobjid AS id, a.attname::text AS part, v.oid IS NOT NULL AS is_view, \
     CASE WHEN v.relkind = 'm' THEN 'the materialized view `' || v.oid::regclass::text || '`' \
     WHEN v.oid IS NOT NULL THEN 'the view `' || v.oid::regclass::text || '`' \
     WHEN r.oid IS NOT NULL THEN 'the rule `' || r.rulename::text || '`' \
     WHEN g.oid IS NOT NULL THEN 'the trigger `' || g.tgname::text || '`' \
     ELSE 'the policy `' || p.polname::text || '`' END AS what \
     FROM pg_catalog.pg_depend AS d \
     LEFT JOIN pg_catalog.pg_attribute AS a \
     ON d.refobjsubid > 0 AND a.attrelid = d.refobjid AND a.attnum = d.refobjsubid \
     LEFT JOIN pg_catalog.pg_rewrite AS r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid \
     LEFT JOIN pg_catalog.pg_class AS v ON v.oid = r.ev_class AND v.relkind IN ('v', 'm') \
     LEFT JOIN pg_catalog.pg_trigger AS g ON d.classid = 'pg_catalog.pg_trigger'::regclass AND g.oid = d.objid \
     LEFT JOIN pg_catalog.pg_policy AS p ON d.classid = 'pg_catalog.pg_policy'::regclass AND p.oid = d.objid \
     WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = ANY($1) AND d.deptype = 'n' \
     AND (r.oid IS NOT NULL OR g.oid IS NOT NULL AND NOT g.tgisinternal OR p.oid IS NOT NULL)) \
    SELECT id AS \"table\", part, what, true AS in_the_way FROM users WHERE part IS NOT NULL \
    UNION SELECT id, NULL, what, true FROM users WHERE is_view ORDER BY 1, 3, 2";

#[derive(QueryableByName)]
pub(super) struct OtherRow {
    #[diesel(sql_type = Oid)]
    pub(super) table: u32,
    #[diesel(sql_type = Nullable<Text>)]
    part: Option<String>,
    #[diesel(sql_type = Text)]
    what: String,
    #[diesel(sql_type = Bool)]
    in_the_way: bool,
}

impl OtherRow {
    pub(super) fn other(&self) -> Other {
        Other { part: self.part.clone(), what: self.what.clone(), in_the_way: self.in_the_way }
    }
}
