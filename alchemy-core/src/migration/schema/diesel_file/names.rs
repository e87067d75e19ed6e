//! What tables and columns are called in Rust.

use std::collections::HashSet;

use crate::model::ModelMeta;

/// Rust's words that a name cannot be, in the form of a column or module.
const KEYWORDS: [&str; 52] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
    "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Words that Diesel's command line keeps from every name.
const RESERVED: [&str; 3] = ["columns", "is_nullable", "table"];

/// What a column would hide from the code that `table!` makes: its own words and type parameters, and the names of
/// Diesel's SQL types.
const HIDDEN: &str = "\
    all_columns bool diesel dsl ops star str BoxedQuery DB From Join Left Ok On QS Rhs Right SqlType T TSM \
    Array BigInt BigSerial Bigint Binary Blob Bool Bpchar Bytea CChar Char Cidr Citext Date Datemultirange Daterange \
    Datetime Decimal Double Float Float4 Float8 Foldable HasSqlType Inet Int2 Int4 Int4multirange Int4range Int8 \
    Int8multirange Int8range Integer Interval IntoNotNullable IntoNullable IsNull Json Jsonb Long Longblob Longtext \
    MacAddr MacAddr8 Macaddr Macaddr8 MaybeNullableType Mediumblob Mediumtext Money Multirange NotNull Nullable \
    Numeric Nummultirange Numrange Oid PgLsn PgMoney Range Record Serial SingleValue SmallInt SmallSerial Smallint \
    SqlOrd Text Time Timestamp Timestamptz TimestamptzSqlite TinyInt Tinyblob Tinyint Tinytext Tsmultirange Tsrange \
    Tstzmultirange Tstzrange Unsigned Untyped Uuid VarChar Varbinary Varchar";

/// The names of models' tables and columns, in the order of the models.
pub(super) struct Names {
    pub(super) tables: Vec<String>,
    pub(super) columns: Vec<Vec<String>>,
}

impl Names {
    pub(super) fn of(models: &[&'static ModelMeta]) -> Self {
        let tables: Vec<_> = models.iter().map(|model| model.table).collect();
        // A table of this name would be a module that hides the crate.
        let tables = identifiers(&tables, |name| name == "diesel");
        let columns = models.iter().zip(&tables).map(|(model, table)| {
            let names: Vec<_> = model.columns.iter().map(|column| column.name).collect();
            // A column that is called as its table would hide it.
            identifiers(&names, |name| {
                name == table || HIDDEN.split_ascii_whitespace().any(|hidden| hidden == name)
            })
        });
        Self { columns: columns.collect(), tables }
    }
}

/// An identifier for each name, each another; those that can be the name itself are.
fn identifiers(names: &[&str], is_taken: impl Fn(&str) -> bool) -> Vec<String> {
    let is_taken = |name: &str| is_reserved(name) || is_taken(name);
    let stays = |name: &str| identifier(name) == name && !is_taken(name);
    let staying: HashSet<&str> = names.iter().copied().filter(|name| stays(name)).collect();
    let mut given: Vec<String> = Vec::with_capacity(names.len());
    for &name in names {
        let mut identifier = identifier(name);
        while is_taken(&identifier)
            || given.contains(&identifier)
            || (identifier != name && staying.contains(identifier.as_str()))
        {
            identifier.push('_');
        }
        given.push(identifier);
    }
    given
}

fn is_reserved(name: &str) -> bool {
    // Those that end in an underscore are free, so that one after the name is enough.
    let is_internal = name.starts_with("__") && !name.ends_with('_');
    is_internal || name == "_" || KEYWORDS.contains(&name) || RESERVED.contains(&name)
}

/// A name with one underscore for whatever cannot stand in an identifier, as Diesel's command line has it.
fn identifier(name: &str) -> String {
    let mut identifier = String::with_capacity(name.len() + 1);
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        identifier.push('_');
    }
    let mut is_replaced = false;
    for letter in name.chars() {
        let fits = letter.is_ascii_alphanumeric() || letter == '_';
        match fits {
            true => identifier.push(letter),
            false if is_replaced => {}
            false => identifier.push('_'),
        }
        is_replaced = !fits;
    }
    identifier
}
