use super::*;
use crate::model::{ForeignKeyMeta, ModelMeta};

/// What is expected, so that it is compiled too.
#[allow(missing_docs, unreachable_pub)]
mod written {
    include!("tests/written.rs");
}

const fn column(name: &'static str, kind: ColumnKind) -> ColumnMeta {
    ColumnMeta::new(name, name, kind)
}

static AUTHORS: ModelMeta = ModelMeta::new(
    "Author",
    "authors",
    &[
        column("id", ColumnKind::Uuid),
        ColumnMeta { max_length: Some(100), ..column("name", ColumnKind::Text) },
        ColumnMeta { nullable: true, ..column("dob", ColumnKind::Date) },
        column("type", ColumnKind::SmallInt),
        column("authors", ColumnKind::Bool),
        column("price in €", ColumnKind::Decimal),
    ],
);

static BOOKS: ModelMeta = ModelMeta {
    foreign_keys: &[
        ForeignKeyMeta::new(&[1], || &AUTHORS),
        ForeignKeyMeta::new(&[2], || &BOOKS),
        ForeignKeyMeta::new(&[3], || &EDITIONS),
        ForeignKeyMeta::new(&[4], || &EDITIONS),
    ],
    ..ModelMeta::new(
        "Book",
        "books",
        &[
            column("id", ColumnKind::BigInt),
            column("author_id", ColumnKind::Uuid),
            ColumnMeta { nullable: true, ..column("sequel_id", ColumnKind::BigInt) },
            column("first_id", ColumnKind::BigInt),
            column("last_id", ColumnKind::BigInt),
            column("facts", ColumnKind::Json),
            ColumnMeta { json_text: true, ..column("text", ColumnKind::Json) },
            column("at", ColumnKind::TimestampTz),
        ],
    )
};

static EDITIONS: ModelMeta = ModelMeta {
    primary_key: &[0, 1],
    ..ModelMeta::new(
        "Edition",
        "my editions",
        &[column("a", ColumnKind::Integer), column("b", ColumnKind::Double)],
    )
};

/// Names that are no identifiers, or Rust's or Diesel's own, or would be the same.
static NAMES: ModelMeta = ModelMeta {
    foreign_keys: &[ForeignKeyMeta::new(&[4], || &SAME)],
    ..ModelMeta::new(
        "Names",
        "table",
        &[
            column("table", ColumnKind::Integer),
            column("columns", ColumnKind::Integer),
            column("is_nullable", ColumnKind::Integer),
            column("__internal", ColumnKind::Integer),
            column("a-b", ColumnKind::Integer),
            column("a_b", ColumnKind::Integer),
            column("a b", ColumnKind::Integer),
            column("a_b_", ColumnKind::Integer),
            column("self", ColumnKind::Integer),
            column("_", ColumnKind::Integer),
            column("", ColumnKind::Integer),
            column("1st", ColumnKind::Integer),
            column("table_", ColumnKind::Integer),
            column("Date", ColumnKind::Date),
            column("Text", ColumnKind::Text),
            column("all_columns", ColumnKind::Integer),
            column("star", ColumnKind::Integer),
            column("dsl", ColumnKind::Integer),
            column("diesel", ColumnKind::Integer),
            column("T", ColumnKind::Integer),
            column("x²", ColumnKind::Integer),
            column("DB", ColumnKind::Integer),
            column("C", ColumnKind::Integer),
            column("Left", ColumnKind::Integer),
            column("bool", ColumnKind::Integer),
            column("str", ColumnKind::Integer),
            column("Int4", ColumnKind::Integer),
        ],
    )
};

static SAME: ModelMeta = ModelMeta::new("Same", "my_editions", &[column("my_editions", ColumnKind::Integer)]);

static DIESEL: ModelMeta = ModelMeta::new("Diesel", "diesel", &[column("diesel_", ColumnKind::Integer)]);

static SUMS: ModelMeta =
    ModelMeta { primary_key: &[], ..ModelMeta::new("Sum", "sums", &[column("sum", ColumnKind::BigInt)]) };

#[test]
fn it_is_what_diesel_reads() {
    let models: [&ModelMeta; 7] = [&EDITIONS, &NAMES, &BOOKS, &SAME, &SUMS, &DIESEL, &AUTHORS];
    let text = diesel_file(&models).expect("every type has a name");
    assert_eq!(text, include_str!("tests/written.rs"));
}

#[test]
fn a_type_without_a_name_is_refused_by_the_field() {
    static MODEL: ModelMeta = ModelMeta::new("Odd", "odd", &[column("odd", ColumnKind::Custom)]);
    let error = diesel_file(&[&MODEL]).expect_err("refused").to_string();
    assert_eq!(error, "`Odd.odd` has an SQL type of the program's own, whose name is not known here");
}
