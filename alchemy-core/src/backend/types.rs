//! How tables are defined where databases differ: column types, quoting, the lengths of names and keys, and the
//! clauses that some of them lack.

use std::borrow::Cow;

use super::Dialect;
use crate::error::{Error, Result};
use crate::model::{ColumnKind, ColumnMeta, ModelMeta, ReferentialAction, constraint};

/// The characters of a MariaDB key column whose model gives no `max_length`: a key cannot be a `LONGTEXT`.
const MARIADB_KEY_LENGTH: u32 = 255;

/// The characters of a text that MariaDB puts into an index which the whole text does not fit into. Four such
/// columns fill one.
const MARIADB_INDEX_PREFIX: u32 = 191;

/// The bytes that an index entry of InnoDB may have.
const MARIADB_INDEX_BYTES: u32 = 3072;

/// The bytes of a character in `utf8mb4`.
const UTF8MB4_BYTES: u32 = 4;

/// The SQL type of a column.
///
/// # Errors
/// [`Error::Config`], naming the model and field, where the type is the user's own or the database has none that fits.
pub(crate) fn column_type(dialect: Dialect, model: &ModelMeta, index: usize) -> Result<Cow<'static, str>> {
    use Dialect::{Mysql, Postgres, Sqlite};

    let column = &model.columns[index];
    let name = match (column.kind, dialect) {
        (ColumnKind::Text, _) => return Ok(text_type(dialect, column, is_key(model, index))),
        (ColumnKind::Decimal, _) => return decimal_type(dialect, model, column),
        (ColumnKind::Bool, _) => "BOOLEAN",
        (ColumnKind::SmallInt, _) => "SMALLINT",
        (ColumnKind::Integer, _) => "INTEGER",
        (ColumnKind::BigInt, _) => "BIGINT",
        (ColumnKind::Float, Sqlite | Mysql) => "FLOAT",
        (ColumnKind::Float, Postgres) => "REAL",
        (ColumnKind::Double, Sqlite | Mysql) => "DOUBLE",
        (ColumnKind::Double, Postgres) => "DOUBLE PRECISION",
        (ColumnKind::Binary, Sqlite) => "BLOB",
        (ColumnKind::Binary, Postgres) => "BYTEA",
        (ColumnKind::Binary, Mysql) if is_key(model, index) => {
            return Ok(format!("VARBINARY({MARIADB_KEY_LENGTH})").into());
        }
        (ColumnKind::Binary, Mysql) => "LONGBLOB",
        (ColumnKind::Uuid, Sqlite | Mysql) => "BINARY(16)",
        (ColumnKind::Uuid, Postgres) => "UUID",
        (ColumnKind::Date, _) => "DATE",
        (ColumnKind::Time, Sqlite | Postgres) => "TIME",
        // Without a precision MariaDB drops the fractions of a second.
        (ColumnKind::Time, Mysql) => "TIME(6)",
        (ColumnKind::Timestamp | ColumnKind::TimestampTz, Sqlite) => "DATETIME",
        (ColumnKind::Timestamp, Postgres) => "TIMESTAMP",
        (ColumnKind::TimestampTz, Postgres) => "TIMESTAMP WITH TIME ZONE",
        // MariaDB's `TIMESTAMP` ends in 2038 (2106 in later versions) and depends on the session's time zone.
        (ColumnKind::Timestamp | ColumnKind::TimestampTz, Mysql) => "DATETIME(6)",
        (ColumnKind::Json, Sqlite) => "TEXT",
        (ColumnKind::Json, Postgres) if column.json_text => "JSON",
        (ColumnKind::Json, Postgres) => "JSONB",
        (ColumnKind::Json, Mysql) if is_key(model, index) => {
            return Err(refused(model, column, "MariaDB cannot have JSON in a primary or foreign key"));
        }
        (ColumnKind::Json, Mysql) => "JSON",
        (ColumnKind::Custom, _) => {
            return Err(refused(
                model,
                column,
                "its SQL type is the user's own, so Alchemy cannot create the column; create the table in a migration",
            ));
        }
    };
    Ok(name.into())
}

/// Whether a column is part of the primary key or of a foreign key, where MariaDB takes no `LONGTEXT`.
fn is_key(model: &ModelMeta, index: usize) -> bool {
    model.primary_key.contains(&index) || model.foreign_keys.iter().any(|key| key.columns.contains(&index))
}

fn text_type(dialect: Dialect, column: &ColumnMeta, key: bool) -> Cow<'static, str> {
    match (varchar_length(dialect, column, key), dialect) {
        (Some(length), _) => format!("VARCHAR({length})").into(),
        (None, Dialect::Sqlite | Dialect::Postgres) => "TEXT".into(),
        (None, Dialect::Mysql) => "LONGTEXT".into(),
    }
}

/// The length of a text column's `VARCHAR`; `None` where it is none, because it has no length or one beyond what the
/// database has for it.
fn varchar_length(dialect: Dialect, column: &ColumnMeta, key: bool) -> Option<u32> {
    let longest = match dialect {
        Dialect::Sqlite => u32::MAX,
        Dialect::Postgres => 10_485_760,
        Dialect::Mysql => 16_383,
    };
    match column.max_length {
        Some(length) => (length <= longest).then_some(length),
        None => (key && dialect == Dialect::Mysql).then_some(MARIADB_KEY_LENGTH),
    }
}

fn decimal_type(dialect: Dialect, model: &ModelMeta, column: &ColumnMeta) -> Result<Cow<'static, str>> {
    let Some((precision, scale)) = column.precision else {
        return Ok(match dialect {
            Dialect::Sqlite | Dialect::Postgres => "NUMERIC".into(),
            // A bare DECIMAL is one of ten digits and no fraction there.
            Dialect::Mysql => "DECIMAL(65,30)".into(),
        });
    };
    if precision == 0 || scale > precision {
        return Err(refused(model, column, "its precision must be at least 1 and at least its scale"));
    }
    match dialect {
        Dialect::Sqlite | Dialect::Postgres => Ok(format!("NUMERIC({precision},{scale})").into()),
        Dialect::Mysql if precision > 65 || scale > 38 => {
            Err(refused(model, column, "MariaDB holds 65 digits at most, 38 of them after the point"))
        }
        Dialect::Mysql => Ok(format!("DECIMAL({precision},{scale})").into()),
    }
}

fn refused(model: &ModelMeta, column: &ColumnMeta, reason: &str) -> Error {
    Error::config(format!("`{}.{}` cannot be a column: {reason}", model.name, column.field))
}

/// How much of a column goes into an index over `columns`; `None` is all of it, which every database but MariaDB
/// takes.
pub(crate) fn index_prefix(
    dialect: Dialect,
    model: &ModelMeta,
    columns: &[usize],
    index: usize,
) -> Option<u32> {
    if dialect != Dialect::Mysql {
        return None;
    }
    match mariadb_length(model, index) {
        Length::Fixed => None,
        Length::Unlimited => Some(MARIADB_INDEX_PREFIX),
        Length::Varchar(length) => {
            let bytes = columns.iter().fold(0, |sum: u32, &column| {
                sum.saturating_add(match mariadb_length(model, column) {
                    // None is longer; `DECIMAL(65,30)` has 30.
                    Length::Fixed => 32,
                    Length::Unlimited => MARIADB_INDEX_PREFIX * UTF8MB4_BYTES,
                    Length::Varchar(length) => length * UTF8MB4_BYTES,
                })
            });
            let fits = bytes <= MARIADB_INDEX_BYTES || length <= MARIADB_INDEX_PREFIX;
            (!fits).then_some(MARIADB_INDEX_PREFIX)
        }
    }
}

/// Refuses a column that the database cannot have on either side of a foreign key.
///
/// # Errors
/// [`Error::Config`], naming the model and field. MariaDB alone has such columns, and a message that does not tell.
pub(crate) fn check_key_column(dialect: Dialect, model: &ModelMeta, index: usize) -> Result<()> {
    if dialect != Dialect::Mysql {
        return Ok(());
    }
    let longest = MARIADB_INDEX_BYTES / UTF8MB4_BYTES;
    match mariadb_length(model, index) {
        Length::Fixed => Ok(()),
        Length::Varchar(length) if length <= longest => Ok(()),
        Length::Varchar(_) | Length::Unlimited => Err(Error::config(format!(
            "`{}.{}` cannot be part of a foreign key on MariaDB without a `max_length` of at most {longest}",
            model.name, model.columns[index].field
        ))),
    }
}

/// How long the values of a column can be on MariaDB.
enum Length {
    Fixed,
    Varchar(u32),
    Unlimited,
}

fn mariadb_length(model: &ModelMeta, index: usize) -> Length {
    let (column, key) = (&model.columns[index], is_key(model, index));
    match column.kind {
        ColumnKind::Text => {
            varchar_length(Dialect::Mysql, column, key).map_or(Length::Unlimited, Length::Varchar)
        }
        ColumnKind::Binary if key => Length::Varchar(MARIADB_KEY_LENGTH),
        ColumnKind::Binary | ColumnKind::Json => Length::Unlimited,
        _ => Length::Fixed,
    }
}

/// A quoted identifier.
pub(crate) fn quote_identifier(dialect: Dialect, name: &str) -> String {
    match dialect {
        Dialect::Sqlite | Dialect::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
        Dialect::Mysql => format!("`{}`", name.replace('`', "``")),
    }
}

/// Whether the database keeps the whole of an identifier.
pub(crate) fn identifier_fits(dialect: Dialect, name: &str) -> bool {
    match dialect {
        Dialect::Sqlite => true,
        Dialect::Postgres => name.len() <= 63,
        Dialect::Mysql => name.chars().count() <= 64,
    }
}

/// Whether two identifiers that differ in case only are the same: for SQLite they always are, for MariaDB the names of
/// indexes are, and those of tables on some systems.
pub(crate) fn ignores_case(dialect: Dialect) -> bool {
    dialect != Dialect::Postgres
}

/// The name under which the database knows a constraint or index that follows the naming convention.
pub(crate) fn constraint_name(dialect: Dialect, name: String) -> String {
    match dialect {
        Dialect::Sqlite => name,
        Dialect::Postgres => {
            // PostgreSQL counts bytes and SQLAlchemy characters; what is still too long PostgreSQL cuts itself.
            let mut name = constraint::shorten(name, 63);
            let end = (0..=63).rev().find(|&end| name.is_char_boundary(end));
            name.truncate(end.unwrap_or(0));
            name
        }
        Dialect::Mysql => constraint::shorten(name, 64),
    }
}

/// What follows the closing parenthesis of a `CREATE TABLE`.
///
/// On MariaDB the collation makes texts equal and ordered as the other databases have them: by their characters,
/// case and trailing spaces included, where the server's default would take `Ann`, `ann` and `Ann ` for the same.
pub(crate) fn table_options(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite | Dialect::Postgres => "",
        Dialect::Mysql => " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin",
    }
}

/// What makes a foreign key wait for the commit; nothing on MariaDB, which checks each statement.
pub(crate) fn deferred_clause(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite | Dialect::Postgres => " DEFERRABLE INITIALLY DEFERRED",
        Dialect::Mysql => "",
    }
}

/// What follows `ON DELETE` and `ON UPDATE`; `None` for the default, which needs no clause.
///
/// # Errors
/// [`Error::Unsupported`] for `SET DEFAULT` on MariaDB, which reads the clause and then refuses the delete.
pub(crate) fn referential_action(
    dialect: Dialect,
    action: ReferentialAction,
) -> Result<Option<&'static str>> {
    Ok(match action {
        ReferentialAction::NoAction => None,
        ReferentialAction::Restrict => Some("RESTRICT"),
        ReferentialAction::Cascade => Some("CASCADE"),
        ReferentialAction::SetNull => Some("SET NULL"),
        ReferentialAction::SetDefault if dialect == Dialect::Mysql => {
            return Err(Error::Unsupported {
                feature: "SET DEFAULT in foreign keys",
                backend: dialect.name(),
            });
        }
        ReferentialAction::SetDefault => Some("SET DEFAULT"),
    })
}

/// Whether a foreign key may name a table that is created later.
pub(crate) fn allows_forward_references(dialect: Dialect) -> bool {
    dialect == Dialect::Sqlite
}

/// The statement that adds a foreign key to a table unless it has one of that name; `definition` is what follows
/// `FOREIGN KEY`.
///
/// # Errors
/// [`Error::Unsupported`] on SQLite, which cannot add constraints.
pub(crate) fn add_foreign_key(dialect: Dialect, table: &str, name: &str, definition: &str) -> Result<String> {
    let quoted_table = quote_identifier(dialect, table);
    let quoted_name = quote_identifier(dialect, name);
    match dialect {
        Dialect::Sqlite => {
            Err(Error::Unsupported { feature: "ALTER TABLE ... ADD CONSTRAINT", backend: dialect.name() })
        }
        Dialect::Mysql => Ok(format!(
            "ALTER TABLE {quoted_table} ADD CONSTRAINT {quoted_name} FOREIGN KEY IF NOT EXISTS {definition}"
        )),
        Dialect::Postgres => {
            let body = format!(
                "\nBEGIN\n    \
                 IF NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = {}::regclass AND conname = {}) \
                 THEN\n        \
                 ALTER TABLE {quoted_table} ADD CONSTRAINT {quoted_name} FOREIGN KEY {definition};\n    \
                 END IF;\nEND\n",
                quote_literal(&quoted_table),
                quote_literal(name)
            );
            let tag = dollar_tag(&body);
            Ok(format!("DO {tag}{body}{tag}"))
        }
    }
}

/// A text literal; not for MariaDB, where backslashes mean something in it.
fn quote_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A dollar quote that does not occur in the text.
fn dollar_tag(text: &str) -> String {
    let mut tag = String::from("$do$");
    while text.contains(&tag) {
        tag.insert(tag.len() - 1, '_');
    }
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Dialect; 3] = [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql];

    const fn column(kind: ColumnKind) -> ColumnMeta {
        ColumnMeta::new("field", "field", kind)
    }

    fn model(columns: Vec<ColumnMeta>, primary_key: &'static [usize]) -> ModelMeta {
        ModelMeta { primary_key, ..ModelMeta::new("Thing", "thing", columns.leak()) }
    }

    fn types(column: ColumnMeta, primary_key: &'static [usize]) -> [String; 3] {
        let model = model(vec![column], primary_key);
        ALL.map(|dialect| match column_type(dialect, &model, 0) {
            Ok(name) => name.into_owned(),
            Err(error) => error.to_string(),
        })
    }

    #[test]
    fn every_kind_has_its_type_on_each_database() {
        use ColumnKind as Kind;
        for (kind, expected) in [
            (Kind::Bool, ["BOOLEAN", "BOOLEAN", "BOOLEAN"]),
            (Kind::SmallInt, ["SMALLINT", "SMALLINT", "SMALLINT"]),
            (Kind::Integer, ["INTEGER", "INTEGER", "INTEGER"]),
            (Kind::BigInt, ["BIGINT", "BIGINT", "BIGINT"]),
            (Kind::Float, ["FLOAT", "REAL", "FLOAT"]),
            (Kind::Double, ["DOUBLE", "DOUBLE PRECISION", "DOUBLE"]),
            (Kind::Text, ["TEXT", "TEXT", "LONGTEXT"]),
            (Kind::Binary, ["BLOB", "BYTEA", "LONGBLOB"]),
            (Kind::Uuid, ["BINARY(16)", "UUID", "BINARY(16)"]),
            (Kind::Date, ["DATE", "DATE", "DATE"]),
            (Kind::Time, ["TIME", "TIME", "TIME(6)"]),
            (Kind::Timestamp, ["DATETIME", "TIMESTAMP", "DATETIME(6)"]),
            (Kind::TimestampTz, ["DATETIME", "TIMESTAMP WITH TIME ZONE", "DATETIME(6)"]),
            (Kind::Json, ["TEXT", "JSONB", "JSON"]),
            (Kind::Decimal, ["NUMERIC", "NUMERIC", "DECIMAL(65,30)"]),
        ] {
            assert_eq!(types(column(kind), &[]), expected, "{kind:?}");
        }
    }

    #[test]
    fn a_length_makes_a_varchar_as_far_as_the_database_has_one() {
        let text = |length| ColumnMeta { max_length: Some(length), ..column(ColumnKind::Text) };
        assert_eq!(types(text(100), &[]), ["VARCHAR(100)"; 3]);
        assert_eq!(types(text(16_384), &[]), ["VARCHAR(16384)", "VARCHAR(16384)", "LONGTEXT"]);
        assert_eq!(types(text(10_485_761), &[]), ["VARCHAR(10485761)", "TEXT", "LONGTEXT"]);
    }

    #[test]
    fn json_has_two_forms_on_postgres() {
        let json = |json_text| ColumnMeta { json_text, ..column(ColumnKind::Json) };
        assert_eq!(types(json(false), &[]), ["TEXT", "JSONB", "JSON"]);
        assert_eq!(types(json(true), &[]), ["TEXT", "JSON", "JSON"]);
    }

    #[test]
    fn keys_have_types_that_mariadb_can_index() {
        assert_eq!(types(column(ColumnKind::Text), &[0]), ["TEXT", "TEXT", "VARCHAR(255)"]);
        assert_eq!(types(column(ColumnKind::Binary), &[0]), ["BLOB", "BYTEA", "VARBINARY(255)"]);
        assert_eq!(
            types(column(ColumnKind::Json), &[0])[2],
            "`Thing.field` cannot be a column: MariaDB cannot have JSON in a primary or foreign key"
        );
    }

    #[test]
    fn a_decimal_keeps_its_digits_or_is_refused() {
        let decimal = |digits| ColumnMeta { precision: Some(digits), ..column(ColumnKind::Decimal) };
        assert_eq!(types(decimal((10, 2)), &[]), ["NUMERIC(10,2)", "NUMERIC(10,2)", "DECIMAL(10,2)"]);
        assert_eq!(
            types(decimal((66, 2)), &[]),
            [
                "NUMERIC(66,2)",
                "NUMERIC(66,2)",
                "`Thing.field` cannot be a column: MariaDB holds 65 digits at most, 38 of them after the point"
            ]
        );
        let wrong =
            "`Thing.field` cannot be a column: its precision must be at least 1 and at least its scale";
        assert_eq!(types(decimal((2, 3)), &[]), [wrong; 3]);
        assert_eq!(types(decimal((0, 0)), &[]), [wrong; 3]);
    }

    #[test]
    fn a_type_of_the_users_own_is_refused_by_name() {
        let expected = "`Thing.field` cannot be a column: its SQL type is the user's own, so Alchemy cannot create \
                        the column; create the table in a migration";
        assert_eq!(types(column(ColumnKind::Custom), &[]), [expected; 3]);
    }

    #[test]
    fn an_index_takes_as_much_of_a_text_as_fits() {
        let text = |max_length| ColumnMeta { max_length, ..column(ColumnKind::Text) };
        let model = model(
            vec![text(None), text(Some(768)), text(Some(769)), text(Some(100)), column(ColumnKind::Uuid)],
            &[4],
        );
        let prefixes = |columns: &[usize]| {
            columns
                .iter()
                .map(|&index| index_prefix(Dialect::Mysql, &model, columns, index))
                .collect::<Vec<_>>()
        };
        assert_eq!(prefixes(&[0]), [Some(191)]);
        assert_eq!(prefixes(&[1]), [None]);
        assert_eq!(prefixes(&[2]), [Some(191)]);
        assert_eq!(prefixes(&[4]), [None]);
        assert_eq!(prefixes(&[1, 3, 4]), [Some(191), None, None]);
        assert_eq!(prefixes(&[0, 3, 4]), [Some(191), None, None]);
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            assert_eq!(index_prefix(dialect, &model, &[0], 0), None);
        }
    }

    #[test]
    fn identifiers_are_quoted_with_the_quote_doubled() {
        let quoted = |name: &str| ALL.map(|dialect| quote_identifier(dialect, name));
        assert_eq!(quoted("order"), ["\"order\"", "\"order\"", "`order`"]);
        assert_eq!(quoted("a\"b`c"), ["\"a\"\"b`c\"", "\"a\"\"b`c\"", "`a\"b``c`"]);
    }

    #[test]
    fn a_long_name_of_the_convention_becomes_what_the_database_keeps() {
        let name = format!("uq_{}", "é".repeat(100));
        for dialect in ALL {
            assert!(identifier_fits(dialect, &constraint_name(dialect, name.clone())), "{dialect}");
        }
        assert_eq!(constraint_name(Dialect::Sqlite, name.clone()), name);
        // 30 letters of two bytes after three of one.
        assert_eq!(constraint_name(Dialect::Postgres, name), format!("uq_{}", "é".repeat(30)));
    }

    #[test]
    fn the_quotes_around_a_block_are_not_in_it() {
        assert_eq!(dollar_tag("x"), "$do$");
        assert_eq!(dollar_tag("a $do$ b $do_$ c"), "$do__$");
        let sql = add_foreign_key(Dialect::Postgres, "it's $do$", "f", "(\"a\") REFERENCES \"b\" (\"c\")");
        let sql = sql.unwrap_or_else(|error| error.to_string());
        assert!(sql.starts_with("DO $do_$\n") && sql.ends_with("\n$do_$"), "{sql}");
        assert!(sql.contains("conrelid = '\"it''s $do$\"'::regclass"), "{sql}");
    }
}
